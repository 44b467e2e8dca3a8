"""The department: the one row that names the site and sets its manners."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from copy import copy
from typing import NamedTuple

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from seminars.models.constraints import ChoicesConstraint
from seminars.models.edition import PublicModel, PublicQuerySet
from seminars.models.photo import Photo
from seminars.models.prepared_query import PreparedQuery
from seminars.models.wall_times import ZoneField
from seminars.times import AcademicYear, DepartmentZone, in_zone, today

is_colour = RegexValidator(
    r"^#[0-9a-fA-F]{6}$", _("Enter the colour as # and six digits or letters from a to f, for example #1a5fb4.")
)


_known: ContextVar["Department | None"] = ContextVar("department", default=None)


class DepartmentQuerySet(PublicQuerySet):
    """The one department."""

    def current(self) -> "Department":
        """Return the row, or an unsaved one with the defaults before there is any; in a request, as it began."""
        known = _known.get()
        return self._present() if known is None else copy(known)

    def language(self) -> str:
        """Return the language of the site; in a request, as it began."""
        return (_known.get() or self._present()).spoken_language

    def chosen_zone(self) -> str:
        """Return the time zone that was chosen, "" for TIME_ZONE; also in a request as it is now."""
        return self.values_list("time_zone", flat=True).first() or ""

    def _present(self) -> "Department":
        return next(iter(_PRESENT.instances(Department)), None) or Department(pk=1)

    def without_pictures(self) -> "DepartmentQuerySet":
        """Leave the bytes of pictures in the database."""
        kept = ("content", "portrait", "thumbnail")
        bytes_of_pictures = [f"{logo}__{name}" for logo in ("logo", "logo_dark") for name in kept]
        return self.select_related("logo", "logo_dark").defer(*bytes_of_pictures, "icon")

    def icon_of(self, digest: str) -> bytes | None:
        """Return the PNG bytes that were made of this square mark, None if the department shows another or none."""
        icon = self.filter(mark=digest).values_list("icon", flat=True).first()
        return bytes(icon) if icon else None


_PRESENT = PreparedQuery(DepartmentQuerySet.without_pictures)


class Masthead(models.TextChoices):
    """How the head of every page looks."""

    PLAIN = "plain", _("Plain, on the paper of the page")
    SOLID = "solid", _("Solid, in the accent colour")


class Typeface(models.TextChoices):
    """Which of the site's fonts set headings and text."""

    BOTH = "both", _("Serif headings, sans-serif text")
    SANS = "sans", _("Sans-serif throughout")
    SERIF = "serif", _("Serif throughout")


class Logo(NamedTuple):
    """The picture to show on a light or a dark ground, and whether it needs a plate of the other brightness."""

    photo: Photo
    has_plate: bool


class Department(PublicModel):
    """Name, logo, contact and manners of the whole site."""

    name = models.CharField(_("name"), max_length=200, default=_("Seminars"))
    tagline = models.CharField(_("tagline"), max_length=300, blank=True)
    logo = models.ForeignKey(
        "Photo", models.PROTECT, null=True, blank=True, related_name="departments", verbose_name=_("logo")
    )
    logo_dark = models.ForeignKey(
        "Photo",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="departments_in_dark",
        verbose_name=_("logo for dark backgrounds"),
    )
    mark = models.ForeignKey(
        "Photo",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="departments_by_mark",
        verbose_name=_("icon"),
    )
    icon = models.BinaryField(_("icon"), db_default=b"", editable=False)  # of the mark, as PNG
    contact_name = models.CharField(_("contact"), max_length=200, blank=True)
    contact_email = models.EmailField(_("contact email"), blank=True, help_text=_("Shown to visitors."))
    accent = models.CharField(_("accent colour"), max_length=7, default="#1a5fb4", validators=[is_colour])
    masthead = models.CharField(_("masthead"), max_length=10, choices=Masthead, default=Masthead.PLAIN)
    typeface = models.CharField(_("typeface"), max_length=10, choices=Typeface, default=Typeface.BOTH)
    notice = models.CharField(
        _("notice"), max_length=300, blank=True, help_text=_("One line above every page and on every hallway screen.")
    )
    language = models.CharField(
        _("language of the site"),
        max_length=10,
        blank=True,
        help_text=_(
            "The language of the desk, feeds, calendar entries, announcements and all pages whose address names no "
            "language."
        ),
    )
    time_zone = ZoneField(_("time zone"))
    year_begins_in = models.PositiveSmallIntegerField(
        _("academic year begins in"),
        default=8,
        validators=[MinValueValidator(1), MaxValueValidator(12)],
        help_text=_("Number of the month. Enter 1 for calendar years."),
    )
    privacy_url = models.URLField(_("privacy statement"), blank=True)
    accessibility_url = models.URLField(_("accessibility statement"), blank=True)
    is_example = models.BooleanField(_("holds example data"), default=False, editable=False)

    objects = DepartmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("department")
        verbose_name_plural = _("department")
        constraints = [
            models.CheckConstraint(name="department_is_one_row", condition=models.Q(pk=1)),
            ChoicesConstraint(name="department_masthead_is_known", condition=models.Q(masthead__in=list(Masthead))),
            ChoicesConstraint(name="department_typeface_is_known", condition=models.Q(typeface__in=list(Typeface))),
            models.CheckConstraint(
                name="department_year_begins_in_a_month", condition=models.Q(year_begins_in__range=(1, 12))
            ),
        ]

    def __str__(self) -> str:
        return str(self.name)

    def clean(self) -> None:
        if self.language and self.language not in dict(settings.LANGUAGES):
            raise ValidationError({"language": _("The site has no texts in this language. Choose another one.")})

    def get_absolute_url(self) -> str:
        return reverse("front")

    def logo_on(self, ground: str) -> Logo | None:
        """Return the logo to show on a "light" or a "dark" ground, None if there is none.

        A logo that would vanish there gets a plate, unless a second logo is made for that ground.
        """
        photo = (self.logo_dark or self.logo) if ground == "dark" else (self.logo or self.logo_dark)
        if photo is None:
            return None
        is_made_for_it = ground == "dark" and self.logo_dark is not None
        vanishes = photo.is_dark if ground == "dark" else photo.is_light
        return Logo(photo, has_plate=vanishes and not is_made_for_it)

    @property
    def spoken_language(self) -> str:
        """The language of the site: the one that was chosen, else LANGUAGE_CODE."""
        return self.language if self.language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE

    @property
    def zone(self) -> str:
        """The IANA name of its time zone: the one that was chosen, else TIME_ZONE."""
        return DepartmentZone.of(self.time_zone).name

    def academic_year(self) -> AcademicYear:
        """Return the academic year that today lies in."""
        return AcademicYear.of(today(), self.year_begins_in)


@contextmanager
def department_read_once() -> Iterator[Department]:
    """Read the row once for all that is done within, in its time zone, and yield it."""
    department = Department.objects.current()
    token = _known.set(department)
    try:
        with in_zone(department.time_zone):
            yield department
    finally:
        _known.reset(token)


@contextmanager
def in_department_zone() -> Iterator[None]:
    """Work in the department's time zone within, as its row says now."""
    with in_zone(Department.objects.chosen_zone()):
        yield
