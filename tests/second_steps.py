"""An app that shows codes, as an administrator has it."""

import time

from django_otp.oath import TOTP

from seminars.actions import second_step


def code_of(device, later=0):
    """The code that the app shows now, or so many seconds later."""
    shown = TOTP(device.bin_key, device.step, device.t0, device.digits)
    shown.time = time.time() + later
    return f"{shown.token():06d}"


def with_second_step(person):
    """Set the second step up; return the app and the recovery codes. The next code is taken 30 seconds later."""
    device = second_step.begin(person)
    return device, second_step.set_up(person, device, code_of(device, later=-30))
