"""The department: the one row that names the site and sets its manners."""

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from seminars.models.edition import PublicModel, PublicQuerySet
from seminars.times import AcademicYear, today

is_colour = RegexValidator(
    r"^#[0-9a-fA-F]{6}$", _("Enter the colour as # and six digits or letters from a to f, for example #1a5fb4.")
)


class DepartmentQuerySet(PublicQuerySet):
    """The one department."""

    def current(self) -> "Department":
        """Return the row, or an unsaved one with the defaults before there is any."""
        return self.select_related("logo").defer("logo__content", "logo__portrait").first() or Department(pk=1)

    def first_month(self) -> int:
        """Return the month, 1 to 12, in which the academic year begins."""
        return self.values_list("year_begins_in", flat=True).first() or Department().year_begins_in


class Department(PublicModel):
    """Name, logo, contact and manners of the whole site."""

    name = models.CharField(_("name"), max_length=200, default=_("Seminars"))
    tagline = models.CharField(_("tagline"), max_length=300, blank=True)
    logo = models.ForeignKey(
        "Photo", models.PROTECT, null=True, blank=True, related_name="departments", verbose_name=_("logo")
    )
    contact_name = models.CharField(_("contact"), max_length=200, blank=True)
    contact_email = models.EmailField(_("contact email"), blank=True, help_text=_("Shown to visitors."))
    accent = models.CharField(_("accent colour"), max_length=7, default="#1a5fb4", validators=[is_colour])
    notice = models.CharField(
        _("notice"), max_length=300, blank=True, help_text=_("One line above every page and on every hallway screen.")
    )
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
            models.CheckConstraint(
                name="department_year_begins_in_a_month", condition=models.Q(year_begins_in__range=(1, 12))
            ),
        ]

    def __str__(self) -> str:
        return str(self.name)

    def get_absolute_url(self) -> str:
        return reverse("front")

    def academic_year(self) -> AcademicYear:
        """Return the academic year that today lies in."""
        return AcademicYear.of(today(), self.year_begins_in)
