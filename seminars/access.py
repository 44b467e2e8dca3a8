"""Who may see and change what; every view, list, autocomplete, export and preview asks here."""

from collections.abc import Collection, Iterable
from functools import cached_property

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, Model, OuterRef, Q, QuerySet
from django_otp.plugins.otp_totp.models import TOTPDevice

from seminars.models import (
    Announcement,
    ApiToken,
    Break,
    JoinAccess,
    Passkey,
    Room,
    Series,
    SeriesQuerySet,
    SharedChange,
    Source,
    Speaker,
    Talk,
    TalkQuerySet,
    Topic,
    User,
)
from seminars.models.account_invitation import AccountRole, Invitation, InvitationQuerySet
from seminars.models.announcement import AnnouncementQuerySet
from seminars.models.fetched import fetched_rows
from seminars.models.history import Change, ChangeQuerySet
from seminars.models.prepared_query import PreparedQuery
from seminars.models.preview_address import PreviewAddress
from seminars.models.shared_changes import Kind
from seminars.models.talk_address import TalkAddress

Person = User | AnonymousUser

# What organisers may do on their desk, as far as the row is theirs; administrators may do everything.
ORGANISERS_MAY: dict[type[Model], frozenset[str]] = {
    Talk: frozenset({"view", "add", "change", "delete"}),
    Series: frozenset({"view", "change"}),
    Break: frozenset({"view", "add", "change", "delete"}),
    Speaker: frozenset({"view", "add", "change"}),
    Room: frozenset({"view", "add"}),
    Topic: frozenset({"view", "add"}),
    Source: frozenset({"view", "add", "change", "delete"}),
}

# What organisers of further series do not see of a joint talk: of links only those that everybody may see at any time.
JOINING = frozenset({"join_url", "passcode"})
PRIVATE = JOINING | {"notes"}


def may_use_password(user: User) -> bool:
    """Tell whether `user` may sign in with a password of this site (LOCAL_SIGN_IN)."""
    return settings.LOCAL_SIGN_IN is None or user.username in settings.LOCAL_SIGN_IN


def may_sign_in(user: User) -> bool:
    """Tell whether there is a way to sign in that LOCAL_SIGN_IN leaves to `user`."""
    return may_use_password(user) or user.identities.of_issuer(settings.SINGLE_SIGN_ON.identity_issuer).exists()


def away(user: User) -> User:
    """Return a person who is not signed in, but for whom a program, a calendar or a letter asks: see User.AWAY."""
    user.groups_count_for = User.AWAY
    return user


def must_choose_password(user: Person) -> bool:
    """Tell whether `user` signed in with a temporary password, which opens only the page that replaces it."""
    return _is_signed_in(user) and user.has_temporary_password and not user.is_vouched_for


def may_have_second_step(user: Person) -> bool:
    """Tell whether `user` may sign in with a second step: administrators may."""
    return is_administrator(user)


def _needs_no_second_step(user: Person) -> bool:
    """Tell whether `user` needs none now; for those whom the university signed in, that is its own business."""
    return not may_have_second_step(user) or (user.is_vouched_for and not settings.SECOND_STEP_ALWAYS)


def has_second_step(user: Person) -> bool:
    """Tell whether `user` has set up a second step."""
    return bool(_WITH_SECOND_STEP.rows(User, user.pk))


def _with_second_step(users: QuerySet[User], key: int) -> QuerySet:
    """Return the key of this user if they have set up a second step; each page of the desk asks for it."""
    theirs = {"user": OuterRef("pk"), "confirmed": True}
    has_one = Exists(TOTPDevice.objects.filter(**theirs)) | Exists(Passkey.objects.filter(**theirs))
    return users.filter(has_one, pk=key).values_list("pk")


_WITH_SECOND_STEP = PreparedQuery(_with_second_step)


def must_type_code(user: Person) -> bool:
    """Tell whether the second step of this sign-in is still to come."""
    is_done = getattr(user, "otp_device", None) is not None
    return not is_done and not _needs_no_second_step(user) and has_second_step(user)


def must_set_up_second_step(user: Person) -> bool:
    """Tell whether the site demands a second step that `user` has not set up."""
    return settings.ADMINISTRATORS_NEED_SECOND_STEP and not (_needs_no_second_step(user) or has_second_step(user))


def is_administrator(user: Person) -> bool:
    """Administrators may do everything."""
    return user.is_active and user.is_superuser and (user.has_recent_groups or not user.administrator_from_group)


def is_organiser(user: Person) -> bool:
    """Organisers look after a series; administrators count as such."""
    return is_administrator(user) or series_of(user).exists()


def _is_signed_in(user: Person) -> bool:
    return user.is_authenticated and user.is_active


def series_of(user: Person) -> SeriesQuerySet:
    """Return the series that `user` looks after: all of them for administrators."""
    if is_administrator(user):
        return Series.objects.all()
    return Series.objects.organised_by(user) if _is_signed_in(user) else Series.objects.none()


def series_visible_to(user: Person) -> SeriesQuerySet:
    """Return the series that `user` may name: listed ones, their own, and those that talks on their desk are in."""
    if is_administrator(user):
        return Series.objects.all()
    joint = Series.objects.filter(joint_rows__talk__in=talks_on_the_desk_of(user))
    return Series.objects.filter(Q(is_listed=True) | Q(pk__in=series_of(user)) | Q(pk__in=joint))


def series_to_leave(user: Person, talk: Talk) -> SeriesQuerySet:
    """Return the series of `user` that a talk is in beside its home: those that they may take it out of."""
    return series_of(user).taking_in(talk).in_order()


def talks_visible_to(user: Person) -> TalkQuerySet:
    """Return what `user` may see: public talks, and the drafts of their own series, joint ones included."""
    return Talk.objects.all() if is_administrator(user) else Talk.objects.public() | talks_on_the_desk_of(user)


def talks_at(user: Person, address: TalkAddress) -> TalkQuerySet:
    """Return the talk that an address means to `user`, if they may see it.

    Of a talk in no listed series the address must hold its key, unless they look after the talk.
    """
    known = talks_on_the_desk_of(user).with_keys([address.talk])
    return known if is_administrator(user) else talks_visible_to(user).at(address) | known


def talks_shown_by(preview: PreviewAddress) -> TalkQuerySet:
    """Return the one talk that a preview address shows to anyone who has it; none once it has expired."""
    return Talk.objects.none() if preview.is_over() else Talk.objects.with_keys([preview.talk])


def roles_to_give(user: Person) -> list[AccountRole]:
    """Return the roles that `user` may give to others: nobody gives more than they have."""
    return Rights(user).roles_to_give


def invitations_of(user: Person) -> InvitationQuerySet:
    """Return the invitations that `user` sees and may withdraw: their own, or all for administrators."""
    if is_administrator(user):
        return Invitation.objects.all()
    return Invitation.objects.filter(invited_by=user) if _is_signed_in(user) else Invitation.objects.none()


def invitation_opened_by(token: str) -> Invitation | None:
    """Return the invitation of a link, None if it is no longer valid; raise BadSignature for what never was one."""
    found = Invitation.objects.by_token(token).select_related("invited_by").first()
    return found if found is not None and may_be_accepted(found) else None


def may_be_accepted(invitation: Invitation) -> bool:
    """Tell whether the link works and the inviter may still give what it promises."""
    return invitation.is_open() and may_give(away(invitation.invited_by), invitation)


def has_role(person: User, role: str, series: Collection[Series]) -> bool:
    """Tell whether a person who was given a role, for these series, still has it."""
    if role == AccountRole.ADMINISTRATOR:
        return is_administrator(person)
    if role == AccountRole.ORGANISER:
        own = {one.pk for one in series_of(person)}
        return all(one.pk in own for one in series)
    return True


def may_give(user: Person, invitation: Invitation) -> bool:
    """Tell whether `user` may give what an invitation promises."""
    return Rights(user).may_give(invitation)


def good_invitations(invitations: Iterable[Invitation]) -> set[int]:
    """Return the keys of those that may be accepted; each inviter's rights are read once."""
    inviters: dict[int, Rights] = {}
    return {
        one.pk
        for one in invitations
        if one.is_open() and inviters.setdefault(one.invited_by_id, Rights(away(one.invited_by))).may_give(one)
    }


def may_see(user: Person, thing: Model) -> bool:
    """Tell whether `user` may be led to the page of a talk, series, room, speaker or topic.

    Former addresses can be guessed, so they lead nobody to a talk in no listed series but those who look after it.
    """
    if isinstance(thing, Talk):
        return talks_at(user, TalkAddress(thing.pk)).exists()
    return not isinstance(thing, Speaker) or Speaker.objects.public().contains(thing)


def talks_on_the_desk_of(user: Person) -> TalkQuerySet:
    """Return the talks of the series that `user` looks after, joint ones included: what their desk lists."""
    if is_administrator(user):
        return Talk.objects.all()
    return Talk.objects.organised_by(user) if _is_signed_in(user) else Talk.objects.none()


def talks_known_to(user: Person) -> TalkQuerySet:
    """Return the talks that the desk may mention to `user`: public talks of listed series, and those on their desk.

    Drafts and unlisted talks of other series stay private, as in `Talk.may_be_named_beside`.
    """
    if is_administrator(user):
        return Talk.objects.all()
    return Talk.objects.public().listed() | talks_on_the_desk_of(user)


def changes_on_the_desk_of(user: Person) -> ChangeQuerySet:
    """Return what was done to the talks on the desk of `user`, to deleted talks of their series and to what talks on
    the desk print, and what they did themselves to speakers, rooms and topics."""
    everything = Change.objects.all()
    if is_administrator(user):
        return everything
    return everything.touching(talks_on_the_desk_of(user), series_of(user)) | everything.of_shared_rows_by(user)


def changes_of_what_others_keep(user: Person, changes: Iterable[Change]) -> set[int]:
    """Return the keys of those changes that did something to a speaker, room or topic which `user` may not take back.

    People take back what they may do, what their talks use, and rows that they added.
    """
    if is_administrator(user):
        return set()
    notes = SharedChange.objects.filter(change__in=changes)
    theirs = [kind for kind in Kind if "change" in ORGANISERS_MAY[kind.model]]
    used = SharedChange.objects.of_rows_used_by(talks_on_the_desk_of(user)).values("pk")
    altered = notes.altered().exclude(kind__in=theirs).exclude(pk__in=used)
    added = notes.made().without_talks().exclude(change__by=user)
    return set(
        altered.order_by().values_list("change", flat=True).union(added.order_by().values_list("change", flat=True))
    )


def tokens_of(user: Person) -> QuerySet[ApiToken]:
    """Return the tokens for programs that `user` sees and may revoke: their own, or all for administrators."""
    if is_administrator(user):
        return ApiToken.objects.all()
    return ApiToken.objects.filter(person=user) if _is_signed_in(user) else ApiToken.objects.none()


def breaks_on_the_desk_of(user: Person) -> QuerySet[Break]:
    """Return the breaks of the series that `user` looks after and those of every series."""
    return Break.objects.concerning(series_of(user))


def sources_on_the_desk_of(user: Person) -> QuerySet[Source]:
    """Return the sources of the series that `user` looks after; addresses of calendars may hold secrets."""
    return Source.objects.filter(series__in=series_of(user)).defer("packed")


def announcements_of(user: Person) -> AnnouncementQuerySet:
    """Return the announcements of the series that `user` looks after, which they may withdraw."""
    return Announcement.objects.filter(series__in=series_of(user))


def may_change_series(user: Person, series: Series) -> bool:
    """Organisers edit the texts and defaults of their own series."""
    return is_administrator(user) or series_of(user).contains(series)


def may_change_talk(user: Person, talk: Talk) -> bool:
    """Organisers of the home series edit a talk; those of its other series only see it."""
    return may_change_series(user, talk.series)


def fields_for_home_alone(talk: Talk) -> frozenset[str]:
    """Return the fields of a talk that only organisers of its home series see on the desk."""
    return PRIVATE - JOINING if talk.join_access == JoinAccess.OPEN else PRIVATE


def may_see_join_link(user: Person, talk: Talk) -> bool:
    """Tell whether the link may be shown to `user` at all; when a timed one may is the join page's question."""
    return talk.join_access != JoinAccess.MEMBERS or _is_signed_in(user)


class Rights:
    """What one person may do on the desk; their series are read once, so each request makes its own."""

    def __init__(self, user: Person) -> None:
        self.user = user
        self.is_administrator = is_administrator(user)

    @cached_property
    def own_series(self) -> frozenset[int]:
        """The keys of the series that they look after."""
        return frozenset(series_of(self.user).values_list("pk", flat=True))

    @property
    def has_desk(self) -> bool:
        return self.is_administrator or bool(self.own_series)

    def may(self, verb: str, model: type[Model], row: Model | None = None) -> bool:
        """Tell whether they may "view", "add", "change" or "delete" rows of `model` at all, or this `row` of it."""
        if self.is_administrator:
            return True
        if verb not in ORGANISERS_MAY.get(model, ()) or not self.has_desk:
            return False
        return row is None or self._is_theirs(row, only_to_look=verb == "view")

    @property
    def roles_to_give(self) -> list[AccountRole]:
        """The roles that they may give to others."""
        if self.is_administrator:
            return list(AccountRole)
        return [AccountRole.ORGANISER] if self.has_desk else []

    def may_give(self, invitation: Invitation) -> bool:
        """Tell whether they have all that an invitation promises."""
        promised = [one.pk for one in invitation.series.all()]
        if invitation.role == AccountRole.ORGANISER and not promised:
            return False  # the series are deleted
        return invitation.role in self.roles_to_give and self.may_change_all(promised)

    def may_change_all(self, homes: Collection[int]) -> bool:
        """Tell whether they look after every one of these series, by key."""
        return self.is_administrator or self.own_series.issuperset(homes)

    def rows(self, model: type[Model]) -> QuerySet:
        """Return the rows of `model` that their desk lists and offers."""
        if not self.may("view", model):
            return model.objects.none()
        if self.is_administrator:
            return model.objects.all()
        theirs = {
            Talk: talks_on_the_desk_of,
            Series: series_of,
            Break: breaks_on_the_desk_of,
            Source: sources_on_the_desk_of,
        }
        own = theirs.get(model)
        return own(self.user) if own else model.objects.all()

    def _is_theirs(self, row: Model, *, only_to_look: bool) -> bool:
        if isinstance(row, Talk):
            joint = {series.pk for series in fetched_rows(row, "also_in")} if only_to_look else set()
            return not self.own_series.isdisjoint({row.series_id} | joint)
        if isinstance(row, Break):
            return row.series_id in self.own_series or (only_to_look and row.series_id is None)
        if isinstance(row, Source):
            return row.series_id in self.own_series
        return not isinstance(row, Series) or row.pk in self.own_series
