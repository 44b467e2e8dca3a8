"""The project's only Django app, and its admin."""

from importlib import import_module

from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps


class SeminarsConfig(AppConfig):
    """Talks, listings, feeds and the organisers' desk."""

    name = "seminars"
    verbose_name = "Seminars"
    default_auto_field = "django.db.models.BigAutoField"


class DeskConfig(admin_apps.AdminConfig):
    """Django's admin as the organisers' desk."""

    default = False  # the default of this package is the app above
    default_site = "seminars.admin.site.Desk"

    def ready(self) -> None:
        import_module("seminars.admin")  # before Django asks for the site, which this very package holds
        super().ready()
