"""What the doctor's checker of feeds finds, and what our feeds promise in English."""

import re

from seminars.doctor import feed_checker
from seminars.doctor.feed_checker import moment, parsed, read_text

__all__ = ["complaints", "moment", "parsed", "read_text"]


def complaints(body):
    """Everything that is wrong with a feed of a site in English, in words."""
    found = feed_checker.complaints(body)
    try:
        events = parsed(body).called("VEVENT")
    except ValueError:  # of which the checker complains
        return found
    called_off = [event for event in events if event.value("STATUS") == "CANCELLED"]
    silent = [event for event in called_off if not re.match("(CANCELLED|POSTPONED): ", event.value("SUMMARY"))]
    return found + ["SUMMARY does not say that the talk is called off"] * len(silent)
