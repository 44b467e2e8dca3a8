"""Passkeys, with which people sign in after their password."""

from django.db import models
from django_otp.models import Device, TimestampMixin


class Passkey(TimestampMixin, Device):
    """What the site keeps of a passkey: nothing secret, the private key stays on the device of its owner."""

    # Its id and public key: "attested credential data" of WebAuthn (W3C, level 3, section 6.5.1).
    credential = models.BinaryField()
    # How often it was used, as far as its device counts that (section 6.1.1): up to 32 bits, 0 for most.
    sign_count = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return self.name
