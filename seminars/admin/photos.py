"""Photos on the desk: uploaded with a speaker or the department; their own pages are read-only."""

from contextlib import suppress

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from seminars.actions import photos
from seminars.admin.base import DeskAdmin
from seminars.forms.photos import PictureForm, read
from seminars.models import Photo


class PictureAdmin(DeskAdmin):
    """The pages of a kind of row that shows photos."""

    readonly_fields = ["present_picture"]

    @admin.display(description=_("picture"))
    def present_picture(self, row: Model | None) -> str:
        return self.shown(row, "")

    def shown(self, row: Model | None, key: str) -> str:
        """Return the photo that the row shows in the field of this key of PICTURES."""
        photo: Photo | None = row and getattr(row, self.form.PICTURES[key])
        return _image(photo) if photo else gettext("none yet")

    def prepare(self, request: HttpRequest) -> None:
        super().prepare(request)
        for key in self.form.PICTURES:
            if upload := request.FILES.get(f"upload{key}"):
                with suppress(ValidationError):  # the form says it
                    read(upload)

    def save_model(self, request: HttpRequest, obj: Model, form: PictureForm, change: bool) -> None:
        """Keep the new pictures, then the row that shows them."""
        for key, field in form.PICTURES.items():
            if photo := form.cleaned_data.get(f"upload{key}"):
                setattr(obj, field, photos.store(photo))
        super().save_model(request, obj, form, change)


@admin.register(Photo)
class PhotoAdmin(DeskAdmin):
    """A photo by itself, for administrators who follow a link to it."""

    list_display = ["__str__", "image", "created_at"]
    fields = readonly_fields = ["image", "width", "height", "created_at"]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).defer("content", "portrait", "thumbnail")

    def has_module_permission(self, request: HttpRequest) -> bool:
        return False

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    has_change_permission = has_delete_permission = has_add_permission

    @admin.display(description=_("picture"))
    def image(self, photo: Photo) -> str:
        return _image(photo)


def _image(photo: Photo) -> str:
    return format_html('<img class="picture" src="{}" alt="" height="96">', photo.get_absolute_url())
