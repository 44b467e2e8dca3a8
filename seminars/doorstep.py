"""The doorstep: who asks in the same words as somebody before is answered before Django unpacks the request."""

from collections.abc import Callable, Iterable
from threading import Lock
from typing import Any, NamedTuple

from django.db import Error, close_old_connections
from django.http import HttpResponseBase

from seminars.publication.answers import Held

# Everything that an answer of the publication depends on, beside the edition and the moment.
WORDS = (
    "REQUEST_METHOD", "SCRIPT_NAME", "PATH_INFO", "QUERY_STRING", "wsgi.url_scheme", "SERVER_NAME", "SERVER_PORT",
    "HTTP_HOST", "HTTP_X_FORWARDED_PROTO", "HTTP_ACCEPT_ENCODING", "HTTP_IF_MATCH", "HTTP_IF_NONE_MATCH",
    "HTTP_IF_MODIFIED_SINCE", "HTTP_IF_UNMODIFIED_SINCE",
)  # fmt: skip
MOST = 4_000_000  # bytes in each worker
LARGEST = MOST // 4  # bytes; what takes longer to send than to unpack stays with the publication
LONGEST = 1000  # characters of all words together; nobody's own program says more
APIECE = LONGEST + 2500  # bytes, about, that an answer takes beside its body

Environ = dict[str, Any]
Application = Callable[[Environ, Callable], Iterable[bytes]]


class Given(NamedTuple):
    """An answer that was given, and for how long it may be given again."""

    held: Held
    status: str
    headers: list[tuple[str, str]]
    body: bytes


class Doorstep:
    """A WSGI application around Django's; what may be given again, and for how long, is the publication's to say."""

    def __init__(self, application: Application) -> None:
        self.application = application
        self.given: dict[tuple, Given] = {}
        self.size, self.lock = 0, Lock()

    def __call__(self, environ: Environ, start_response: Callable) -> Iterable[bytes]:
        if "HTTP_COOKIE" in environ:
            return self.application(environ, start_response)
        asked = tuple(map(environ.get, WORDS))
        given = self.given.get(asked)
        if given and _holds(given):
            start_response(given.status, given.headers.copy())
            return [given.body]
        answer = self.application(environ, start_response)
        held = getattr(answer, "held", None)
        if held and len(answer.content) <= LARGEST and sum(len(word) for word in asked if word) <= LONGEST:
            self._note(asked, held, answer)
        return answer

    def _note(self, asked: tuple, held: Held, answer: HttpResponseBase) -> None:
        status = f"{answer.status_code} {answer.reason_phrase}"
        given = Given(held, status, list(answer.items()), answer.content)
        with self.lock:
            before = self.given.get(asked)
            self.size += _size(given) - (_size(before) if before else 0)
            if self.size > MOST:  # visitors can ask in words without end
                self.given, self.size = {}, _size(given)
            self.given[asked] = given


def _holds(given: Given) -> bool:
    try:
        return given.held.holds()
    except Error:
        return False  # Django finds out what is wrong, and opens the connection anew
    finally:
        close_old_connections()  # as at the end of each request that Django answers


def _size(given: Given) -> int:
    return len(given.body) + APIECE
