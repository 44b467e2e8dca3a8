"""Other programs read the same values from the feed as the rows hold, for any text and any zone."""

from datetime import UTC, date, datetime, time, timedelta
from io import StringIO
from zoneinfo import ZoneInfo

import icalendar
import pytest
import vobject
from dateutil.tz import tzical
from hypothesis import example, given, settings
from hypothesis import strategies as st
from ical.calendar_stream import IcsCalendarStream

from seminars import listings, text
from seminars.formats import ics
from seminars.models import Talk

from .factories import make_talk

pytestmark = pytest.mark.django_db

TYPED = st.lists(
    st.one_of(
        st.text(max_size=40),
        st.sampled_from(
            [
                "$\\alpha \\le x^2$",
                "\\(",
                "$$",
                ",",
                ";",
                "\\",
                "\\n",
                "\\N",
                "\r\n",
                "\n\n",
                "\x00\x07\x1b",
                "\u2028",
                "BEGIN:VEVENT",
            ]
        ),
        st.sampled_from(["👩‍🔬", "🇺🇳", "e\u0301", "שלום", "مرحبا", "\u202e", "論文", "é" * 80, '"quoted"', "<b>"]),
    ),
    max_size=12,
).map("".join)
ZONES = [
    "Europe/Berlin", "Asia/Kolkata", "Australia/Lord_Howe", "Africa/Casablanca", "America/St_Johns", "Africa/Cairo"
]  # fmt: skip


@pytest.mark.thorough
@settings(max_examples=80)
@given(title=TYPED.map(lambda typed: typed[:500]), abstract=TYPED)
@example(title="x" * 500, abstract="Commas, semicolons; and \\ $x^2$ – ünïcödé 👩‍🔬\n\n" * 200)
def test_any_typed_text_comes_back_from_two_other_parsers(title, abstract):
    talk = Talk.objects.first() or make_talk()
    title, abstract = (typed.replace("\x00", "") for typed in (title, abstract))  # no database takes a NUL
    Talk.objects.filter(pk=talk.pk).update(title=title, abstract=abstract, entry_digest="")

    body = ics.render(listings.of_talk(Talk.objects.for_pages().get(pk=talk.pk))).decode()

    one, other = vobject.readOne(body).vevent, IcsCalendarStream.calendar_from_ics(body).events[0]
    assert one.summary.value == other.summary
    assert one.description.value == other.description
    assert one.summary.value.startswith(f"{talk.series.short_name}: ")
    assert text.line(title)[:60].strip() in one.summary.value
    assert text.plain(abstract) in one.description.value


@pytest.mark.parametrize("zone", ZONES)
def test_noon_is_noon_across_each_change_of_the_clocks(settings, zone):
    settings.TIME_ZONE = zone
    wanted = sorted(_noons_around_changes(ZoneInfo(zone)))
    for noon in wanted:
        make_talk(starts_at=noon)

    body = ics.render(listings.everything(), past_too=True)

    calendar = icalendar.Calendar.from_ical(body)
    starts = [event["DTSTART"].dt.replace(tzinfo=None) for event in calendar.walk("VEVENT")]
    assert [start.time() for start in starts] == [time(12)] * len(wanted)
    written = calendar.walk("VTIMEZONE")[0]  # what we wrote, not what is installed
    for reader in (written.to_tz(lookup_tzid=False), tzical(StringIO(body.decode())).get()):
        assert [start.replace(tzinfo=reader).astimezone(UTC) for start in starts] == wanted


def _noons_around_changes(zone):
    """Noon on the days before, of and after each change in 2026 and 2027; on two days of each year where none is."""
    days = [date(2026, 1, 1) + timedelta(days=number) for number in range(730)]
    noons = {day: datetime.combine(day, time(12), zone) for day in days}
    changes = [day for day in days[1:-1] if noons[day].utcoffset() != noons[day - timedelta(days=1)].utcoffset()]
    around = [day + timedelta(days=offset) for day in changes for offset in (-1, 0, 1)] or days[::365]
    return [noons[day].astimezone(UTC) for day in around]
