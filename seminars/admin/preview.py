"""What subscribers see of a talk, and what they will see of a change before it is saved."""

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib import messages
from django.db.models import Model
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from seminars.formats import ics_preview
from seminars.formats.ics_facts import Facts, facts_of
from seminars.formats.ics_preview import PrintedEntry
from seminars.models import Talk
from seminars.models.edition import trying


@dataclass(frozen=True)
class Preview:
    """What a change will do to the calendar entry."""

    entry: PrintedEntry
    sentences: list[str]


class _SavedForLooking(Exception):
    """Carries the facts of a talk as it would be out of the transaction that saved it, which is thereby undone."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts


def is_preview(request: HttpRequest) -> bool:
    return "_preview" in request.POST


def previews_of(keys: list[int], change: Callable[[], None]) -> dict[int, Preview]:
    """Make a change of these talks, look at what subscribers would see of each, and undo it.

    Raise ValidationError where the change is refused.
    """
    with trying():
        before = _facts(keys)
        change()
        after = _facts(keys)
    return {key: _preview(before[key], after[key]) for key in keys}


def _facts(keys: list[int]) -> dict[int, Facts]:
    return {talk.pk: facts_of(talk) for talk in Talk.objects.with_keys(keys).with_all_that_is_printed()}


def _facts_of(key: str | int) -> Facts | None:
    talk = Talk.objects.with_all_that_is_printed().filter(pk=key).first()
    return talk and facts_of(talk)


class PreviewingTalks:
    """Lets the form of a talk be saved and undone, and shown again with what the change will do.

    Only the real way of saving knows what follows from what was typed: a notice, a state, a refusal.
    """

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, *args: object, **options: object
    ) -> HttpResponse:
        try:
            return super().changeform_view(request, object_id, *args, **options)
        except _SavedForLooking as looked_at:
            request.preview = _preview(object_id and _facts_of(object_id), looked_at.facts)
            return super().changeform_view(request, object_id, *args, **options)

    def get_form(
        self, request: HttpRequest, obj: Model | None = None, change: bool = False, **options: object
    ) -> type[ModelForm]:
        form = super().get_form(request, obj, change=change, **options)
        form.is_only_shown = hasattr(request, "preview")
        return form

    def response_add(self, request: HttpRequest, obj: Talk, post_url_continue: str | None = None) -> HttpResponse:
        _stop_here(request, obj)
        return super().response_add(request, obj, post_url_continue)

    def response_change(self, request: HttpRequest, obj: Talk) -> HttpResponse:
        _stop_here(request, obj)
        return super().response_change(request, obj)

    def render_change_form(self, request: HttpRequest, context: dict, *args: object, **options: object) -> HttpResponse:
        preview: Preview | None = getattr(request, "preview", None)
        original: Talk | None = context["original"]
        facts = None if preview or original is None else _facts_of(original.pk)
        context |= {"preview": preview, "entry": preview.entry if preview else facts and ics_preview.entry(facts)}
        if preview:
            messages.info(request, _("Nothing is saved yet: this is a preview."))
        return super().render_change_form(request, context, *args, **options)


def _stop_here(request: HttpRequest, talk: Talk) -> None:
    if is_preview(request):
        raise _SavedForLooking(_facts_of(talk.pk))


def _preview(before: Facts | None, after: Facts) -> Preview:
    if after.state == "draft" and (before is None or before.state == "draft"):
        return Preview(ics_preview.entry(after), [_("Subscribers see nothing of it: the talk is a draft.")])
    sentences = ics_preview.changes(before, after) if before else []
    return Preview(ics_preview.entry(after), sentences or [_("Nothing that subscribers see changes.")])
