"""While PostgreSQL is away, one request at a time tries to reach it and all others fail at once."""

from time import monotonic
from typing import Any

from django.db.backends.postgresql import base

AWAY_FOR = 1  # seconds after a failed attempt in which nobody tries again
ATTEMPT = 5  # seconds; longer than the pool's timeout, after which an attempt has failed


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's own, which remembers for the whole process when PostgreSQL could not be reached.

    Otherwise every request would wait for the pool's timeout, and soon all threads would do nothing but wait.
    """

    refused_until = 0.0  # on the monotonic clock; 0 while PostgreSQL answers

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Return a connection; raise OperationalError within the pool's timeout, or at once just after an outage."""
        memory, now = DatabaseWrapper, monotonic()
        if now < memory.refused_until:
            raise self.Database.OperationalError("PostgreSQL could not be reached a moment ago.")
        if memory.refused_until:
            memory.refused_until = now + ATTEMPT
        try:
            connection = super().get_new_connection(conn_params)
        except self.Database.OperationalError:
            memory.refused_until = monotonic() + AWAY_FOR
            raise
        memory.refused_until = 0.0
        return connection
