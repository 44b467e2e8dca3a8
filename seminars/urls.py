"""Every public address on one screen."""

from django.contrib import admin
from django.contrib.auth import views as auth
from django.urls import path

from seminars.views import (
    archive,
    colours,
    errors,
    feeds,
    health,
    join,
    photos,
    rooms,
    search,
    series,
    speakers,
    talks,
    topics,
)

urlpatterns = [
    path("", talks.front, name="front"),
    path("calendar.ics", feeds.everything, name="calendar"),
    path("archive/", archive.index, name="archive"),
    path("archive/<slug:year>/", archive.year, name="archive-year"),
    path("search/", search.search, name="search"),
    path("talks/<int:pk>/", talks.talk, name="talk"),
    path("talks/<int:pk>/calendar.ics", feeds.talk, name="talk-calendar"),
    path("talks/<int:pk>/join/", join.join, name="join"),
    path("talks/<int:pk>/<slug:slug>/", talks.talk, name="talk"),
    path("series/", series.index, name="series-index"),
    path("series/<str:slug>/", series.series, name="series"),
    path("series/<str:slug>/calendar.ics", feeds.series, name="series-calendar"),
    path("rooms/", rooms.index, name="room-index"),
    path("rooms/<str:slug>/", rooms.room, name="room"),
    path("rooms/<str:slug>/calendar.ics", feeds.room, name="room-calendar"),
    path("speakers/", speakers.index, name="speaker-index"),
    path("speakers/<str:slug>/", speakers.speaker, name="speaker"),
    path("speakers/<str:slug>/calendar.ics", feeds.speaker, name="speaker-calendar"),
    path("topics/", topics.index, name="topic-index"),
    path("topics/<str:slug>/", topics.topic, name="topic"),
    path("topics/<str:slug>/calendar.ics", feeds.topic, name="topic-calendar"),
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
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    path("admin/", admin.site.urls),
]

handler404 = errors.not_found
handler500 = errors.failed
