"""Talks: the one row of which every page, entry, poster and mail is a rendering."""

import uuid
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.db.models.constraints import Deferrable
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from seminars import times
from seminars.models.appearance import Appearance, JointTalk, TalkTopic
from seminars.models.constraints import WITH_MATERIAL, ChoicesConstraint, PostgresExclusionConstraint
from seminars.models.edition import PublicModel
from seminars.models.fetched import fetched_rows
from seminars.models.history import History
from seminars.models.page_addresses import absolute
from seminars.models.people_of_talks import PeopleOfTalk
from seminars.models.series import JoinAccess, Series, called
from seminars.models.states import CALLED_OFF, GOING_AHEAD, HOLDING, PUBLIC, Mode, Recording, State
from seminars.models.talk_address import TalkAddress, new_address_key, talk_path, talk_slug
from seminars.models.talk_naming import clash_sentence
from seminars.models.talk_queries import STAMPS, TalkQuerySet
from seminars.models.wall_times import WALL_TIME_FIELDS, HasWallTimes, WallTimeField, ZoneField, watch_moments
from seminars.times import Span, check_year, day_span, local, today

JOIN_OPENS_BEFORE, JOIN_CLOSES_AFTER = timedelta(minutes=15), timedelta(minutes=30)
MOVED_SHOWN_FOR = timedelta(days=14)

MOVED_BY_RULES = "moved"  # in place of a digest
DERIVED = WALL_TIME_FIELDS | {"entry_digest", "room_is_exclusive", "updated_at"}  # written with whatever is written


def new_uid() -> str:
    """Return a bare random UUID, the UID of a calendar entry (RFC 7986 §5.3)."""
    return str(uuid.uuid4())


class Talk(PublicModel, PeopleOfTalk, HasWallTimes):
    """One talk. Its wall times are the fact; moments are aware, follow from them in UTC, and make a half-open span."""

    # Four indexes begin with series or room, so these two need none of their own.
    series = models.ForeignKey(Series, models.PROTECT, related_name="talks", verbose_name=_("series"), db_index=False)
    also_in = models.ManyToManyField(
        Series, through=JointTalk, blank=True, related_name="joint_talks", verbose_name=_("also in")
    )
    kind = models.CharField(_("kind"), max_length=60, blank=True, help_text=_("Leave blank for the series’ kind."))
    title = models.CharField(
        _("title"), max_length=500, blank=True, help_text=_("Leave blank if it is to be announced.")
    )
    language = models.CharField(
        _("language"),
        max_length=35,
        blank=True,
        help_text=_("A language tag such as en or de-CH. Leave blank for the department’s."),
    )
    abstract = models.TextField(_("abstract"), blank=True, help_text=_("Markdown, with TeX between dollar signs."))
    people = models.ManyToManyField(
        "Speaker", through=Appearance, blank=True, related_name="talks", verbose_name=_("people")
    )

    starts_at = models.DateTimeField(_("start"))
    ends_at = models.DateTimeField(_("end"))
    zone = ZoneField(_("time zone"), help_text=_("Leave blank for the time zone of the room or the series."))
    local_zone = ZoneField(_("time zone in use"), editable=False)  # its own, the room's or the series'
    starts_local = WallTimeField(_("start"), null=True, editable=False)  # null, as below, only in rows of old releases
    ends_local = WallTimeField(_("end"), null=True, editable=False)
    zone_rules = models.CharField(max_length=16, default="", db_default="", editable=False)  # wall_times.py
    room = models.ForeignKey(
        "Room", models.PROTECT, null=True, blank=True, related_name="talks", verbose_name=_("room"), db_index=False
    )
    shares_room = models.BooleanField(_("shares the room on purpose"), default=False)
    room_is_exclusive = models.BooleanField(default=False, editable=False)  # the room's, for the exclusion constraint
    clashes_by_rules = models.BooleanField(default=False, db_default=False, editable=False)  # actions/rule_clashes.py
    join_url = models.URLField(_("join link"), max_length=500, blank=True)
    passcode = models.CharField(_("passcode"), max_length=60, blank=True)
    join_access = models.CharField(
        _("who sees the join link"), max_length=10, choices=JoinAccess, default=JoinAccess.OPEN
    )

    topics = models.ManyToManyField(
        "Topic", through=TalkTopic, blank=True, related_name="talks", verbose_name=_("topics")
    )
    host = models.CharField(_("host"), max_length=200, blank=True)
    audience = models.CharField(_("audience"), max_length=200, blank=True)
    programme = models.CharField(
        _("programme"),
        max_length=300,
        blank=True,
        help_text=_("One public line, for example “Coffee 15:30; reception 17:15, Atrium”."),
    )
    notice = models.CharField(
        _("notice"),
        max_length=300,
        blank=True,
        help_text=_("One public line, for example “Room changed from 307 to 414”."),
    )
    recording = models.CharField(_("recording"), max_length=10, choices=Recording, default=Recording.UNKNOWN)
    slides_url = models.URLField(_("slides"), max_length=500, blank=True)
    recording_url = models.URLField(_("link to the recording"), max_length=500, blank=True)
    paper_url = models.URLField(_("paper"), max_length=500, blank=True)
    code_url = models.URLField(_("code"), max_length=500, blank=True)
    notes = models.TextField(_("private notes"), blank=True, help_text=_("For organisers only."))

    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT)
    moved_from = models.DateTimeField(_("moved from"), null=True, blank=True, editable=False)
    moved_from_local = WallTimeField(_("moved from"), null=True, editable=False)
    moved_at = models.DateTimeField(_("moved at"), null=True, blank=True, editable=False)
    moved_online_at = models.DateTimeField(_("moved online at"), null=True, blank=True, editable=False)

    uid = models.CharField(_("UID"), max_length=255, unique=True, default=new_uid, editable=False)
    address_key = models.CharField(max_length=64, default=new_address_key, editable=False)
    sequence = models.PositiveIntegerField(_("sequence"), default=0, editable=False)
    entry_digest = models.CharField(max_length=64, blank=True, editable=False)
    search_text = models.TextField(blank=True, editable=False)  # folded words; kept by stamping
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    updated_at = models.DateTimeField(_("updated"), auto_now=True)
    changed_at = models.DateTimeField(_("entry changed"), null=True, editable=False)
    published_at = models.DateTimeField(_("first public"), null=True, editable=False)
    is_shown = models.BooleanField(default=False, db_default=False, editable=False)  # in lists of visitors; by stamping

    objects = TalkQuerySet.as_manager()
    history = History(excluded_fields=sorted(STAMPS - {"sequence"}))  # which a draft that comes back must have

    class Meta:
        verbose_name = _("talk")
        verbose_name_plural = _("talks")
        ordering = ["starts_at", "pk"]
        indexes = [
            models.Index(fields=["starts_at", "id"], name="talk_by_start"),
            models.Index(fields=["series", "starts_at"], name="talk_by_series"),
            models.Index(fields=["room", "starts_at"], name="talk_by_room"),
            # These hold all that decides who sees a talk under what: a page finds its talks without reading any other.
            models.Index(fields=["ends_at", "starts_at", "state", "series", "id"], name="talk_by_end"),
            models.Index(fields=["series", "ends_at", "starts_at", "state", "id"], name="talk_by_series_and_end"),
            models.Index(fields=["room", "ends_at", "starts_at", "state", "series", "id"], name="talk_by_room_and_end"),
            WITH_MATERIAL,
            models.Index(fields=["state", "series", "ends_at"], name="talk_drafts", condition=Q(state=State.DRAFT)),
        ]
        constraints = [
            models.CheckConstraint(
                name="talk_ends_after_it_starts",
                condition=Q(ends_at__gt=F("starts_at")),
                violation_error_message=_("The end must be after the start. Choose a later end."),
            ),
            ChoicesConstraint(name="talk_state_is_known", condition=Q(state__in=list(State))),
            ChoicesConstraint(name="talk_join_access_is_known", condition=Q(join_access__in=list(JoinAccess))),
            ChoicesConstraint(name="talk_recording_is_known", condition=Q(recording__in=list(Recording))),
            models.CheckConstraint(
                name="talk_move_is_whole",
                condition=Q(moved_from__isnull=True, moved_at__isnull=True)
                | Q(moved_from__isnull=False, moved_at__isnull=False),
            ),
            models.CheckConstraint(
                name="talk_public_was_published", condition=Q(state=State.DRAFT) | Q(published_at__isnull=False)
            ),
            PostgresExclusionConstraint(
                name="talk_has_its_room_alone",
                expressions=[
                    ("room", "="),
                    (models.Func("starts_at", "ends_at", models.Value("[)"), function="TSTZRANGE"), "&&"),
                ],
                condition=Q(
                    state__in=sorted(HOLDING), shares_room=False, clashes_by_rules=False, room_is_exclusive=True
                ),
                deferrable=Deferrable.DEFERRED,
            ),
        ]

    def __str__(self) -> str:
        return self.headline

    @property
    def all_series(self) -> list[Series]:
        """The home series first, then those that it is also in: for organisers."""
        return [self.series, *(series for series in fetched_rows(self, "also_in") if series.pk != self.series_id)]

    @property
    def is_listed(self) -> bool:
        """Tell whether visitors can find it in lists, search and feeds, without being given its address."""
        return self.series.is_listed or any(series.is_listed for series in fetched_rows(self, "also_in"))

    @property
    def shown_series(self) -> list[Series]:
        """The series that visitors see: the listed ones, or all of them if none is listed."""
        return [series for series in self.all_series if series.is_listed] or self.all_series

    @property
    def series_label(self) -> str:
        """The short names of its series as visitors read them: "ASSET + PRiML"."""
        return " + ".join(series.short_name for series in self.shown_series)

    @property
    def headline(self) -> str:
        """What a list calls it: the title, else the speakers, else "To be announced"."""
        return self.title or self.speaker_names or gettext("To be announced")

    @property
    def kind_name(self) -> str:
        """Its kind, else that of the first series that visitors see."""
        return self.kind or self.shown_series[0].kind

    @property
    def home_label(self) -> str:
        """The first of its series and its kind: "ASSET Seminar"."""
        return called(self.shown_series[0].short_name, self.kind_name)

    @property
    def slug(self) -> str:
        """The last part of the address."""
        return talk_slug(self.title, self.speaker_names)

    @property
    def address(self) -> TalkAddress:
        """The part of its address that finds it; it holds a key while the talk is in no listed series."""
        return TalkAddress(self.pk, "" if self.is_listed else self.address_key)

    def get_absolute_url(self) -> str:
        return talk_path(self.address, self.slug)

    @property
    def lasting_path(self) -> str:
        """The shortest path of its page; a new title does not change it."""
        return self.address.path()

    @property
    def calendar_path(self) -> str:
        return self.address.path("calendar.ics")

    @property
    def join_path(self) -> str:
        return self.address.path("join/")

    @property
    def poster_path(self) -> str:
        return self.address.path("poster/")

    # --- when and where it is ---

    @property
    def span(self) -> Span:
        return Span(self.starts_at, self.ends_at)

    @property
    def mode(self) -> Mode | None:
        """How people attend; None while nobody knows."""
        has_room = self.room_id is not None
        return Mode.of(has_room=has_room, has_link=bool(self.join_url) if has_room else self.is_online)

    @property
    def is_online(self) -> bool:
        """Tell whether it is given online alone: what takes days and has only a link may still get a room."""
        has_only_a_link = bool(self.join_url) and not self.room_id
        return has_only_a_link and (self.moved_online_at is not None or not self.takes_days)

    @property
    def holds_room(self) -> bool:
        """Tell whether nobody else may be in its room at its time."""
        may_hold = self.state in HOLDING and not self.shares_room
        return may_hold and self.room is not None and self.room.is_exclusive

    def may_be_named_beside(self, other: "Talk") -> bool:
        """Tell whether the organisers of `other` may read the title and people of this talk, which is in their way."""
        return (self.is_public and self.is_listed) or self.series_id == other.series_id

    @property
    def join_span(self) -> Span:
        """When a timed join link is shown: from 15 minutes before the start to 30 after the end."""
        return Span(self.starts_at - JOIN_OPENS_BEFORE, self.ends_at + JOIN_CLOSES_AFTER)

    def link_opens_later(self, now: datetime | None = None) -> bool:
        """Tell whether its link is a timed one whose time has not come."""
        return self.join_access == JoinAccess.TIMED and (now or timezone.now()) < self.join_span.starts_at

    @property
    def join_address(self) -> str:
        """The full stable address that leads to the link of the day, "" where there is nothing to join."""
        may_be_joined = self.join_url and not self.is_called_off
        return absolute(self.join_path) if may_be_joined else ""

    @property
    def open_join_url(self) -> str:
        """The link itself where feeds may tell it: one that is open to everyone at any time."""
        return self.join_url if self.join_access == JoinAccess.OPEN and not self.is_called_off else ""

    @property
    def open_passcode(self) -> str:
        """The passcode of a link that feeds may tell."""
        return self.passcode if self.open_join_url else ""

    def is_happening(self, now: datetime | None = None) -> bool:
        return self.is_going_ahead and self.starts_at <= (now or timezone.now()) < self.ends_at

    def is_over(self, now: datetime | None = None) -> bool:
        return self.ends_at <= (now or timezone.now())

    def is_upcoming(self, now: datetime | None = None) -> bool:
        """The row's side of `upcoming()`: a talk that is called off stays until its day is over."""
        now = now or timezone.now()
        return self.ends_at > (day_span(today(now)).starts_at if self.is_called_off else now)

    # --- where it stands ---

    @property
    def is_public(self) -> bool:
        return self.state in PUBLIC

    @property
    def is_going_ahead(self) -> bool:
        return self.state in GOING_AHEAD

    @property
    def is_called_off(self) -> bool:
        return self.state in CALLED_OFF

    @property
    def is_online_only(self) -> bool:
        """Tell whether it lost its room and is given online instead."""
        return self.moved_online_at is not None and self.mode == Mode.ONLINE

    def is_newly_moved(self, now: datetime | None = None) -> bool:
        """Tell whether listings still say "Moved": for 14 days."""
        return self.moved_at is not None and (now or timezone.now()) < self.moved_at + MOVED_SHOWN_FOR

    # --- what it must be ---

    def clean_fields(self, exclude: Collection[str] | None = None) -> None:
        """Check the values; a series or room that was read with the talk is there, so nobody asks for it again."""
        links = (one for one in self._meta.concrete_fields if one.many_to_one)
        read = {link.name for link in links if (row := link.get_cached_value(self, default=None)) and row.pk}
        super().clean_fields(exclude={*(exclude or ()), *read})

    def validate_constraints(self, exclude: Collection[str] | None = None) -> None:
        """Leave them to the database: choices and `clean` refuse the same, in words, without a query for each."""

    def clean(self) -> None:
        self.clean_times()
        self.check_room()

    def clean_times(self) -> None:
        """Raise ValidationError if start and end are not possible."""
        for name in ("starts_at", "ends_at"):
            if moment := getattr(self, name):
                try:
                    check_year(local(moment).date())
                except ValidationError as refusal:
                    raise ValidationError({name: refusal}) from refusal
        if self.starts_at and self.ends_at and self.series_id:
            self.derive_times()
        if self.starts_at and self.ends_at and self.ends_at <= self.starts_at:
            raise ValidationError({"ends_at": _("The end must be after the start. Choose a later end.")})

    def check_room(self) -> None:
        """Raise ValidationError naming the talk that holds the room now; sure while the caller holds the room's row."""
        if not (self.starts_at and self.ends_at and self.room_id and self.holds_room):
            return
        if other := Talk.objects.clashing_with(self).first():
            raise ValidationError({"room": clash_sentence(self, other)}, code="clash")

    def save(self, *args: Any, **options: Any) -> None:
        self.room_is_exclusive = bool(self.room_id) and self.room.is_exclusive
        self.derive_times()
        if (fields := options.get("update_fields")) is not None:
            options["update_fields"] = {*fields, *DERIVED}
        super().save(*args, **options)
        self.remember_moments()

    def derive_times(self) -> None:
        """Find its zone, then bring wall times and moments together before they are written."""
        self.local_zone = self.zone_in(self.room if self.room_id else None)
        super().derive_times()

    def note_new_moments(self) -> None:
        """Let the next stamp count it as a change, which the facts with their wall times do not show."""
        self.entry_digest = MOVED_BY_RULES if self.entry_digest else ""

    def zone_in(self, room: models.Model | None) -> str:
        """Return the time zone that it has in a room: its own, the room's or its series', "" for the department's."""
        zone = self.zone or (room.zone if room else "") or self.series.zone
        return "" if zone == times.zone_name() else zone


watch_moments(Talk)
