"""Rooms: where talks take place."""

from datetime import date
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from seminars import text
from seminars.models.name_order import NameOrder
from seminars.models.shared_changes import SharedModel, SharedQuerySet
from seminars.models.wall_times import ZoneField
from seminars.times import today


class RoomQuerySet(SharedQuerySet):
    """Rooms."""

    def in_order(self) -> "RoomQuerySet":
        return self.order_by(NameOrder("building"), NameOrder("name"), "pk")

    def buildings(self) -> list[str]:
        """Return the names of the buildings in which there are rooms."""
        buildings = self.exclude(building="").order_by().values_list("building", flat=True).distinct()
        return sorted(buildings, key=text.sort_key)

    def locked(self) -> "RoomQuerySet":
        """Hold the rooms until the transaction ends, in one order, so that clash checks take turns."""
        return self.select_for_update().order_by("pk")


class Room(SharedModel):
    """A room, its address and how people get into it."""

    NOUN = "rooms"
    ADDRESS_FIELD = "room"

    building = models.CharField(_("building"), max_length=200, blank=True)
    street = models.CharField(_("street"), max_length=200, blank=True)
    city = models.CharField(_("city"), max_length=100, blank=True)
    region = models.CharField(_("region"), max_length=100, blank=True)
    postal_code = models.CharField(_("postal code"), max_length=20, blank=True)
    country = models.CharField(_("country"), max_length=100, blank=True)
    map_url = models.URLField(_("map link"), max_length=500, blank=True)
    latitude = models.DecimalField(
        _("latitude"), max_digits=8, decimal_places=6, null=True, blank=True,
        validators=[MinValueValidator(-90), MaxValueValidator(90)],
    )  # fmt: skip
    longitude = models.DecimalField(
        _("longitude"), max_digits=9, decimal_places=6, null=True, blank=True,
        validators=[MinValueValidator(-180), MaxValueValidator(180)],
    )  # fmt: skip
    zone = ZoneField(_("time zone"), help_text=_("Only if it is not the department’s, for example America/Vancouver."))
    capacity = models.PositiveIntegerField(_("capacity"), null=True, blank=True)
    getting_there = models.TextField(_("getting there"), blank=True, help_text=_("Markdown."))
    access_notes = models.TextField(
        _("access notes"), blank=True, help_text=_("Step-free access, hearing loop and so on. Markdown.")
    )
    formerly = models.CharField(_("formerly"), max_length=200, blank=True, help_text=_("The old name of the room."))
    formerly_until = models.DateField(_("shown as formerly until"), null=True, blank=True)
    is_exclusive = models.BooleanField(
        _("one talk at a time"),
        default=True,
        help_text=_("Switch this off for a place that several talks can share, such as an atrium."),
    )

    objects = RoomQuerySet.as_manager()

    class Meta:
        verbose_name = _("room")
        verbose_name_plural = _("rooms")
        ordering = ["building", "name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["name", "building"], name="room_names_differ_within_a_building"),
            models.CheckConstraint(
                name="room_has_both_coordinates_or_none",
                condition=models.Q(latitude__isnull=True, longitude__isnull=True)
                | models.Q(latitude__isnull=False, longitude__isnull=False),
                violation_error_message=_("Enter both latitude and longitude, or neither."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.building}, {self.name}" if self.building else self.name

    @property
    def address_lines(self) -> list[str]:
        """The postal address below building and room, without empty parts."""
        parts = [self.street, self.city, self.region, self.postal_code, self.country]
        return [part for part in parts if part]

    @property
    def map_address(self) -> str:
        """The map link, or OpenStreetMap at the coordinates; "" where neither is known."""
        if self.map_url or self.latitude is None:
            return self.map_url
        place = f"{self.latitude:f}/{self.longitude:f}"
        return f"https://www.openstreetmap.org/?mlat={self.latitude:f}&mlon={self.longitude:f}#map=18/{place}"

    @property
    def directions_address(self) -> str:
        """OpenStreetMap's way there; "" where the coordinates are not known."""
        place = {"to": f"{self.latitude:f},{self.longitude:f}"} if self.latitude is not None else {}
        return f"https://www.openstreetmap.org/directions?{urlencode(place)}" if place else ""

    @property
    def geo_address(self) -> str:
        """The place for the map app of a phone (RFC 5870); with `q`, Android's apps put a pin there."""
        place = f"{self.latitude:f},{self.longitude:f}" if self.latitude is not None else ""
        return f"geo:{place}?q={place}" if place else ""

    @property
    def location(self) -> str:
        """The whole place on one line: building, room, street, city, region, postal code, country."""
        return ", ".join(part for part in [self.building, self.name, *self.address_lines] if part)

    def former_name(self, day: date | None = None) -> str:
        """Return the old name while visitors are still told of it on `day` (default: today), else ""."""
        shown = self.formerly_until is None or (day or today()) <= self.formerly_until
        return self.formerly if shown else ""

    def clean(self) -> None:
        if self.formerly_until and not self.formerly:
            raise ValidationError({"formerly": _("Enter the old name too, or clear the day until which it is shown.")})
