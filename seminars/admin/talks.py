"""Talks on the desk."""

from collections.abc import Iterator, Mapping
from contextlib import nullcontext
from functools import partial
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.actions import delete_selected as delete_all
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import ForeignKey, QuerySet
from django.forms import ModelChoiceField
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from seminars import access
from seminars.actions import lifecycle, stamping, talk_changes
from seminars.admin.base import DeskAdmin, DeskInline
from seminars.admin.edit_conflict import TwoEditors
from seminars.admin.history import history_page, recorded
from seminars.admin.joining import lines_of
from seminars.admin.leave_series import leave_page, way_out
from seminars.admin.preview import PreviewingTalks, is_preview
from seminars.admin.talk_help import HelpfulTalks
from seminars.admin.talk_initial import chosen_series
from seminars.admin.talk_inlines import AppearanceInline, JointInline, TopicInline
from seminars.admin.talk_list import GapFilter, SeriesFilter, TalkColumns, WhenFilter
from seminars.admin.transition_page import transition_page
from seminars.admin.transitions import (
    MOST_AT_ONCE,
    TRANSITIONS,
    address_of,
    bulk_transitions,
    on_to_announcing,
    transitions_from,
)
from seminars.forms.talks import TalkForm
from seminars.models import Talk, gaps_of
from seminars.models.searching import Question


@admin.register(Talk)
class TalkAdmin(TwoEditors, TalkColumns, PreviewingTalks, HelpfulTalks, DeskAdmin):
    """The talk list and the talk form; the steps of a talk's life have a page of their own."""

    form = TalkForm
    inlines = [AppearanceInline, TopicInline, JointInline]
    autocomplete_fields = ["room"]
    list_display = ["what", "when", "who", "where_it_belongs", "room", "state", "missing"]
    list_filter = [WhenFilter, "state", SeriesFilter, GapFilter]
    date_hierarchy = "starts_at"
    search_fields = ["search_text"]
    actions = ["delete_selected"]
    fieldsets = [
        (None, {"fields": ["series", "title", "abstract"]}),
        (_("When and where"), {"fields": ["starts_at", "ends_at", "room", "shares_room"]}),
        (_("Joining online"), {"fields": [("join_url", "passcode"), "join_access"]}),
        (_("For visitors"), {"fields": ["notice", "programme", "host", "audience", ("kind", "language")]}),
        (
            _("Afterwards"),
            {"classes": ["collapse"], "fields": ["recording", "recording_url", "slides_url", "paper_url", "code_url"]},
        ),
        (_("For organisers only"), {"fields": ["notes"]}),
    ]

    # --- what those see who do not look after it ---

    def get_fieldsets(self, request: HttpRequest, obj: Talk | None = None) -> list[tuple[Any, dict[str, Any]]]:
        """Leave out the private fields for organisers of further series, who may see the talk but not change it."""
        fieldsets = super().get_fieldsets(request, obj)
        if obj is None or self.has_change_permission(request, obj):
            return fieldsets
        hidden = access.fields_for_home_alone(obj)
        shown = [(title, options | {"fields": _without(options["fields"], hidden)}) for title, options in fieldsets]
        return [(title, options) for title, options in shown if options["fields"]]

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        """Let no list be filtered by private fields: `?passcode__startswith=4` would tell them bit by bit."""
        return lookup.partition("__")[0] not in access.PRIVATE and super().lookup_allowed(lookup, value, request)

    # --- finding ---

    def get_queryset(self, request: HttpRequest) -> QuerySet[Talk]:
        return super().get_queryset(request).with_all_that_is_printed()

    def get_ordering(self, request: HttpRequest) -> list[str]:
        return ["-starts_at", "-pk"] if request.GET.get(WhenFilter.parameter_name) == "past" else ["starts_at", "pk"]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Talk], search_term: str
    ) -> tuple[QuerySet[Talk], bool]:
        """Find what visitors would find, accents and case aside, among what the list holds."""
        words = Question.asked(search_term).words
        return (queryset.matching(words) if words else queryset), False

    # --- filling in ---

    def formfield_for_foreignkey(
        self, db_field: ForeignKey, request: HttpRequest, **options: Any
    ) -> ModelChoiceField | None:
        if db_field.name == "series":
            options["queryset"] = access.series_of(request.user).in_order()
        return super().formfield_for_foreignkey(db_field, request, **options)

    def get_formset_kwargs(self, request: HttpRequest, obj: Talk, inline: DeskInline, prefix: str) -> dict[str, Any]:
        talk = obj if obj and obj.pk else None
        initial = inline.initial(request, talk) if hasattr(inline, "initial") else []
        return super().get_formset_kwargs(request, obj, inline, prefix) | ({"initial": initial} if initial else {})

    def render_change_form(self, request: HttpRequest, context: dict, *args: Any, **options: Any) -> HttpResponse:
        """Say where the talk stands, what it lacks and which steps lead on."""
        talk: Talk | None = context["original"]
        mine = talk is None or self.has_change_permission(request, talk)
        is_begun = talk or chosen_series(request) or request.GET.keys() & {"after", "copy"}
        context |= {
            "steps": (transitions_from(talk) if mine else way_out(request, talk)) if talk else [],
            "gaps": gaps_of(talk) if talk else [],
            "joint_requests": lines_of(talk) if talk and mine else [],
            "may_announce": mine and (talk is None or not talk.is_public),
            "show_delete": talk is not None and talk.published_at is None,
            "series_to_choose": [] if is_begun else access.series_of(request.user).in_order(),
        }
        return super().render_change_form(request, context, *args, **options)

    # --- saving ---

    def save_model(self, request: HttpRequest, obj: Talk, form: TalkForm, change: bool) -> None:
        """Write what changed; `save_related` stamps when people and topics are in place."""
        if change and not form.has_changed():
            return
        talk_changes.write(obj, by=request.user, checked=True, keep_notice="notice" in form.changed_data)
        obj.check_room()  # which the form did for the state that the talk had
        if not is_preview(request):
            for sentence in _consequences(obj, form.cleaned_data):
                self.message_user(request, sentence, messages.INFO)

    def save_related(self, request: HttpRequest, form: TalkForm, formsets: Any, change: bool) -> None:
        """Write people, topics and further series, then tell the calendars, once; no change makes no edition."""
        super().save_related(request, form, formsets, change)
        for asked in (one for formset in formsets for one in getattr(formset, "asked", []) if not is_preview(request)):
            sentence = gettext("The organisers of %(series)s are asked. The talk is listed there once they accept.")
            self.message_user(request, sentence % {"series": asked.series}, messages.INFO)
        if form.has_changed() or any(formset.has_changed() for formset in formsets):
            stamping.stamp([form.instance])

    def response_add(self, request: HttpRequest, obj: Talk, post_url_continue: str | None = None) -> HttpResponse:
        return on_to_announcing(request, obj) or super().response_add(request, obj, post_url_continue)

    def response_change(self, request: HttpRequest, obj: Talk) -> HttpResponse:
        return on_to_announcing(request, obj) or super().response_change(request, obj)

    # --- the steps of its life ---

    def get_urls(self) -> list[URLPattern]:
        page = self.admin_site.admin_view(partial(transition_page, self))
        leave = self.admin_site.admin_view(partial(leave_page, self))
        ours = [
            path("steps/<slug:name>/", page, name="seminars_talk_step"),
            path("<path:object_id>/leave/", leave, name="seminars_talk_leave"),
        ]
        return [*ours, *super().get_urls()]

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        actions = super().get_actions(request)
        return actions and actions | bulk_transitions()

    # --- what was done to it ---

    def history_view(self, request: HttpRequest, object_id: str, extra_context: dict | None = None) -> HttpResponse:
        talk = self.get_object(request, object_id)
        if talk is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if not self.has_view_permission(request, talk):
            raise PermissionDenied
        return history_page(request, self.admin_site.each_context(request) | {"opts": self.opts}, talk)

    # --- deleting ---

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> tuple[list, dict, set, list]:
        """Raise ValidationError for a talk that subscribers may know; both ways of deleting come by here."""
        if any(talk.published_at for talk in objs):
            raise ValidationError(lifecycle.NEVER_DELETED)
        return super().get_deleted_objects(objs, request)

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: dict | None = None) -> HttpResponse:
        try:
            with recorded(request) if request.method == "POST" else nullcontext():
                return super().delete_view(request, object_id, extra_context)
        except ValidationError as refusal:
            self._offer_to_cancel(request, refusal, Talk.objects.filter(pk=object_id))
            return redirect("admin:seminars_talk_change", object_id)

    @admin.action(description=_("Delete drafts"), permissions=["delete"])
    def delete_selected(self, request: HttpRequest, queryset: QuerySet[Talk]) -> HttpResponse | None:
        try:
            with recorded(request):
                return delete_all(self, request, queryset)
        except ValidationError as refusal:
            self._offer_to_cancel(request, refusal, queryset)
            return None

    def _offer_to_cancel(self, request: HttpRequest, refusal: ValidationError, talks: QuerySet[Talk]) -> None:
        """Say why a talk stays, and lead to cancelling those that can be."""
        keys = list(
            talks.filter(state__in=TRANSITIONS["cancel"].leads_from).values_list("pk", flat=True)[:MOST_AT_ONCE]
        )
        way = [(address_of("cancel", keys), gettext("Cancel instead"))] if keys else []
        links = format_html_join("", ' <a href="{}">{}</a>', way)
        self.message_user(request, format_html("{}{}", " ".join(refusal.messages), links), messages.ERROR)

    def delete_model(self, request: HttpRequest, obj: Talk) -> None:
        lifecycle.delete(obj, by=request.user)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Talk]) -> None:
        for talk in queryset:
            lifecycle.delete(talk, by=request.user)


def _without(fields: list[str | tuple[str, ...]], hidden: frozenset[str]) -> list[str | tuple[str, ...]]:
    """Leave out fields, also of those that stand on one line."""
    lines = (tuple(name for name in ([one] if isinstance(one, str) else one) if name not in hidden) for one in fields)
    return [line if len(line) > 1 else line[0] for line in lines if line]


def _consequences(talk: Talk, typed: Mapping[str, Any]) -> Iterator[str]:
    """Say what the change made of what was typed."""
    if typed["title"] and not talk.title:
        sentence = gettext(
            "“%(typed)s” is not a title. The field was left empty, so visitors see “Title to be announced”."
        )
        yield sentence % {"typed": typed["title"]}
    if talk.notice != typed["notice"]:
        sentence = gettext("The talk says to visitors: “%(notice)s”.")
        yield sentence % {"notice": talk.notice} if talk.notice else gettext("The notice is removed.")
