"""People who sign in: administrators, organisers and members."""

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _


class User(AbstractUser):
    """A person with a sign-in: administrators are superusers, organisers have a series, everyone else is a member."""

    email = models.EmailField(_("e-mail"), help_text=_("Where a forgotten password is reset."), blank=True)

    class Meta(AbstractUser.Meta):
        constraints = [
            models.UniqueConstraint(
                models.functions.Lower("email"),
                condition=~models.Q(email=""),
                name="user_emails_differ",
                violation_error_message=_("Another person signs in with this e-mail address. Use a different one."),
            )
        ]

    def __str__(self) -> str:
        return self.get_full_name() or self.username
