"""What stands within a talk's form: people, topics, further series; a new talk begins with those of its series."""

from typing import Any

from django.db.models import ForeignKey, Model
from django.forms import ModelChoiceField
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from seminars import access
from seminars.admin.base import DeskBlocks, DeskInline
from seminars.forms.talks import AppearanceForm, TalkTopicForm
from seminars.models import Appearance, JointTalk, Series, TalkTopic


def chosen_series(request: HttpRequest) -> Series | None:
    """Return the series of a talk that is being added: the one that the address names, or the organiser's only one."""
    own = access.series_of(request.user)
    key = request.GET.get("series", "")
    if key.isascii() and key.isdigit():
        return own.filter(pk=key).first()
    few = list(own[:2])
    return few[0] if len(few) == 1 else None


class AppearanceInline(DeskBlocks):
    """The people, with the affiliation of that day."""

    model = Appearance
    form = AppearanceForm
    fields = [("speaker", "role"), ("affiliation", "is_external", "order")]
    autocomplete_fields = ["speaker"]

    def get_extra(self, request: HttpRequest, obj: Model | None = None, **options: Any) -> int:
        return 1 if obj is None or not obj.speakers else 0


class TopicInline(DeskInline):
    """What the talk is about."""

    model = TalkTopic
    form = TalkTopicForm
    autocomplete_fields = ["topic"]

    def initial(self, request: HttpRequest, obj: Model | None) -> list[dict[str, Any]]:
        """Return the rows that a new talk begins with."""
        is_new = request.method == "GET" and (obj is None or obj.pk is None)
        series = chosen_series(request) if is_new else None
        return [{"topic": topic} for topic in series.default_topics.in_order()] if series else []

    def get_extra(self, request: HttpRequest, obj: Model | None = None, **options: Any) -> int:
        return len(self.initial(request, obj))


class JointInline(DeskInline):
    """The other series that it is in."""

    model = JointTalk
    autocomplete_fields = ["series"]

    def formfield_for_foreignkey(
        self, db_field: ForeignKey, request: HttpRequest, **options: Any
    ) -> ModelChoiceField | None:
        """Take no series that the organiser cannot know of, whatever number is sent."""
        if db_field.name == "series":
            options["queryset"] = access.series_visible_to(request.user).in_order()
            refusal = _("This is no series that you may choose. Choose a listed one or one of your own.")
            options["error_messages"] = {"invalid_choice": refusal}
        return super().formfield_for_foreignkey(db_field, request, **options)
