"""Speakers on the desk."""

import json
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ORDER_VAR
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _

from seminars import access
from seminars.admin.base import DeskList
from seminars.admin.merging import merge_page
from seminars.admin.photos import PictureAdmin
from seminars.admin.rights import rights
from seminars.admin.shared_rows import SharedRowWithHistoryAdmin
from seminars.date_formats import day_in_year
from seminars.forms import parameters
from seminars.forms.speakers import SpeakerForm
from seminars.models import Appearance, Speaker, Talk, User
from seminars.selectors.talks_given import TalksGiven, talks_given
from seminars.times import local

MOST_TALKS = 200  # in the form of a person


class PeopleList(DeskList):
    """The list of people, with the talks that each of them gave, as far as this person may learn of them."""

    def get_queryset(self, request: HttpRequest, *args: Any, **options: Any) -> QuerySet[Speaker]:
        self.known = access.talks_known_to(request.user)
        if ORDER_VAR in request.GET:  # perhaps by the talks of each
            self.root_queryset = self.root_queryset.with_talks_given(self.known)
        return super().get_queryset(request, *args, **options)

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        given = talks_given(list(self.result_list), self.known)
        for person in self.result_list:
            person.given = given.get(person.pk, TalksGiven())


@admin.display(description=_("talks given"), ordering="number_given")
def number_of_talks(speaker: Speaker) -> int:
    return speaker.given.number


@admin.display(description=_("last talk"), ordering="last_given_at", empty_value="–")
def last_talk(speaker: Speaker) -> str:
    return speaker.given.when


@admin.register(Speaker)
class SpeakerAdmin(PictureAdmin, SharedRowWithHistoryAdmin):
    """The people who appear at talks, shared by all series."""

    form = SpeakerForm
    list_display = ["name", "affiliation", number_of_talks, last_talk, "has_biography", "has_photo"]
    search_fields = ["name", "sort_name", "other_names", "affiliation", "email"]
    fieldsets = [
        (None, {"fields": ["name", "affiliation", "pronouns", "homepage", "orcid", "email"]}),
        (None, {"fields": ["biography"]}),
        (_("Photo"), {"fields": ["present_picture", "upload", "is_without_picture"]}),
        (_("Sorting and searching"), {"classes": ["collapse"], "fields": ["sort_name", "other_names"]}),
    ]

    @admin.display(description=_("biography"), boolean=True)
    def has_biography(self, speaker: Speaker) -> bool:
        return bool(speaker.biography)

    @admin.display(description=_("photo"), boolean=True)
    def has_photo(self, speaker: Speaker) -> bool:
        return speaker.photo_id is not None

    def get_changelist(self, request: HttpRequest, **options: Any) -> type[PeopleList]:
        return PeopleList

    def get_view_on_site_url(self, obj: Model | None = None) -> str | None:
        """Only those who appear at a public talk have a page."""
        return super().get_view_on_site_url(obj) if obj and Speaker.objects.public().contains(obj) else None

    # --- one row for each person ---

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Speaker], search_term: str
    ) -> tuple[QuerySet[Speaker], bool]:
        """Find people despite accents and typos, in the list and as somebody types a name in a talk's form."""
        found, may_repeat = super().get_search_results(request, queryset, search_term)
        if not search_term.strip():
            return found, may_repeat
        alike = Speaker.objects.looked_for(search_term)
        return queryset.filter(Q(pk__in=found.values("pk")) | Q(pk__in=alike.values("pk"))), False

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: dict | None = None) -> HttpResponse:
        """Hand the person who was there already to the form behind a popup that asked "Did you mean …?"."""
        known = Speaker.objects.all() if self.has_add_permission(request) else Speaker.objects.none()
        existing = parameters.row(request.GET, "_existing", known)
        if existing is None:
            return super().add_view(request, form_url, extra_context)
        chosen = json.dumps({"value": str(existing.pk), "obj": str(existing)})
        return TemplateResponse(request, "admin/popup_response.html", {"popup_response_data": chosen})

    def render_change_form(self, request: HttpRequest, context: dict, *args: Any, **options: Any) -> HttpResponse:
        is_popup = context["is_popup"]
        context["may_merge"] = context["original"] and rights(request).is_administrator and not is_popup
        if context["original"] and not is_popup:
            context["talks"] = talks_of_person(context["original"], request.user)
        return super().render_change_form(request, context, *args, **options)

    def get_urls(self) -> list[URLPattern]:
        page = self.admin_site.admin_view(partial(merge_page, self))
        return [path("<int:object_id>/merge/", page, name="seminars_speaker_merge"), *super().get_urls()]


@dataclass(frozen=True)
class TalkOfPerson:
    """A talk in the form of a person: in which roles they are there, and whether the desk has its form."""

    talk: Talk
    roles: str
    is_on_desk: bool

    @property
    def day(self) -> str:
        return day_in_year(local(self.talk.starts_at, self.talk.zone_info))


def talks_of_person(person: Speaker, user: User) -> list[TalkOfPerson]:
    """Return the talks at which somebody appears, as far as `user` may learn of them, the latest first."""
    known = access.talks_known_to(user).by_speaker(person)
    talks = list(known.latest_first().for_pages()[:MOST_TALKS])
    own = set(access.talks_on_the_desk_of(user).with_keys([talk.pk for talk in talks]).primary_keys())
    roles: dict[int, list[str]] = {}
    for row in Appearance.objects.filter(speaker=person, talk__in=talks).in_order():
        roles.setdefault(row.talk_id, []).append(row.get_role_display())
    return [TalkOfPerson(talk, ", ".join(roles[talk.pk]), talk.pk in own) for talk in talks]
