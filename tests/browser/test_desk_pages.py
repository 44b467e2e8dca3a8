"""Every page of the desk, wide and narrow, light and dark: axe finds nothing, and nothing is wider than the window."""

from datetime import time, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from seminars.actions import lifecycle
from seminars.models import Break, Change, Department, Series, State, Subscriber, recording
from seminars.times import local, today
from tests import access_matrix
from tests.browser.axe import COLOURS, violations
from tests.browser.signing_in import sign_in
from tests.factories import make_administrator, make_draft, make_room, make_series, make_speaker, make_talk, make_topic
from tests.import_plans import interrupted_import, talk_on
from tests.imports import calendar, event
from tests.spreadsheets import workbook_of

pytestmark = pytest.mark.django_db(transaction=True)

# Each rule is asked once for each width. The colours of a theme are all that it changes.
VIEWS = [(1280, "light", None), (1280, "dark", COLOURS), (320, "dark", None), (320, "light", COLOURS)]
# Scripts, files, and the preview in a frame that nobody enters.
NO_PAGES = (
    "admin:jsi18n",
    "admin:suggestions",
    "admin:seminars_talk_export",
    "admin:seminars_department_looks",
    "admin:seminars_department_looks_stylesheet",
)
EACH_IS_DIFFERENT = ("admin:seminars_talk_transition", "admin:seminars_talk_change")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

# Django's pages hide overflow, so the width of the page alone proves nothing.
CUT_OFF = """width => [...document.querySelectorAll("form :is(input, select, textarea, button)")]
    .filter(field => field.getBoundingClientRect().right > width && !field.closest(".selector, table, .unseen"))
    .filter(field => field.checkVisibility())
    .map(field => field.name || field.id)"""


class Looked:
    """Looks at pages in every view, and keeps what is wrong with each."""

    def __init__(self, desk):
        self.desk, self.wrong, self.pages = desk, {}, 0

    def at(self, name):
        """Look at the page that the browser shows."""
        self.pages += 1
        refused = list(self.desk.refusals)  # before axe, which tries out styles
        for width, theme, options in VIEWS:
            self.desk.set_viewport_size({"width": width, "height": 900})
            self.desk.emulate_media(color_scheme=theme)
            found = violations(self.desk, options)
            if self.desk.evaluate("document.documentElement.scrollWidth") > width:
                found.append("wider than the window")
            found += self.desk.evaluate(CUT_OFF, width) + refused
            if found:
                self.wrong[name, width, theme] = found
        self.desk.set_viewport_size({"width": 1280, "height": 900})
        self.desk.refusals.clear()

    def opened(self, name, address):
        """Look at the page at an address."""
        self.desk.visit(address)
        self.at(name)


@pytest.fixture
def looked(desk):
    desk.set_viewport_size({"width": 1280, "height": 900})
    return Looked(desk)


def pages_of(site):
    """Yield name and path of the pages that an administrator can open, one of each kind."""
    declared, seen = access_matrix.declared(), set()
    for name, path in site.addresses():
        route = name.partition(" ")[0]
        kind = name if route in EACH_IS_DIFFERENT else route
        is_page = name.startswith("admin:") and route not in NO_PAGES and kind not in seen
        if is_page and declared[name]["GET"][-1] == "ok":
            seen.add(kind)
            yield name, path


def with_a_term(series):
    """Talks of a term in every state, what is due, and a break."""
    soon = timezone.now().replace(microsecond=0, second=0) + timedelta(days=2)
    room = make_room(name="Room 414", capacity=80)
    Series.objects.filter(pk=series.pk).update(
        default_weekday=local(soon).weekday(), default_start=time(12), default_room=room
    )
    talks = [
        make_talk(series=series, title="", state=state, room=room, shares_room=True, starts_at=soon + timedelta(days=n))
        for n, state in enumerate(State)
    ]
    make_talk(series=series, recording="planned", starts_at=soon - timedelta(days=9))
    make_draft(series=series, speakers=["Grace"], abstract="With $x^2$.", topics=[make_topic()])
    first_on = today() + timedelta(weeks=3)
    Break.objects.create(first_on=first_on, last_on=first_on + timedelta(days=6), reason="Fall break")
    return talks


@pytest.mark.parametrize("half", [0, 1])
def test_axe_finds_nothing_on_the_pages_of_the_desk(looked, half):
    site = access_matrix.Site()
    a = site.series["series A"]
    with_a_term(a)
    Department.objects.update(is_example=True)
    sign_in(looked.desk, site.people["administrator"])
    addresses = dict(pages_of(site))
    week = f"&week={local(site.talks['talk of A'].starts_at).date()}"
    more = {
        "admin:search": "?q=Ada", "admin:report": "?rows=affiliation", "admin:announcement": f"?series={a.pk}{week}",
        "admin:plan": f"?series={a.pk}", "admin:schedule": f"?series={a.pk}",
        "admin:speaker-invitations": f"?series={a.pk}",
    }  # fmt: skip
    addresses |= {name + query: addresses[name] + query for name, query in more.items()}
    addresses["role"] = f"{reverse('admin:role')}?person={site.organiser.pk}"
    addresses["announcement of a talk"] = f"{reverse('admin:announcement')}?talk={site.talks['draft of A'].pk}"
    addresses["found nothing"] = f"{reverse('admin:search')}?q=xyzzy"

    for name, path in list(addresses.items())[half::2]:
        looked.opened(name, path)

    assert looked.wrong == {}
    assert looked.pages >= 45


def test_axe_finds_nothing_on_a_full_list_of_subscribers_and_on_suggestions(looked):
    talk = make_talk(series=make_series(), speakers=["Ada Lovelace"], room=make_room(name="Adam Hall"))
    for number, word in enumerate(("wants_digest", "wants_new_talks", "wants_changes")):
        address = f"ada.lovelace.of.the.analytical.society{number}@example.org"
        subscriber = Subscriber.objects.create(email=address, suspended_at=timezone.now(), **{word: True})
        subscriber.series.add(talk.series)
    sign_in(looked.desk, make_administrator())

    looked.opened("subscribers", reverse("admin:seminars_subscriber_changelist"))
    looked.opened("subscriber", reverse("admin:seminars_subscriber_change", args=[subscriber.pk]))
    looked.desk.visit(reverse("admin:index"))
    looked.desk.locator("#desk-search").press_sequentially("ada")
    looked.desk.get_by_role("option").first.wait_for()
    looked.desk.locator("#desk-search").press("ArrowDown")
    looked.at("suggestions")

    expect(looked.desk.get_by_role("option", selected=True)).to_be_visible()
    assert looked.wrong == {}


# --- what the desk asks and previews ---


@pytest.fixture
def series():
    return make_series(short_name="ENGINE", slug="engine")


@pytest.fixture
def organiser(looked, series):
    """An administrator, signed in, with a term in every state."""
    looked.talks = with_a_term(series)
    looked.administrator = make_administrator()
    sign_in(looked.desk, looked.administrator)
    return looked


def preview(desk, name="Preview"):
    desk.get_by_role("button", name=name, exact=True).click()


def test_axe_finds_nothing_when_a_term_is_planned_copied_or_closed(organiser, series):
    desk, talks = organiser.desk, organiser.talks

    desk.visit(f"{reverse('admin:plan')}?series={series.pk}")
    preview(desk)
    desk.get_by_text("Fall break").first.wait_for()
    organiser.at("plan, previewed")
    desk.visit(reverse("admin:copy-term"))
    preview(desk)
    organiser.at("copy of a term, refused or previewed")
    desk.visit(reverse("admin:closing"))
    desk.get_by_role("textbox", name="Day").fill(str(local(talks[2].starts_at).date()))
    desk.get_by_label("Move them online").check()
    desk.get_by_label("Reason").fill("Snow")
    preview(desk)
    desk.get_by_role("button", name="Apply").wait_for()
    organiser.at("day to close, previewed")

    assert organiser.wrong == {}


def test_axe_finds_nothing_when_a_talk_is_announced_by_email(organiser, series):
    desk, talk = organiser.desk, organiser.talks[2]
    Series.objects.filter(pk=series.pk).update(mailing_list="engine-list@example.edu")

    desk.visit(f"{reverse('admin:announcement')}?talk={talk.pk}")
    desk.get_by_label("The mailing list").uncheck()
    preview(desk)
    desk.get_by_text("Tick who gets the announcement.").wait_for()
    organiser.at("announcement, refused")
    desk.get_by_label("The mailing list").check()
    desk.get_by_role("textbox", name="Send at: date").fill("tomorrow")
    desk.get_by_role("textbox", name="Send at: time").fill("9:00")
    preview(desk)
    organiser.at("announcement, previewed")
    desk.get_by_role("button", name="Plan it").click()
    desk.get_by_role("button", name="Withdraw").wait_for()
    organiser.at("announcement, planned")

    assert organiser.wrong == {}


def test_axe_finds_nothing_when_several_talks_are_changed(organiser, series):
    desk, talks = organiser.desk, organiser.talks

    desk.visit(f"{reverse('admin:change-talks')}?" + "&".join(f"talk={talk.pk}" for talk in talks))
    desk.get_by_label("Change: Notice").check()
    preview(desk)
    desk.get_by_role("button", name="Apply to the ticked talks").wait_for()
    organiser.at("several talks, previewed")
    desk.visit(reverse("admin:seminars_series_change", args=[series.pk]))
    desk.locator("#id_default_start").fill("14:15")
    desk.get_by_role("button", name="Save", exact=True).click()
    desk.get_by_role("heading", name="Apply to ").wait_for()
    organiser.at("change of a series, carried on")
    desk.visit(reverse("admin:seminars_talk_changelist"))
    desk.locator("[name=_selected_action]").first.check()
    desk.get_by_label("Action:").select_option(label="Delete drafts")
    desk.get_by_role("button", name="Go").click()
    organiser.at("drafts to delete, or refused")

    assert organiser.wrong == {}


def test_axe_finds_nothing_on_the_forms_of_talks_and_people(organiser, series):
    desk, draft = organiser.desk, make_draft(series=series, title="On engines", speakers=["Ada"], abstract="$x^2$")

    for talk, is_open in ((draft, True), (organiser.talks[2], False)):
        desk.visit(reverse("admin:seminars_talk_change", args=[talk.pk]))
        desk.evaluate("open => document.querySelectorAll('details').forEach(one => (one.open = open))", is_open)
        organiser.at(f"form of a talk, open: {is_open}")
    desk.get_by_label("Title").fill("On looms")
    preview(desk, "Preview for subscribers")
    desk.locator("#preview").first.wait_for()
    organiser.at("form of a talk, previewed")
    desk.visit(reverse("admin:seminars_talk_add"))
    desk.get_by_role("button", name="Save", exact=True).click()
    organiser.at("form of a talk with errors")
    desk.visit(reverse("admin:seminars_speaker_add"))
    desk.get_by_label("Name:", exact=True).fill("Adda")
    desk.get_by_role("button", name="Save", exact=True).click()
    desk.get_by_text("Did you mean …?").wait_for()
    organiser.at("person of a similar name")
    ada, other = make_speaker(name="Ada Lovelace"), make_speaker(name="Ada Lovelce")
    merge = reverse("admin:seminars_speaker_merge", args=[ada.pk])
    for address in (merge, f"{merge}?with={other.pk}", reverse("admin:seminars_speaker_change", args=[ada.pk])):
        desk.visit(address)
        organiser.at(address)

    assert organiser.wrong == {}


def test_axe_finds_nothing_on_the_schedule_with_marks_and_errors(organiser, series):
    desk, draft = organiser.desk, make_draft(series=series, title="On engines")
    columns = "&".join(f"columns={one}" for one in ("minutes", "join_url", "host", "topics", "language", "notes"))

    desk.visit(f"{reverse('admin:schedule')}?series={series.pk}&{columns}")
    desk.locator(f"#talk-{draft.pk} .cell-affiliation input").fill("Vienna")
    desk.get_by_role("button", name="Save all rows").click()
    desk.locator(".problems").wait_for()
    desk.get_by_role("button", name="Add a row").click()
    desk.get_by_label("Delete, ").first.check()
    desk.locator("#grid-help summary").click()
    desk.locator(".columns summary").click()
    desk.locator(f"#talk-{draft.pk} .cell-speaker input").first.focus()
    desk.keyboard.press("Shift+ArrowRight")
    organiser.at("schedule with marks and errors")

    assert organiser.wrong == {}


def test_axe_finds_nothing_when_talks_are_pasted_and_imported(organiser, series):
    desk, draft = organiser.desk, make_draft(series=series, title="", speakers=["Bo Reed"])

    desk.visit(f"{reverse('admin:paste')}?talk={draft.pk}")
    desk.get_by_label("The speaker’s email or text").fill("Title: On engines\nSpeaker: Ada Lovelace")
    desk.get_by_role("button", name="Fill in the form").click()
    desk.get_by_text("Who is speaking?").wait_for()
    organiser.at("mail that names another speaker")
    rows = [["Slot", "Mensch", "Sache"], ["05/11/2026 15:30", "Ada Lovelace", "On engines"]]
    for name, kind, content in (
        ("talks.xlsx", XLSX, workbook_of(("Talks", rows))),
        ("talks.ics", "text/calendar", calendar(
            event(UID="1@example.edu", SUMMARY="Bo Reed: On looms"), event("DTSTART", UID="2@example.edu"),
            event(UID="3@example.edu", SUMMARY="Ada (Rome): On engines", LOCATION="Room 414b"),
        )),
    ):  # fmt: skip
        desk.visit(f"{reverse('admin:import')}?series={series.pk}")
        desk.locator("#id_file").set_input_files({"name": name, "mimeType": kind, "buffer": content})
        preview(desk)
        desk.locator("form .columns, .planned").first.wait_for()
        organiser.at(f"import of {name}")

    assert organiser.wrong == {}


def test_axe_finds_nothing_where_a_change_or_an_import_is_half_done(organiser, series):
    desk, administrator = organiser.desk, organiser.administrator
    with recording("Cancelled", by=administrator):
        cancelled = [lifecycle.cancel(talk, reason="Snow", by=administrator) for talk in organiser.talks[1:3]]
    change = Change.objects.latest("pk")
    lifecycle.amend(cancelled[0], title="On snow", by=administrator)
    run = interrupted_import([talk_on(day) for day in (11, 12, 13)], after=1)

    addresses = [
        f"{reverse('admin:undo-rest')}?change={change.pk}",
        f"{reverse('admin:import-progress')}?run={run.pk}",
        reverse("admin:index"),
        reverse("admin:changes"),
    ]
    for address in addresses:
        desk.visit(address)
        organiser.at(address)

    assert organiser.wrong == {}
