"""What the first page of the desk has to read at all: most of what it can show is there on few days of the year."""

from django.db.models import Exists, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from seminars import access
from seminars.admin.rights import own_talks, rights
from seminars.admin.shared_history import changed_by_others
from seminars.admin.time_zones import changed_lately
from seminars.models import ImportRun, JointRequest, Letter, Room, SpeakerAnswer, SpeakerInvitation, Topic, User


def what_waits(request: HttpRequest) -> frozenset[str]:
    """Return the names of the questions that have an answer: one query for all of them."""
    row = User.objects.filter(pk=request.user.pk).values(**{name: Exists(rows) for name, rows in _asked(request)})
    return frozenset(name for name, is_there in row.get().items() if is_there)


def _asked(request: HttpRequest) -> list[tuple[str, QuerySet]]:
    talks, series = access.talks_on_the_desk_of(request.user), access.series_of(request.user)
    letters = Letter.objects.all() if rights(request).is_administrator else Letter.objects.none()
    return [
        ("failed_letters", letters.failed().order_by()),
        ("late_letters", letters.late(timezone.now())),
        ("imports", ImportRun.objects.stalled()),
        ("joint_requests", JointRequest.objects.for_desk_of(series)),
        ("news", changed_by_others(request)),
        ("new_rules", changed_lately()),
        ("sources", access.sources_on_the_desk_of(request.user).waiting()),
        ("speaker_answers", SpeakerAnswer.objects.waiting(own_talks(request)).order_by()),
        ("unanswered", SpeakerInvitation.objects.of_series(series).waiting().order_by()),
        ("recordings", own_talks(request).without_promised_recording()),
        ("topics", Topic.objects.all()),
        ("rooms", Room.objects.all()),
        ("talks", talks),
        ("public_talks", talks.public()),
    ]
