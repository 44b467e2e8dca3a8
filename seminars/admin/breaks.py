"""Breaks on the desk."""

from typing import Any

from django.contrib import admin
from django.db.models import ForeignKey
from django.forms import ModelChoiceField, ModelForm
from django.http import HttpRequest

from seminars.actions import breaks
from seminars.admin.base import DeskAdmin
from seminars.admin.rights import rights
from seminars.models import Break


@admin.register(Break)
class BreakAdmin(DeskAdmin):
    """Days without a seminar: organisers name those of their series, administrators those of all."""

    list_display = ["reason", "first_on", "last_on", "series"]
    list_select_related = ["series"]
    date_hierarchy = "first_on"
    search_fields = ["reason"]
    fieldsets = [(None, {"fields": ["series", "reason", ("first_on", "last_on")]})]
    ordering = ["-first_on", "pk"]

    def formfield_for_foreignkey(
        self, db_field: ForeignKey, request: HttpRequest, **options: Any
    ) -> ModelChoiceField | None:
        if db_field.name == "series":
            options["required"] = not rights(request).is_administrator
        return super().formfield_for_foreignkey(db_field, request, **options)

    def save_model(self, request: HttpRequest, obj: Break, form: ModelForm, change: bool) -> None:
        breaks.save(obj, checked=True)

    def delete_model(self, request: HttpRequest, obj: Break) -> None:
        breaks.delete(obj)
