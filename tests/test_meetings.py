"""Find online meetings in text, take their invitations out, and tell what still looks private.

tests/data/meeting_invitations.txt has invitations of many programs and languages, each with its link and passcode.
"""

import time
from base64 import urlsafe_b64encode
from pathlib import Path
from urllib.parse import quote

import hypothesis
import pytest
from hypothesis import strategies as st

from seminars.importing.events import Meeting
from seminars.importing.reading.meetings import meeting_in, private_bits, unwrapped, without_private_bits

BEFORE = "We show how looms learn,\nand what $x_1$ means — see [1].\n\n"
AFTER = "\n\nThey weave at night. Bring your own thread!\n"
BLOCKS = (Path(__file__).parent / "data" / "meeting_invitations.txt").read_text().split("=== ")[1:]
ZOOM = "https://a.zoom.us/j/1?pwd=b"
PIECES = st.sampled_from(
    ["Zoom", ": ", ZOOM, "\n", "Passcode: ", "tea7", "Meeting ID: 123 456 789", " ", "looms", ". ", "(", ")", "or",
     "+1 646 555 0100", "password", " is ", "1234", "https://e.org/x", "Join Zoom Meeting", "_" * 20, "dial in "]
)  # fmt: skip


def read(block):
    """The parts of a block: its name, link, passcode and text."""
    head, _newline, text = block.partition("\n")
    return (*(part.strip() for part in head.split("|")), text.rstrip("\n"))


INVITATIONS = [read(block) for block in BLOCKS]


def without_blank_lines(text):
    return [line for line in text.split("\n") if line]


@pytest.mark.parametrize(("name", "url", "passcode", "text"), INVITATIONS, ids=[each[0] for each in INVITATIONS])
def test_an_invitation_is_taken_out_as_a_whole_and_the_abstract_stays(name, url, passcode, text):
    rest, meeting = meeting_in(f"{BEFORE}{text}{AFTER}")

    assert meeting == Meeting(url, passcode)
    assert without_blank_lines(rest) == without_blank_lines(BEFORE + AFTER)
    assert (rest.startswith(BEFORE), rest.endswith(AFTER)) == (True, True)


@pytest.mark.parametrize(("name", "url", "passcode", "text"), INVITATIONS, ids=[each[0] for each in INVITATIONS])
def test_nothing_private_is_left_of_an_invitation_whose_link_is_lost(name, url, passcode, text):
    left = without_private_bits(f"{BEFORE}{text.replace(url, '')}{AFTER}")

    assert private_bits(left) == ()
    assert [line for line in without_blank_lines(BEFORE + AFTER) if line not in left.split("\n")] == []


@pytest.mark.parametrize(("name", "url", "passcode", "text"), INVITATIONS, ids=[each[0] for each in INVITATIONS])
def test_an_invitation_is_private_as_a_whole(name, url, passcode, text):
    left = without_private_bits(f"{BEFORE}{text}{AFTER}")

    assert without_blank_lines(left) == without_blank_lines(BEFORE + AFTER)


@pytest.mark.parametrize(
    ("text", "rest", "meeting"),
    [
        (f"Looms. Zoom: {ZOOM}", "Looms.", (ZOOM, "")),
        (f"They weave. Zoom: {ZOOM}, Meeting ID: 123 456 789", "They weave.", (ZOOM, "")),
        (f"Looms, Zoom: {ZOOM}", "Looms", (ZOOM, "")),
        (f"Looms learn. Join us on Zoom at {ZOOM} (passcode 1234). More.", "Looms learn. More.", (ZOOM, "1234")),
        (f"Join by Zoom ({ZOOM}, passcode 1234) or come to Room 5.", "Join by Zoom or come to Room 5.",
         (ZOOM, "1234")),
        (f"Come, or join us at {ZOOM} if you are away that day.", "Come, or join us at  if you are away that day.",
         (ZOOM, "")),
        (f"Looms.\nInteractive livestream: {ZOOM}", "Looms.", (ZOOM, "")),
        (f"Looms.\nZoom: {ZOOM}\nHost: Grace", "Looms.\nHost: Grace", (ZOOM, "")),
        (f"Zoom: {ZOOM}\nContact: Grace, +1 215 555 0100, grace@example.edu",
         "Contact: Grace, +1 215 555 0100, grace@example.edu", (ZOOM, "")),
        (f"Zoom: {ZOOM}\nFor more information: https://example.edu/talk",
         "For more information: https://example.edu/talk", (ZOOM, "")),
        (f"Zoom: {ZOOM}\nMeeting: https://example.edu/rec/1\nPasscode: 77",
         "Meeting: https://example.edu/rec/1", (ZOOM, "77")),
        (f"Abstract\n--------\nZoom: {ZOOM}", "Abstract\n--------", (ZOOM, "")),
        (f"Topic: looms\nZoom: {ZOOM}", "Topic: looms", (ZOOM, "")),
        (f"Zoom: {ZOOM}\n\nLooms.\n\nPasscode: tea", "\n\nLooms.", (ZOOM, "tea")),
        (f"Zoom: {ZOOM}\nPassword is required.", "Password is required.", (ZOOM, "")),
        (f"Users choose password: hunter2 often.\n\nZoom: {ZOOM}", "Users choose password: hunter2 often.", (ZOOM, "")),
        (f"Why do Zoom meetings tire us?\n{ZOOM}", "Why do Zoom meetings tire us?", (ZOOM, "")),
        ("Register: https://a.zoom.us/meeting/register/t\nZoom: https://a.zoom.us/j/2", "",
         ("https://a.zoom.us/j/2", "")),
        ("Join: https://go.example.edu/z\nPaper: https://example.edu/p", "Paper: https://example.edu/p",
         ("https://go.example.edu/z", "")),
        ("Livestream: https://youtube.com/live/a1", "", ("https://youtube.com/live/a1", "")),
        ("Zoom link (https://go.example.edu/z)", "", ("https://go.example.edu/z", "")),
        ("Zoom:\nhttps://go.example.edu/z", "", ("https://go.example.edu/z", "")),
        ("Join: zoommtg://a.zoom.us/join?confno=1", "", ("zoommtg://a.zoom.us/join?confno=1", "")),
        ("https://url.us.m.mimecastprotect.com/s/abc?domain=a.zoom.us", "",
         ("https://url.us.m.mimecastprotect.com/s/abc?domain=a.zoom.us", "")),
    ],
)  # fmt: skip
def test_what_is_said_beside_a_meeting_stays(text, rest, meeting):
    left, found = meeting_in(text)

    assert (left.strip("\n"), found) == (rest.strip("\n"), Meeting(*meeting))


@pytest.mark.parametrize(
    "text",
    [
        "Passwords: a study of password: 1234",
        "Zoom fatigue: what a year of online meetings did to us. We join surveys and meeting logs.",
        "We study how people choose a passcode. The passcode is rarely random.",
        "The paper: https://example.edu/a.pdf",
        "Recording: https://example.zoom.us/rec/share/1",
        "Video: https://youtu.be/abc",
        "See https://support.zoom.us/hc/en-us and https://zoom.us for the company.",
        "https://notzoom.us.example.edu/j/1",
        "Online resources: https://example.edu/looms",
        "The meeting number of two random walks is 123 on average.",
        "Session 12: Looms\nSession 13: Wheels",
        "Room number 1234, course number 56789",
        "The telephone was invented in 1876. Call 911.",
        "A PIN is four digits long: 1234 is the most common one.",
        "Meeting the demands of 10 000 000 users",
        "Join Grace for 2 hours of weaving.\n----------\nOnline and offline algorithms meet.",
        "Teams of robots join a webinar: a story.\nOr not.",
        "arXiv:1234.56789, doi:10.1000/182, ISBN 978-3-16-148410-0",
        "f(x) = 3.14159 26535 89793, and 192.168.0.1 is an address.",
        "Contact: Grace Hopper, +1 215 555 0100, grace@example.edu",
        "Kennung und Kennwort: zwei Wörter der Informatik",
        "El código de acceso abierto",
        "",
    ],
)
def test_a_text_about_meetings_or_passwords_stays_as_it_is(text):
    assert (meeting_in(text), private_bits(text), without_private_bits(text)) == ((text, Meeting()), (), text)


@pytest.mark.parametrize(
    ("text", "bits", "left"),
    [
        (f"Looms. {ZOOM}", (ZOOM,), "Looms."),
        ("Looms. Meeting ID: 912 3456 7890, passcode 314159", ("Meeting ID: 912 3456 7890", "passcode 314159"),
         "Looms."),
        ("Looms.\nPasscode: tea", ("Passcode: tea",), "Looms."),
        ("Looms (passcode: tea7).", ("passcode: tea7",), "Looms."),
        ("The Zoom password is t3a.", ("Zoom password is t3a.",), ""),
        ("Looms.\nDial in: +1 215 555 0100", ("+1 215 555 0100",), "Looms."),
        ("They weave. Dial in: +1 215 555 0100", ("+1 215 555 0100",), "They weave."),
        ("+16465550100,,99988877766# US", ("+16465550100,,99988877766#",), ""),
        ("sip:99988877766@zoomcrc.com", ("sip:99988877766@zoomcrc.com",), ""),
        ("Looms.\nBesprechungs-ID: 111 222 333\nKennung: aB1", ("Besprechungs-ID: 111 222 333", "Kennung: aB1"),
         "Looms."),
        ("Looms.\nCode secret : 4711", ("Code secret : 4711",), "Looms."),
        ("Looms.\n会议号：912 3456 7894\n密码：7788", ("会议号：912 3456 7894", "密码：7788"), "Looms."),
        ("https://conf.example.edu/x?pwd=tea", ("https://conf.example.edu/x?pwd=tea",), ""),
        ("Looms. Zoom link: https://go.example.edu/z", ("https://go.example.edu/z",), "Looms."),
        ("Looms. Join us at larkfield.zoom.us/j/1234.", ("larkfield.zoom.us/j/1234",), "Looms."),
        ("More phone numbers: https://tel.meet/abc?pin=123", ("https://tel.meet/abc?pin=123",), ""),
    ],
)  # fmt: skip
def test_what_looks_private_is_told_and_can_be_left_out(text, bits, left):
    assert (private_bits(text), without_private_bits(text)) == (bits, left)


REAL = "https://a.zoom.us/j/1?pwd=b"
CODED = quote(REAL, safe="")
IN_BASE64 = urlsafe_b64encode(REAL.encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "wrapped",
    [
        f"https://nam02.safelinks.protection.outlook.com/?url={CODED}&data=05%7C01&reserved=0",
        f"https://eur01.safelinks.protection.outlook.com/ap/t-59584e83/?url={CODED}&data=1",
        f"https://gcc02.safelinks.protection.office365.us/?url={CODED}",
        f"https://statics.teams.cdn.office.net/evergreen-assets/safelinks/1/atp-safelinks.html?url={CODED}&locale=en",
        f"https://www.google.com/url?q={CODED}&sa=D&source=calendar&usd=2",
        f"https://www.google.co.uk/url?sa=t&url={CODED}",
        f"https://google.de/url?q={CODED}",
        f"https://urldefense.com/v3/__{REAL}__;!!abc!def$",
        "https://urldefense.com/v3/__https://a.zoom.us/j/1*pwd=b__;Pw!!abc$",
        "https://urldefense.us/v3/__https://a.zoom.us/j/1?pwd=b__;!!abc$",
        "https://urldefense.proofpoint.com/v2/url?u=https-3A__a.zoom.us_j_1-3Fpwd-3Db&d=DwMF&c=x",
        f"https://urldefense.proofpoint.com/v1/url?u={CODED}&k=1",
        f"https://linkprotect.cudasvc.com/url?a={CODED}&c=E,1,abc",
        f"https://l.facebook.com/l.php?u={CODED}&h=AT0",
        f"https://l.instagram.com/?u={CODED}&e=1",
        f"https://slack-redir.net/link?url={CODED}",
        f"https://www.youtube.com/redirect?event=x&q={CODED}",
        f"https://www.linkedin.com/redir/redirect?url={CODED}",
        f"https://duckduckgo.com/l/?uddg={CODED}",
        f"https://secure-web.cisco.com/1abcDEF/{CODED}",
        f"https://eu-west-1.protection.sophos.com/?d=zoom.us&u={IN_BASE64}&p=m",
        f"https://ddec1-0-en-ctp.trendmicro.com/wis/clicktime/v1/query?url={CODED}&umid=1",
        f"https://protect2.fireeye.com/v1/url?k=1&u={CODED}",
        f"https://clicktime.symantec.com/abc?u={CODED}",
        f"https://deref-gmx.net/mail/client/abc/dereferrer/?redirectUrl={CODED}",
        f"https://mail.example.edu/owa/redir.aspx?C=abc&URL={CODED}",
        f"https://www.google.com/url?q={quote(f'https://l.facebook.com/l.php?u={CODED}', safe='')}",
    ],
)
def test_a_wrapped_link_is_unwrapped_and_found(wrapped):
    assert unwrapped(f"Looms: {wrapped}.") == f"Looms: {REAL}."
    assert meeting_in(f"Looms.\nZoom <{wrapped}>") == ("Looms.", Meeting(REAL))


@pytest.mark.parametrize(
    "text",
    [
        "https://www.google.com/url?q=looms",
        "https://secure-web.cisco.com/1abc/looms",
        "https://www.google.com/search?q=https://example.edu",
        "https://www.google.com/url?q=javascript:alert(1)",
        "https://urldefense.com/v3/looms",
        "https://l.facebook.com/l.php",
        "https://nam02.safelinks.protection.outlook.com.example.edu/?url=https%3A%2F%2Fa.zoom.us",
        "https://eu.protection.sophos.com/?u=%00%ff",
        "https://[looms/?url=https://example.edu",
    ],
)
def test_a_link_that_wraps_none_stays(text):
    assert unwrapped(text) == text


def test_a_link_in_very_many_wrappers_stays_as_it_is():
    link = REAL
    for _layer in range(8):
        link = f"https://www.google.com/url?q={link}"

    assert unwrapped(link) == link


@pytest.mark.parametrize("text", [f"{REAL} ({REAL})", f"{REAL}<{REAL}>", f"{REAL} <{REAL}>"])
def test_a_link_that_stands_twice_is_written_once(text):
    assert unwrapped(f"Looms {text} weave") == f"Looms {REAL} weave"


@hypothesis.given(st.text(max_size=300).filter(lambda text: "://" not in text and "zoom" not in text.lower()))
@hypothesis.settings(max_examples=200)
def test_text_without_links_is_unchanged(text):
    assert meeting_in(text) == (text, Meeting())


@hypothesis.given(
    st.lists(st.one_of(PIECES, st.sampled_from(["https://www.google.com/url?q=", " (", ">", "<"])), max_size=20).map(
        "".join
    )
)
@hypothesis.settings(max_examples=300)
def test_unwrapping_twice_changes_nothing_more(text):
    assert unwrapped(unwrapped(text)) == unwrapped(text)


@hypothesis.given(st.lists(PIECES, max_size=25).map("".join))
@hypothesis.settings(max_examples=500)
def test_what_looks_private_is_gone_after_it_was_left_out(text):
    assert private_bits(without_private_bits(text)) == ()


@hypothesis.given(st.lists(PIECES, max_size=25).map("".join))
@hypothesis.settings(max_examples=300)
def test_no_link_to_a_meeting_is_left_in_the_text(text):
    rest, _meeting = meeting_in(text)

    assert meeting_in(rest)[1].url == ""


@hypothesis.given(st.lists(PIECES, max_size=25).map("".join))
@hypothesis.settings(max_examples=300)
def test_nothing_is_added_to_a_text(text):
    rest, _meeting = meeting_in(text)

    assert [line for line in rest.split("\n") if len(line) > max(map(len, text.split("\n")))] == []


@pytest.mark.parametrize(
    "piece",
    ["zoom ", "passcode 1\n", f"Zoom: {ZOOM}\n", "Online: https://example.edu/x ", "Meeting ID: 123 456 789 ", "a@",
     "1,,",     "https://www.google.com/url?q=", "x is inviting you to a ", "_" * 20 + "\n", "or\n", "Topic: a\n"],
)  # fmt: skip
def test_the_time_grows_with_the_length_of_the_text(piece):
    def seconds(length):
        start = time.process_time()
        without_private_bits(meeting_in((piece * length)[:length])[0])
        return time.process_time() - start

    short, long = (min(seconds(length) for _round in range(2)) for length in (8_000, 64_000))

    assert long < 25 * max(short, 0.01)
