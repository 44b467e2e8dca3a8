"""The page with one box for the mail of a speaker, which fills the form of a talk for review."""

from collections.abc import Iterator
from datetime import time
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.crypto import get_random_string
from django.utils.translation import get_language_info, gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView

from seminars import access, date_formats, times
from seminars.admin.pages import DeskPage
from seminars.admin.returning import asked
from seminars.admin.rights import own_talks
from seminars.admin.talk_initial import PastedTalk, chosen_series
from seminars.forms import parameters
from seminars.forms.next_page import with_next
from seminars.forms.pasting import PasteForm, WhoSpeaks
from seminars.importing.reading.languages import language_of
from seminars.models import Department, Gap, State, Talk, lacking
from seminars.typed_clocks import A_DAY

MOST_OFFERED = 100


class PastePage(DeskPage, FormView):
    """Ask for the mail, read it and redirect to the form, where nothing is saved yet."""

    template_name = "admin/paste.html"
    title = _("Paste a talk")
    form_class = PasteForm

    def get_initial(self) -> dict[str, Any]:
        series = chosen_series(self.request) or access.series_of(self.request.user).in_order().first()
        return {"talk": parameters.key(self.request.GET, "talk"), "series": series}

    def get_form_kwargs(self) -> dict[str, Any]:
        known = {
            "talks": self._to_be_filled(),
            "own": own_talks(self.request),
            "series": access.series_of(self.request.user).in_order(),
            "organiser": self.request.user.get_full_name(),
        }
        return super().get_form_kwargs() | known

    def _to_be_filled(self) -> QuerySet[Talk]:
        """Return upcoming talks of the organiser's series that lack what a mail may contain, and the chosen one."""
        own = own_talks(self.request)
        wanting = own.upcoming().filter(lacking(Gap.TITLE) | lacking(Gap.SPEAKER) | lacking(Gap.ABSTRACT))
        asked = [parameters.keys(sent, "talk") for sent in (self.request.GET, self.request.POST)]
        keys = [*wanting.values_list("pk", flat=True)[:MOST_OFFERED], *asked[0], *asked[1]]
        return own.with_keys(keys).soonest_first().for_lists()

    def form_valid(self, form: PasteForm) -> HttpResponse:
        talk, series = form.cleaned_data["talk"], form.cleaned_data["series"]
        pasted = _pasted_talk(form)
        pasted.keep(self.request)
        for sentence in _told(form, pasted.fields.get("language", "")):
            messages.info(self.request, sentence)
        if form.left_out:
            said = gettext(
                "We left out what looks like a meeting link, a dial-in number or a passcode: %(bits)s. You can find it "
                "in the private notes. If everyone may see it, move it back."
            )
            messages.warning(self.request, said % {"bits": ", ".join(form.left_out)})
        address = reverse("admin:seminars_talk_change", args=[talk.pk]) if talk else reverse("admin:seminars_talk_add")
        chosen = {"series": series.pk} if series and not talk else {}
        address = f"{address}?{urlencode(chosen | {'pasted': pasted.key})}"
        return redirect(with_next(address, asked(self.request)))


def _language_to_set(form: PasteForm) -> str:
    """Return the language of title and abstract, "" where it is the usual one, unknown or chosen for the talk."""
    talk, series, read = form.cleaned_data["talk"], form.cleaned_data["series"], form.mail.talk
    if talk and talk.language:
        return ""
    usual = (series.default_language if series and not talk else "") or Department.objects.language()
    found = language_of(f"{read.title}\n{read.abstract}")
    return "" if found == usual.partition("-")[0].lower() else found


def _told(form: PasteForm, language: str) -> Iterator[str]:
    """Say which talk the mail fills, in which language, and what of its day and time was not taken over."""
    if language:
        said = gettext("The text seems to be in %(language)s, so the language of the talk is set to “%(tag)s”.")
        yield said % {"language": get_language_info(language)["name_translated"], "tag": language}
    yield from _told_of_the_day(form)


def _told_of_the_day(form: PasteForm) -> Iterator[str]:
    moments, talk = form.mail.moments, form.cleaned_data["talk"]
    if form.found:
        words = {"day": date_formats.day(times.local(talk.starts_at, talk.zone_info).date(), with_year=True)}
        if talk.state == State.DRAFT:
            yield gettext("You are filling in the draft of %(day)s.") % words
        else:
            yield gettext("You are filling in the talk of %(day)s, which is public.") % words
    elif form.day:
        yield gettext("The date in the email is %(day)s.") % {"day": date_formats.day(form.day, with_year=True)}
    elif len(moments.days) > 1 and not talk:
        days = gettext(" or ").join(date_formats.day(day, with_year=True) for day in moments.days)
        yield gettext("The email mentions %(days)s. Choose the date in the form.") % {"days": days}
    if talk and not form.day and moments.start is not None:
        there, said = times.local(talk.starts_at, talk.zone_info).time(), time(*divmod(moments.start % A_DAY, 60))
        if there != said:
            words = {"said": date_formats.time_of_day(said), "there": date_formats.time_of_day(there)}
            yield (
                gettext("The email says %(said)s. The talk begins at %(there)s; change it here if the email is right.")
                % words
            )


def _pasted_talk(form: PasteForm) -> PastedTalk:
    """Return what a session keeps of a mail."""
    mail, talk, moments = form.mail, form.mail.talk, form.mail.moments
    read = {"title": talk.title, "abstract": talk.abstract, "join_url": talk.meeting.url}
    read["language"] = _language_to_set(form)
    read["passcode"] = talk.meeting.passcode if talk.meeting.url else ""
    people = [vars(one) for one in form.people]
    homepage = mail.author.homepage if mail.author and [mail.author.name] == [one["name"] for one in people] else ""
    takes_time = form.day or not form.cleaned_data["talk"]
    return PastedTalk(
        get_random_string(12),
        {name: words for name, words in read.items() if words},
        people if form.who_speaks != WhoSpeaks.KEEP else [],
        talk.biography,
        mail.rest,
        "\n".join(form.left_out),
        homepage=homepage,
        day=form.day.isoformat() if form.day else "",
        start=moments.start if takes_time else None,
        end=moments.end if takes_time else None,
        replaces=form.who_speaks == WhoSpeaks.REPLACE,
    )
