"""The second step of a sign-in: a code from an app (TOTP, RFC 6238), or one of ten recovery codes.

django-otp keeps the keys and checks the codes; each code is taken once.
"""

from urllib.parse import quote

from django.utils.translation import gettext as _
from django_otp import verify_token
from django_otp.models import Device
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from seminars.actions import roles
from seminars.models import User, taking_turns
from seminars.models.department import Department

RECOVERY_CODES = 10
DIGITS = 6  # of a code from an app; recovery codes have eight letters and digits


def begin(person: User) -> TOTPDevice:
    """Return the app that a person is about to set up, with a key that stays the same until they do."""
    with taking_turns():
        begun = TOTPDevice.objects.filter(user=person, confirmed=False).order_by("pk").first()
        return begun or TOTPDevice.objects.create(user=person, confirmed=False, name="app")


def address_for_app(device: TOTPDevice) -> str:
    """Return the otpauth: address that an app reads from a QR code, with the name of the department."""
    issuer = Department.objects.current().name.replace(":", " ")
    return device.config_url.replace("otpauth://totp/", f"otpauth://totp/{quote(issuer)}:") + f"&issuer={quote(issuer)}"


def set_up(person: User, device: TOTPDevice, code: str) -> list[str]:
    """Confirm an app with its first code; return new recovery codes, none if the code is wrong."""
    with taking_turns():
        if verify_token(person, device.persistent_id, code) is None:
            return []
        TOTPDevice.objects.filter(pk=device.pk).update(confirmed=True)
        roles.note(person, _("Turned on two-factor authentication."), by=person)
        return _new_codes(person)


def check(person: User, code: str) -> Device | None:
    """Return the app or the list of recovery codes that takes this code, and take it; None if it is wrong."""
    typed = "".join(code.split()).lower()
    kind = TOTPDevice if typed.isdecimal() and len(typed) == DIGITS else StaticDevice
    device = kind.objects.devices_for_user(person, confirmed=True).first()
    return verify_token(person, device.persistent_id, typed) if device is not None else None


def renew_codes(person: User) -> list[str]:
    """Replace the recovery codes."""
    with taking_turns():
        roles.note(person, _("Made new recovery codes."), by=person)
        return _new_codes(person)


def codes_left(person: User) -> int:
    """Return how many recovery codes are left."""
    return StaticToken.objects.filter(device__user=person).count()


def remove(person: User, *, by: User | None) -> None:
    """Remove the second step, of a person who lost the app for example; `by` is None for the command line."""
    with taking_turns():
        TOTPDevice.objects.filter(user=person).delete()
        StaticDevice.objects.filter(user=person).delete()
        said = _("Turned off two-factor authentication.")
        if by is None:
            said = _("Turned off two-factor authentication with the command remove_second_step.")
        roles.note(person, said, by=by or person)


def _new_codes(person: User) -> list[str]:
    device = StaticDevice.objects.filter(user=person).order_by("pk").first()  # whose codes people are signed in with
    device = device or StaticDevice.objects.create(user=person, name="recovery codes")
    device.token_set.all().delete()
    codes = [StaticToken.random_token() for _number in range(RECOVERY_CODES)]
    StaticToken.objects.bulk_create(StaticToken(device=device, token=code) for code in codes)
    return codes
