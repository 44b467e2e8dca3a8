"""People who sign in, for administrators."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group
from django.db.models import Model
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from django_otp.plugins.otp_static.admin import StaticDevice
from django_otp.plugins.otp_totp.admin import TOTPDevice

from seminars.admin.base import DeskAdmin
from seminars.admin.organiser_rows import OrganiserRows
from seminars.forms.accounts import AccountForm, AccountPasswordForm
from seminars.models import User

admin.site.unregister([StaticDevice, TOTPDevice])  # their pages show keys and codes; see `views.second_step`
admin.site.unregister(Group)  # `access` knows administrators, organisers and members; groups would mean nothing


class SeriesInline(OrganiserRows):
    """The series that a person looks after."""

    autocomplete_fields = ["series"]
    verbose_name = _("series that this person organises")
    verbose_name_plural = _("series that this person organises")


class AdministratorFilter(admin.BooleanFieldListFilter):
    """Administrators and others, in the words of the desk."""

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.title = _("administrator rights")


@admin.register(User)
class AccountAdmin(DeskAdmin, UserAdmin):
    """Administrators are superusers, organisers have a series, everyone else is a member."""

    form = AccountForm
    change_password_form = AccountPasswordForm
    inlines = [SeriesInline]
    list_display = ["username", "first_name", "last_name", "email", "is_superuser", "is_active"]
    list_filter = [("is_superuser", AdministratorFilter), "is_active"]
    filter_horizontal = []
    fieldsets = [
        (None, {"fields": ["username", "password"]}),
        (_("Person"), {"fields": ["first_name", "last_name", "email"]}),
        (_("Permissions"), {"fields": ["is_active", "is_superuser"]}),
    ]
    add_fieldsets = [
        (None, {"classes": ["wide"], "fields": ["username", "email", "usable_password", "password1", "password2"]})
    ]

    def save_model(self, request: HttpRequest, obj: User, form: ModelForm, change: bool) -> None:
        if not change:
            obj.has_temporary_password = obj.has_usable_password()
        if "is_superuser" in form.changed_data:
            obj.administrator_from_group = ""
        super().save_model(request, obj, form, change)

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:  # noqa: A002
        """Lead to the page where one changes one's own password: what is set here is temporary."""
        if self.get_object(request, unquote(id)) == request.user:
            return redirect("password_change")
        return super().user_change_password(request, id, form_url)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Let people be deactivated first, which keeps their name at what they changed."""
        return super().has_delete_permission(request, obj) and not (obj is not None and obj.is_active)

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> list[str]:
        """Leave the rights of an administrator to the group that gives them."""
        kept = ["is_superuser"] if obj is not None and obj.deciding_group else []
        return [*super().get_readonly_fields(request, obj), *kept]

    def get_form(self, request: HttpRequest, obj: Model | None = None, **options: Any) -> type[ModelForm]:
        form = super().get_form(request, obj, **options)
        form.is_own = obj is not None and obj.pk == request.user.pk
        return form

    def stays_at_form(self, request: HttpRequest) -> bool:
        """Lead from the name and password of a new account to the rest of its form."""
        return super().stays_at_form(request) or "object_id" not in request.resolver_match.kwargs
