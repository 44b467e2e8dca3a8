"""The JSON Feed of another Seminars site, with its `_seminars` extension; see docs/feeds.md."""

from collections.abc import Iterator

from seminars.importing.events import Meeting, Person, SourceEvent, former_path
from seminars.importing.sources.json_values import JSONObject, moment, web_address, zone_called
from seminars.models import State

NAME = "JSON Feed"


def reads(document: object) -> bool:
    data = JSONObject(document)
    return data.text("version").startswith("https://jsonfeed.org/version/") and "_seminars" in data


def entries(document: object) -> Iterator[JSONObject]:
    yield from JSONObject(document).objects("items")


def event_in(item: JSONObject) -> SourceEvent:
    data = item.object("_seminars")
    series = data.objects("series")
    join = data.object("join")
    states = {str(state) for state in State}
    fields = {"language": item.text("language"), "programme": data.text("programme"), "notice": data.text("notice")}
    return SourceEvent(
        uid=data.text("uid"),
        created_at=moment(item.text("date_published"), "UTC", name="date_published"),
        title=data.text("title"),
        people=[Person(one.text("name"), one.text("affiliation")) for one in data.objects("speakers")],
        kind=data.text("kind"),
        series=series[0].text("name", "short_name") if series else "",
        abstract=data.text("abstract"),
        starts_at=moment(data.text("start"), "", name="start"),
        ends_at=moment(data.text("end"), "", name="end"),
        zone=zone_called(data.text("zone")),
        location=_location(data.object("room")),
        meeting=Meeting(web_address(join.text("link")), join.text("passcode")),
        state=data.text("state") if data.text("state") in states else State.CONFIRMED,
        categories=item.texts("tags"),
        address=former_path(item.text("url")),
        fields={name: value for name, value in fields.items() if value},
    )


def _location(room: JSONObject) -> str:
    return ", ".join(filter(None, (room.text("building"), room.text("name"), room.text("address"))))
