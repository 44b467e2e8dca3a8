"""Checks uploaded portraits and logos."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from seminars.actions import photos
from seminars.forms.desk import DeskForm
from seminars.models import Photo


def read(upload: UploadedFile) -> Photo:
    """Return the unsaved photo of an upload, or raise ValidationError; each upload is decoded once."""
    if not hasattr(upload, "outcome"):
        try:
            upload.outcome = photos.read(upload)
        except ValidationError as refusal:
            upload.outcome = refusal
    if isinstance(upload.outcome, ValidationError):
        raise upload.outcome
    return upload.outcome


def upload_field(label: str) -> forms.FileField:
    """Return a field for a picture."""
    return forms.FileField(
        label=label,
        required=False,
        help_text=_("JPEG, PNG or WebP, at most 10 MB. We make it smaller and remove the location data."),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
    )


class PictureForm(DeskForm):
    """A form whose row shows photos.

    PICTURES has the fields of the row that name them. Each key ends the names of the form's fields for that photo:
    "_dark" means `upload_dark` and `is_without_picture_dark`.
    """

    PICTURES: dict[str, str]

    upload = upload_field(_("New picture"))
    is_without_picture = forms.BooleanField(label=_("Remove the picture"), required=False)

    def clean(self) -> dict[str, Any]:
        """Put the unsaved photo in place of each upload, and take away what is to be removed."""
        super().clean()
        for key, field in self.PICTURES.items():
            if upload := self.cleaned_data.get(f"upload{key}"):
                try:
                    self.cleaned_data[f"upload{key}"] = read(upload)
                except ValidationError as refusal:
                    self.add_error(f"upload{key}", refusal)
            if self.cleaned_data.get(f"is_without_picture{key}"):
                setattr(self.instance, field, None)
        return self.cleaned_data
