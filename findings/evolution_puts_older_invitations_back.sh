#!/usr/bin/env bash
# Expected: of two revisions of a talk with one SEQUENCE, such as before and after a change of the room, the one with the
#   latest DTSTAMP counts, and of others the one with the highest SEQUENCE (RFC 5546 section 2.1.5). So an invitation that
#   its correction overtook on the way by mail changes nothing.
# Seen: receive_objects, with which Evolution puts invitations into its calendar, compares neither and takes what comes
#   last: the old room is back, then the old time. The part of Evolution that shows invitations refuses a lower SEQUENCE
#   before that ("This meeting invitation is obsolete"), but does not read DTSTAMP: nothing stops the old room there, and
#   nothing either of them in METHOD:PUBLISH or in other programs that use this calendar.
# Version: evolution-data-server and libevolution 3.46.4-2+deb12u1 and libical3 3.0.16-1+b1 of Debian 12, with the local
#   calendar. Source: measured here, for what is shown by the functions that its module calls;
#   itip_comp_older_than_stored in Evolution's itip-view.c compares SEQUENCE alone.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
server=3.46.4-2+deb12u1
ical=3.0.16-1+b1
apt-get download {libevolution,evolution-data-server,evolution-data-server-common}=$server \
    lib{camel-1.2-64,ebackend-1.2-11,ecal-2.0-2,edata-cal-2.0-2,edataserver-1.2-27}=$server \
    gir1.2-{camel-1.2,ecal-2.0,edataserver-1.2}=$server {libical3,gir1.2-ical-3.0}=$ical \
    gir1.2-{freedesktop,glib-2.0,json-1.0,secret-1,soup-3.0} python3-gi \
    {python3.11,libpython3.11}-minimal libpython3.11-stdlib dbus-{bin,daemon} \
    lib{apparmor1,brotli1,cap-ng0,db5.3,dbus-1-3,expat1,ffi8,girepository-1.0-1,glib2.0-0,gssapi-krb5-2,icu72} \
    lib{json-glib-1.0-0,k5crypto3,keyutils1,krb5-3,krb5support0,nghttp2-14,nspr4,nss3,psl5,secret-1-0} \
    lib{soup-3.0-0,sqlite3-0,xml2} >apt.log 2>&1 || { cat apt.log >&2; exit 2; }
for package in *.deb; do dpkg -x "$package" debian; done
usr=$folder/debian/usr
lib=$(echo "$usr"/lib/*-linux-gnu)
libraries=$lib:$folder/debian/lib/${lib##*/}
LD_LIBRARY_PATH=$libraries "$lib/glib-2.0/glib-compile-schemas" "$usr/share/glib-2.0/schemas"
mkdir empty home local services
cp "$usr"/lib/evolution-data-server/calendar-backends/libecalbackendfile.so local
for name in Calendar8 Sources5; do
    sed "s|^Exec=|&$folder/debian|; /^Systemd/d" "$usr/share/dbus-1/services/org.gnome.evolution.dataserver.$name.service" \
        >"services/$name.service"
done
cat >bus.conf <<END
<busconfig>
  <type>session</type>
  <listen>unix:tmpdir=$folder</listen>
  <servicedir>$folder/services</servicedir>
  <policy context="default"><allow send_destination="*"/><allow receive_sender="*"/><allow own="*"/></policy>
</busconfig>
END
cat >receive.py <<'END'
"""Give the files to Evolution's calendar one after the other; print each and what the calendar then holds."""

import sys
from pathlib import Path

import gi

gi.require_version("ECal", "2.0")
gi.require_version("EDataServer", "1.2")
from gi.repository import ECal, EDataServer, ICalGLib


def told(event):
    stamp, start = (moment.as_ical_string() for moment in (event.get_dtstamp(), event.get_dtstart()))
    return f"SEQUENCE {event.get_sequence()} of {stamp}: {start} in {event.get_location()}"


registry = EDataServer.SourceRegistry.new_sync(None)
source = registry.ref_builtin_calendar()
calendar = ECal.Client.connect_sync(source, ECal.ClientSourceType.EVENTS, 10, None)
for file in map(Path, sys.argv[1:]):
    message = ICalGLib.Component.new_from_string(file.read_bytes().decode())
    calendar.receive_objects_sync(message, ECal.OperationFlags.NONE, None)
    _found, (event,) = calendar.get_object_list_sync("#t", None)
    print(f"{file.stem} has {told(message.get_inner())}\n  kept: {told(event)}")
END

invitation() {
    printf '%s\r\n' BEGIN:VCALENDAR VERSION:2.0 PRODID:-//example//EN METHOD:REQUEST BEGIN:VEVENT UID:talk-1@example.org \
        "SEQUENCE:$2" "DTSTAMP:$3" "DTSTART:20270301T$4Z" DTEND:20270301T140000Z "SUMMARY:On engines" "LOCATION:$5" \
        ORGANIZER:mailto:seminars@example.org "ATTENDEE;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:ada@example.org" END:VEVENT \
        END:VCALENDAR >"$1.ics"
}

invitation first 0 20270101T090000Z 120000 "Room 8"
invitation new_room 0 20270102T090000Z 120000 "Room 414"
invitation new_time 1 20270103T090000Z 123000 "Room 414"
env -i PATH="$PATH" HOME="$folder/home" XDG_RUNTIME_DIR="$folder/home" XDG_DATA_DIRS="$usr/share" TZ=UTC LANG=C.UTF-8 \
    LD_LIBRARY_PATH="$libraries" GI_TYPELIB_PATH="$lib/girepository-1.0" GIO_MODULE_DIR="$folder/empty" \
    PYTHONHOME="$usr" PYTHONPATH="$usr/lib/python3/dist-packages" GSETTINGS_BACKEND=memory \
    EDS_REGISTRY_MODULES="$folder/empty" EDS_CAMEL_PROVIDER_DIR="$folder/empty" EDS_CALENDAR_MODULES="$folder/local" \
    timeout 60 "$usr/bin/dbus-run-session" --dbus-daemon="$usr/bin/dbus-daemon" --config-file="$folder/bus.conf" -- \
    "$usr/bin/python3.11" receive.py {first,new_room,first,new_time,new_room}.ics >seen.txt 2>bus.log \
    || { cat bus.log >&2; exit 2; }
echo "what shows invitations calls $(grep -aoE '\w+_get_(sequence|dtstamp)\b' \
    "$usr/lib/evolution/modules/module-itip-formatter.so" | sort -u)" >>seen.txt
cat seen.txt
diff - seen.txt <<'END'
first has SEQUENCE 0 of 20270101T090000Z: 20270301T120000Z in Room 8
  kept: SEQUENCE 0 of 20270101T090000Z: 20270301T120000Z in Room 8
new_room has SEQUENCE 0 of 20270102T090000Z: 20270301T120000Z in Room 414
  kept: SEQUENCE 0 of 20270102T090000Z: 20270301T120000Z in Room 414
first has SEQUENCE 0 of 20270101T090000Z: 20270301T120000Z in Room 8
  kept: SEQUENCE 0 of 20270101T090000Z: 20270301T120000Z in Room 8
new_time has SEQUENCE 1 of 20270103T090000Z: 20270301T123000Z in Room 414
  kept: SEQUENCE 1 of 20270103T090000Z: 20270301T123000Z in Room 414
new_room has SEQUENCE 0 of 20270102T090000Z: 20270301T120000Z in Room 414
  kept: SEQUENCE 0 of 20270102T090000Z: 20270301T120000Z in Room 414
what shows invitations calls e_cal_component_get_sequence
END
