"""Evolution's calendar, as GNOME's mail program uses it for invitations: reads files, prints what it then holds.

Runs in the Python of the system, which has the bindings, on a message bus of its own: the files are the arguments. For
each it prints a line of JSON with the events of the calendar. It imports nothing of the project.
"""

import json
import sys
from pathlib import Path

import gi

gi.require_version("ECal", "2.0")
gi.require_version("EDataServer", "1.2")
gi.require_version("ICalGLib", "3.0")
from gi.repository import ECal, EDataServer, ICalGLib  # noqa: E402  after the versions

SECONDS = 20


def main(files: list[str]) -> None:
    registry = EDataServer.SourceRegistry.new_sync(None)
    calendar = ECal.Client.connect_sync(registry.ref_builtin_calendar(), ECal.ClientSourceType.EVENTS, SECONDS, None)
    for file in files:
        message = ICalGLib.Component.new_from_string(Path(file).read_bytes().decode())
        calendar.receive_objects_sync(message, ECal.OperationFlags.NONE, None)
        _found, events = calendar.get_object_list_as_comps_sync("#t", None)
        sys.stdout.write(json.dumps([told(event, calendar) for event in events]) + "\n")


def told(event: ECal.Component, calendar: ECal.Client) -> dict[str, object]:
    start = event.get_dtstart()
    _found, zone = calendar.get_timezone_sync(start.get_tzid(), None)
    return {
        "uid": event.get_uid(),
        "summary": event.get_summary().get_value(),
        "start": start.get_value().as_timet_with_zone(zone),  # seconds since 1970, in UTC
        "location": event.get_location(),
        "cancelled": event.get_status() == ICalGLib.PropertyStatus.CANCELLED,
    }


if __name__ == "__main__":
    main(sys.argv[1:])
