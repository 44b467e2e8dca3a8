"""Checking a pasted mail: which talk it is for, and that it is about a talk at all."""

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from seminars import date_formats, times
from seminars.date_formats import moment
from seminars.forms.desk import LinesField
from seminars.importing.events import Person, SourceEvent
from seminars.importing.reading.meetings import private_bits, without_private_bits
from seminars.importing.sources.page import LONGEST_MAIL, Mail, read_mail
from seminars.models import JoinAccess, Series, Talk, TalkQuerySet
from seminars.models.name_matching import is_nearly
from seminars.models.states import CALLED_OFF
from seminars.models.talk_naming import speaker_and_title

NEW, STAY, MOVE = "new", "stay", "move"  # answers to the question which talk a mail is for, beside keys of talks


class WhoSpeaks(StrEnum):
    """What becomes of the speakers of a talk if a mail names others."""

    REPLACE = "replace"
    ADD = "add"
    KEEP = "keep"


class TalkChoice(forms.ModelChoiceField):
    """A talk by its date and its name."""

    def label_from_instance(self, talk: Talk) -> str:
        words = {"series": talk.series.short_name, "moment": moment(talk.starts_at), "talk": speaker_and_title(talk)}
        return gettext("%(series)s, %(moment)s: %(talk)s") % words


class PasteForm(forms.Form):
    """A mail and where it belongs."""

    talk = TalkChoice(
        label=_("Talk to fill in"), queryset=None, required=False, empty_label=_("a new talk in the series below"),
        help_text=_("Drafts and upcoming talks that still need a title, a speaker or an abstract."),
    )  # fmt: skip
    series = forms.ModelChoiceField(label=_("Series"), queryset=None, required=False)
    text = LinesField(
        label=_("The speaker’s email or text"),
        max_length=LONGEST_MAIL,
        widget=forms.Textarea(attrs={"rows": 18}),
        help_text=_(
            "“Name (Affiliation): Title”, or lines that begin with Title:, Speaker:, Abstract:, Bio: or Zoom:."
        ),
    )

    def __init__(
        self, *args: Any, talks: QuerySet[Talk], own: TalkQuerySet, series: QuerySet[Series], organiser: str,
        **options: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, **options)
        self.fields["talk"].queryset = talks
        self.fields["series"].queryset = series
        self.own, self.organiser = own, organiser
        self.mail: Mail | None = None
        self.left_out: tuple[str, ...] = ()
        self.day: date | None = None  # on which the form of the talk begins instead of its own
        self.found: Talk | None = None  # the talk of the day that the mail names
        self.who_speaks = WhoSpeaks.ADD

    def clean_text(self) -> str:
        """Read the mail; one without a talk stays in the box."""
        text = self.cleaned_data["text"]
        self.mail = read_mail(text, organiser=self.organiser)
        if not self.mail.is_of_a_talk:
            raise forms.ValidationError(
                gettext(
                    "We could not find a title, speaker or abstract. Write “Title:”, “Speaker:” and "
                    "“Abstract:” before them and try again. Your text is still here."
                )
            )
        return text

    def clean(self) -> dict[str, Any]:
        """Leave links to meetings, dial-in numbers and passcodes out of public text, unless everyone may see them."""
        cleaned = super().clean()
        if self.mail and not self.errors:
            self._settle_talk(cleaned)
        if self.mail and not self.errors:
            self._settle_speakers(cleaned["talk"])
        talk, series = cleaned.get("talk"), cleaned.get("series")
        access = talk.join_access if talk else series.default_join_access if series else ""
        if self.mail and access != JoinAccess.OPEN:
            self.left_out = _take_private_bits_out_of(self.mail.talk)
        return cleaned

    @property
    def people(self) -> Sequence[Person]:
        """The speakers of a valid mail: whom it names, else who wrote it unless the talk has speakers."""
        author = self.mail.author if not self.cleaned_data["talk"] or not self.cleaned_data["talk"].speakers else None
        return self.mail.talk.people or ([author.person] if author else [])

    # --- which talk ---

    def _settle_talk(self, cleaned: dict[str, Any]) -> None:
        """Find the talk of the day that the mail names; ask where that is not the chosen one, or not the only one."""
        days, talk, series = self.mail.moments.days, cleaned["talk"], cleaned["series"]
        only = days[0] if len(days) == 1 else None
        if not days or (talk and _day_of(talk) in days):
            return
        there = self._talks_on(days, series)
        if talk:
            options = [
                (STAY, gettext("Fill in the chosen talk and keep it on %(day)s") % {"day": _in_full(_day_of(talk))})
            ]
            if only:
                options.append(
                    (MOVE, gettext("Fill in the chosen talk and move it to %(day)s") % {"day": _in_full(only)})
                )
            options += self._options_of(there)
        elif len(there) == 1 and there[0].series == (series or there[0].series):
            cleaned["talk"] = self.found = there[0]
            return
        elif not there:
            self.day = only
            return
        else:
            options = [*self._options_of(there), (NEW, gettext("Fill in a new talk of the series"))]
        named = gettext("The email mentions %(days)s.") % {"days": gettext(" or ").join(map(_in_full, days))}
        question = gettext("Which talk is it for?")
        answer = self._ask("which", f"{named} {question}", options)
        if answer == MOVE or (answer == NEW and only):
            self.day = only
        elif found := next((one for one in there if str(one.pk) == answer), None):
            cleaned["talk"] = self.found = found

    def _talks_on(self, days: Sequence[date], series: Series | None) -> list[Talk]:
        """Return the talks of these days that a mail may fill: those of the series, else those of the other series."""
        found = {talk.pk: talk for day in days for talk in self.own.on_day(day).soonest_first().for_lists()}
        going = [talk for talk in found.values() if talk.state not in CALLED_OFF]
        return [talk for talk in going if talk.series == series] or going

    def _options_of(self, talks: Sequence[Talk]) -> list[tuple[str, str]]:
        label = self.fields["talk"].label_from_instance
        return [(str(talk.pk), gettext("Fill in %(talk)s") % {"talk": label(talk)}) for talk in talks]

    # --- who speaks ---

    def _settle_speakers(self, talk: Talk | None) -> None:
        """Ask what becomes of the speakers of a talk if the mail names nobody of them."""
        named = [person.name for person in self.mail.talk.people]
        present = [one.speaker.name for one in talk.speakers] if talk else []
        if not named or not present or any(is_nearly(name, one) for name in named for one in present):
            return
        words = {"new": ", ".join(named), "present": ", ".join(present)}
        options = [
            (WhoSpeaks.REPLACE, gettext("%(new)s instead of %(present)s") % words),
            (WhoSpeaks.ADD, gettext("%(present)s and %(new)s") % words),
            (WhoSpeaks.KEEP, gettext("%(present)s, as before") % words),
        ]
        question = gettext("The talk has %(present)s, but the email names %(new)s. Who is speaking?") % words
        self.who_speaks = WhoSpeaks(self._ask("who", question, options) or WhoSpeaks.ADD)

    def _ask(self, name: str, question: str, options: list[tuple[str, str]]) -> str:
        """Return the answer that was chosen; ask, and refuse the form, if none was."""
        self.fields[name] = forms.ChoiceField(label=question, choices=options, required=False, widget=forms.RadioSelect)
        self.order_fields(["talk", "series", "which", "who"])
        answer = self.data.get(name, "")
        if answer not in dict(options):
            self.add_error(
                name, gettext("Choose an answer, then choose “Fill in the form” again. Your text is still here.")
            )
            return ""
        return answer


def _day_of(talk: Talk) -> date:
    return times.local(talk.starts_at, talk.zone_info).date()


def _in_full(day: date) -> str:
    return date_formats.day(day, with_year=True)


def _take_private_bits_out_of(talk: SourceEvent) -> tuple[str, ...]:
    """Shorten the public texts of a talk; return what is no longer there."""
    left_out: list[str] = []
    for name in ("title", "abstract", "biography"):
        text = getattr(talk, name)
        if bits := private_bits(text):
            left_out += bits
            setattr(talk, name, without_private_bits(text).strip())
    return tuple(dict.fromkeys(left_out))
