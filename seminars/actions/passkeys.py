"""Make and use passkeys, as section 7 of WebAuthn (W3C, level 3) says; fido2 checks what browsers send.

Imported by the first page that asks for a passkey: fido2 and cryptography take 13 MB, and most workers never need them.
A challenge is a random text that the page keeps in the session and takes back once.
"""

import json
import struct
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from cryptography.exceptions import UnsupportedAlgorithm
from django.conf import settings
from fido2.server import Fido2Server
from fido2.utils import websafe_encode
from fido2.webauthn import (
    AttestedCredentialData,
    AuthenticationResponse,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialUserEntity,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from seminars.models import Passkey, User
from seminars.models.department import Department

# What fido2 raises for texts that no browser sends: RecursionError and NotImplementedError are RuntimeErrors.
_NO_ANSWER = (
    ValueError, TypeError, LookupError, AttributeError, AssertionError, RuntimeError, struct.error, UnsupportedAlgorithm
)  # fmt: skip
# Devices that can also ask for a finger or a PIN do so; a plain security key is a second step as well.
_PREFERRED = UserVerificationRequirement.PREFERRED


def options_to_make(person: User, challenge: str) -> str:
    """Return the JSON from which a browser makes a passkey for a person (PublicKeyCredentialCreationOptionsJSON)."""
    user = PublicKeyCredentialUserEntity(
        id=str(person.pk).encode(), name=person.get_username(), display_name=str(person)
    )
    options, _state = _server().register_begin(
        user,
        [_credential(one) for one in _of(person)],
        resident_key_requirement=ResidentKeyRequirement.PREFERRED,
        user_verification=_PREFERRED,
        challenge=challenge.encode(),
    )
    return json.dumps(dict(options.public_key))


def options_to_use(person: User, challenge: str) -> str:
    """Return the JSON from which a browser uses a passkey of a person (PublicKeyCredentialRequestOptionsJSON)."""
    credentials = [_credential(one) for one in _of(person)]
    options, _state = _server().authenticate_begin(credentials, _PREFERRED, challenge.encode())
    return json.dumps(dict(options.public_key))


def made(person: User, name: str, challenge: str, answer: str) -> Passkey | None:
    """Return the passkey that a browser made, which is not yet stored; None if its answer is wrong."""
    data = _checked(lambda: _server().register_complete(_state(challenge), json.loads(answer)))
    if data is None or data.credential_data.public_key.ALGORITHM is None:
        return None
    return Passkey(user=person, name=name, credential=bytes(data.credential_data), sign_count=data.counter)


def used(person: User, challenge: str, answer: str) -> Passkey | None:
    """Return the passkey of a person that answered, with what it counted; None if the answer is wrong.

    A count that does not rise comes from a copy of the passkey (section 7.2, step 22).
    """
    passkeys = _of(person)
    credentials = [_credential(one) for one in passkeys]
    response = _checked(lambda: AuthenticationResponse.from_dict(json.loads(answer)))
    if response is None:
        return None
    known = _checked(lambda: _server().authenticate_complete(_state(challenge), credentials, response))
    if known is None:
        return None
    passkey, counted = passkeys[credentials.index(known)], response.response.authenticator_data.counter
    if counted <= passkey.sign_count and (counted or passkey.sign_count):
        return None
    passkey.sign_count = counted
    return passkey


def _server() -> Fido2Server:
    site = urlsplit(settings.SITE_URL)
    ours = PublicKeyCredentialRpEntity(id=site.hostname, name=Department.objects.current().name)
    return Fido2Server(ours, "none", verify_origin=lambda origin: origin == f"{site.scheme}://{site.netloc}")


def _state(challenge: str) -> dict[str, str]:
    return {"challenge": websafe_encode(challenge.encode()), "user_verification": _PREFERRED}


def _of(person: User) -> list[Passkey]:
    return list(Passkey.objects.devices_for_user(person, confirmed=True).order_by("pk"))


def _credential(passkey: Passkey) -> AttestedCredentialData:
    return AttestedCredentialData(bytes(passkey.credential))


def _checked(check: Callable[[], Any]) -> Any:
    """Return what fido2 makes of an answer, None if it refuses it."""
    try:
        return check()
    except _NO_ANSWER:
        return None
