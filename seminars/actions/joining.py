"""Joint talks: a talk joins a series when an organiser of that series agrees."""

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from seminars.actions.stamping import stamp
from seminars.actions.talk_changes import set_series
from seminars.models import JointRequest, JointTalk, Talk, User, publishing, recording, taking_turns


def accept(asked: JointRequest, *, by: User) -> Talk:
    """List the talk in the series; raise ValidationError if the request was withdrawn or the talk is already listed."""
    with publishing(), recording(_("Also listed in %(series)s") % {"series": asked.series}, by=by):
        asked = _still_waiting(asked)
        talk = asked.talk
        JointTalk(talk=talk, series=asked.series).full_clean()
        set_series(talk, [*talk.also_in.all(), asked.series], by=by)
        stamp([talk])
    return talk


def decline(asked: JointRequest, *, by: User) -> None:
    """Decline; the desk tells the person who asked. Raise ValidationError if it was withdrawn or answered."""
    with taking_turns():
        asked = _still_waiting(asked)
        asked.declined_by, asked.declined_at = by, timezone.now()
        asked.save(update_fields=["declined_by", "declined_at"])


def withdraw(asked: JointRequest) -> None:
    """Withdraw a request, or dismiss its answer."""
    asked.delete()


def _still_waiting(asked: JointRequest) -> JointRequest:
    """Read the request again. Others who answer it wait for their turn to write."""
    found = JointRequest.objects.waiting().filter(pk=asked.pk).select_related("series", "talk__series").first()
    if found is None:
        raise ValidationError(_("This request has been withdrawn, or someone else has answered it."), code="gone")
    return found
