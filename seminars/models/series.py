"""Series: what a department runs and people subscribe to."""

from collections.abc import Iterable

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from seminars.models.department import is_colour
from seminars.models.edition import PublicModel
from seminars.models.name_order import NameOrder
from seminars.models.page_addresses import AddressedModel, AddressedQuerySet
from seminars.models.states import Recording
from seminars.models.user import User, groups_that_decide
from seminars.models.wall_times import ZoneField


class Weekday(models.IntegerChoices):
    """Days of the week, numbered as Python's date.weekday() does."""

    MONDAY = 0, _("Monday")
    TUESDAY = 1, _("Tuesday")
    WEDNESDAY = 2, _("Wednesday")
    THURSDAY = 3, _("Thursday")
    FRIDAY = 4, _("Friday")
    SATURDAY = 5, _("Saturday")
    SUNDAY = 6, _("Sunday")


class JoinAccess(models.TextChoices):
    """Who may see a talk's join link and passcode, and when."""

    OPEN = "open", _("everyone, on the page and in calendars")
    TIMED = "timed", _("everyone, from 15 minutes before the start to 30 after the end")
    MEMBERS = "members", _("signed-in people only")


def called(short_name: str, kind: str) -> str:
    """Return both as people say them, without saying a word twice: "Defence" and "Thesis defence" are the latter."""
    names, kinds = (set(words.casefold().split()) for words in (short_name, kind))
    if names <= kinds:
        return kind
    return short_name if kinds <= names else f"{short_name} {kind}"


class SeriesQuerySet(AddressedQuerySet):
    """Series."""

    def in_order(self) -> "SeriesQuerySet":
        return self.order_by(NameOrder("name"), "pk")

    def listed(self) -> "SeriesQuerySet":
        """Keep those that stand in indexes; the others are reachable by their address only."""
        return self.filter(is_listed=True)

    def unlisted(self) -> "SeriesQuerySet":
        return self.filter(is_listed=False)

    def listed_or_in(self, known: Iterable["Series"]) -> "SeriesQuerySet":
        """Keep the listed ones, and those that somebody knows already."""
        return self.filter(models.Q(is_listed=True) | models.Q(pk__in=[series.pk for series in known]))

    def with_usual_rows(self) -> "SeriesQuerySet":
        """Fetch the usual room, moderator and topics along: two queries however many series."""
        return self.select_related("default_room", "default_moderator").prefetch_related("default_topics")

    def among(self, keys: Iterable[int]) -> "SeriesQuerySet":
        """Keep those with these primary keys."""
        return self.filter(pk__in=keys)

    def with_outline(self, abstract: str) -> "SeriesQuerySet":
        """Keep those whose outline of an abstract is this very text."""
        return self.filter(default_abstract=abstract).exclude(default_abstract="")

    def taking_in(self, talk: models.Model) -> "SeriesQuerySet":
        """Keep the further series that a talk is in, beside its home series."""
        return self.filter(joint_rows__talk=talk)

    def not_given_by_groups_to(self, user: User) -> "SeriesQuerySet":
        """Leave out those that `user` looks after through a group of the university."""
        return self.exclude(pk__in=SeriesOrganiser.objects.from_groups().filter(user=user).values("series"))

    def organised_by(self, user: User) -> "SeriesQuerySet":
        """Keep the series whose talks `user` looks after."""
        return self.filter(pk__in=SeriesOrganiser.objects.counting_for(user).values("series"))


class Series(AddressedModel):
    """A seminar series with its defaults for a new talk."""

    NOUN = "series"
    ADDRESS_FIELD = "series"

    short_name = models.CharField(
        _("short name"), max_length=40, help_text=_("Begins every calendar entry: “ASSET: Ada Lovelace – On engines”.")
    )
    kind = models.CharField(
        _("kind"), max_length=60, default=_("Seminar"), help_text=_("Seminar, colloquium, defence …")
    )
    tagline = models.CharField(_("tagline"), max_length=300, blank=True)
    about = models.TextField(_("about"), blank=True, help_text=_("Markdown."))
    contact_name = models.CharField(_("contact"), max_length=200, blank=True)
    contact_email = models.EmailField(_("contact email"), blank=True, help_text=_("Shown to visitors."))
    mailing_list = models.EmailField(_("mailing list"), blank=True, help_text=_("Where announcements are sent."))
    colour = models.CharField(_("colour"), max_length=7, default="#1a5fb4", validators=[is_colour])
    is_listed = models.BooleanField(
        _("listed"),
        default=True,
        help_text=_(
            "An unlisted series is in no list, search, or feed of the department. Anyone who knows or guesses the "
            "address of the series can read it. The addresses of its talks contain a random key that nobody can guess."
        ),
    )
    announce_days = models.PositiveSmallIntegerField(
        _("announce at least … days ahead"), default=7, help_text=_("For example 14 for thesis defences.")
    )

    zone = ZoneField(_("time zone"), help_text=_("Only if it is not the department’s, for example America/Vancouver."))
    default_weekday = models.PositiveSmallIntegerField(_("weekday"), choices=Weekday, null=True, blank=True)
    default_start = models.TimeField(_("start"), null=True, blank=True)
    default_minutes = models.PositiveSmallIntegerField(
        _("minutes"), default=60, validators=[MinValueValidator(5), MaxValueValidator(1440)]
    )
    default_room = models.ForeignKey(
        "Room", models.PROTECT, null=True, blank=True, related_name="default_of", verbose_name=_("room")
    )
    default_join_url = models.URLField(_("join link"), max_length=500, blank=True)
    default_passcode = models.CharField(_("passcode"), max_length=60, blank=True)
    default_join_access = models.CharField(
        _("who sees the join link"), max_length=10, choices=JoinAccess, default=JoinAccess.OPEN
    )
    default_host = models.CharField(_("host"), max_length=200, blank=True, default="", db_default="")
    default_language = models.CharField(
        _("language"),
        max_length=35,
        blank=True,
        default="",
        db_default="",
        help_text=_("A language tag such as en or de-CH. Leave blank for the department’s."),
    )
    default_audience = models.CharField(_("audience"), max_length=200, blank=True, default="", db_default="")
    default_programme = models.CharField(
        _("programme"),
        max_length=300,
        blank=True,
        default="",
        db_default="",
        help_text=_("One public line, for example “Coffee 15:30; reception 17:15, Atrium”."),
    )
    default_recording = models.CharField(
        _("recording"), max_length=10, choices=Recording, default=Recording.UNKNOWN, db_default=Recording.UNKNOWN
    )
    default_notes = models.TextField(
        _("private notes"),
        blank=True,
        default="",
        db_default="",
        help_text=_("For organisers only, for example what to book."),
    )
    default_moderator = models.ForeignKey(
        "Speaker",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="default_of",
        verbose_name=_("moderator"),
        help_text=_("The person who usually chairs the talks."),
    )
    default_abstract = models.TextField(
        _("outline of an abstract"),
        blank=True,
        default="",
        db_default="",
        help_text=_(
            "For example “Background: … Results: …”. The form of a talk without an abstract shows it, to be filled in. "
            "Visitors never see it: an outline that nobody has changed is not saved."
        ),
    )
    ask_subject = models.CharField(
        _("subject of the letter"),
        max_length=200,
        blank=True,
        default="",
        db_default="",
        help_text=_("Leave blank for ours, in the language of the talk."),
    )
    ask_text = models.TextField(
        _("letter to speakers"),
        blank=True,
        default="",
        db_default="",
        help_text=_(
            "Leave blank for ours, in the language of the talk. {address} is the speaker’s private address. You can "
            "also use {speaker}, {title}, {date}, {place}, {series}, {missing} and {organiser}."
        ),
    )
    reminds_speakers = models.BooleanField(
        _("remind speakers"),
        default=True,
        db_default=True,
        help_text=_(
            "Speakers whom you have asked get a reminder 21, 10 and 5 days before the talk, as long as something is "
            "missing and they have not answered, and a request for slides on the day after it."
        ),
    )
    remind_text = models.TextField(
        _("reminder"),
        blank=True,
        default="",
        db_default="",
        help_text=_("Leave blank for ours. It takes the same placeholders as the letter to speakers."),
    )
    thanks_text = models.TextField(
        _("request for slides"),
        blank=True,
        default="",
        db_default="",
        help_text=_("Leave blank for ours. It takes the same placeholders as the letter to speakers."),
    )
    answers_go_live = models.BooleanField(
        _("answers go live at once"),
        default=False,
        db_default=False,
        help_text=_("What a speaker sends is published without waiting for you. You can undo it."),
    )
    default_topics = models.ManyToManyField(
        "Topic", through="SeriesTopic", blank=True, related_name="default_of", verbose_name=_("topics")
    )
    organisers = models.ManyToManyField(
        User, through="SeriesOrganiser", blank=True, related_name="series", verbose_name=_("organisers")
    )

    objects = SeriesQuerySet.as_manager()

    class Meta:
        verbose_name = _("series")
        verbose_name_plural = pgettext_lazy("plural", "series")
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["short_name"], name="series_short_names_differ"),
            models.CheckConstraint(
                name="series_weekday_is_one",
                condition=models.Q(default_weekday__isnull=True) | models.Q(default_weekday__lte=6),
            ),
            models.CheckConstraint(name="series_minutes_are_positive", condition=models.Q(default_minutes__gt=0)),
        ]

    @property
    def full_name(self) -> str:
        """Short name and kind, as people say it: "ASSET Seminar"."""
        return called(self.short_name, self.kind)


class SeriesTopic(PublicModel):
    """A topic that new talks of a series begin with."""

    series = models.ForeignKey(Series, models.CASCADE, related_name="topic_rows", verbose_name=_("series"))
    topic = models.ForeignKey("Topic", models.CASCADE, related_name="series_rows", verbose_name=_("topic"))

    class Meta:
        verbose_name = _("topic of new talks")
        verbose_name_plural = _("topics of new talks")
        constraints = [models.UniqueConstraint(fields=["series", "topic"], name="series_has_a_topic_once")]

    def __str__(self) -> str:
        return str(self.topic)


class SeriesOrganiserQuerySet(models.QuerySet):
    """Who looks after what."""

    def counting_for(self, user: User) -> "SeriesOrganiserQuerySet":
        """Keep what `user` looks after; what groups gave counts for a while after the university told the groups."""
        theirs = self.filter(user=user)
        return theirs if user.has_recent_groups else theirs.filter(from_group="")

    def given_here(self) -> "SeriesOrganiserQuerySet":
        """Keep what was given on the desk, and what it decides now: a group gave it that has no rule any more."""
        return self.exclude(from_group__in=groups_that_decide())

    def from_groups(self) -> "SeriesOrganiserQuerySet":
        """Keep what groups of the university give, with the series."""
        return self.filter(from_group__in=groups_that_decide()).select_related("series").order_by("series__name")


class SeriesOrganiser(models.Model):
    """A person who looks after a series."""

    series = models.ForeignKey(Series, models.CASCADE, related_name="organiser_rows", verbose_name=_("series"))
    user = models.ForeignKey(User, models.CASCADE, related_name="series_rows", verbose_name=_("person"))
    # The group of the university that gives this right and takes it away; "": it was given on the desk.
    from_group = models.CharField(_("group"), max_length=255, blank=True, default="", db_default="", editable=False)

    objects = SeriesOrganiserQuerySet.as_manager()

    class Meta:
        verbose_name = _("organiser")
        verbose_name_plural = _("organisers")
        constraints = [models.UniqueConstraint(fields=["series", "user"], name="series_has_an_organiser_once")]

    def __str__(self) -> str:
        return str(self.user)
