"""The project's only Django app, and its admin."""

from importlib import import_module
from typing import Any

from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate


def _prepare_search(**sent: Any) -> None:
    import_module("seminars.models.search_index").prepare(**sent)  # models can be imported once the apps are loaded


def _add_name_order(**sent: Any) -> None:
    import_module("seminars.models.name_order").add_to(**sent)


class SeminarsConfig(AppConfig):
    """Talks, listings, feeds and the organisers' desk."""

    name = "seminars"
    verbose_name = "Seminars"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        connection_created.connect(_add_name_order, dispatch_uid="order of names")
        post_migrate.connect(_prepare_search, sender=self, dispatch_uid="search index")


class DeskConfig(admin_apps.AdminConfig):
    """Django's admin as the organisers' desk."""

    default = False  # the default of this package is the app above
    default_site = "seminars.admin.site.Desk"

    def ready(self) -> None:
        import_module("seminars.admin")  # before Django asks for the site, which this very package holds
        super().ready()
