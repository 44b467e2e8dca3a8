"""An app that shows codes and a device with a passkey, as administrators have them."""

import json
import os
import re
import time
from html import unescape

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.test import Client
from django_otp.oath import TOTP
from fido2.cose import ES256
from fido2.utils import sha256, websafe_encode
from fido2.webauthn import Aaguid, AttestationObject, AttestedCredentialData, AuthenticatorData

from seminars.actions import second_step
from tests.signing_in import send, sign_in

CODE, OWN = "/sign-in/code/?next=/admin/", "/second-step/"


def code_of(device, later=0):
    """The code that the app shows now, or so many seconds later."""
    shown = TOTP(device.bin_key, device.step, device.t0, device.digits)
    shown.time = time.time() + later
    return f"{shown.token():06d}"


def with_second_step(person):
    """Set the second step up; return the app and the recovery codes. The next code is taken 30 seconds later."""
    device = second_step.begin(person)
    return device, second_step.set_up(person, device, code_of(device, later=-30))


class Authenticator:
    """A device with one passkey, and the browser that speaks for it, as section 6 of WebAuthn (W3C, level 3) says."""

    def __init__(self):
        self.site, self.count = settings.SITE_URL, 0
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.number = os.urandom(16)

    def make(self, options):
        """Answer the options of a page that makes a passkey, as JSON."""
        told = self._client_data("webauthn.create", options)
        credential = AttestedCredentialData.create(
            Aaguid.NONE, self.number, ES256.from_cryptography_key(self.key.public_key())
        )
        data = AuthenticatorData.create(
            sha256(options["rp"]["id"].encode()), AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.AT, 0, credential
        )
        made = AttestationObject.create("none", data, {})
        return self._answer({"clientDataJSON": websafe_encode(told), "attestationObject": websafe_encode(made)})

    def use(self, options):
        """Answer the options of a page that asks for a passkey, as JSON."""
        self.count += 1
        told = self._client_data("webauthn.get", options)
        data = AuthenticatorData.create(sha256(options["rpId"].encode()), AuthenticatorData.FLAG.UP, self.count)
        signature = self.key.sign(data + sha256(told), ec.ECDSA(hashes.SHA256()))
        parts = {"clientDataJSON": told, "authenticatorData": data, "signature": signature}
        return self._answer({name: websafe_encode(part) for name, part in parts.items()})

    def _client_data(self, kind, options):
        return json.dumps({"type": kind, "challenge": options["challenge"], "origin": self.site}).encode()

    def _answer(self, response):
        number = websafe_encode(self.number)
        return json.dumps({"id": number, "rawId": number, "type": "public-key", "response": response})


def options_on(page):
    """What a page hands to the browser for a passkey."""
    return json.loads(unescape(re.search(r'data-passkey="([^"]*)"', page.text)[1]))


def with_passkey(person, name="Laptop"):
    """Set a passkey up as the second step or beside it; return its device, its row and the recovery codes."""
    device, challenge = Authenticator(), "c" * 43
    options = json.loads(second_step.options_to_make_passkey(person, challenge))
    row, codes = second_step.add_passkey(person, name, challenge, device.make(options))
    return device, row, codes


def begin(person):
    """A browser after the password."""
    browser = Client(enforce_csrf_checks=True)
    sign_in(browser, person, address="/sign-in/?next=/admin/")
    return browser


def signed_in_with(device, person):
    browser = begin(person)
    assert prove(browser, device, CODE).url == "/admin/"
    return browser


def prove(browser, device, address, **typed):
    """Send a form with what the passkey answers to its page."""
    return send(browser, address, passkey=device.use(options_on(browser.get(address))), code="", **typed)


def last_line_of_the_log():
    return LogEntry.objects.latest("pk").get_change_message()
