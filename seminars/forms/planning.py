"""Checking what an organiser wants of a term."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from seminars.actions.planning import MOST_SLOTS, Plan
from seminars.forms import dates
from seminars.forms.desk import ROOM_GONE
from seminars.forms.moments import ClocksField, DayField
from seminars.models import Room, Series, SeriesQuerySet, Weekday


class PlanForm(forms.Form):
    """A term: which series, from when to when, on which days and at which times."""

    series = forms.ModelChoiceField(
        Series.objects.none(),
        label=_("Series"),
        error_messages={
            "invalid_choice": _("You no longer organise this series. Choose another one, or ask an administrator.")
        },
    )
    first_on = DayField(label=_("First day"))
    last_on = DayField(label=_("Last day"))
    weekdays = forms.TypedMultipleChoiceField(
        label=_("Weekdays"), choices=Weekday, coerce=int, widget=forms.CheckboxSelectMultiple
    )
    starts = ClocksField(label=_("Start"), help_text=_("For example 12:00. Enter 12:00, 14:30 for two talks a day."))
    minutes = forms.IntegerField(label=_("Minutes"), min_value=5, max_value=1440)
    room = forms.ModelChoiceField(
        Room.objects.in_order(), label=_("Room"), required=False, error_messages={"invalid_choice": ROOM_GONE}
    )
    skipped = forms.CharField(
        label=_("Dates to leave out"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_(
            "For example 26 Nov, 24 Dec – 2 Jan: one per line or separated by commas. Breaks on this site are already "
            "left out."
        ),
    )

    def __init__(self, *args: Any, series: SeriesQuerySet, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["series"].queryset = series

    def clean_skipped(self) -> frozenset[date]:
        """Read days without a year as those of the term."""
        first, last = (self.cleaned_data.get(name) for name in ("first_on", "last_on"))
        return dates.read(self.cleaned_data["skipped"], near=first + (last - first) / 2 if first and last else first)

    def clean(self) -> dict[str, Any]:
        if self.errors:
            return self.cleaned_data
        plan = self.plan
        if plan.last_on < plan.first_on:
            self.add_error("last_on", gettext("The last day is before the first. Choose a later one."))
        elif plan.number == 0:
            self.add_error(
                "weekdays", gettext("None of these weekdays falls between the two days. Choose other weekdays.")
            )
        elif plan.number > MOST_SLOTS:
            words = {"number": plan.number, "most": MOST_SLOTS}
            sentence = gettext(
                "This would be %(number)d talks, but you can plan at most %(most)d at once. Choose an earlier last day."
            )
            self.add_error("last_on", sentence % words)
        return self.cleaned_data

    @property
    def skipped_in_words(self) -> str:
        """The days that a valid form leaves out, as they were read."""
        return ", ".join(dates.in_words(self.cleaned_data["skipped"]))

    @property
    def plan(self) -> Plan:
        """What a valid form asks for."""
        asked = self.cleaned_data
        return Plan(**asked | {"weekdays": frozenset(asked["weekdays"])})
