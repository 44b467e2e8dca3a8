"""Every public address on one screen."""

from typing import Any

from django.contrib.auth import views as auth
from django.urls import URLResolver, path, register_converter
from django.urls.converters import StringConverter
from django.urls.resolvers import RoutePattern

from seminars import api
from seminars.models.talk_address import PATTERN, TalkAddress
from seminars.views import (
    account_invitations,
    archive,
    calendar,
    calendar_invitations,
    cards,
    colours,
    coming,
    embeds,
    engines,
    errors,
    feeds,
    health,
    icon,
    join,
    metrics,
    passwords,
    photos,
    posters,
    previews,
    private,
    scopes,
    screens,
    search,
    second_step,
    signing_in,
    single_sign_on,
    speaking,
    subscribe,
    subscriptions,
    talks,
)


class NameConverter(StringConverter):
    """Whatever stands between slashes, without NUL: PostgreSQL cannot even look for it."""

    regex = "[^/\0]+"


class RestConverter(StringConverter):
    """All that is left of a path, line breaks too, which Django's `path` leaves to others."""

    regex = "(?s:.+)"


class LoadedOnRequest(URLResolver):
    """Addresses of a namespace, loaded by the first request below them or the first link to one of them.

    Django would load them with the first link of any kind, to know their names. Those of a namespace it looks up by
    itself once it is asked for one (`get_ns_resolver`, Django 5.2), so it may take this one for empty until then.
    """

    namespace_dict: dict[str, Any] = {}
    app_dict: dict[str, Any] = {}

    def _populate(self) -> None:
        pass


class TalkConverter(StringConverter):
    """What finds a talk: its number, with a key while it is in no listed series."""

    regex = PATTERN

    def to_python(self, value: str) -> TalkAddress:
        return TalkAddress.read(value)

    def to_url(self, value: TalkAddress | int) -> str:
        return str(value)


register_converter(NameConverter, "name")
register_converter(RestConverter, "rest")
register_converter(TalkConverter, "talk")
register_converter(feeds.FileConverter, "feed")  # calendar.ics, feed.atom, feed.json, talks.csv

# Pages: in another language than the department’s, the path begins with the language, such as /de/ (languages.py).
pages = [
    path("", talks.front, name="front"),
    path("next/", coming.next_talk, name="next"),
    path("screen/", screens.everything, name="screen"),
    path("embed/", embeds.everything, name="embed"),
    path("embed/demo/", embeds.demo, name="embed-demo"),
    path("archive/", archive.index, name="archive"),
    path("archive/<slug:year>/", archive.year, name="archive-year"),
    path("recordings/", archive.recordings, name="recordings"),
    path("calendar/", calendar.present, name="calendar"),
    path("calendar/<slug:period>/", calendar.period, name="calendar-period"),
    path("search/", search.search, name="search"),
    path("subscribe/", subscribe.subscribe, name="subscribe"),
    path("subscribe/mail/", subscriptions.SubscribeByMail.as_view(), name="subscribe-mail"),
    path("subscribe/mail/sent/", subscriptions.sent, name="subscribe-mail-sent"),
    path("talks/<talk:address>/", talks.talk, name="talk"),
    path("talks/<talk:address>/join/", join.join, name="join"),
    path("talks/<talk:address>/invitation/", calendar_invitations.InviteToTalk.as_view(), name="talk-invitation"),
    path("talks/<talk:address>/poster/", posters.talk, name="poster"),
    path("talks/<talk:address>/<slug:slug>/", talks.talk, name="talk"),
    path("series/", scopes.series_index, name="series-index"),
    path("series/<name:slug>/", scopes.page, {"kind": "series"}, name="series"),
    path("series/<name:slug>/poster/", posters.series, name="series-poster"),
    path("series/<name:slug>/next/", coming.next_of_series, name="series-next"),
    path("series/<name:slug>/embed/", embeds.of_scope, {"kind": "series"}, name="series-embed"),
    path("rooms/", scopes.room_index, name="room-index"),
    path("rooms/<name:slug>/", scopes.page, {"kind": "room"}, name="room"),
    path("rooms/<name:slug>/screen/", screens.room, name="room-screen"),
    path("rooms/<name:slug>/embed/", embeds.of_scope, {"kind": "room"}, name="room-embed"),
    path("speakers/", scopes.speaker_index, name="speaker-index"),
    path("speakers/<name:slug>/", scopes.page, {"kind": "speaker"}, name="speaker"),
    path("speakers/<name:slug>/embed/", embeds.of_scope, {"kind": "speaker"}, name="speaker-embed"),
    path("topics/", scopes.topic_index, name="topic-index"),
    path("topics/<name:slug>/", scopes.page, {"kind": "topic"}, name="topic"),
    path("topics/<name:slug>/embed/", embeds.of_scope, {"kind": "topic"}, name="topic-embed"),
]

# Feeds, files, the desk: one address, whatever language the department’s pages are read in.
files = [
    path("<feed:file>", feeds.everything, name="feed"),
    path("embed.js", embeds.script, name="embed-script"),
    path("private/<name:token>/calendar.ics", private.calendar, name="private-calendar"),
    path("private/<name:token>/", subscriptions.choice, name="mail-choice"),
    path("private/<name:token>/confirm/", subscriptions.confirm, name="mail-confirmation"),
    path("private/<name:token>/talk/", previews.talk, name="talk-preview"),
    path("private/<name:token>/speaker/", speaking.speak, name="speak"),
    path("private/<name:token>/invitation/", account_invitations.link, name="invitation-link"),
    path("talks/<talk:address>/calendar.ics", feeds.talk, {"file": "calendar.ics"}, name="talk-calendar"),
    path("talks/<talk:address>/card-<slug:digest>.png", cards.talk, name="talk-card"),
    path("series/<name:slug>/<feed:file>", feeds.of_scope, {"kind": "series"}, name="series-feed"),
    path("series/<name:slug>/card-<slug:digest>.png", cards.series, name="series-card"),
    path("rooms/<name:slug>/<feed:file>", feeds.of_scope, {"kind": "room"}, name="room-feed"),
    path("speakers/<name:slug>/<feed:file>", feeds.of_scope, {"kind": "speaker"}, name="speaker-feed"),
    path("topics/<name:slug>/<feed:file>", feeds.of_scope, {"kind": "topic"}, name="topic-feed"),
    path("card-<slug:digest>.png", cards.front, name="card"),
    path("colours.css", colours.stylesheet, name="colours"),
    path("photos/<name:digest>.webp", photos.photo, name="photo"),
    path("portraits/<name:digest>.webp", photos.portrait, name="portrait"),
    path("thumbnails/<name:digest>.webp", photos.thumbnail, name="thumbnail"),
    path("marks/<name:digest>.png", photos.mark, name="mark"),
    path("sign-in/", signing_in.SignIn.as_view(), name="sign-in"),
    path("sign-in/sso/", single_sign_on.begin, name="sso"),
    path("sign-in/sso/return/", single_sign_on.finish, name="sso-return"),
    path("sign-in/code/", second_step.TypeCode.as_view(), name="second-step-code"),
    path("second-step/", second_step.own, name="second-step"),
    path("sign-out/", single_sign_on.SignOut.as_view(), name="sign-out"),
    path("password/", passwords.ChangePassword.as_view(), name="password_change"),
    path("password/changed/", auth.PasswordChangeDoneView.as_view(), name="password_change_done"),
    path("password/forgotten/", passwords.ForgottenPassword.as_view(), name="password_reset"),
    path("password/sent/", passwords.LinkSent.as_view(), name="password_reset_done"),
    path("password/<uidb64>/<token>/", passwords.ChoosePassword.as_view(), name="password_reset_confirm"),
    path("password/new/", auth.PasswordResetCompleteView.as_view(), name="password_reset_complete"),
    path("invitation/", account_invitations.AcceptInvitation.as_view(), name="invitation"),
    path("sitemap.xml", engines.sitemap, name="sitemap"),
    path("robots.txt", engines.robots, name="robots"),
    path("favicon.ico", icon.icon, name="icon"),
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    path("metrics", metrics.figures, name="metrics"),
    path("api/", api.answer, name="api"),
    path("api/<rest:rest>", api.answer, name="api"),  # the addresses in it: seminars/api/urls.py
    LoadedOnRequest(RoutePattern("admin/"), "seminars.admin.urls", app_name="admin", namespace="admin"),
]

urlpatterns = [*pages, *files]

handler404 = errors.not_found
handler500 = errors.failed
