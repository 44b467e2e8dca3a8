"""The project's only Django app, and its admin."""

from importlib import import_module
from typing import Any

from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps
from django.contrib.admin import checks as admin_checks
from django.core import checks
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate


def _prepare_search(**sent: Any) -> None:
    import_module("seminars.models.search_index").prepare(**sent)  # models can be imported once the apps are loaded


def _add_name_order(**sent: Any) -> None:
    import_module("seminars.models.name_order").add_to(**sent)


def _check_desk(app_configs: Any, **options: Any) -> list[checks.CheckMessage]:
    import_module("seminars.admin.urls")  # a request loads it otherwise
    return admin_checks.check_admin_app(app_configs, **options)


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


class AllauthAccounts(_WithoutTables):
    name = "allauth.account"


class AllauthProviders(_WithoutTables):
    name = "allauth.socialaccount"


class DeskConfig(admin_apps.SimpleAdminConfig):
    """Django's admin as the organisers' desk."""

    default = False  # the default of this package is the app above
    default_site = "seminars.admin.site.Desk"

    def ready(self) -> None:
        checks.register(admin_checks.check_dependencies, checks.Tags.admin)
        checks.register(_check_desk, checks.Tags.admin)
