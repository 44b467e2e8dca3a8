"""The rows: fields, constraints, facts about one row, and the questions on their QuerySets."""

from seminars.models.announcement import Announcement
from seminars.models.anonymised_person import AnonymisedPerson
from seminars.models.api_token import ApiToken, KeptAnswer
from seminars.models.appearance import Appearance, JointTalk, TalkTopic
from seminars.models.bounce import Bounce
from seminars.models.breaks import Break
from seminars.models.calendar_invitation import CalendarInvitation
from seminars.models.column_choice import ColumnChoice
from seminars.models.deleted_imports import DeletedImport
from seminars.models.department import Department
from seminars.models.edition import Edition, PublicModel, PublicQuerySet, publishing, taking_turns
from seminars.models.gaps import Gap, gaps_of, lacking
from seminars.models.gone_talks import GoneTalk
from seminars.models.history import Change, recording
from seminars.models.identity import Identity
from seminars.models.import_runs import ImportRun
from seminars.models.imported import ImportedTalk
from seminars.models.joint_requests import JointRequest
from seminars.models.letter import Letter
from seminars.models.page_addresses import FormerAddress
from seminars.models.passkey import Passkey
from seminars.models.periodic_task import PeriodicTask
from seminars.models.photo import Photo
from seminars.models.room import Room
from seminars.models.search_words import SearchWord
from seminars.models.series import JoinAccess, Series, SeriesOrganiser, SeriesQuerySet, SeriesTopic, Weekday
from seminars.models.shared_changes import SharedChange
from seminars.models.source import Source
from seminars.models.speaker import Speaker
from seminars.models.speaker_invitation import SpeakerInvitation, SpeakerInvitationQuerySet
from seminars.models.speaker_names import SpeakerName
from seminars.models.speaker_request import SpeakerAnswer, SpeakerLetter, SpeakerRequest
from seminars.models.states import Attendance, Material, Mode, Recording, Role, State
from seminars.models.subscriber import Subscriber, SubscriberQuerySet, SubscriptionRequest
from seminars.models.talk import Talk
from seminars.models.talk_news import TalkNews, ToldTalk
from seminars.models.talk_queries import TalkQuerySet
from seminars.models.throttle import Throttle
from seminars.models.topic import Topic
from seminars.models.user import User
from seminars.models.zone_rules import ZoneRules

__all__ = [
    "Announcement",
    "AnonymisedPerson",
    "ApiToken",
    "Appearance",
    "Attendance",
    "Bounce",
    "Break",
    "CalendarInvitation",
    "Change",
    "ColumnChoice",
    "DeletedImport",
    "Department",
    "Edition",
    "FormerAddress",
    "Gap",
    "GoneTalk",
    "Identity",
    "ImportRun",
    "ImportedTalk",
    "JoinAccess",
    "JointRequest",
    "JointTalk",
    "KeptAnswer",
    "Letter",
    "Material",
    "Mode",
    "Passkey",
    "PeriodicTask",
    "Photo",
    "PublicModel",
    "PublicQuerySet",
    "Recording",
    "Role",
    "Room",
    "SearchWord",
    "Series",
    "SeriesOrganiser",
    "SeriesQuerySet",
    "SeriesTopic",
    "SharedChange",
    "Source",
    "Speaker",
    "SpeakerAnswer",
    "SpeakerInvitation",
    "SpeakerInvitationQuerySet",
    "SpeakerLetter",
    "SpeakerName",
    "SpeakerRequest",
    "State",
    "Subscriber",
    "SubscriberQuerySet",
    "SubscriptionRequest",
    "Talk",
    "TalkNews",
    "TalkQuerySet",
    "TalkTopic",
    "Throttle",
    "ToldTalk",
    "Topic",
    "User",
    "Weekday",
    "ZoneRules",
    "gaps_of",
    "lacking",
    "publishing",
    "recording",
    "taking_turns",
]  # fmt: skip
