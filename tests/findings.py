"""What tests of the doctor ask of its findings."""


def states(found):
    return [finding.state for finding in found]


def told(found):
    return " ".join(f"{finding.says} {finding.advice}" for finding in found)
