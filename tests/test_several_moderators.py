"""Several talks get a moderator: who is offered, and which talks the page does not tick."""

import pytest

from seminars.models import Appearance, Role
from tests.admin_forms import errors_in
from tests.factories import make_series, make_speaker, make_talk
from tests.several_talks import apply, page_of, typed

pytestmark = pytest.mark.django_db


@pytest.fixture
def grace():
    return make_speaker(name="Grace Hopper")


def test_talks_get_a_moderator_among_those_who_moderate(administrator_client, ada, grace):
    make_series(default_moderator=grace)
    talk = make_talk(speakers=[ada])

    offered = administrator_client.get(page_of(talk)).context["form"].fields["moderator"].queryset
    refused = administrator_client.post(page_of(talk), typed(moderator=ada.pk) | {"_preview": "on"})
    apply(administrator_client, talk, moderator=grace.pk)

    assert list(offered) == [grace]
    assert errors_in(refused) == ["Choose somebody who moderates a talk or a series."]
    assert [(one.speaker, one.role) for one in talk.appearances.in_order()] == [(ada, "speaker"), (grace, "moderator")]


def test_a_talk_that_its_new_moderator_gives_is_ticked_only_if_that_is_meant(administrator_client, grace):
    own, moderated = make_talk(speakers=[grace]), make_talk(speakers=[grace])
    Appearance.objects.create(talk=moderated, speaker=grace, role=Role.MODERATOR, order=1)
    sent = {"moderator": grace.pk, "host": "Ada"}

    response = administrator_client.post(page_of(own, moderated), typed(**sent) | {"_preview": "on"})
    apply(administrator_client, own, ticked=[own], **sent)

    why = "Not ticked, because Grace Hopper is a speaker of this talk."
    assert [(row.is_ticked, row.why_unticked) for row in response.context["rows"]] == [(False, why), (True, "")]
    assert own.appearances.filter(role=Role.MODERATOR).count() == 1
