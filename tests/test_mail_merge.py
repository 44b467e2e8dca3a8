"""Messages to many readers are the same bytes as Django makes for each, and encoded once."""

import copy
import re

import pytest
import time_machine

from seminars.formats.letters import mail_merge
from seminars.formats.letters.mail_merge import READER, WAY_OUT, Common
from tests.factories import in_new_york

TEXT = f"Talks of the week\n\nLeave: {WAY_OUT}\n"
HTML = f'<p>Talks</p><p><a href="{WAY_OUT}">Leave</a> ({WAY_OUT})</p>'
OUT = "https://talks.example.edu/department/private/abcdefghijklmnop/"


@pytest.fixture(autouse=True)
def _clock():
    mail_merge._form.cache_clear()
    with time_machine.travel(in_new_york(2025, 11, 5, 9), tick=False):
        yield


def common(subject="Talks", text=TEXT, html=HTML, reply_to=("office@example.edu",)):
    return Common(subject, text, html, reply_to)


def headers_of(out, number=1, host="talks.example.edu", **further):
    listed = {"List-Id": "<mail.talks.example.edu>", "List-Unsubscribe": f"<{out}>"}
    return listed | {"Message-ID": f"<{number:032}@{host}>", "Auto-Submitted": "auto-generated"} | further


def both(what, to="ada@example.org", out=OUT, number=1, **further):
    """The bytes of a message as they are merged and as Django makes them."""
    headers = headers_of(out, number, **further)
    sender = f"bounces+{number}@example.edu" if "From" in further else "seminars@example.edu"
    kinds = (what.merged, what.message)
    return [without_boundaries(kind(to, out, from_email=sender, headers=headers).message()) for kind in kinds]


def without_boundaries(message):
    return re.sub(rb"=*\d{15,}==", b"BOUNDARY", message.as_bytes(linesep="\r\n"))


@pytest.mark.parametrize(
    "what",
    [
        common(),
        common(html=""),
        common(reply_to=()),
        common(
            subject="Département de mathématiques : exposés du 29 novembre – 5 décembre, à l’université, salle Émile"
        ),
        common(subject="The talks of the week " * 6),
        common(text="Grüße – " + TEXT, html="<p>Grüße</p>" + HTML),
        common(text="a long line " * 200 + TEXT, html="é long line = " * 200 + HTML),  # quoted-printable
        common(text=".\n..\nFrom here on\n" + TEXT),
        common(text=f"{READER} and x@mark.invalid\n{TEXT}"),  # what somebody typed looks like a mark
    ],
)
@pytest.mark.parametrize(
    "to", ["ada@example.org", "a" * 60 + "@example.org", "grace.h+talks@a-b.example", "ä@müller.example"]
)
def test_the_bytes_are_those_of_django(what, to):
    for number, out in enumerate([OUT, OUT.replace("abc", "xyz"), OUT.replace("private", "de/private") + "x" * 40]):
        merged, plain = both(what, to, out, number)
        assert merged == plain
        assert out.encode() in plain.replace(b"=\r\n", b"")


def test_each_letter_has_an_envelope_sender_of_its_own_and_the_same_from():
    for number in (1, 2):
        merged, plain = both(common(), number=number, From="Café <seminars@example.edu>")
        assert merged == plain
        assert f"bounces+{number}".encode() not in merged


def test_a_long_host_breaks_no_line_elsewhere():
    merged, plain = both(common(), host="a-long-name-of-a-department." * 2 + "example.edu")

    assert merged == plain


def test_it_is_encoded_once_for_all_readers(settings):
    for number in range(20):
        merged, _plain = both(common(), f"person{number}@example.org", number=number, From="seminars@example.edu")
        assert f"To: person{number}@example.org\r\n".encode() in merged

    assert mail_merge._form.cache_info().misses == 1


def test_the_date_is_that_of_sending():
    both(common())
    with time_machine.travel(in_new_york(2025, 11, 6, 9), tick=False):
        merged, plain = both(common())

    assert merged == plain
    assert b"Date: Thu, 06 Nov 2025 14:00:00" in merged


@pytest.mark.parametrize("attach", ["attach", "attach_alternative"])
def test_what_was_attached_later_is_sent_too(attach):
    message = common().merged("ada@example.org", OUT, headers=headers_of(OUT))
    further = "BEGIN:VCALENDAR", "text/calendar"
    message.attach("invite.ics", *further) if attach == "attach" else message.attach_alternative(*further)

    assert b"BEGIN:VCALENDAR" in message.message().as_bytes(linesep="\r\n")


def test_other_backends_find_a_message_of_django():
    message = copy.deepcopy(common().merged("ada@example.org", OUT, headers=headers_of(OUT)))
    made = message.message()

    assert (made["To"], made.get_content_type()) == ("ada@example.org", "multipart/alternative")
    assert b"\r\n" not in made.as_bytes()
    assert copy.copy(made).as_bytes(linesep="\r\n") == made.as_bytes(linesep="\r\n")
