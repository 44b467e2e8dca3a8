"""Read the stamp of a talk and compare it with an earlier one."""

from seminars.models import Talk


def stamps(talk):
    return Talk.objects.values_list("sequence", "changed_at", "entry_digest").get(pk=talk.pk)


def raised(talk, before):
    """Return the rise of SEQUENCE. LAST-MODIFIED and the digest must have changed if and only if it rose."""
    after = stamps(talk)
    assert (after[1] > before[1]) == (after[0] > before[0]) == (after[2] != before[2])
    return after[0] - before[0]
