"""What templates say of calendars that follow ours."""

from django import template

from seminars.formats import ics_calendars

register = template.Library()

register.simple_tag(ics_calendars.feed_address, name="feed_address")
register.simple_tag(ics_calendars.ways_to_follow, name="ways_to_follow")
register.simple_tag(ics_calendars.ways_to_add, name="ways_to_add")


@register.filter
def folds(field: dict) -> bool:
    """Tell whether a group of choices is folded away: it is long, and nothing in it is chosen."""
    return len(field["options"]) > 12 and not any(is_chosen for _value, _words, is_chosen in field["options"])
