"""The second step of a sign-in: a code from an app (TOTP, RFC 6238), a passkey, or one of ten recovery codes.

django-otp keeps the keys of apps and checks the codes; each code is taken once. `passkeys` checks passkeys.
"""

from importlib import import_module
from ipaddress import ip_address
from types import ModuleType
from urllib.parse import quote, urlsplit

from django.conf import settings
from django.utils.translation import gettext, gettext_noop
from django_otp import verify_token
from django_otp.models import Device
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from seminars.actions import accounts, roles
from seminars.models import Passkey, User, taking_turns
from seminars.models.department import Department
from seminars.models.department_language import in_department_language
from seminars.models.letter import AccountChange

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


def set_up(person: User, device: TOTPDevice, code: str) -> list[str] | None:
    """Confirm an app with its first code; return None if the code is wrong, or else recovery codes as `_added` does."""
    with taking_turns():
        if verify_token(person, device.persistent_id, code) is None:
            return None
        is_first = not devices(person)
        TOTPDevice.objects.filter(pk=device.pk).update(confirmed=True)
        return _added(person, gettext_noop("Added an app for codes."), is_first=is_first)


def take_passkeys() -> bool:
    """Tell whether browsers make passkeys for the site: its host has a name, and nobody reads along on the way there.

    WebAuthn (W3C, level 3), section 5.1.3, step 8; Secure Contexts (W3C), section 3.1.
    """
    site = urlsplit(settings.SITE_URL)
    try:
        ip_address(site.hostname)
    except ValueError:
        return site.scheme == "https" or site.hostname == "localhost"
    return False


def options_to_make_passkey(person: User, challenge: str) -> str:
    """Return what a browser needs to make a passkey, as JSON."""
    return _passkeys().options_to_make(person, challenge)


def has_passkeys_to_use(person: User) -> bool:
    """Tell whether a person has passkeys, and browsers use them here."""
    return take_passkeys() and Passkey.objects.devices_for_user(person, confirmed=True).exists()


def options_to_use_passkey(person: User, challenge: str) -> str:
    """Return what a browser needs to use a passkey of a person, as JSON."""
    return _passkeys().options_to_use(person, challenge)


def add_passkey(person: User, name: str, challenge: str, answer: str) -> tuple[Passkey, list[str]] | None:
    """Store the passkey that a browser made; return it with recovery codes as `_added` does, None if it is wrong."""
    passkey = _passkeys().made(person, name, challenge, answer)
    if passkey is None:
        return None
    with taking_turns():
        is_first = not devices(person)
        passkey.save()
        return passkey, _added(person, gettext_noop("Added the passkey “%(name)s”."), is_first=is_first, name=name)


def check_passkey(person: User, challenge: str, answer: str) -> Passkey | None:
    """Return the passkey that a browser used, None if its answer is wrong."""
    with taking_turns():
        passkey = _passkeys().used(person, challenge, answer)
        if passkey is not None:
            passkey.set_last_used_timestamp()
        return passkey


def check(person: User, code: str) -> Device | None:
    """Return the app or the list of recovery codes that takes this code, and take it; None if it is wrong."""
    typed = "".join(code.split()).lower()
    kind = TOTPDevice if typed.isdecimal() and len(typed) == DIGITS else StaticDevice
    device = kind.objects.devices_for_user(person, confirmed=True).first()
    return verify_token(person, device.persistent_id, typed) if device is not None else None


def renew_codes(person: User) -> list[str]:
    """Replace the recovery codes."""
    with taking_turns():
        _note(person, gettext_noop("Made new recovery codes."), by=person)
        return _new_codes(person)


def codes_left(person: User) -> int:
    """Return how many recovery codes are left."""
    return StaticToken.objects.filter(device__user=person).count()


def devices(person: User) -> list[TOTPDevice | Passkey]:
    """Return the apps and passkeys of a person."""
    kinds = (TOTPDevice, Passkey)
    return [one for kind in kinds for one in kind.objects.devices_for_user(person, confirmed=True).order_by("pk")]


def has_app(person: User) -> bool:
    """Tell whether a person has an app for codes."""
    return TOTPDevice.objects.devices_for_user(person, confirmed=True).exists()


def kinds_to_add(person: User) -> set[type[Device]]:
    """Return what a person can set up: passkeys where they work, and one app."""
    return ({Passkey} if take_passkeys() else set()) | (set() if has_app(person) else {TOTPDevice})


def recovery_device(person: User) -> StaticDevice | None:
    """Return the list of recovery codes of a person."""
    return StaticDevice.objects.filter(user=person).order_by("pk").first()


def remove_device(person: User, device: TOTPDevice | Passkey) -> None:
    """Remove an app or a passkey; with the last one the second step goes."""
    with taking_turns():
        if devices(person) == [device]:
            remove(person, by=person)
            return
        device.delete()
        said = gettext_noop("Removed the app for codes.")
        if isinstance(device, Passkey):
            said = gettext_noop("Removed the passkey “%(name)s”.")
        _note(person, said, by=person, name=str(device))


def remove(person: User, *, by: User | None) -> None:
    """Remove the second step, of a person who lost their devices for example; `by` is None for the command line."""
    with taking_turns():
        for kind in (TOTPDevice, Passkey, StaticDevice):
            kind.objects.filter(user=person).delete()
        said = gettext_noop("Turned off two-factor authentication.")
        if by is None:
            said = gettext_noop("Turned off two-factor authentication with the command remove_second_step.")
        _note(person, said, by=by)


def _passkeys() -> ModuleType:
    return import_module("seminars.actions.passkeys")  # with cryptography, which most workers do without


def _note(person: User, said: str, *, by: User | None, **words: str) -> None:
    """Write a change into the log, and tell its owner; `by` is None for the command line."""
    roles.note(person, gettext(said) % words, by=by or person)
    with in_department_language():
        what = gettext(said) % words
    accounts.tell_owner(person, AccountChange.SECOND_STEP, to=person.email, by=by, what=what)


def _added(person: User, said: str, *, is_first: bool, **words: str) -> list[str]:
    """Note an added app or passkey; return new recovery codes with the first one, none with others."""
    _note(person, gettext_noop("Turned on two-factor authentication.") if is_first else said, by=person, **words)
    return _new_codes(person) if is_first else []


def _new_codes(person: User) -> list[str]:
    device = recovery_device(person)  # which people are signed in with
    device = device or StaticDevice.objects.create(user=person, name="recovery codes")
    device.token_set.all().delete()
    codes = [StaticToken.random_token() for _number in range(RECOVERY_CODES)]
    StaticToken.objects.bulk_create(StaticToken(device=device, token=code) for code in codes)
    return codes
