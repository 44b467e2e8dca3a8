"""Talks on the desk."""

from contextlib import nullcontext, suppress
from functools import partial
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.actions import delete_selected as delete_all
from django.contrib.admin.utils import unquote
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.forms import BaseInlineFormSet, ModelForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from seminars import access
from seminars.actions import lifecycle, talk_changes
from seminars.actions.hosts import Hosts
from seminars.admin import formulas
from seminars.admin.base import DeskAdmin, DeskInline
from seminars.admin.exporting import export_csv, export_view, export_workbook
from seminars.admin.history import HistoryEntry, HistoryMixin, history_of_talk, recorded
from seminars.admin.joining import joint_requests_of
from seminars.admin.leave_series import LeavePage, leave_transition
from seminars.admin.returning import asked
from seminars.admin.several_talks import change_several
from seminars.admin.speaker_invitations import invitations_address
from seminars.admin.talk_editor import TalkEditor
from seminars.admin.talk_folds import FOLD, WHEN, folds_of
from seminars.admin.talk_initial import chosen_series
from seminars.admin.talk_inlines import AppearanceInline, JointInline, TopicInline
from seminars.admin.talk_list import (
    GapFilter,
    HostFilter,
    KeysetPaginator,
    SeriesFilter,
    TalkList,
    WhenFilter,
    change_of,
    missing,
    what,
    when,
    where_it_belongs,
    who,
)
from seminars.admin.told_readers import telling_as_asked, told_of_form
from seminars.admin.transition_page import TransitionPage
from seminars.admin.transitions import MOST_AT_ONCE, TRANSITIONS, address_of, bulk_transitions, transitions_from
from seminars.forms import parameters
from seminars.forms.next_page import with_next
from seminars.forms.photos import read
from seminars.forms.talks import TalkForm
from seminars.models import Appearance, SpeakerAnswer, SpeakerInvitation, SpeakerLetter, Talk, gaps_of
from seminars.models.preview_address import PreviewAddress
from seminars.models.searching import Question
from seminars.models.talk_prefetches import prefetch_for_form
from seminars.selectors.talk_warnings import warnings_of

MOST_LETTERS = 3  # to the speakers, told above the form


@admin.register(Talk)
class TalkAdmin(HistoryMixin, DeskAdmin):
    """The talk list and the talk form; transitions have a page of their own."""

    editor = TalkEditor
    form = TalkForm
    paginator = KeysetPaginator
    object_history_template = "admin/seminars/talk/history.html"
    inlines = [AppearanceInline, TopicInline, JointInline]
    autocomplete_fields = ["room"]
    list_display = [what, when, who, where_it_belongs, "room", "state", missing]
    list_filter = [WhenFilter, "state", SeriesFilter, GapFilter, HostFilter]
    date_hierarchy = "starts_at"
    search_fields = ["search_text"]
    actions = [change_several, "delete_selected", export_workbook, export_csv]
    fieldsets = [
        (None, {"fields": [("series", "title")]}),
        (_("When and where"), {"classes": [WHEN], "fields": ["starts_at", "ends_at", "room"]}),
        (None, {"fields": ["abstract"]}),
        (_("Joining online"), {"classes": [FOLD], "fields": [("join_url", "passcode"), "join_access"]}),
        (_("Time zone and shared room"), {"classes": [FOLD], "fields": ["shares_room", "zone"]}),
        (
            _("For visitors"),
            {"classes": [FOLD], "fields": ["notice", "programme", "host", "audience", ("kind", "language")]},
        ),
        (
            _("Afterwards"),
            {"classes": [FOLD], "fields": ["recording", "recording_url", "slides_url", "paper_url", "code_url"]},
        ),
        (_("For organisers only"), {"classes": [FOLD], "fields": ["notes"]}),
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

    # --- finding ---

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        return [*super().get_list_display(request), change_of(request)]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Talk]:
        return super().get_queryset(request).with_series_and_room()

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Talk | None:
        talk: Talk | None = super().get_object(request, object_id, from_field)
        if talk:
            prefetch_for_form(talk)
        return talk

    def get_changelist(self, request: HttpRequest, **options: Any) -> type[TalkList]:
        return TalkList

    def get_ordering(self, request: HttpRequest) -> list[str]:
        return ["-starts_at", "-pk"] if request.GET.get(WhenFilter.parameter_name) == "past" else ["starts_at", "pk"]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Talk], search_term: str
    ) -> tuple[QuerySet[Talk], bool]:
        """Search the list as visitors search, ignoring accents and case."""
        question = Question.asked(search_term)
        return (queryset.matching(question) if question else queryset), False

    # --- filling in ---

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return request.editor.initial.fields

    def get_form(
        self, request: HttpRequest, obj: Talk | None = None, change: bool = False, **options: Any
    ) -> type[ModelForm]:
        form = super().get_form(request, obj, change=change, **options)
        request.editor.open(obj, form, lambda: self.get_formsets_with_inlines(request, obj))
        return form

    def get_formset_kwargs(self, request: HttpRequest, obj: Talk, inline: DeskInline, prefix: str) -> dict[str, Any]:
        if request.method == "POST":  # Django would copy all that was sent for each of them
            own = {"instance": obj, "prefix": prefix, "queryset": inline.get_queryset(request)}
            return own | {"data": request.editor.data, "files": request.FILES}
        initial = {"initial": request.editor.initial.rows_of(inline.model)}
        return super().get_formset_kwargs(request, obj, inline, prefix) | initial

    def prepare(self, request: HttpRequest) -> None:
        super().prepare(request)
        for upload in request.FILES.values():
            with suppress(ValidationError):  # the form says it
                read(upload)

    def render_change_form(self, request: HttpRequest, context: dict, *args: Any, **options: Any) -> HttpResponse:
        """Show the state of the talk, what it lacks, and the possible transitions."""
        talk: Talk | None = context["original"]
        mine = talk is None or self.has_change_permission(request, talk)
        context |= request.editor.context() | {"may_announce": mine and (talk is None or not talk.is_public)}
        context |= _told_of(request, talk, mine) if talk else {"series_to_choose": _series_to_choose(request)}
        people, *tables = context["inline_admin_formsets"]
        known = [form.known_person for form in people.formset.forms if getattr(form, "known_person", None)]
        context["person_talks"] = Appearance.objects.numbers_of_other_talks(known, talk)
        context |= {"people": people, "folds": folds_of(context["adminform"], tables)}
        context["show_delete"] = talk is not None and talk_changes.may_be_deleted(talk)
        return super().render_change_form(request, context, *args, **options)

    # --- saving ---

    def save_model(self, request: HttpRequest, obj: Talk, form: TalkForm, change: bool) -> None:
        """Leave it to `save_related`: a talk is written with its people, topics and further series."""

    def save_related(self, request: HttpRequest, form: TalkForm, formsets: Any, change: bool) -> None:
        """Write the talk with its people, topics and further series; no change makes no edition."""
        parts, editor = _parts(formsets, form), request.editor
        if not change or form.has_changed() or parts:
            keep_notice = "notice" in form.changed_data
            with telling_as_asked(request, [form.instance] if change else []):
                editor.saved = talk_changes.save(
                    form.instance, by=request.user, parts=parts, before=editor.original, keep_notice=keep_notice
                )
            editor.tell(form.cleaned_data, parts)
        formulas.warn(request, formulas.typed_into(form, formsets))

    # --- transitions ---

    def get_urls(self) -> list[URLPattern]:
        page = self.admin_site.admin_view(TransitionPage.as_view(desk=self))
        leave = self.admin_site.admin_view(LeavePage.as_view(desk=self))
        ours = [
            path("transitions/<slug:name>/", page, name="seminars_talk_transition"),
            path(
                "export/<slug:form>/",
                self.admin_site.admin_view(partial(export_view, self)),
                name="seminars_talk_export",
            ),
            path("<path:object_id>/leave/", leave, name="seminars_talk_leave"),
        ]
        return [*ours, *super().get_urls()]

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        actions = super().get_actions(request)
        return actions and actions | bulk_transitions()

    # --- what was done to it ---

    def history_of(self, request: HttpRequest, obj: Talk) -> list[HistoryEntry]:
        return history_of_talk(request, obj)

    # --- deleting ---

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> tuple[list, dict, set, list]:
        """Raise ValidationError for a talk that subscribers may know. Used by both ways of deleting."""
        if not all(map(talk_changes.may_be_deleted, objs)):
            raise ValidationError(talk_changes.NEVER_DELETED)
        return super().get_deleted_objects(objs, request)

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: dict | None = None) -> HttpResponse:
        try:
            with recorded(request) if request.method == "POST" else nullcontext():
                return super().delete_view(request, object_id, extra_context)
        except ValidationError as refusal:
            self._offer_to_cancel(request, refusal, Talk.objects.filter(pk=parameters.as_key(unquote(object_id))))
            return redirect(with_next(reverse("admin:seminars_talk_change", args=[object_id]), asked(request)))

    @admin.action(description=_("Delete drafts"), permissions=["delete"])
    def delete_selected(self, request: HttpRequest, queryset: QuerySet[Talk]) -> HttpResponse | None:
        try:
            with recorded(request):
                return delete_all(self, request, queryset)
        except ValidationError as refusal:
            self._offer_to_cancel(request, refusal, queryset)
            return None

    def _offer_to_cancel(self, request: HttpRequest, refusal: ValidationError, talks: QuerySet[Talk]) -> None:
        """Explain the refusal and link to cancelling."""
        keys = list(
            talks.filter(state__in=TRANSITIONS["cancel"].leads_from).values_list("pk", flat=True)[:MOST_AT_ONCE]
        )
        way = [(address_of("cancel", keys, back_to=asked(request)), gettext("Cancel instead"))] if keys else []
        links = format_html_join("", ' <a href="{}">{}</a>', way)
        self.message_user(request, format_html("{}{}", " ".join(refusal.messages), links), messages.ERROR)

    def delete_model(self, request: HttpRequest, obj: Talk) -> None:
        lifecycle.delete(obj, by=request.user)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Talk]) -> None:
        for talk in queryset:
            lifecycle.delete(talk, by=request.user)


def _parts(formsets: list[BaseInlineFormSet], form: TalkForm) -> talk_changes.Parts:
    """Return the people, topics and further series that were changed; Django's log learns from `save` which ones.

    People who were typed as lines come after those of the rows.
    """
    rows: list[list[Any] | None] = []
    for formset in formsets:
        formset.save(commit=False)
        kept = [form.instance for form in formset.initial_forms if form not in formset.deleted_forms]
        rows.append([*kept, *formset.new_objects] if formset.has_changed() else None)
    people, topics, series = rows
    there = [one.instance for one in formsets[0].initial_forms] if people is None else people
    more = form.named_people.rows_beside(there) if form.named_people else []
    if "host" in form.changed_data or not form.instance.pk:
        more += Hosts([form.instance.host]).settle(form.instance, [*there, *more])
    people = [*there, *more] if more else people
    return talk_changes.Parts(
        people,
        topics if topics is None else [row.topic for row in topics],
        series if series is None else [row.series for row in series],
    )


def _without(fields: list[str | tuple[str, ...]], hidden: frozenset[str]) -> list[str | tuple[str, ...]]:
    """Leave out fields, also from groups on one line."""
    lines = (tuple(name for name in ([one] if isinstance(one, str) else one) if name not in hidden) for one in fields)
    return [line if len(line) > 1 else line[0] for line in lines if line]


def _told_of(request: HttpRequest, talk: Talk, mine: bool) -> dict[str, Any]:
    """Return what the form says about an existing talk, to people who may change it and to others."""
    told: dict[str, Any] = {"gaps": gaps_of(talk), "may_copy": mine}
    if not mine:
        return told | {"transitions": leave_transition(request, talk)}
    return told | {
        "transitions": transitions_from(talk, back_to=request.get_full_path()),
        "joint_requests": joint_requests_of(talk),
        "told": told_of_form(request, talk),
        "invitations": SpeakerInvitation.objects.for_talks([talk]).with_people().in_order(),
        "invitations_address": invitations_address(talk.series_id, talk),
        "speaker_letters": SpeakerLetter.objects.of([talk])[:MOST_LETTERS],
        "speaker_answers": SpeakerAnswer.objects.waiting(Talk.objects.filter(pk=talk.pk)).select_related("speaker"),
        "warnings": warnings_of(talk) if request.method == "GET" else [],
        "shown_to_guests": None if talk.is_public else PreviewAddress.of(talk.pk),
    }


def _series_to_choose(request: HttpRequest) -> Any:
    """Return the series whose usual values a new talk can start with; none if it already has initial values."""
    is_begun = request.GET.keys() & {"after", "copy"} or chosen_series(request)
    return [] if is_begun else access.series_of(request.user).in_order()
