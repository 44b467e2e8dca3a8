"""The department on the desk: one row, so one page."""

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from seminars.admin.photos import PictureAdmin
from seminars.forms.photos import DepartmentForm, PictureForm
from seminars.models import Department


@admin.register(Department)
class DepartmentAdmin(PictureAdmin):
    """Name, logo, contact and settings of the whole site."""

    form = DepartmentForm
    fieldsets = [
        (None, {"fields": ["name", "tagline", "notice"]}),
        (_("Contact"), {"fields": ["contact_name", "contact_email"]}),
        (_("Logo and colour"), {"fields": ["accent", "present_picture", "upload", "is_without_picture"]}),
        (_("Academic year and links"), {"fields": ["year_begins_in", "privacy_url", "accessibility_url"]}),
    ]

    def changelist_view(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        """Redirect to the one row, or to the form that adds it."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        there = Department.objects.exists()
        return redirect("admin:seminars_department_change", 1) if there else redirect("admin:seminars_department_add")

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return super().has_add_permission(request) and not Department.objects.exists()

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Department, form: PictureForm, change: bool) -> None:
        obj.pk = 1
        super().save_model(request, obj, form, change)

    def get_view_on_site_url(self, obj: Model | None = None) -> None:
        return None
