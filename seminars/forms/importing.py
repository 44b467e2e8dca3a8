"""Checking what somebody wants to import: a file or its text, into which series, and how."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from seminars.forms.desk import LinesField
from seminars.importing import Doubt, ImportOptions, text_of_spreadsheet
from seminars.models import Series, Source

ACCEPTED = ".ics,.txt,.csv,.tsv,.json,.xlsx,.xls,.ods,text/calendar,text/plain,text/csv,application/json"
LARGEST = 4 * 1024 * 1024  # octets; a larger file is imported by the command, and a request may have 5 MB
CHOICE = "choice-"  # stands before the key of a doubt in the name of its field
MOST_CHOICES = 2000
LONGEST_CHOICE = 200  # characters
SKIP, STOP = "skip", "stop"


class ImportForm(forms.Form):
    """A calendar, a spreadsheet or the page of a talk, as a file or as text, and answers to what was in doubt."""

    remarks: list[str] = []  # on the spreadsheet that was uploaded
    is_workbook = False

    series = forms.ModelChoiceField(label=_("Into the series"), queryset=None, required=False)
    file = forms.FileField(
        label=_("File"), required=False, widget=forms.FileInput(attrs={"accept": ACCEPTED}),
        help_text=_(
            "A calendar (.ics), a spreadsheet (.xlsx, .xls, .ods, .csv), a JSON export, or a text that begins with "
            "“Name (Affiliation): Title”. At most 4 MB."
        ),
    )  # fmt: skip
    text = LinesField(
        label=_("Or paste its text"),
        required=False,
        max_length=LARGEST,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 10}),
    )
    draft = forms.BooleanField(
        label=_("New talks as drafts"),
        required=False,
        help_text=_("Visitors cannot see a draft until you announce it."),
    )

    def __init__(
        self,
        *args: Any,
        series: QuerySet[Series],
        homes: frozenset[int] | None,
        source: Source | None = None,
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.homes = homes  # the keys of the series whose talks may be changed; None: all
        self.source = source  # whose content is imported, instead of a file
        self.fields["series"].queryset = series
        self.fields["series"].required = homes is not None
        self.fields["series"].empty_label = None if homes is not None else gettext("the series named in the file")

    def clean_file(self) -> bytes:
        """Return what the file holds; of a workbook the sheet with talks, as CSV."""
        upload: UploadedFile | None = self.cleaned_data["file"]
        _refuse_too_large(upload.size if upload else 0)
        content = self._as_text(upload.read()) if upload else b""
        _refuse_too_large(len(content))
        return content

    def _as_text(self, content: bytes) -> bytes:
        text, remarks = text_of_spreadsheet(content)
        self.remarks, self.is_workbook = remarks or [], remarks is not None
        return text

    def clean(self) -> dict[str, Any]:
        super().clean()
        if self.source:
            self.cleaned_data["file"] = self._as_text(self.source.content)
        if not self.errors and not self.content.strip():
            self.add_error("file", gettext("Choose a file, or paste its text."))
        return self.cleaned_data

    @property
    def content(self) -> bytes:
        """What is imported: the file, else the text; of a source what was fetched."""
        return self.cleaned_data.get("file") or self.cleaned_data.get("text", "").encode()

    @property
    def choices(self) -> dict[str, str]:
        """The answers, by the key of their doubt."""
        sent = [(name, value) for name, value in self.data.items() if name.startswith(CHOICE)][:MOST_CHOICES]
        known = self.source.choices if self.source else {}
        return known | {name.removeprefix(CHOICE): value[:LONGEST_CHOICE] for name, value in sent}

    @property
    def import_options(self) -> ImportOptions:
        series: Series | None = self.cleaned_data["series"]
        slug = series.slug if series else ""
        return ImportOptions(slug, draft=self.cleaned_data["draft"], homes=self.homes, choices=self.choices)

    @property
    def skips_refused(self) -> bool:
        """Whether the rest is imported if some events are refused."""
        return self.choices.get("refused", SKIP) != STOP


def _refuse_too_large(size: int) -> None:
    if size > LARGEST:
        sentence = gettext(
            "This file is larger than 4 MB. Export fewer talks, or ask the person who runs the site to import it."
        )
        raise forms.ValidationError(sentence)


def doubt_about_refused(number: int, chosen: str) -> Doubt:
    """Return the question that asks whether to import the other events of a file if some are refused."""
    options = [(SKIP, gettext("import the others")), (STOP, gettext("import nothing until the file is corrected"))]
    question = gettext("Some events cannot be imported. What should happen to the others?")
    return Doubt("refused", question, options, chosen if chosen in dict(options) else SKIP, number=number)
