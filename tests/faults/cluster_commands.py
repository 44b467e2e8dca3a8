"""Commands for the process beside the cluster of test_cluster.py: edits of talks, and letters."""

from tests.mail_commands import end_leases, put, states
from tests.site_commands import corruption, keys, session, stands

__all__ = ["corruption", "end_leases", "keys", "put", "session", "stands", "states"]
