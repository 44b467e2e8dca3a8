"""What the boxes in which people are chosen say beside each name: where somebody is from, and when they spoke here."""

from datetime import timedelta
from typing import Any

from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.db.models import Model

from seminars import access
from seminars.models import Speaker, User
from seminars.selectors.talks_given import TalksGiven, spoke_sentence, talks_given
from seminars.times import local

MOST_NAMES = 500  # offered while one types
NEAR = timedelta(days=730)  # of talks within this time, the form learns the days, and looks which are near its own


def names_to_offer(user: User) -> list[tuple[str, str]]:
    """Return the names of those who are known, and what a list of suggestions says beside each: four queries."""
    people = list(Speaker.objects.in_order().only("name")[:MOST_NAMES])
    given = talks_given(people, access.talks_known_to(user))
    return [(one.name, given[one.pk].sentence if one.pk in given else "") for one in people]


class DeskAutocomplete(AutocompleteJsonView):
    """Django's answer to a box of choices; of people it says more, as far as this person may learn of their talks."""

    given: dict[int, TalksGiven] = {}

    def get_context_data(self, **words: Any) -> dict[str, Any]:
        context = super().get_context_data(**words)
        if self.model_admin.model is Speaker:
            known = access.talks_known_to(self.request.user)
            self.given = talks_given(list(context["object_list"]), known, within=NEAR)
        return context

    def serialize_result(self, obj: Model, to_field_name: str) -> dict[str, Any]:
        told = super().serialize_result(obj, to_field_name)
        if not isinstance(obj, Speaker):
            return told
        given = self.given.get(obj.pk, TalksGiven())
        near = [
            {
                "talk": talk.pk,
                "day": f"{local(talk.starts_at, talk.zone_info):%Y-%m-%d}",
                "sentence": spoke_sentence(obj.name, talk),
            }
            for talk in given.near
        ]
        beside = " · ".join(filter(None, (obj.affiliation, given.sentence)))
        return told | {"name": obj.name, "beside": beside, "near": near}
