"""`make sbom`: check a bill of materials against the schema of CycloneDX 1.6."""

import sys
from pathlib import Path

from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator


def main(path):
    problem = JsonStrictValidator(SchemaVersion.V1_6).validate_str(Path(path).read_text())
    if problem:
        sys.exit(f"{path} is not valid: {problem}")
    sys.stdout.write(f"{path} is valid CycloneDX 1.6.\n")


if __name__ == "__main__":
    main(sys.argv[1])
