"""The inlines of a talk's form: people, topics and further series; a new talk has the topics of its series."""

from typing import Any

from django.db.models import ForeignKey
from django.forms import BaseInlineFormSet, ModelChoiceField
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from seminars import access
from seminars.admin.base import DeskBlocks, DeskInline
from seminars.forms.desk import KnownRowsFormSet
from seminars.forms.talks import (
    AppearanceForm,
    JointTalkForm,
    PastedAppearanceForm,
    PersonField,
    TalkTopicForm,
)
from seminars.models import Appearance, JointTalk, SeriesQuerySet, Talk, TalkTopic


class AppearanceInline(DeskBlocks):
    """The people, with the affiliation of that day."""

    model = Appearance
    form, formset = AppearanceForm, KnownRowsFormSet
    template = "admin/seminars/talk/_people.html"
    verbose_name, verbose_name_plural = _("person"), _("people")
    autocomplete_fields = ["speaker"]

    def get_extra(self, request: HttpRequest, obj: Talk | None = None, **options: Any) -> int:
        return len(request.editor.initial.people) or int(obj is None or not obj.speakers)

    def get_fields(self, request: HttpRequest, obj: Talk | None = None) -> list[Any]:
        person = ["biography", "biography_seen", "upload", *(["homepage"] if request.editor.is_pasted else [])]
        return ["speaker", "new_name", "is_another", "role", "affiliation", "is_external", "order", *person]

    def formfield_for_foreignkey(
        self, db_field: ForeignKey, request: HttpRequest, **options: Any
    ) -> ModelChoiceField | None:
        """Take a typed name that nobody has for a new person."""
        field = super().formfield_for_foreignkey(db_field, request, **options | {"form_class": PersonField})
        if field:
            field.widget.attrs |= {"data-tags": "true"}
        return field

    def get_formset(self, request: HttpRequest, obj: Talk | None = None, **options: Any) -> type[BaseInlineFormSet]:
        form = PastedAppearanceForm if request.editor.is_pasted else AppearanceForm
        formset = super().get_formset(request, obj, **options | {"form": form})
        formset.form.biographies = request.editor.initial.biographies
        formset.form.replaced = request.editor.initial.replaced
        formset.form.is_unchecked = request.editor.adds_person
        return formset


class TopicInline(DeskInline):
    """What the talk is about."""

    model = TalkTopic
    form = TalkTopicForm
    verbose_name, verbose_name_plural = _("topic"), _("topics of the talk")
    fields = autocomplete_fields = ["topic"]

    def get_extra(self, request: HttpRequest, obj: Talk | None = None, **options: Any) -> int:
        return len(request.editor.initial.topics)


class JointInline(DeskInline):
    """The other series that it is in."""

    model = JointTalk
    form = JointTalkForm
    fields = autocomplete_fields = ["series"]
    verbose_name = _("series")
    verbose_name_plural = _("also in series (you can ask the organisers of other series)")

    def get_field_queryset(self, db: str | None, db_field: ForeignKey, request: HttpRequest) -> SeriesQuerySet:
        """Accept only series that the organiser can see."""
        return access.series_visible_to(request.user).in_order()
