"""What the templates of the desk may say beyond those of the site."""

from collections.abc import Mapping
from datetime import UTC
from typing import Any
from urllib.parse import urlencode

from django import template
from django.contrib.messages.storage.base import Message
from django.db.models import Model
from django.forms import BoundField
from django.template import RequestContext
from django.urls import reverse
from django.utils.safestring import SafeString

from seminars import access, date_formats
from seminars.forms.next_page import next_of, with_next
from seminars.models import SharedChange
from seminars.models.talk_naming import speaker_and_title
from seminars.phrases import api_tokens, shared_changes

register = template.Library()

register.filter("speaker_and_title", speaker_and_title)
register.filter("moment_in_utc", lambda moment: date_formats.moment(moment, UTC))
register.filter("deed", shared_changes.deed)
register.filter("token_rights", api_tokens.rights)


@register.simple_tag(takes_context=True)
def url_and_back(context: RequestContext, view: str, *args: Any, **query: Any) -> str:
    """Return the address of a form, with this query, whose buttons lead back to the page that is being rendered."""
    return with_next(_address(view, args, query), context["request"].get_full_path())


@register.simple_tag(takes_context=True)
def url_and_next(context: RequestContext, view: str, *args: Any, **query: Any) -> str:
    """Return the address of a form whose buttons lead to the same page as those of the form that is being rendered."""
    return with_next(_address(view, args, query), next_of(context["request"].get_full_path()))


@register.simple_tag(takes_context=True)
def edit_address(context: RequestContext, thing: Model) -> str:
    """Return the address of the form of a row, which leads back to this page; "" for those who may not change it."""
    user = context["request"].user
    if not (user.is_authenticated and access.Rights(user).may("change", type(thing), thing)):
        return ""
    return url_and_back(context, f"admin:seminars_{thing._meta.model_name}_change", thing.pk)


def _address(view: str, args: tuple[Any, ...], query: dict[str, Any]) -> str:
    address = reverse(view, args=args)
    return f"{address}?{urlencode(query)}" if query else address


@register.simple_tag
def parts_of(field: BoundField) -> list[SafeString]:
    """Return each control of a field that has several, such as a day and a time, by itself."""
    widget = field.field.widget
    attrs = field.build_widget_attrs({"id": field.auto_id}, widget)
    parts = widget.get_context(field.html_name, field.value(), attrs)["widget"]["subwidgets"]
    rendered = zip(widget.widgets, parts, strict=True)
    return [one.render(part["name"], part["value"], part["attrs"], field.form.renderer) for one, part in rendered]


@register.filter
def at(rows: Mapping[int, Any], key: int) -> Any:
    """Return the value of a key, None where there is none."""
    return rows.get(key)


@register.filter
def history_address(note: SharedChange) -> str:
    """Return the address of the history of a speaker, room or topic."""
    return reverse(f"admin:seminars_{note.kind}_history", args=[note.key])


@register.filter
def undo_offered(message: Message) -> str:
    """Return the key of the change that a message offers to undo, "" where it offers nothing."""
    tags = (message.extra_tags or "").split()
    return next((tag.removeprefix("undo-") for tag in tags if tag.startswith("undo-")), "")
