"""What is open at the talks of the next weeks: what is missing, who has not answered, which answers wait."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from seminars.models import Gap, Series, SpeakerAnswer, SpeakerInvitation, State, Talk, gaps_of
from seminars.models.states import HOLDING
from seminars.times import Span

AHEAD = timedelta(weeks=8)
MOST = 60  # talks


class OpenTalk(NamedTuple):
    """A talk with what is open: its gaps, the invited people who have not answered, and those whose answer waits."""

    talk: Talk
    gaps: list[Gap]
    invited: list[SpeakerInvitation]
    answered: list[SpeakerAnswer]

    @property
    def is_draft(self) -> bool:
        return self.talk.state == State.DRAFT


def open_talks(series: Iterable[Series], now: datetime) -> list[OpenTalk]:
    """Return the talks of these series in the next AHEAD at which something is open, the soonest first."""
    coming = Talk.objects.filter(series__in=series, state__in=HOLDING).starting_in(Span(now, now + AHEAD))
    talks = list(coming.soonest_first().for_pages()[:MOST])
    invited, answered = defaultdict(list), defaultdict(list)
    for invitation in SpeakerInvitation.objects.for_talks(talks).waiting().with_people().in_order():
        invited[invitation.talk_id].append(invitation)
    for answer in SpeakerAnswer.objects.about(talks).filter(waits_since__isnull=False).select_related("speaker"):
        answered[answer.talk_id].append(answer)
    found = (OpenTalk(talk, gaps_of(talk), invited[talk.pk], answered[talk.pk]) for talk in talks)
    return [one for one in found if one.gaps or one.invited or one.answered or one.is_draft]
