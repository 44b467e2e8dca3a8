"""Who may see and change what; every view, list, autocomplete, export and preview asks here."""

from django.contrib.auth.models import AnonymousUser

from seminars.models import JoinAccess, Series, SeriesQuerySet, Talk, TalkQuerySet, User

Person = User | AnonymousUser


def is_administrator(user: Person) -> bool:
    """Administrators may do everything."""
    return user.is_active and user.is_superuser


def is_organiser(user: Person) -> bool:
    """Organisers look after a series; administrators count as such."""
    if not user.is_authenticated or not user.is_active:
        return False
    return user.is_superuser or Series.objects.organised_by(user).exists()


def series_of(user: Person) -> SeriesQuerySet:
    """Return the series that `user` looks after: all of them for administrators."""
    if is_administrator(user):
        return Series.objects.all()
    return Series.objects.organised_by(user) if is_organiser(user) else Series.objects.none()


def talks_visible_to(user: Person) -> TalkQuerySet:
    """Return what `user` may see: public talks, and the drafts of their own series, joint ones included."""
    if is_administrator(user):
        return Talk.objects.all()
    if user.is_authenticated and user.is_active:
        return Talk.objects.public() | Talk.objects.organised_by(user)
    return Talk.objects.public()


def talks_on_the_desk_of(user: Person) -> TalkQuerySet:
    """Return the talks of the series that `user` looks after, joint ones included: what their desk lists."""
    if is_administrator(user):
        return Talk.objects.all()
    return Talk.objects.organised_by(user) if is_organiser(user) else Talk.objects.none()


def may_change_series(user: Person, series: Series) -> bool:
    """Organisers edit the texts and defaults of their own series."""
    return is_administrator(user) or (user.is_authenticated and series_of(user).contains(series))


def may_change_talk(user: Person, talk: Talk) -> bool:
    """Organisers of the home series edit a talk; those of its other series only see it."""
    return may_change_series(user, talk.series)


def may_see_join_link(user: Person, talk: Talk) -> bool:
    """Tell whether the link may be shown to `user` at all; when a timed one may is the join page's question."""
    return talk.join_access != JoinAccess.MEMBERS or (user.is_authenticated and user.is_active)
