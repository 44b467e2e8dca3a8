"""Checking an uploaded portrait or logo, and the department that shows one."""

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


class PictureForm(DeskForm):
    """A form whose row shows one photo, in the field that PICTURE names."""

    PICTURE: str

    upload = forms.FileField(
        label=_("New picture"),
        required=False,
        help_text=_("JPEG, PNG or WebP, at most 10 MB. We make it small and remove where it was taken."),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
    )
    is_without_picture = forms.BooleanField(label=_("Remove the picture"), required=False)

    def clean_upload(self) -> Photo | None:
        """Return the unsaved photo."""
        upload: UploadedFile | None = self.cleaned_data["upload"]
        return read(upload) if upload else None

    def clean(self) -> dict[str, Any]:
        super().clean()
        if self.cleaned_data.get("is_without_picture"):
            setattr(self.instance, self.PICTURE, None)
        return self.cleaned_data


class DepartmentForm(PictureForm):
    """The department."""

    PICTURE = "logo"

    class Meta:
        widgets = {"accent": forms.TextInput(attrs={"type": "color"})}
