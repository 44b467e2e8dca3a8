"""The project's only Django app."""

from django.apps import AppConfig


class SeminarsConfig(AppConfig):
    """Talks, listings, feeds and the organisers' desk."""

    name = "seminars"
    verbose_name = "Seminars"
    default_auto_field = "django.db.models.BigAutoField"
