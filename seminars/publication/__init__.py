"""The publication: answers public addresses from the current edition, for one tiny query each."""

from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock
from weakref import WeakValueDictionary

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from seminars import access
from seminars.models import Edition, FormerAddress, Talk
from seminars.models.edition import one_state
from seminars.publication.answers import Made, coding_for, given, keep, kept_answer
from seminars.publication.places import Place, place_of
from seminars.views.errors import calendar_meant

MANY = 2000  # talks; whole feeds of more take seconds, so each worker renders only one of them at a time
TRY_AGAIN_IN = 60  # seconds
PRIVATE = "private, no-store"


class Publication:
    """Middleware that answers visitors itself and lets everyone else pass (docs/decisions/editions.md)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        place = place_of(request.path_info, request.META.get("QUERY_STRING", ""))
        if place is None or request.method not in ("GET", "HEAD"):
            return self.get_response(request)
        request.get_host()  # a host that is not ours is refused here as everywhere
        if settings.SESSION_COOKIE_NAME in request.COOKIES:
            response = self._former(request, place) or self.get_response(request)
            response.headers["Cache-Control"] = PRIVATE
            return response
        return self._former(request, place) or self._published(request, place)

    def _former(self, request: HttpRequest, place: Place) -> HttpResponse | None:
        """Lead an old address that lives on in its query string to what it means now."""
        if not place.asks_more:
            return None
        address = request.get_full_path_info()
        target = FormerAddress.objects.meanings([address]).get(address)
        if calendar := calendar_meant(target, request):
            return self._published(request, place_of(calendar, ""))
        return redirect(target) if target and access.may_see(AnonymousUser(), target) else None

    def _published(self, request: HttpRequest, place: Place) -> HttpResponse:
        coding, edition = coding_for(request, place), Edition.objects.number()
        return kept_answer(request, place, coding, edition) or self._in_turn(request, place, coding, edition)

    def _in_turn(self, request: HttpRequest, place: Place, coding: str, edition: int) -> HttpResponse:
        """Let one render while a crowd waits here, but for what takes seconds: all threads would soon be waiting."""
        is_heavy = place.is_whole and Talk.objects.has_more_than(MANY)
        turn = _turn("" if is_heavy else place.key)
        if not turn.lock.acquire(blocking=not is_heavy):
            return HttpResponse(status=503, headers={"Retry-After": str(TRY_AGAIN_IN), "Cache-Control": "no-store"})
        try:
            if turn.made and turn.made.kept.holds(place, edition, or_later=True):
                return given(request, place, coding, turn.made)
            if answer := kept_answer(request, place, coding, edition, or_later=True):
                return answer
            response, made = self._rendered(request, place)
            turn.made = None if is_heavy else made
            return given(request, place, coding, made) if made else response
        finally:
            turn.lock.release()

    def _rendered(self, request: HttpRequest, place: Place) -> tuple[HttpResponse, Made | None]:
        """Render and keep, all from one edition: no answer mixes two, however many are made meanwhile."""
        moment = place.moment(timezone.now())
        with one_state():
            edition, made_at = Edition.objects.current()
            response = self.get_response(_bare(request, place))
        if response.status_code != 200 or response.streaming or response.cookies:
            return response, None
        return response, keep(place, response, edition, moment, made_at)


@dataclass(eq=False)
class Turn:
    """Whose turn it is to render; what came of it is there for whoever waited, even where it is too large to keep."""

    lock: Lock = field(default_factory=Lock)
    made: Made | None = None


_turns: WeakValueDictionary[str, Turn] = WeakValueDictionary()
_turns_lock = Lock()


def _turn(key: str) -> Turn:
    """Return the turn that everyone in this process takes who renders `key`."""
    with _turns_lock:
        return _turns.setdefault(key, Turn())


def _bare(request: HttpRequest, place: Place) -> HttpRequest:
    """Return the request as every visitor makes it: GET, only what the address understands, no conditions."""
    environ = {key: value for key, value in request.META.items() if not key.startswith(("HTTP_IF_", "HTTP_COOKIE"))}
    path = place.path.encode().decode("latin-1")  # as WSGI has it (PEP 3333)
    environ |= {"REQUEST_METHOD": "GET", "PATH_INFO": path, "QUERY_STRING": place.query}
    return type(request)(environ)
