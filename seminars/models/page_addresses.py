"""Addresses: slugs, absolute links, and the former addresses that still lead somewhere."""

import re
from collections.abc import Iterable
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit
from uuid import NAMESPACE_URL, uuid5

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from seminars import languages
from seminars import text as texts
from seminars.models.edition import PublicModel, PublicQuerySet, publishing

SLUG_LENGTH = 60
IS_UUID = re.compile(r"(?i)[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
TARGETS = ("talk", "series", "room", "speaker", "topic", "department")


def absolute(path: str) -> str:
    """Return the full public address of `path`, which begins with the prefix under which the site runs."""
    site = urlsplit(settings.SITE_URL)
    return f"{site.scheme}://{site.netloc}{path}"


def urn(uid: str) -> str:
    """Return an identity as a URN (RFC 9562 §4): a UUID stays what it is, from any other text one is derived."""
    return f"urn:uuid:{uid.lower() if IS_UUID.fullmatch(uid) else uuid5(NAMESPACE_URL, uid)}"


def short_slug(text: str) -> str:
    """Return a Latin slug of whole words within SLUG_LENGTH characters, or "" where the text has no Latin letters."""
    slug = slugify(texts.fold(text))
    if len(slug) <= SLUG_LENGTH:
        return slug
    return slug[: SLUG_LENGTH + 1].rpartition("-")[0] or slug[:SLUG_LENGTH]


def asks_for_calendar(path: str, query: str) -> bool:
    """Tell whether an old address is one that calendars follow: `….ics`, `?ical=1` or `?format=ics`."""
    asked = parse_qs(query, keep_blank_values=True)
    return path.endswith(".ics") or not {"ical", "outlook-ical"}.isdisjoint(asked) or "ics" in asked.get("format", ())


def calendar_of(thing: models.Model) -> str:
    """Return the path of the calendar of a talk, series, room, speaker or topic, or of all talks of the department."""
    if path := getattr(thing, "calendar_path", ""):
        return path
    field = getattr(thing, "ADDRESS_FIELD", "")
    return (
        reverse(f"{field}-feed", args=[thing.slug, "calendar.ics"]) if field else reverse("feed", args=["calendar.ics"])
    )


class AddressedQuerySet(PublicQuerySet):
    """Rows with a page of their own at `<noun>/<slug>/`."""

    def with_slugs(self, slugs: list[str]) -> dict[str, models.Model]:
        """Return the row that each slug means, former slugs included; unknown slugs are left out."""
        possible = [slug for slug in slugs if "\0" not in slug]  # PostgreSQL refuses even to look for that character
        found = {row.slug: row for row in self.filter(slug__in=possible)}
        missing = {self.model.path_of(slug): slug for slug in possible if slug not in found}
        former = FormerAddress.objects.meanings(missing) if missing else {}
        keys = {path: row.pk for path, row in former.items() if isinstance(row, self.model)}
        rows = self.in_bulk(keys.values()) if keys else {}
        return found | {missing[path]: rows[key] for path, key in keys.items() if key in rows}

    def after_slug(self, slug: str) -> "AddressedQuerySet":
        """Keep rows that come after this slug, in the order of their slugs: each part of a list begins so."""
        return self.filter(slug__gt=slug).order_by("slug")

    def paths(self) -> dict[int, str]:
        """Return the path of each row's page by its primary key, in the order of the rows: one query."""
        return {row.pk: row.get_absolute_url() for row in self.only("slug")}

    def give_slugs(self, rows: Iterable[models.Model]) -> None:
        """Give slugs to new rows that have none, as saving them one by one would: one query."""
        taken = set(self.values_list("slug", flat=True))
        for row in rows:
            base = slug = row.slug or short_slug(row.name) or self.model.ADDRESS_FIELD
            number = 1
            while slug in taken:
                slug = f"{base}-{(number := number + 1)}"
            row.slug = slug
            taken.add(slug)

    def free_slug(self, text: str, fallback: str) -> str:
        """Return a slug for `text` that no other row has."""
        base = short_slug(text) or fallback
        taken = set(self.filter(slug__startswith=base).values_list("slug", flat=True))
        candidates = (base if number == 1 else f"{base}-{number}" for number in range(1, len(taken) + 2))
        return next(slug for slug in candidates if slug not in taken)


class AddressedModel(PublicModel):
    """A row with a slug and a page; a blank slug is proposed from the name, a changed one leaves a former address."""

    NOUN: ClassVar[str]  # the first part of the path: "rooms"
    ADDRESS_FIELD: ClassVar[str]  # the name of the address in urls.py and of the field of FormerAddress: "room"

    name = models.CharField(_("name"), max_length=200)
    slug = models.SlugField(
        _("address"),
        max_length=80,
        unique=True,
        blank=True,
        help_text=_("The last part of the page’s address. If you leave it blank, it is made from the name."),
    )

    objects = AddressedQuerySet.as_manager()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    @classmethod
    def path_of(cls, slug: str) -> str:
        """Return the path of the page, without the prefix under which the site runs."""
        return f"/{cls.NOUN}/{slug}/"

    def get_absolute_url(self) -> str:
        return reverse(self.ADDRESS_FIELD, args=[self.slug])

    def save(self, *args: Any, **options: Any) -> None:
        if not self.slug:
            self.slug = type(self).objects.exclude(pk=self.pk).free_slug(self.name, self.ADDRESS_FIELD)
        with publishing(savepoint=False):
            old = type(self).objects.filter(pk=self.pk).exclude(slug=self.slug).values_list("slug", flat=True).first()
            super().save(*args, **options)
            if old:
                FormerAddress.objects.remember(self.path_of(old), self)


class FormerAddressQuerySet(PublicQuerySet):
    """Old paths and what they mean now."""

    def meanings(self, paths: Iterable[str]) -> dict[str, models.Model]:
        """Return what each of these old addresses means now, its query string included; others are left out."""
        asked = [path for path in paths if "\0" not in path]  # PostgreSQL refuses even to look for that character
        return {row.path: row.target for row in self.filter(path__in=asked).select_related(*TARGETS)}

    def known_among(self, paths: Iterable[str]) -> set[str]:
        """Return those of these paths that lead somewhere already."""
        asked = [path for path in paths if "\0" not in path]
        return set(self.filter(path__in=asked).values_list("path", flat=True))

    def meaning(self, path: str, query: str = "") -> models.Model | None:
        """Return what an old path means now; an address kept with its query string wins over one without.

        Pages in other languages share the old paths of their page in the department's.
        """
        asked = [f"{path}?{query}", path, f"{languages.without(path)}?{query}", languages.without(path)]
        known = self.meanings(asked)
        return next((known[one] for one in asked if one in known), None)

    def lead_on(self, gone: models.Model, to: models.Model) -> None:
        """Make every old address of `gone`, and its present one, lead to another row of its kind."""
        field = gone.ADDRESS_FIELD
        self.filter(**{field: gone}).update(**{field: to})
        self.remember(gone.path_of(gone.slug), to)

    def remember(self, path: str, thing: models.Model) -> None:
        """Make `path` lead to `thing` from now on."""
        meaning = dict.fromkeys(TARGETS) | {thing._meta.model_name: thing}
        self.update_or_create(path=path, defaults=meaning)


def _meaning(model: str, name: Promise, **options: Any) -> models.ForeignKey:
    """Return the field for one of the things that an old path may lead to."""
    fixed = {"null": True, "blank": True, "related_name": "former_addresses", "verbose_name": name}
    return models.ForeignKey(model, models.CASCADE, **fixed, **options)


class FormerAddress(PublicModel):
    """A path, query string included, that once was the address of a talk, series, room, speaker or topic, or of all."""

    path = models.CharField(
        _("old path"),
        max_length=500,
        unique=True,
        help_text=_("Begins with /, without the prefix under which the site runs. A query string is part of it."),
    )
    talk = _meaning("Talk", _("talk"))
    series = _meaning("Series", _("series"))
    room = _meaning("Room", _("room"))
    speaker = _meaning("Speaker", _("speaker"))
    topic = _meaning("Topic", _("topic"))
    department = _meaning("Department", _("everything"), help_text=_("The front page, or the calendar of all talks."))

    objects = FormerAddressQuerySet.as_manager()

    class Meta:
        verbose_name = _("former address")
        verbose_name_plural = _("former addresses")
        ordering = ["path"]
        constraints = [
            models.CheckConstraint(
                name="former_address_means_one_thing",
                condition=models.Q(
                    *(models.Q(**{f"{name}__isnull": name != target for name in TARGETS}) for target in TARGETS),
                    _connector=models.Q.OR,
                ),
                violation_error_message=_("Choose exactly one thing that this address leads to."),
            ),
            models.CheckConstraint(name="former_address_is_a_path", condition=models.Q(path__startswith="/")),
        ]

    def __str__(self) -> str:
        return self.path

    @property
    def target(self) -> models.Model:
        """What the address now means."""
        return next(thing for name in TARGETS if (thing := getattr(self, name)))

    @property
    def leads_to(self) -> str:
        """The path to which it leads now: of a calendar where the old one asks for a calendar, else of a page."""
        path, _mark, query = self.path.partition("?")
        return calendar_of(self.target) if asks_for_calendar(path, query) else self.target.get_absolute_url()

    def clean(self) -> None:
        if not self.path.startswith("/"):
            raise ValidationError({"path": _("Begin the old path with a slash, such as /event/old-name/.")})
