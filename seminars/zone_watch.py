"""WSGI middleware that lets talks follow new time zone rules, at the first request that finds them."""

import logging
from collections.abc import Callable, Iterable
from time import monotonic
from typing import Any

from django.db import close_old_connections

from seminars import zone_data
from seminars.actions import zone_changes

HEALTH_CHECKS = frozenset({"/healthz", "/readyz"})  # which are to be quick
TRY_AGAIN_IN = 60  # seconds, after the database failed

logger = logging.getLogger(__name__)


class ZoneWatch:
    """Follows the rules once for each state of the time zone data, the first time when the process has just started."""

    def __init__(self, application: Callable[..., Iterable[bytes]]) -> None:
        self.application = application
        self.followed: zone_data.ZoneData | None = None
        self.not_before = 0.0  # on the monotonic clock

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        data = zone_data.current()
        if (
            data is not self.followed
            and environ.get("PATH_INFO") not in HEALTH_CHECKS
            and monotonic() > self.not_before
            and zone_data.is_settled()  # else new rules would be recorded as those of the release before
        ):
            self._follow(data)
        return self.application(environ, start_response)

    def _follow(self, data: zone_data.ZoneData) -> None:
        before, self.followed = self.followed, data  # other threads need not wait
        try:
            zone_changes.follow_newer_rules()
        except Exception:  # whatever it is, visitors are served: each row they read is right already
            logger.exception(
                "Talks could not follow the time zone rules of %s. We try again in a minute.", data.version
            )
            self.followed, self.not_before = before, monotonic() + TRY_AGAIN_IN
        finally:
            close_old_connections()
