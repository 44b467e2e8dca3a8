"""The people of talks: who is at one in which role, and at which talks somebody is."""

from typing import Self

from django.db import models
from django.db.models import Q

from seminars.models.appearance import Appearance
from seminars.models.fetched import fetched_rows
from seminars.models.speaker import Speaker
from seminars.models.states import Role


class PeopleOfTalk:
    """A talk, by its people."""

    def people_as(self, role: str) -> list[Appearance]:
        """Return those who appear in `role`, in their order."""
        return [appearance for appearance in fetched_rows(self, "appearances") if appearance.role == role]

    @property
    def speakers(self) -> list[Appearance]:
        """The appearances that make the headline."""
        return self.people_as(Role.SPEAKER)

    @property
    def speaker_names(self) -> str:
        """The speakers' names joined by commas, "" while they are to be announced."""
        return ", ".join(appearance.speaker.name for appearance in self.speakers)

    @property
    def hosted_by(self) -> str:
        """The names of its hosts: people who are known, and what was typed of others; "" without any."""
        known = [one.speaker.name for one in self.people_as(Role.HOST)] if self.pk else []
        return ", ".join(filter(None, [*known, self.host]))


class PeopleQuerySet(models.QuerySet):
    """Talks, by their people."""

    def by_speaker(self, *speakers: Speaker) -> Self:
        """Keep talks at which any of these people appear, in whatever role."""
        return self.filter(pk__in=Appearance.objects.filter(speaker__in=speakers).values("talk"))

    def hosted_by(self, name: str) -> Self:
        """Keep talks whose host has this name, whether that is a known person or only words."""
        known = Appearance.objects.filter(role=Role.HOST, speaker__name=name)
        return self.filter(Q(host=name) | Q(pk__in=known.values("talk")))

    def host_names(self) -> list[str]:
        """Return the names of the hosts of these talks, in any order, each once: two queries."""
        known = Appearance.objects.filter(role=Role.HOST, talk__in=self.order_by().values("pk")).order_by()
        typed = self.order_by().exclude(host="").values_list("host", flat=True)
        return list({*known.values_list("speaker__name", flat=True), *typed})
