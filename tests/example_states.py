"""Every state of a talk that the example department must show, and how to recognise it."""

from seminars.models import JoinAccess, Recording, Role, State

STATES = {
    "happening now": lambda talk, now: talk.is_happening(now),
    "title missing": lambda talk, now: talk.is_public and not talk.title and talk.speakers,
    "speaker missing": lambda talk, now: talk.is_public and not talk.speakers,
    "tentative": lambda talk, now: talk.state == State.TENTATIVE,
    "moved": lambda talk, now: talk.is_newly_moved(now) and talk.is_upcoming(now),
    "moved online": lambda talk, now: talk.is_online_only and talk.is_upcoming(now) and talk.notice,
    "room changed": lambda talk, now: talk.is_upcoming(now) and talk.notice.startswith("Room changed from"),
    "postponed": lambda talk, now: talk.state == State.POSTPONED and talk.is_upcoming(now),
    "cancelled": lambda talk, now: talk.state == State.CANCELLED and talk.is_upcoming(now),
    "over, with recording and slides": lambda talk, now: talk.is_over(now) and talk.recording_url and talk.slides_url,
    "draft": lambda talk, now: talk.state == State.DRAFT and not talk.published_at,
    "timed": lambda talk, now: talk.join_access == JoinAccess.TIMED,
    "members": lambda talk, now: talk.join_access == JoinAccess.MEMBERS,
    "joint": lambda talk, now: len(talk.all_series) == 2,
    "not in English": lambda talk, now: talk.language == "ja" and not talk.slug,
    "a long title": lambda talk, now: len(talk.title) > 150,
    "a committee": lambda talk, now: len(talk.people_as(Role.COMMITTEE)) == 3,
    "a moderator": lambda talk, now: talk.people_as(Role.MODERATOR) and len(talk.speakers) == 3,
    "formulas": lambda talk, now: "$$" in talk.abstract,
    "lists": lambda talk, now: "\n- " in talk.abstract,
    "a recording to come": lambda talk, now: talk.recording == Recording.PLANNED and talk.is_upcoming(now),
    "no recording": lambda talk, now: talk.recording == Recording.DECLINED,
    "in an atrium": lambda talk, now: talk.room and not talk.room.is_exclusive,
    "private notes": lambda talk, now: talk.notes,
}


def missing_states(talks, now):
    """The names of the states that none of these talks has."""
    return [state for state, holds in STATES.items() if not any(holds(talk, now) for talk in talks)]
