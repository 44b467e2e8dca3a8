"""The address at which people join a talk online, which stays the same: it shows the link, or why there is none."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _

from seminars import access, date_formats
from seminars.models import State, Talk
from seminars.models.talk_address import TalkAddress
from seminars.times import local


def join(request: HttpRequest, address: TalkAddress) -> HttpResponse:
    """Lead to the link of the day, show it with its passcode, or say in one sentence why not."""
    talk = get_object_or_404(access.talks_at(request.user, address).for_pages())
    if address != talk.address:
        return _unseen(redirect(talk.join_path))
    refusal = why_not(talk, now=timezone.now())
    must_sign_in = not refusal and not access.may_see_join_link(request.user, talk)
    if must_sign_in:
        refusal = _("Sign in to see the link.")
    if not refusal and not talk.passcode:
        return _unseen(redirect(talk.join_url))
    return _unseen(render(request, "talks/join.html", {"talk": talk, "refusal": refusal, "must_sign_in": must_sign_in}))


def why_not(talk: Talk, *, now: datetime) -> str:
    """Say why the link leads nobody anywhere at this moment, or return ""."""
    if talk.state == State.CANCELLED:
        return _("This talk has been cancelled.")
    if talk.state == State.POSTPONED:
        return _("This talk has been postponed. The new date will be announced on its page.")
    if now >= talk.join_span.ends_at:
        return _("This talk has taken place.")
    if not talk.join_url:
        return _("There is no link for this talk yet. If people can join online, the link will appear here.")
    if talk.link_opens_later(now):
        opens_at = talk.join_span.starts_at
        clock = date_formats.clock(opens_at, talk.zone_info)
        words = {"day": date_formats.day(local(opens_at, talk.zone_info)), "clock": clock}
        if talk.zone_name:
            words["clock"] = f"{clock} ({date_formats.zone(talk.zone_name)})"
        return _("The link appears on %(day)s at %(clock)s, 15 minutes before the talk.") % words
    return ""


def _unseen(response: HttpResponse) -> HttpResponse:
    """Let nobody keep the answer; the conference does not learn where its guests came from (SECURE_REFERRER_POLICY)."""
    add_never_cache_headers(response)
    response["X-Robots-Tag"] = "noindex"
    return response
