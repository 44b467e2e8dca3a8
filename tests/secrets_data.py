"""A department with every kind of secret that the site must not show.

Each secret is a unique word with the name of an animal. The word "lantern" is next to it, so that a search finds it.
"""

import re
from datetime import timedelta

from django.utils import timezone

from seminars.actions import accounts, lifecycle, photos, speaker_answers
from seminars.models import (
    Break,
    Department,
    FormerAddress,
    JoinAccess,
    JointRequest,
    SpeakerInvitation,
    SpeakerLetter,
    State,
    Talk,
)
from tests.factories import (
    make_draft,
    make_organiser,
    make_room,
    make_series,
    make_speaker,
    make_talk,
    make_topic,
)
from tests.pictures import picture
from tests.speaking import answer_of, ask, path_of, send

DRAFTS = {"quokkatitle", "quokkaabstract", "quokkanotes", "quokkanotice", "quokkaprogramme", "quokkahost", "quokkalink",
          "quokkapass", "potorootitle", "potorooreason", "bandicoottitle"}  # fmt: skip
PEOPLE = {"quokkaspeaker", "quokkabiography", "wallabymail", "wallabyalias", "quollmail", "quollname"}
SPEAKERS = {"quokkaspeaker", "quokkabiography", "wombatspeaker", "wallabymail", "wallabyalias"}
LINKS = {"bilbylink", "bilbypass", "bettonglink", "bettongpass", "kowarilink", "kowaripass"}
MEMBERS = {"numbatlink", "numbatpass"}
UNLISTED = {"wombattitle", "wombatspeaker", "wombatbreak", "wombatslug", "wombatname", "wombatshort", "wombatcontact"}
IDEAS = {"dunnartidea", "bilbyidea"}
NOTES = {"kowarinotes"}
ANSWERS = {"planigaletitle", "planigalebiography", "planigalediet", "planigalequestion", "planigalemail"}


class Site:
    """A department with every kind of secret."""

    def __init__(self):
        Department.objects.update_or_create(pk=1, defaults={"name": "Engines", "logo": photos.keep(picture())})
        self.series = make_series(
            short_name="ASSET", default_join_url="https://meet.example.org/kowarilink", default_passcode="kowaripass"
        )
        self.room, self.topic = make_room(), make_topic()
        self.unlisted = make_series(
            name="Wombatname", short_name="WOMBATSHORT", slug="wombatslug", is_listed=False,
            contact_name="Wombatcontact", contact_email="wombatcontact@example.org",
        )  # fmt: skip
        self.organiser = make_organiser(self.series, email="quollmail@example.org", last_name="Quollname")
        accounts.renew_calendar(self.organiser)
        self.make_public_talks()
        self.make_drafts()
        self.make_unlisted_talks()
        self.make_joint_requests()
        self.make_answer()

    def make_public_talks(self):
        ada = make_speaker(
            name="Ada",
            email="wallabymail@example.org",
            other_names="Wallabyalias Lantern",
            photo=photos.keep(picture()),
        )
        self.talk = self.make("public", make_talk, speakers=[ada], notes="kowarinotes")
        self.members = self.make("members", make_talk, JoinAccess.MEMBERS, "numbat")
        self.timed = self.make("timed", make_talk, JoinAccess.TIMED, "bilby")
        over = timezone.now() - timedelta(hours=3)
        self.make("over", make_talk, JoinAccess.TIMED, "bettong", starts_at=over, shares_room=True)
        lifecycle.cancel(self.make("cancelled", make_talk, JoinAccess.MEMBERS, "numbat"), reason="Snow", by=None)
        self.make("provisional", make_talk, JoinAccess.TIMED, "bilby", state=State.TENTATIVE)

    def make_drafts(self):
        speaker = make_speaker(
            name="Quokkaspeaker", biography="quokkabiography", photo=photos.keep(picture(colour="red"))
        )
        words = {"notes": "quokkanotes", "notice": "quokkanotice", "programme": "quokkaprogramme", "host": "quokkahost"}
        self.draft = self.make(
            "quokkatitle", make_draft, JoinAccess.OPEN, "quokka", speakers=[speaker], abstract="Quokkaabstract", **words
        )
        for talk in (self.draft, self.talk, None):
            number = SpeakerInvitation.objects.count()
            SpeakerInvitation.objects.create(
                series=self.series, talk=talk, note="bilbyidea", state="invited",
                speaker=make_speaker(name=f"Dunnartidea Lantern {number}"),
            )  # fmt: skip
        self.make("quokkatitle again", make_draft, series=make_series(), also_in=[self.series])
        withdrawn = self.make("potorootitle", make_talk)
        lifecycle.cancel(withdrawn, reason="potorooreason", by=None)
        lifecycle.withdraw(withdrawn, by=None)
        for number, talk in enumerate([self.draft, withdrawn]):
            FormerAddress.objects.remember(f"/event/{number}/", talk)
            FormerAddress.objects.remember(f"/?event={number}", talk)

    def make_answer(self):
        """The speaker of the public talk has typed, and an organiser has asked back."""
        person = self.talk.people.get()
        asked = ask(self.talk, person)
        send(asked, title="Planigaletitle", biography="Planigalebiography", diet="Planigalediet")
        speaker_answers.ask_back(answer_of(asked), "Planigalequestion")
        SpeakerLetter.objects.create(talk=self.talk, speaker=person, to="planigalemail@example.org")
        self.speaking = path_of(asked)

    def make_joint_requests(self):
        """Other series ask to list a draft and an unlisted talk in our series."""
        for talk in (self.make("bandicoottitle", make_draft, series=make_series()), self.unlisted_alone[0]):
            JointRequest.objects.create(talk=talk, series=self.series)

    def make_unlisted_talks(self):
        make = {"series": self.unlisted}
        self.make("wombattitle", make_talk, speakers=[make_speaker(name="Wombatspeaker")], **make)
        self.make("joint", make_talk, also_in=[self.unlisted])
        self.make("joint too", make_talk, also_in=[self.series], **make)
        self.make("wombattitle again", make_talk, **make)
        Break.objects.create(series=self.unlisted, reason="wombatbreak", first_on="2099-01-01", last_on="2099-01-01")

    def make(self, title, maker, access=JoinAccess.OPEN, animal="", **fields):
        """A talk on lanterns whose link and passcode are named after an animal."""
        joining = {"join_url": f"https://meet.example.org/{animal}link", "passcode": f"{animal}pass"} if animal else {}
        return maker(
            **{"title": f"Lantern {title}", "series": self.series, "room": self.room, "shares_room": True}
            | {"topics": [self.topic], "abstract": "On a lantern.", "join_access": access}
            | joining
            | fields
        )

    @property
    def secrets(self):
        key, signature = self.organiser.feed_key.lower(), self.organiser.feed_token.rpartition(".")[2].lower()
        known = DRAFTS | PEOPLE | LINKS | MEMBERS | UNLISTED | IDEAS | NOTES | ANSWERS
        return known | {key, signature, self.speaker_token.lower()} | self.address_keys

    @property
    def speaker_token(self):
        """What opens the page of the speaker of the public talk."""
        return self.speaking.split("/")[2]

    @property
    def address_keys(self):
        """The random part of the addresses of the talks that are only in unlisted series."""
        return {talk.address_key for talk in self.unlisted_alone}

    @property
    def unlisted_alone(self):
        return Talk.objects.filter(series=self.unlisted, joint_rows=None)

    def may_tell(self, secret, address, who):
        """Tell whether this answer to this person may contain a secret. An answer may always repeat its own address."""
        if secret in address.lower():
            return True
        if address == self.speaking:
            return secret in ANSWERS - {"planigalemail"}
        if address.startswith("/admin/") and who != "visitor":
            return secret in SPEAKERS | IDEAS  # organisers see all speakers and their email addresses
        if secret in UNLISTED | self.address_keys:  # people who have the address may see it
            return "wombatslug" in address or any(key in address for key in self.address_keys)
        return secret in MEMBERS and who != "visitor" and re.fullmatch(r"/talks/\d+/join/", address) is not None
