"""Commands for the process beside the cluster of test_cluster.py: edits of talks, and letters."""

from seminars.models import Letter
from seminars.models.letter import LetterKind
from tests.mail_commands import end_leases, put
from tests.site_commands import corruption, keys, session, stands

__all__ = ["corruption", "end_leases", "keys", "put", "put_one_more", "session", "stands"]


def put_one_more():
    """Put a second letter to one of the people into the outbox."""
    Letter.objects.put([Letter(kind=LetterKind.PASSWORD, key="one more", to="person0@example.org")])
