"""What a speaker types about a talk and about themselves, at their private address."""

from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator, RegexValidator
from django.db.models import Model, URLField
from django.forms.boundfield import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from seminars import languages
from seminars.forms.desk import LinesField
from seminars.forms.parameters import as_key
from seminars.forms.photos import read, upload_field
from seminars.models import Appearance, Speaker, Talk
from seminars.models.speaker_request import OF_APPEARANCE, OF_SPEAKER, OF_TALK, PHOTO, PRIVATE, Values
from seminars.models.states import Recording

LONGEST_ABSTRACT, LONGEST_BIOGRAPHY, LONGEST_DETAIL = 20_000, 10_000, 2_000  # characters
MARKDOWN = gettext_lazy("Markdown, with TeX between dollar signs.")
SALT = "seminars.speaker-answer"


def _like(model: type[Model], name: str, label: str, **options: Any) -> forms.Field:
    """Return the field of a column, with a label for speakers; it adds https:// to links."""
    column = model._meta.get_field(name)
    scheme = {"assume_scheme": "https"} if isinstance(column, URLField) else {}
    autocomplete = options.pop("autocomplete", "off")
    field = column.formfield(**scheme | {"label": label, "help_text": ""} | options)
    field.validators += [one for one in column.validators if type(one) is RegexValidator]  # which Django leaves out
    field.widget.attrs["autocomplete"] = autocomplete
    return field


def _text(label: str, most: int, rows: int, **options: Any) -> LinesField:
    """Return a field for several lines. Browsers would cut what is too long, so only the site checks the length."""
    return LinesField(
        label=label,
        required=False,
        validators=[MaxLengthValidator(most)],
        widget=forms.Textarea(attrs={"rows": rows, "dir": "auto"}),
        **options,
    )


class SpeakerAnswerForm(forms.Form):
    """All that a speaker is asked. `sent` takes from a form what was typed, whether or not it is valid."""

    name = _like(Speaker, "name", gettext_lazy("Your name, as it should be printed"), autocomplete="name")
    affiliation = _like(
        Appearance, "affiliation", gettext_lazy("Your affiliation at the time of the talk"), autocomplete="organization"
    )
    pronouns = _like(Speaker, "pronouns", gettext_lazy("Pronouns"))
    title = _like(Talk, "title", gettext_lazy("Title of the talk"))
    language = _like(
        Talk, "language", gettext_lazy("Language of the talk"),
        help_text=gettext_lazy("For example “English”. Leave blank if it is the usual language of these talks."),
    )  # fmt: skip
    abstract = _text(gettext_lazy("Abstract"), LONGEST_ABSTRACT, 10, help_text=MARKDOWN)
    biography = _text(gettext_lazy("About you"), LONGEST_BIOGRAPHY, 6, help_text=MARKDOWN)
    upload = upload_field(gettext_lazy("Your photo"))
    is_without_picture = forms.BooleanField(label=gettext_lazy("Take back the new photo"), required=False)
    homepage = _like(Speaker, "homepage", gettext_lazy("Your homepage"), autocomplete="url")
    orcid = _like(Speaker, "orcid", gettext_lazy("Your ORCID iD"))
    slides_url = _like(Talk, "slides_url", gettext_lazy("Link to the slides"))
    paper_url = _like(Talk, "paper_url", gettext_lazy("Link to the paper"))
    code_url = _like(Talk, "code_url", gettext_lazy("Link to the code"))
    recording_url = _like(Talk, "recording_url", gettext_lazy("Link to the recording"))
    recording = forms.ChoiceField(
        label=gettext_lazy("May we record the talk and publish the recording?"),
        widget=forms.RadioSelect,
        required=False,
        choices=[
            (Recording.UNKNOWN, gettext_lazy("I do not know yet")),
            (Recording.PLANNED, gettext_lazy("Yes")),
            (Recording.DECLINED, gettext_lazy("No")),
        ],
    )
    arrival = _text(gettext_lazy("When you arrive and leave, and where you stay"), LONGEST_DETAIL, 2)
    equipment = _text(gettext_lazy("What you need in the room"), LONGEST_DETAIL, 2)
    access_needs = _text(gettext_lazy("Access needs"), LONGEST_DETAIL, 2)
    diet = _text(gettext_lazy("What you do not eat"), LONGEST_DETAIL, 2)

    SECTIONS = {
        "you": ("name", "affiliation", "pronouns", "biography", "upload", "homepage", "orcid"),
        "talk": ("title", "abstract", "language", "recording", "paper_url", "code_url"),
        "afterwards": ("slides_url", "recording_url"),
        "private": PRIVATE,
    }

    def __init__(self, *args: Any, is_over: bool = False, **options: Any) -> None:
        super().__init__(*args, **options)
        for field in self.fields.values():
            field.widget.attrs.pop("maxlength", None)  # by which browsers cut what is pasted
        if is_over:
            self.fields["recording"].label = _("May we publish the recording?")

    def sections(self) -> dict[str, list[BoundField]]:
        """The fields of each part of the page."""
        return {part: [self[name] for name in names] for part, names in self.SECTIONS.items()}

    def clean_language(self) -> str:
        return languages.tag_of(self.cleaned_data["language"])

    def clean_upload(self) -> Any:
        """Return the unsaved Photo, None if there is no upload."""
        upload = self.cleaned_data.get("upload")
        return read(upload) if upload else None

    @property
    def values(self) -> Values:
        """The checked values of the answer by name; an unanswered question about the recording is "unknown"."""
        names = (*OF_TALK, *OF_APPEARANCE, *OF_SPEAKER, *PRIVATE)
        values = {name: self.cleaned_data[name] for name in names}
        return values | {"recording": values["recording"] or Recording.UNKNOWN.value}

    @property
    def typed(self) -> Values:
        """What was sent, unchecked, by name."""
        names = (*OF_TALK, *OF_APPEARANCE, *OF_SPEAKER, *PRIVATE)
        return {name: self.data[name].replace("\r\n", "\n") for name in names if name in self.data}

    def filled(self) -> Iterator[tuple[str, str]]:
        """Yield label and text of what was typed, to be copied from a page without a form."""
        for name, value in self.typed.items():
            if value.strip():
                yield str(self.fields[name].label), value

    # --- what the site said when the form was opened ---

    @staticmethod
    def sealed(present: Values) -> str:
        """Return the hidden field that remembers what the site said when the form was opened."""
        return signing.dumps(present, salt=SALT, compress=True)

    def seen(self, otherwise: Values) -> Values:
        """Return what the site said when this form was opened; `otherwise` if nobody can tell."""
        try:
            return signing.loads(self.data.get("seen", ""), salt=SALT)
        except signing.BadSignature:
            return otherwise

    @property
    def version(self) -> int:
        """The version of the answer that the form was opened with."""
        return as_key(self.data.get("version")) or 0


class LetterForm(forms.Form):
    """Where an organiser sends the letter to a speaker."""

    email = forms.EmailField(label=gettext_lazy("Email address"))


def initial_of(values: Mapping[str, str]) -> dict[str, str]:
    """Return what a form begins with."""
    return {name: value for name, value in values.items() if name != PHOTO}


def refuse(form: forms.Form, refusal: ValidationError) -> None:
    """Say above the form why nothing was saved."""
    form.full_clean()
    form.add_error(None, refusal)
