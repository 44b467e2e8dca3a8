"""What one subscriber has not been told yet: it depends on which of their earlier letters were sent."""

from collections.abc import Collection
from typing import Any, NamedTuple

from seminars.models.letter import Letter, LetterState, NotYet
from seminars.models.talk_news import TalkNews, letter_key


class Untold(NamedTuple):
    """News as a reader gets it: `before` is what they know of the talk, {} if it is new to them."""

    key: int
    talk: int
    kind: str
    before: dict[str, Any]


def untold(letter: Letter, keys: Collection[int]) -> list[Untold]:
    """Return the news with these keys as the letter tells them, without those of which a later letter tells.

    News that an earlier letter did not tell, because it was dropped, could not be sent or left them out, are told with
    the later ones. Raise NotYet if it is not known yet who gets later ones.
    """
    rows = list(TalkNews.objects.of_same_talks(keys))
    if len(rows) == len(keys):  # as nearly always
        return [_as_made(row) for row in rows]
    subscriber = letter.about["subscriber"]
    mine = Letter.objects.in_bulk([letter_key(row.batch, subscriber) for row in rows], field_name="key")
    found = []
    for row in (row for row in rows if row.pk in keys):
        same = [
            (other, mine.get(letter_key(other.batch, subscriber))) for other in rows if other.talk_id == row.talk_id
        ]
        later = [(other, its) for other, its in same if other.pk > row.pk and other.batch != row.batch]
        if any(its is None and other.prepared_at is None for other, its in later):
            raise NotYet
        if not any(its for _other, its in later):
            found.append(
                _since_told(
                    row,
                    [(other, its) for other, its in reversed(same) if other.pk < row.pk and other.batch != row.batch],
                )
            )
    return found


def _as_made(row: TalkNews) -> Untold:
    return Untold(row.pk, row.talk_id, row.kind, row.before)


def _since_told(row: TalkNews, earlier: list[tuple[TalkNews, Letter | None]]) -> Untold:
    """Return the news together with those just before it that the reader was not told."""
    first = row
    for other, letter in earlier:
        if letter is None or (letter.state == LetterState.SENT and other.pk in letter.about["news"]):
            break
        first = other
    return _as_made(first)._replace(key=row.pk)
