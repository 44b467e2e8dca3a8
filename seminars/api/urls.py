"""The addresses under /api/: those of the interface, its description for programs and for people."""

from django.urls import path

from seminars.api import pages
from seminars.api.interface import interface

urlpatterns = [
    path("api/", pages.index, name="index"),
    path("api/v1/openapi.json", pages.openapi, name="openapi"),
    path("api/v1/", interface.urls),
]
