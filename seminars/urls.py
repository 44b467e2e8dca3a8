"""Every public address on one screen."""

from django.contrib import admin
from django.contrib.auth import views as auth
from django.urls import path, register_converter

from seminars.views import (
    archive,
    colours,
    coming,
    engines,
    errors,
    feeds,
    health,
    join,
    photos,
    posters,
    private,
    rooms,
    screens,
    search,
    series,
    speakers,
    subscribe,
    talks,
    topics,
)

register_converter(feeds.FileConverter, "feed")  # calendar.ics, feed.atom, feed.json, talks.csv

urlpatterns = [
    path("", talks.front, name="front"),
    path("<feed:file>", feeds.everything, name="feed"),
    path("next/", coming.next_talk, name="next"),
    path("screen/", screens.everything, name="screen"),
    path("archive/", archive.index, name="archive"),
    path("archive/<slug:year>/", archive.year, name="archive-year"),
    path("search/", search.search, name="search"),
    path("subscribe/", subscribe.subscribe, name="subscribe"),
    path("private/<str:token>/calendar.ics", private.calendar, name="private-calendar"),
    path("talks/<int:pk>/", talks.talk, name="talk"),
    path("talks/<int:pk>/calendar.ics", feeds.talk, {"file": "calendar.ics"}, name="talk-calendar"),
    path("talks/<int:pk>/join/", join.join, name="join"),
    path("talks/<int:pk>/poster/", posters.talk, name="poster"),
    path("talks/<int:pk>/<slug:slug>/", talks.talk, name="talk"),
    path("series/", series.index, name="series-index"),
    path("series/<str:slug>/", series.series, name="series"),
    path("series/<str:slug>/poster/", posters.series, name="series-poster"),
    path("series/<str:slug>/next/", coming.next_of_series, name="series-next"),
    path("series/<str:slug>/<feed:file>", feeds.series, name="series-feed"),
    path("rooms/", rooms.index, name="room-index"),
    path("rooms/<str:slug>/", rooms.room, name="room"),
    path("rooms/<str:slug>/screen/", screens.room, name="room-screen"),
    path("rooms/<str:slug>/<feed:file>", feeds.room, name="room-feed"),
    path("speakers/", speakers.index, name="speaker-index"),
    path("speakers/<str:slug>/", speakers.speaker, name="speaker"),
    path("speakers/<str:slug>/<feed:file>", feeds.speaker, name="speaker-feed"),
    path("topics/", topics.index, name="topic-index"),
    path("topics/<str:slug>/", topics.topic, name="topic"),
    path("topics/<str:slug>/<feed:file>", feeds.topic, name="topic-feed"),
    path("colours.css", colours.stylesheet, name="colours"),
    path("photos/<str:digest>.webp", photos.photo, name="photo"),
    path("sign-in/", auth.LoginView.as_view(), name="sign-in"),
    path("sign-out/", auth.LogoutView.as_view(), name="sign-out"),
    path("password/", auth.PasswordChangeView.as_view(), name="password_change"),
    path("password/changed/", auth.PasswordChangeDoneView.as_view(), name="password_change_done"),
    path("password/forgotten/", auth.PasswordResetView.as_view(), name="password_reset"),
    path("password/sent/", auth.PasswordResetDoneView.as_view(), name="password_reset_done"),
    path("password/<uidb64>/<token>/", auth.PasswordResetConfirmView.as_view(), name="password_reset_confirm"),
    path("password/new/", auth.PasswordResetCompleteView.as_view(), name="password_reset_complete"),
    path("sitemap.xml", engines.sitemap, name="sitemap"),
    path("robots.txt", engines.robots, name="robots"),
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    path("admin/", admin.site.urls),
]

handler404 = errors.not_found
handler500 = errors.failed
