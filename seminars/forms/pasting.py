"""Checking a pasted mail: which talk it is for, and that it is about a talk at all."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from seminars.date_formats import moment
from seminars.forms.desk import LinesField
from seminars.importing.events import SourceEvent
from seminars.importing.reading.meetings import private_bits, without_private_bits
from seminars.importing.sources.page import LONGEST_MAIL, Mail, read_mail
from seminars.models import JoinAccess, Series, Talk
from seminars.models.talk_naming import speaker_and_title


class TalkChoice(forms.ModelChoiceField):
    """A talk by its date and its name."""

    def label_from_instance(self, talk: Talk) -> str:
        words = {"series": talk.series.short_name, "moment": moment(talk.starts_at), "talk": speaker_and_title(talk)}
        return gettext("%(series)s, %(moment)s: %(talk)s") % words


class PasteForm(forms.Form):
    """A mail and where it belongs."""

    talk = TalkChoice(
        label=_("Talk to fill in"), queryset=None, required=False, empty_label=_("a new talk of the series below"),
        help_text=_("Drafts and upcoming talks that still need a title, a speaker or an abstract."),
    )  # fmt: skip
    series = forms.ModelChoiceField(label=_("Series"), queryset=None, required=False)
    text = LinesField(
        label=_("The speaker’s mail or text"),
        max_length=LONGEST_MAIL,
        widget=forms.Textarea(attrs={"rows": 18}),
        help_text=_(
            "“Name (Affiliation): Title”, or lines that begin with Title:, Speaker:, Abstract:, Bio: or Zoom:."
        ),
    )

    def __init__(self, *args: Any, talks: QuerySet[Talk], series: QuerySet[Series], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["talk"].queryset = talks
        self.fields["series"].queryset = series
        self.mail: Mail | None = None
        self.left_out: tuple[str, ...] = ()

    def clean_text(self) -> str:
        """Read the mail; one without a talk stays in the box."""
        text = self.cleaned_data["text"]
        self.mail = read_mail(text)
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
        talk, series = cleaned.get("talk"), cleaned.get("series")
        access = talk.join_access if talk else series.default_join_access if series else ""
        if self.mail and access != JoinAccess.OPEN:
            self.left_out = _take_private_bits_out_of(self.mail.talk)
        return cleaned


def _take_private_bits_out_of(talk: SourceEvent) -> tuple[str, ...]:
    """Shorten the public texts of a talk; return what is no longer there."""
    left_out: list[str] = []
    for name in ("title", "abstract", "biography"):
        text = getattr(talk, name)
        if bits := private_bits(text):
            left_out += bits
            setattr(talk, name, without_private_bits(text).strip())
    return tuple(dict.fromkeys(left_out))
