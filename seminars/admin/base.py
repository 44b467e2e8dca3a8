"""Shared by all admin pages: permissions from `access`, saving one after another, refusals shown in the form."""

from contextlib import AbstractContextManager
from functools import partial
from typing import Any
from urllib.parse import parse_qsl

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.options import IS_POPUP_VAR, IncorrectLookupParameters
from django.contrib.admin.utils import quote
from django.contrib.admin.views.main import ChangeList
from django.contrib.admin.widgets import AdminSplitDateTime, AutocompleteSelect, RelatedFieldWidgetWrapper
from django.core.exceptions import ValidationError
from django.db import DataError, IntegrityError, models
from django.db.models import Model, QuerySet
from django.forms import BaseModelForm, Field, ModelChoiceField, ModelForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from seminars import access
from seminars.admin import formulas
from seminars.admin.deletion_blockers import blockers_of
from seminars.admin.history import recorded
from seminars.admin.returning import asked, back
from seminars.admin.rights import rights
from seminars.forms import parameters
from seminars.forms.desk import DeskForm, DeskFormSet, LinesField, RowField, RowForm
from seminars.forms.moments import (
    ClockField,
    ClockInput,
    DayField,
    DayInput,
    MomentField,
    MomentInput,
    name_boxes,
)
from seminars.forms.next_page import NEXT, with_next
from seminars.models import FormerAddress, Series

SAVED_TWICE = _("Nothing was saved: part of this has already been saved. Reload the form to see it.")
LOOKUPS = {"", "exact", "isnull", "year", "month", "day", "gte", "lt"}  # in the filter links of a list


class AutocompleteWidget(AutocompleteSelect):
    """Django's box that offers rows while one types, shown again without a key that cannot be one."""

    def optgroups(self, name: str, value: list[str], attrs: dict[str, Any] | None = None) -> list[Any]:
        """Return the chosen row as the only option; one that the form has read already is not read again."""
        keys = [str(one) for one in value if parameters.as_key(str(one)) is not None]
        if value and not keys and "data-tags" in self.attrs and (typed := str(value[0])):
            return [(None, [self.create_option(name, typed, typed, selected=True, index=0)], 0)]
        known = getattr(self.choices.field, "known", None)
        if known is None or keys != [str(known.pk)]:
            return super().optgroups(name, keys, attrs)
        blank = [] if self.is_required else [self.create_option(name, "", "", selected=False, index=0)]
        chosen = self.create_option(
            name, known.pk, self.choices.field.label_from_instance(known), selected=True, index=0
        )
        return [(None, [*blank, chosen], 0)]


class FieldsMixin:
    """Fields without the links that organisers do not need."""

    formfield_overrides = {
        models.URLField: {"assume_scheme": "https"},
        models.TextField: {"form_class": LinesField},
        models.DateTimeField: {"form_class": MomentField, "widget": MomentInput},
        models.DateField: {"form_class": DayField, "widget": DayInput},
        models.TimeField: {"form_class": ClockField, "widget": ClockInput},
    }

    def get_field_queryset(self, db: str | None, db_field: models.ForeignKey, request: HttpRequest) -> QuerySet | None:
        """Offer people the series that they look after."""
        if db_field.related_model is Series:
            return access.series_of(request.user).in_order()
        return super().get_field_queryset(db, db_field, request)

    def formfield_for_foreignkey(
        self, db_field: models.ForeignKey, request: HttpRequest, **options: Any
    ) -> ModelChoiceField | None:
        if db_field.name in self.get_autocomplete_fields(request):
            options.setdefault("widget", AutocompleteWidget(db_field, self.admin_site, using=options.get("using")))
        return super().formfield_for_foreignkey(db_field, request, **{"form_class": RowField} | options)

    def formfield_for_dbfield(self, db_field: models.Field, request: HttpRequest, **options: Any) -> Field | None:
        """Offer to add and to change what a field names, but neither to delete it nor to look at it."""
        field = super().formfield_for_dbfield(db_field, request, **options)
        if field and isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget.can_delete_related = field.widget.can_view_related = False
        if field and isinstance(field.widget, AdminSplitDateTime):
            name_boxes(field)
        return field


class DeskList(ChangeList):
    """A list of rows; a filter value that no date or the database can hold redirects to the whole list."""

    def get_filters(self, request: HttpRequest) -> tuple:
        try:
            return super().get_filters(request)
        except OverflowError as odd:  # of a year; Django catches what else is wrong with one
            raise IncorrectLookupParameters(odd) from odd

    def get_results(self, request: HttpRequest) -> None:
        try:
            super().get_results(request)
        except (ArithmeticError, ValueError, TypeError, DataError) as odd:
            raise IncorrectLookupParameters(odd) from odd


class Editor:
    """One request to a form of the desk: how it saves, and why the form is shown again."""

    def __init__(self, request: HttpRequest, *, is_new: bool) -> None:
        self.request, self.is_new = request, is_new
        self.refusal: ValidationError | None = None

    def saving(self) -> AbstractContextManager:
        """Save as one change that can be undone. Nobody else can take a room between check and save."""
        return recorded(self.request)

    def refuse(self, refusal: ValidationError | IntegrityError) -> None:
        self.refusal = ValidationError(SAVED_TWICE) if isinstance(refusal, IntegrityError) else refusal

    def response(self, saved: Model) -> HttpResponse | None:
        """Return the response for a button that Django does not have, None for its own buttons."""
        return None

    @property
    def shows_again(self) -> bool:
        """Tell whether to show the form again with the result."""
        return self.refusal is not None


class DeskAdmin(FieldsMixin, admin.ModelAdmin):
    """The pages of one kind of row; `access` is asked instead of Django's groups and permissions."""

    editor: type[Editor] = Editor
    form: type[BaseModelForm] = DeskForm
    list_per_page = 50
    show_full_result_count = False

    def has_module_permission(self, request: HttpRequest) -> bool:
        return rights(request).may("view", self.model)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return rights(request).may("view", self.model, obj)

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return rights(request).may("add", self.model)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return rights(request).may("change", self.model, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return rights(request).may("delete", self.model, obj)

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        rows = rights(request).rows(self.model)
        ordering = self.get_ordering(request)
        return rows.order_by(*ordering) if ordering else rows

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Model | None:
        """Return the row with this key; None for what cannot be a key."""
        is_key = parameters.as_key(object_id) is not None or not isinstance(self.opts.pk, models.IntegerField)
        return super().get_object(request, object_id, from_field) if is_key and "\0" not in object_id else None

    def get_changelist(self, request: HttpRequest, **options: Any) -> type[ChangeList]:
        return DeskList

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Ignore initial values in the address, which Django would put into the fields unchecked."""
        return {}

    def action_checkbox(self, obj: Model) -> SafeString:
        """Return Django's checkbox without rendering a template for each row."""
        label = gettext("Select %(row)s") % {"row": obj}
        box = '<input type="checkbox" name="{}" value="{}" class="action-select" aria-label="{}">'
        return format_html(box, ACTION_CHECKBOX_NAME, obj.pk, label)

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        """Allow only the filters that the list itself links to: others could reveal other people's drafts.

        Django allows any lookup of any field, even with invalid values. A lookup of a private field, such as
        `?passcode__startswith=4`, would reveal it bit by bit.
        """
        field, _dashes, kind = lookup.partition("__")
        offered = {self.date_hierarchy} | {getattr(one, "parameter_name", one) for one in self.list_filter}
        return field in offered and kind in LOOKUPS

    def response_action(self, request: HttpRequest, queryset: QuerySet) -> HttpResponse | None:
        """Refuse keys that no row can have, with which the database would fail."""
        if any(parameters.as_key(key) is None for key in request.POST.getlist(ACTION_CHECKBOX_NAME)):
            messages.warning(
                request, _("Nothing was changed: a selected row is not in this list. Select the rows again.")
            )
            return None
        return super().response_action(request, queryset)

    def get_view_on_site_url(self, obj: Model | None = None) -> str | None:
        """Return the page itself: Django's way there is a redirect that anyone could follow to any row.

        None where the form is shown again with an address that cannot be one, an empty one for example.
        """
        try:
            return obj.get_absolute_url() if obj is not None and hasattr(obj, "get_absolute_url") else None
        except NoReverseMatch:
            return None

    # --- where a form leads back to ---

    def list_address(self, request: HttpRequest) -> str:
        """Return the address of the list, with the filters and the place of the list that led to a form."""
        if not self.has_view_permission(request):
            return reverse("admin:index")
        address, filters = self._address("changelist"), parameters.words(request.GET, "_changelist_filters")
        return f"{address}?{urlencode(parse_qsl(filters))}" if filters else address

    def _address(self, name: str, *args: Any) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_{name}", args=args)

    def get_preserved_filters(self, request: HttpRequest) -> str:
        """Carry the page that led to the form to the pages that the form links to, as Django carries filters."""
        kept, page = super().get_preserved_filters(request), asked(request)
        return urlencode([*parse_qsl(kept), (NEXT, page)]) if page else kept

    def response_add(self, request: HttpRequest, obj: Model, post_url_continue: str | None = None) -> HttpResponse:
        if own := request.editor.response(obj):
            return own
        stays = self.stays_at_form(request)
        return super().response_add(request, obj, post_url_continue) if stays else self.response_saved(request, obj)

    def response_change(self, request: HttpRequest, obj: Model) -> HttpResponse:
        if own := request.editor.response(obj):
            return own
        stays = self.stays_at_form(request)
        return super().response_change(request, obj) if stays else self.response_saved(request, obj)

    def stays_at_form(self, request: HttpRequest) -> bool:
        """Tell whether the button that was pressed leads to a form again, as Django does it."""
        return not request.POST.keys().isdisjoint({IS_POPUP_VAR, "_continue", "_addanother"})

    def response_saved(self, request: HttpRequest, obj: Model) -> HttpResponse:
        """Lead back to the page that led to the form, with a link to what was saved."""
        page = back(request, self.list_address(request))
        name: Any = obj
        if self.has_change_permission(request, obj):
            name = format_html('<a href="{}">{}</a>', with_next(self._address("change", quote(obj.pk)), page), obj)
        self.message_user(request, format_html(_("“{}” was saved."), name), messages.SUCCESS)
        return redirect(page)

    def response_delete(self, request: HttpRequest, obj_display: str, obj_id: str) -> HttpResponse:
        response = super().response_delete(request, obj_display, obj_id)
        return response if IS_POPUP_VAR in request.POST else redirect(back(request, self.list_address(request)))

    def render_change_form(self, request: HttpRequest, context: dict, *args: Any, **options: Any) -> HttpResponse:
        context["back"] = back(request, self.list_address(request))
        return super().render_change_form(request, context, *args, **options)

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: dict | None = None) -> HttpResponse:
        """Lead those who do not want to delete it back to its form."""
        form = with_next(self._address("change", object_id), asked(request))
        return super().delete_view(request, object_id, {"form": form} | (extra_context or {}))

    # --- saving ---

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, *args: Any, **options: Any
    ) -> HttpResponse:
        """Check and save within one turn; where the change is refused, show the form again with the reason."""
        request.editor = self.editor(request, is_new=object_id is None)
        show = partial(super().changeform_view, request, object_id, *args, **options)
        if request.method != "POST":
            return show()
        self.prepare(request)
        try:
            with request.editor.saving():
                response = show()
        except (ValidationError, IntegrityError) as refusal:
            request.editor.refuse(refusal)
        return show() if request.editor.shows_again else response

    def prepare(self, request: HttpRequest) -> None:
        """Do what takes long with what was sent before others have to wait for their turn to save."""
        formulas.prepare(request.POST)

    def get_form(
        self, request: HttpRequest, obj: Model | None = None, change: bool = False, **options: Any
    ) -> type[ModelForm]:
        form = super().get_form(request, obj, change=change, **options)
        form.refusal = request.editor.refusal
        return form

    def save_related(self, request: HttpRequest, form: ModelForm, formsets: Any, change: bool) -> None:
        """Warn of formulas that the page will show as typed."""
        super().save_related(request, form, formsets, change)
        formulas.warn(request, formulas.typed_into(form, formsets))

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> tuple[list, dict, set, list]:
        """Say in plain words why a row cannot be deleted; its former addresses are deleted with it."""
        gone, counts, forbidden, protected = super().get_deleted_objects(objs, request)
        forbidden.discard(FormerAddress._meta.verbose_name)
        if protected:
            protected = [line for thing in objs for line in blockers_of(thing)] or protected
        return gone, counts, forbidden, protected


class InlineMixin:
    """Rows within another row's form, for everybody who may change that row; Django asks for that before it saves."""

    extra = 0
    form = RowForm

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        """Read what the rows name along with them."""
        return super().get_queryset(request).select_related(*self.autocomplete_fields or [None])

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return True

    has_add_permission = has_change_permission = has_delete_permission = has_view_permission


class DeskInline(InlineMixin, FieldsMixin, admin.TabularInline):
    """Rows of a field or two, in a table."""

    formset = DeskFormSet

    def formfield_for_dbfield(self, db_field: models.Field, request: HttpRequest, **options: Any) -> Field | None:
        """Name each field to those who do not see the head of its column (WCAG 4.1.2)."""
        field = super().formfield_for_dbfield(db_field, request, **options)
        if field:
            field.widget.attrs["aria-label"] = field.label
        return field


class DeskBlocks(InlineMixin, FieldsMixin, admin.StackedInline):
    """Rows of many fields, each in a block with its labels."""
