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


class _WithoutTables(AppConfig):
    """Lets modules of django-allauth be imported, but has no models for Django: no table, row, migration or desk page.

    `models.Identity` says who has which account, so nothing depends on tables of an optional library.
    """

    default = False

    def import_models(self) -> None:
        import_module(f"{self.name}.models")
        self.models = {}

    def ready(self) -> None:
        """Take away the pages that the library has added to the desk (`autodiscover` of django.contrib.admin)."""
        site = import_module("django.contrib.admin").site
        site.unregister([model for model in self.apps.all_models[self.label].values() if site.is_registered(model)])


class AllauthAccounts(_WithoutTables):
    name = "allauth.account"


class AllauthProviders(_WithoutTables):
    name = "allauth.socialaccount"


class DeskConfig(admin_apps.AdminConfig):
    """Django's admin as the organisers' desk."""

    default = False  # the default of this package is the app above
    default_site = "seminars.admin.site.Desk"

    def ready(self) -> None:
        import_module("seminars.admin")  # before Django asks for the site, which this very package holds
        super().ready()
