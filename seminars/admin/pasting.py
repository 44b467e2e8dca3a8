"""The page with one box for the mail of a speaker, which fills the form of a talk for review."""

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

from seminars import access
from seminars.admin.pages import DeskPage
from seminars.admin.returning import asked
from seminars.admin.rights import own_talks
from seminars.admin.talk_initial import PastedTalk, chosen_series
from seminars.forms import parameters
from seminars.forms.next_page import with_next
from seminars.forms.pasting import PasteForm
from seminars.importing.reading.languages import language_of
from seminars.importing.sources.page import Mail
from seminars.models import Department, Gap, Series, Talk, lacking

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
        known = {"talks": self._to_be_filled(), "series": access.series_of(self.request.user).in_order()}
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
        language = _language_to_set(form.mail, talk, series)
        pasted = _pasted_talk(form.mail, form.left_out, language)
        pasted.keep(self.request)
        if language:
            said = gettext("The text seems to be in %(language)s, so the language of the talk is set to “%(tag)s”.")
            messages.info(
                self.request, said % {"language": get_language_info(language)["name_translated"], "tag": language}
            )
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


def _language_to_set(mail: Mail, talk: Talk | None, series: Series | None) -> str:
    """Return the language of title and abstract, "" where it is the usual one, unknown or chosen for the talk."""
    if talk and talk.language:
        return ""
    usual = (series.default_language if series and not talk else "") or Department.objects.language()
    found = language_of(f"{mail.talk.title}\n{mail.talk.abstract}")
    return "" if found == usual.partition("-")[0].lower() else found


def _pasted_talk(mail: Mail, left_out: tuple[str, ...], language: str) -> PastedTalk:
    """Return what a session keeps of a mail."""
    talk = mail.talk
    read = {"title": talk.title, "abstract": talk.abstract, "language": language, "join_url": talk.meeting.url}
    read["passcode"] = talk.meeting.passcode if talk.meeting.url else ""
    fields = {name: words for name, words in read.items() if words}
    people = [vars(one) for one in talk.people]
    return PastedTalk(get_random_string(12), fields, people, talk.biography, mail.rest, "\n".join(left_out))
