"""Sessions that cannot be saved: what was done stays done, and whoever only looks at a page still sees it."""

import logging

from django.conf import settings
from django.contrib.sessions.exceptions import SessionInterrupted
from django.contrib.sessions.middleware import SessionMiddleware
from django.db import Error
from django.http import HttpRequest, HttpResponse

from seminars.models.database_errors import failure_of

logger = logging.getLogger(__name__)


class Sessions(SessionMiddleware):
    """Django's, but the answer is given although the session cannot be saved, on a full disk for example.

    All that is lost then are the lines for the next page. A new session is needed, so its failure is told.
    """

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        try:
            return super().process_response(request, response)
        except (Error, SessionInterrupted) as failed:
            if settings.SESSION_COOKIE_NAME not in request.COOKIES or not _is_trouble(failed):
                raise
            logger.exception("A session could not be saved")
            return response


def _is_trouble(failed: BaseException | None) -> bool:
    """Tell whether the database failed; Django says of every failure that the session was deleted meanwhile."""
    return failed is not None and (failure_of(failed) is not None or _is_trouble(failed.__context__))
