"""Accounts of a university that people sign in with."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from seminars.models.user import User


class IdentityQuerySet(models.QuerySet):
    """Accounts at a provider."""

    def of_issuer(self, issuer: str) -> "IdentityQuerySet":
        """Keep those at one provider."""
        return self.filter(issuer=issuer)

    def of(self, issuer: str, subject: str) -> "Identity | None":
        """Return the one that a provider knows by `subject`, with its person."""
        return self.of_issuer(issuer).filter(subject=subject).select_related("user").first()


class Identity(models.Model):
    """An account at a provider; a person is known by it, whatever name and email address it has by now."""

    user = models.ForeignKey(User, models.CASCADE, related_name="identities", verbose_name=_("person"))
    issuer = models.CharField(max_length=255)  # OpenID Connect Core 1.0 section 2, no slash at the end; or PROXY
    subject = models.CharField(max_length=255)  # never used again for somebody else (the same section)

    objects = IdentityQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["issuer", "subject"], name="identity_is_one_person's")]

    def __str__(self) -> str:
        return f"{self.subject} ({self.issuer})"
