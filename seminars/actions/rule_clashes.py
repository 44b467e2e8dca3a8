"""Note which talks new time zone rules put into one room at the same time, for as long as they are there.

The note keeps such talks apart from those that share a room because an organiser said so (`shares_room`). The database
lets both be there; everybody else is still refused their room, and the desk lists them.
"""

from datetime import timedelta

from seminars.models import Talk, TalkQuerySet, taking_turns


def note(moved: TalkQuerySet, *, longest: timedelta) -> None:
    """Note the talks among `moved` that are now in the way of another one, and those others.

    In the transaction that moved them: at its end PostgreSQL refuses clashes without a note. No talk takes longer than
    `longest`.
    """
    if keys := moved.keys_at_odds(longest):
        Talk.objects.with_keys(keys).update(clashes_by_rules=True)


def forget_what_is_over() -> None:
    """Remove the note from talks that have their room to themselves again, share it on purpose or were called off."""
    noted = Talk.objects.clashing_by_rules()
    if not noted.exists():
        return
    with taking_turns():
        if over := set(noted.primary_keys()) - noted.keys_in_conflict():
            Talk.objects.with_keys(over).update(clashes_by_rules=False)


def look_again_at(talk: Talk) -> None:
    """Remove the notes that a talk which was just saved no longer deserves: its own, and those it was in the way of."""
    if talk.clashes_by_rules:
        forget_what_is_over()
        talk.refresh_from_db(fields=["clashes_by_rules"])
