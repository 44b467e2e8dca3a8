"""How every change of a program is made: checked against what it has read, recorded, previewed, and made once."""

from collections.abc import Callable
from contextlib import ExitStack
from hashlib import sha256
from typing import Annotated

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from pydantic import BaseModel, Field

from seminars.actions import api_tokens
from seminars.actions.talk_news import without_news
from seminars.admin.preview import preview_of
from seminars.api import callers
from seminars.api.callers import Caller, Scope
from seminars.api.conditional import etag_of, refuse_outdated, respond
from seminars.api.problems import ApiProblem
from seminars.api.talks import find, told_to
from seminars.api.told import TalkOut
from seminars.api.types import Flag
from seminars.formats.ics_facts import Facts, facts_of
from seminars.models import KeptAnswer, Talk, User, recording, taking_turns
from seminars.models.api_token import LONGEST_KEY
from seminars.models.edition import rolled_back
from seminars.selectors.talk_warnings import warnings_of

KEY = "Idempotency-Key"
KEPT_HEADERS = ("ETag", "Location", "Content-Type")


class DryRun(BaseModel):
    """Whether a change is made."""

    dry_run: Flag = Field(default=False, description="Only look at what would become of it: nothing is saved.")


class How(DryRun):
    """How a change of a talk is made."""

    silent: Flag = Field(default=False, description="Subscribers get no email about it.")


class TalkWritten(BaseModel):
    """A talk as a change left it, or would leave it."""

    talk: TalkOut
    dry_run: bool
    subscribers: Annotated[list[str], Field(description="What subscribers see change, in sentences.")]
    warnings: Annotated[list[str], Field(description="What looks odd and may be a mistake.")]


Act = Callable[[Talk, User], object]


def change(request: HttpRequest, written: str, how: How, act: Act) -> HttpResponse:
    """Change the talk at an address by an action of the site, if it is as the program has read it."""

    def answer() -> HttpResponse:
        caller = callers.of(request)
        talk = _own_talk(request, caller, written)
        before = facts_of(talk)
        with ExitStack() as silence:
            if how.silent:
                silence.enter_context(without_news([talk.pk]))
            act(talk, caller.person)
        return told_of(request, talk.pk, before, how)

    return make(request, how, answer, Scope.TALKS)


def remove(request: HttpRequest, written: str, how: How, act: Act) -> HttpResponse:
    """Delete the talk at an address in the same way."""

    def answer() -> HttpResponse:
        caller = callers.of(request)
        act(_own_talk(request, caller, written), caller.person)
        return HttpResponse(status=204)

    return make(request, how, answer, Scope.TALKS)


def _own_talk(request: HttpRequest, caller: Caller, written: str) -> Talk:
    """Return a talk that the program may change and has read as it is; raise ApiProblem otherwise."""
    talk = find(caller, written)
    if not caller.may_change(talk):
        raise ApiProblem(403, _("Only the organisers of its home series can change this talk."))
    refuse_outdated(request, told_to(caller, talk))
    return talk


def told_of(request: HttpRequest, key: int, before: Facts | None, how: How, status: int = 200) -> HttpResponse:
    """Return the answer to a change of a talk; `before` is None for a new one."""
    talk = Talk.objects.for_pages().get(pk=key)
    told = told_to(callers.of(request), talk)
    headers = {"ETag": etag_of(told.model_dump_json())}
    if status == 201 and not how.dry_run:
        headers["Location"] = f"{request.path}/{told.id}"
    sentences = preview_of(before, facts_of(talk)).sentences
    answer = TalkWritten(talk=told, dry_run=how.dry_run, subscribers=sentences, warnings=warnings_of(talk))
    return respond(request, answer, status=200 if how.dry_run else status, headers=headers)


def make(request: HttpRequest, how: DryRun, answer: Callable[[], HttpResponse], scope: Scope) -> HttpResponse:
    """Make a change within a recording by the token's person; with an Idempotency-Key it is made once."""
    caller = callers.of(request)
    caller.require(scope)
    if how.dry_run:
        with rolled_back(), recording(by=caller.person):
            return answer()
    if KEY in request.headers and request.method == "POST":
        return _made_once(request, caller, answer)
    with recording(by=caller.person):
        return answer()


def _made_once(request: HttpRequest, caller: Caller, answer: Callable[[], HttpResponse]) -> HttpResponse:
    """Make a change whose answer is kept with it, in one transaction; tell the kept answer the next time."""
    kept, is_new = KeptAnswer.objects.begin(caller.token, _key(request), _digest(request))
    if not is_new:
        return _again(request, kept)
    try:
        with taking_turns():
            with recording(by=caller.person):
                response = answer()
            headers = {name: response[name] for name in KEPT_HEADERS if name in response}
            body = response.content.decode()
            api_tokens.keep(kept, status=response.status_code, headers=headers, body=body)
    except BaseException:
        api_tokens.forget(kept)
        raise
    return response


def _again(request: HttpRequest, kept: KeptAnswer) -> HttpResponse:
    if kept.request != _digest(request):
        raise ApiProblem(422, _("Another request was sent with this Idempotency-Key. Use a new one for each request."))
    if kept.status is None:
        detail = _("The first request with this Idempotency-Key is still running. Try again in a moment.")
        raise ApiProblem(409, detail, headers={"Retry-After": "1"})
    return HttpResponse(kept.body, status=kept.status, headers=kept.headers)


def _key(request: HttpRequest) -> str:
    key = request.headers[KEY]
    if not key or len(key) > LONGEST_KEY or not key.isprintable():
        detail = _("An Idempotency-Key has 1 to %(longest)d printable characters.") % {"longest": LONGEST_KEY}
        raise ApiProblem(422, detail, errors=[{"field": KEY, "message": detail}])
    return key


def _digest(request: HttpRequest) -> str:
    asked = f"{request.method} {request.get_full_path()}\n{request.headers.get('If-Match', '')}\n".encode()
    return sha256(asked + request.body).hexdigest()
