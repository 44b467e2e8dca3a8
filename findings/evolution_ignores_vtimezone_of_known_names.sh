#!/usr/bin/env bash
# Expected: a talk "TZID=America/New_York:…T120000", in a message whose VTIMEZONE of that TZID says UTC-3, is at 15:00 UTC.
#   A TZID without a slash in front stands for the VTIMEZONE in the same object (RFC 5545 sections 3.2.19 and 3.8.3.1), whose
#   rules give the offset (section 3.6.5). So a sender can tell new rules to a computer that does not have them.
# Seen: Evolution's calendar takes the zone of that name in the computer's own data and writes its TZID into the talk:
#   17:00 UTC, and nothing says so. With a name that the computer does not know, the same rules give 15:00.
# Version: evolution-data-server 3.46.4-2+deb12u1 and libical3 3.0.16-1+b1 of Debian 12, with the local calendar. Source:
#   measured here. It is on purpose: the documentation of e_cal_client_check_timezones_sync says that it replaces such a
#   TZID, because rules in a message are never updated; it does not say that those of the message may be newer.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
server=3.46.4-2+deb12u1
ical=3.0.16-1+b1
apt-get download evolution-data-server{,-common}=$server \
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
"""Give the files to Evolution's calendar one after the other; print in which hour it then finds the talk, and as what."""

import sys
from pathlib import Path

import gi

gi.require_version("ECal", "2.0")
gi.require_version("EDataServer", "1.2")
from gi.repository import ECal, EDataServer, ICalGLib

registry = EDataServer.SourceRegistry.new_sync(None)
source = registry.ref_builtin_calendar()
calendar = ECal.Client.connect_sync(source, ECal.ClientSourceType.EVENTS, 10, None)
for file in map(Path, sys.argv[1:]):
    message = ICalGLib.Component.new_from_string(file.read_bytes().decode())
    calendar.receive_objects_sync(message, ECal.OperationFlags.NONE, None)
    for hour in range(24):
        span = f'(make-time "20270301T{hour:02}0000Z") (make-time "20270301T{hour:02}5959Z")'
        _found, events = calendar.get_object_list_sync(f"(occur-in-time-range? {span})", None)
        for event in events:
            if event.get_uid() == message.get_inner().get_uid():
                start = event.get_first_property(ICalGLib.PropertyKind.DTSTART_PROPERTY)
                name = start.get_first_parameter(ICalGLib.ParameterKind.TZID_PARAMETER).get_tzid()
                print(f"{event.get_uid()}: at {hour}:00 UTC, TZID {name}")
END

invitation() {
    printf '%s\r\n' BEGIN:VCALENDAR VERSION:2.0 PRODID:-//example//EN METHOD:REQUEST \
        BEGIN:VTIMEZONE "TZID:$2" BEGIN:STANDARD DTSTART:19700101T000000 TZOFFSETFROM:-0300 TZOFFSETTO:-0300 END:STANDARD \
        END:VTIMEZONE BEGIN:VEVENT "UID:$1@example.org" DTSTAMP:20270101T090000Z "DTSTART;TZID=$2:20270301T120000" \
        "DTEND;TZID=$2:20270301T125000" "SUMMARY:On engines" ORGANIZER:mailto:seminars@example.org \
        "ATTENDEE;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:ada@example.org" END:VEVENT END:VCALENDAR >"$1.ics"
}

[ -e /usr/share/zoneinfo/America/New_York ] || { echo "Install tzdata, which the calendar reads" >&2; exit 2; }
invitation unknown Example/Harbour
invitation known America/New_York
env -i PATH="$PATH" HOME="$folder/home" XDG_RUNTIME_DIR="$folder/home" XDG_DATA_DIRS="$usr/share" TZ=UTC LANG=C.UTF-8 \
    LD_LIBRARY_PATH="$libraries" GI_TYPELIB_PATH="$lib/girepository-1.0" GIO_MODULE_DIR="$folder/empty" \
    PYTHONHOME="$usr" PYTHONPATH="$usr/lib/python3/dist-packages" GSETTINGS_BACKEND=memory \
    EDS_REGISTRY_MODULES="$folder/empty" EDS_CAMEL_PROVIDER_DIR="$folder/empty" EDS_CALENDAR_MODULES="$folder/local" \
    timeout 60 "$usr/bin/dbus-run-session" --dbus-daemon="$usr/bin/dbus-daemon" --config-file="$folder/bus.conf" -- \
    "$usr/bin/python3.11" receive.py {unknown,known}.ics >seen.txt 2>bus.log \
    || { cat bus.log >&2; exit 2; }
cat seen.txt
diff - seen.txt <<'END'
unknown@example.org: at 15:00 UTC, TZID Example/Harbour
known@example.org: at 17:00 UTC, TZID /freeassociation.sourceforge.net/America/New_York
END
