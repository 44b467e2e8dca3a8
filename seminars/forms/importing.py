"""Checking what somebody wants to import: a file or its text, into which series, and how."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from seminars.forms.desk import LinesField
from seminars.importing import ImportOptions, text_of_spreadsheet
from seminars.models import Series

ACCEPTED = ".ics,.txt,.csv,.tsv,.xlsx,.xls,.ods,text/calendar,text/plain,text/csv"
LARGEST = 2 * 1024 * 1024  # octets; a larger file is imported by the command


class ImportForm(forms.Form):
    """A calendar, a spreadsheet or the page of a talk, as a file or as text."""

    remarks: list[str] = []  # on the spreadsheet that was uploaded
    is_workbook = False

    series = forms.ModelChoiceField(label=_("Into"), queryset=None, required=False)
    file = forms.FileField(
        label=_("File"), required=False, widget=forms.FileInput(attrs={"accept": ACCEPTED}),
        help_text=_(
            "A calendar (.ics), a spreadsheet (.xlsx, .xls, .ods, .csv), or a text that begins with "
            "“Name (Affiliation): Title”. At most 2 MB."
        ),
    )  # fmt: skip
    text = LinesField(
        label=_("Or its text"),
        required=False,
        max_length=LARGEST,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 10}),
    )
    draft = forms.BooleanField(
        label=_("As drafts"),
        required=False,
        help_text=_("New talks stay hidden from visitors until they are announced."),
    )
    skip_refused = forms.BooleanField(
        label=_("Skip refused talks"),
        required=False,
        help_text=_("If you don’t tick this, one refused talk stops the import."),
    )

    def __init__(self, *args: Any, series: QuerySet[Series], homes: frozenset[int] | None, **options: Any) -> None:
        super().__init__(*args, **options)
        self.homes = homes  # the keys of the series whose talks may be changed; None: all
        self.fields["series"].queryset = series
        self.fields["series"].required = homes is not None
        self.fields["series"].empty_label = None if homes is not None else gettext("the series that the file names")

    def clean_file(self) -> bytes:
        """Return what the file holds; of a workbook the sheet with talks, as CSV."""
        upload: UploadedFile | None = self.cleaned_data["file"]
        _refuse_too_large(upload.size if upload else 0)
        content, remarks = text_of_spreadsheet(upload.read()) if upload else (b"", None)
        _refuse_too_large(len(content))
        self.remarks, self.is_workbook = remarks or [], remarks is not None
        return content

    def clean(self) -> dict[str, Any]:
        super().clean()
        if not self.errors and not self.content.strip():
            self.add_error("file", gettext("Choose a file, or paste its text."))
        return self.cleaned_data

    @property
    def content(self) -> bytes:
        """What is imported: the file, else the text."""
        return self.cleaned_data.get("file") or self.cleaned_data.get("text", "").encode()

    @property
    def import_options(self) -> ImportOptions:
        series: Series | None = self.cleaned_data["series"]
        return ImportOptions(series.slug if series else "", draft=self.cleaned_data["draft"], homes=self.homes)


def _refuse_too_large(size: int) -> None:
    if size > LARGEST:
        sentence = gettext(
            "This file is larger than 2 MB. Export fewer talks, or ask the person who runs the site to import it."
        )
        raise forms.ValidationError(sentence)
