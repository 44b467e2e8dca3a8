"""The same change has the same result by every way to make it: row, notice, history and calendar entry."""

from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.core.cache import cache
from django.db import transaction
from django.db.models import Max
from django.urls import reverse

from seminars import times
from seminars.actions import closing, lifecycle, undoing
from seminars.formats.ics_facts import facts_of
from seminars.models import Change, State, Talk
from seminars.models.snapshots import after, present
from tests import several_talks, tokens
from tests.admin_forms import address_of, form_of, signed_in
from tests.factories import in_new_york, make_organiser, make_room, make_series, make_talk
from tests.imports import calendar, importing, written

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

NOW = in_new_york(2030, 10, 1, 9)
NOON = in_new_york(2030, 10, 2, 12)
LATER = in_new_york(2030, 10, 9, 14)
STATES = {
    "draft": {"state": State.DRAFT},
    "tentative": {"state": State.TENTATIVE},
    "confirmed": {},
    "postponed": {"state": State.POSTPONED, "notice": "Snow"},
    "cancelled": {"state": State.CANCELLED, "notice": "Snow"},
    "confirmed, with a notice": {"notice": "Bring a laptop"},
    "over": {"starts_at": NOON - timedelta(days=28)},
}
# The changes as an organiser thinks of them: a new start, a new room, a new title.
CHANGES = {
    "another time": {"starts_at": LATER},
    "another room": {"room": "414"},
    "no room": {"room": None},
    "another time and room": {"starts_at": LATER, "room": "414"},
    "another title": {"title": "On looms"},
    "a title that says there is none": {"title": "TBA"},
    "a year before calendars": {"starts_at": in_new_york(27, 10, 2, 12)},
}


class Scene:
    """One talk of one series, with which each way starts. `make` makes it again."""

    def __init__(self, folder, state):
        self.folder = folder
        self.series = make_series(name="Engine Seminar", short_name="ENGINE", slug="engine")
        self.rooms = {name: make_room(name=name, building="Gutmann Hall", slug=name) for name in ("307", "414")}
        self.person = make_organiser(self.series)
        self.client = signed_in(self.person)
        fields = {"starts_at": NOON, "title": "On engines", "room": self.rooms["307"]} | STATES[state]
        self.talk = make_talk(series=self.series, uid="1@example.edu", **fields)
        self.other = make_talk(series=self.series, state=self.talk.state, starts_at=NOON - timedelta(days=60))

    def fields(self, change):
        """The values that a row gets."""
        found = dict(change)
        if "room" in found:
            found["room"] = self.rooms[found["room"]] if found["room"] else None
        return found

    # --- the ways ---

    def by_form(self, change):
        fields = self.fields(change)
        sent = {}
        if "starts_at" in fields:
            sent |= _split("starts_at", fields["starts_at"])
            sent |= _split("ends_at", fields["starts_at"] + (self.talk.ends_at - self.talk.starts_at))
        if "room" in fields:
            sent["room"] = fields["room"].pk if fields["room"] else ""
        if "title" in fields:
            sent["title"] = fields["title"]
        address = address_of(self.talk)
        self.send(address, form_of(self.client, address) | sent)

    def by_schedule(self, change):
        fields = self.fields(change)
        cells = {}
        if "starts_at" in fields:
            cells |= {"day": fields["starts_at"].date().isoformat(), "start": f"{fields['starts_at']:%H:%M}"}
        if "room" in fields:
            cells["room"] = fields["room"].pk if fields["room"] else ""
        if "title" in fields:
            cells["title"] = fields["title"]
        address = reverse("admin:schedule") + f"?series={self.series.pk}&term=2030-08"
        typed = {f"talk-{self.talk.pk}-{name}": str(value) for name, value in cells.items()}
        seen = form_of(self.client, address)
        self.send(address, seen | {"row": [self.talk.pk]} | typed | {"_save": "1"})

    def by_transition(self, change):
        fields = self.fields(change)
        if fields.keys() == {"starts_at"}:
            name, sent = (
                "move",
                {"day": fields["starts_at"].date().isoformat(), "start": f"{fields['starts_at']:%H:%M}"},
            )
        elif fields.keys() == {"room"}:
            name, sent = "room", {"room": fields["room"].pk if fields["room"] else "none"}
        else:
            name, sent = "title", fields
        address = reverse("admin:seminars_talk_transition", args=[name]) + "?" + urlencode({"talk": self.talk.pk})
        self.send(address, form_of(self.client, address) | sent)

    def by_several(self, change):
        several_talks.apply(self.client, self.talk, room=self.fields(change)["room"].pk)

    def by_program(self, change):
        sent = dict(self.fields(change))
        if "starts_at" in sent:
            length = self.talk.ends_at - self.talk.starts_at
            sent |= {name: moment.isoformat() for name, moment in _span(sent["starts_at"], length).items()}
        if "room" in sent:
            sent["room"] = sent["room"].slug if sent["room"] else None
        tokens.change(tokens.program(self.person), self.talk, sent)

    def by_import(self, change):
        importing(written(self.folder, calendar(_event(self.talk))), series="engine")
        fields = self.fields(change)
        talk = Talk.objects.get(pk=self.talk.pk)
        length = talk.ends_at - talk.starts_at
        for name, value in fields.items():
            setattr(talk, name, value)
        talk.ends_at = talk.starts_at + length
        importing(written(self.folder, calendar(_event(talk))), series="engine")

    def send(self, address, data):
        self.client.post(address, data)


def _split(name, moment):
    local = times.local(moment)
    return {f"{name}_0": local.date().isoformat(), f"{name}_1": f"{local:%H:%M:%S}"}


def _span(start, length):
    return {"starts_at": start, "ends_at": start + length}


def _basic(moment):
    return times.local(moment).isoformat()[:19].replace("-", "").replace(":", "")


def _event(talk):
    """The talk as another calendar program writes it."""
    status = {State.TENTATIVE: "TENTATIVE", State.CANCELLED: "CANCELLED"}.get(talk.state, "CONFIRMED")
    lines = [
        "BEGIN:VEVENT",
        f"UID:{talk.uid}",
        f"SUMMARY:ENGINE Seminar: {talk.title}",
        f"DTSTART;TZID=America/New_York:{_basic(talk.starts_at)}",
        f"DTEND;TZID=America/New_York:{_basic(talk.ends_at)}",
        f"STATUS:{status}",
    ]
    if talk.room:
        lines.append(f"LOCATION:{talk.room.building}\\, {talk.room.name}")
    return [*lines, "END:VEVENT"]


def outcome(scene, way, change):
    """The resulting talk, without values that depend on the time or the way of the change."""
    before = Talk.objects.get(pk=scene.talk.pk)
    was, number = _told(before), _last_change()
    way(scene, change)
    talk = Talk.objects.for_pages().get(pk=scene.talk.pk)
    told = _told(talk)
    row = {name: told[name] for name in ("title", "state", "notice", "starts_at", "ends_at", "moved_from")}
    return {
        "done": told != was,
        "row": row | {"room": talk.room and talk.room.name},
        "says that it moved": talk.moved_at is not None,
        "says that it is online": talk.moved_online_at is not None,
        # A draft takes the SEQUENCE of its source calendar. It has no subscribers yet.
        "sequence": talk.published_at and talk.sequence - before.sequence,
        "entry": {name: value for name, value in vars(facts_of(talk)).items() if name != "talk"},
        "history": _recorded(talk) if _last_change() > number else set(),
        "undone": _undone(scene, after=number) and _told(talk) == was,
    }


def _last_change():
    return Change.objects.aggregate(last=Max("pk"))["last"] or 0


def _told(talk):
    return present([talk.pk])[talk.pk].told


def _undone(scene, after):
    """Undo the changes since the change with this number. Return whether that was possible."""
    for change in Change.objects.filter(pk__gt=after).latest_first():
        undoing.restore(change, by=scene.person)
    return True


def _recorded(talk):
    """The fields that differ before and after the latest change of the talk."""
    change = Change.objects.latest_first().first()
    was, left = (after(number, [talk.pk])[talk.pk].told for number in (change.pk - 1, change.pk))
    return {name for name in left if was.get(name) != left[name]} - {"moved_at", "updated_at"}


WAYS = ("by_form", "by_schedule", "by_transition", "by_several", "by_program", "by_import")
FROM_307_TO_414 = "Room changed from Gutmann Hall, 307 to Gutmann Hall, 414"
NO_ROOM_YET = "The room will be announced"


def ways_of(change):
    """The ways to make a change. No single transition changes two values, and several talks get no title and day."""
    cannot = {"by_transition": len(CHANGES[change]) > 1, "by_several": change != "another room"}
    return [way for way in WAYS if not cannot.get(way)]


def expected(state, change):
    """The state and notice after a change, or None if it is refused."""
    fields, before = CHANGES[change], STATES[state]
    now, notice = before.get("state", State.CONFIRMED), before.get("notice", "")
    if change == "a year before calendars" or (now == State.CANCELLED and "title" not in fields):
        return None
    if now == State.POSTPONED and "starts_at" in fields:
        now, notice = State.CONFIRMED, ""
    is_still_to_come = state != "over" or "starts_at" in fields
    if "room" in fields and now != State.DRAFT and is_still_to_come:
        notice = FROM_307_TO_414 if fields["room"] else NO_ROOM_YET
    return now, notice


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("state", STATES)
def test_every_way_of_changing_a_talk_has_the_same_result(state, change, tmp_path):
    outcomes = {}
    for way in ways_of(change):
        with transaction.atomic():
            outcomes[way] = outcome(Scene(tmp_path, state), getattr(Scene, way), CHANGES[change])
            transaction.set_rollback(True)
        cache.clear()

    first, *others = outcomes.values()
    assert others == [first] * len(others)
    assert first["undone"]
    assert (first["done"] and (first["row"]["state"], first["row"]["notice"])) == (expected(state, change) or False)


# --- states ---

# Each transition: the states to try it from, and the expected state.
TRANSITIONS = {
    "announce": (["draft"], State.CONFIRMED),
    "confirm": (["tentative"], State.CONFIRMED),
    "postpone": (["tentative", "confirmed", "confirmed, with a notice"], State.POSTPONED),
    "cancel": (["tentative", "confirmed", "postponed", "confirmed, with a notice"], State.CANCELLED),
    "reinstate": (["postponed", "cancelled"], State.CONFIRMED),
    "withdraw": (["tentative", "confirmed", "postponed", "cancelled"], State.DRAFT),
}


def transition_by_page(scene, name):
    address = reverse("admin:seminars_talk_transition", args=[name]) + "?" + urlencode({"talk": scene.talk.pk})
    scene.send(address, form_of(scene.client, address))


def transition_in_bulk(scene, name):
    """Choose two talks in the list and the transition in its actions."""
    chosen = {"action": name, "_selected_action": [scene.talk.pk, scene.other.pk]}
    address = scene.client.post("/admin/seminars/talk/", chosen).url
    scene.send(address, form_of(scene.client, address))


def transition_by_action(scene, name):
    getattr(lifecycle, name)(scene.talk, by=scene.person)


def transition_by_several(scene, name):
    several_talks.apply(scene.client, scene.talk, scene.other, state=name)


def transition_by_program(scene, name):
    assert tokens.change(tokens.program(scene.person), scene.talk, action=name).status_code == 200


def transition_by_import(scene, name):
    importing(written(scene.folder, calendar(_event(scene.talk))), series="engine")
    told = Talk.objects.get(pk=scene.talk.pk)
    told.state = TRANSITIONS[name][1]
    importing(written(scene.folder, calendar(_event(told))), series="engine")


def transition_by_closing(scene, name):
    way = closing.Closing(times.local(scene.talk.starts_at).date(), "", closing.Action(name), "")
    closing.close(way, talks=[scene.talk], by=scene.person)


def ways_of_transition(name, state):
    """The ways to make a transition. A calendar can confirm, cancel and reinstate; a closed day cancel and postpone."""
    ways = [
        transition_by_page, transition_in_bulk, transition_by_action, transition_by_several, transition_by_program,
    ]  # fmt: skip
    ways += [transition_by_import] if name in ("confirm", "cancel", "reinstate") and state != "postponed" else []
    return ways + ([transition_by_closing] if name in ("cancel", "postpone") and state != "postponed" else [])


@pytest.mark.parametrize(
    ("name", "state"), [(name, state) for name, (begun, _to) in TRANSITIONS.items() for state in begun]
)
def test_every_way_of_making_a_transition_has_the_same_result(name, state, tmp_path):
    outcomes = {}
    for way in ways_of_transition(name, state):
        with transaction.atomic():
            outcomes[way.__name__] = outcome(Scene(tmp_path, state), way, name)
            transaction.set_rollback(True)
        cache.clear()

    first, *others = outcomes.values()
    assert others == [first] * len(others)
    assert (first["row"]["state"], first["row"]["notice"]) == (TRANSITIONS[name][1], "")  # no reason was given
    assert first["undone"]


REASON = "The speaker is ill"
WAYS_WITH_A_REASON = {
    "page": lambda scene, name: _with_reason(scene, name, scene.talk),
    "bulk": lambda scene, name: _with_reason(scene, name, scene.talk, scene.other),
    "action": lambda scene, name: getattr(lifecycle, name)(scene.talk, reason=REASON, by=scene.person),
    "program": lambda scene, name: tokens.change(
        tokens.program(scene.person), scene.talk, {"reason": REASON}, action=name
    ),
    "closing": lambda scene, name: closing.close(
        closing.Closing(times.local(scene.talk.starts_at).date(), "", closing.Action(name), REASON),
        talks=[scene.talk], by=scene.person,
    ),
}  # fmt: skip


def _with_reason(scene, name, *talks):
    query = urlencode({"talk": [talk.pk for talk in talks]}, doseq=True)
    address = f"{reverse('admin:seminars_talk_transition', args=[name])}?{query}"
    scene.send(address, form_of(scene.client, address) | {"reason": REASON})


@pytest.mark.parametrize("name", ["postpone", "cancel"])
def test_a_reason_becomes_the_notice_by_every_way(name, tmp_path):
    outcomes = {}
    for way, act in WAYS_WITH_A_REASON.items():
        with transaction.atomic():
            outcomes[way] = outcome(Scene(tmp_path, "confirmed, with a notice"), act, name)
            transaction.set_rollback(True)
        cache.clear()

    first, *others = outcomes.values()
    assert others == [first] * len(others)
    assert (first["row"]["state"], first["row"]["notice"]) == (TRANSITIONS[name][1], REASON)
    assert first["undone"]
