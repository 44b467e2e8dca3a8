"""A mail server for tests that accepts, delays or refuses mail."""

import asyncio
import contextlib
import email
import email.policy
import logging
import re
import time

from aiosmtpd.controller import Controller

from tests.services import free_port

logging.getLogger("mail.log").setLevel(logging.WARNING)  # of aiosmtpd: tests look at what the site writes


class MailServer:
    """Keeps (recipients, message) of what arrives; it waits `delay` seconds before, or refuses with `refusal`."""

    def __init__(self, delay=0, refusal=""):
        self.delay, self.refusal, self.arrived = delay, refusal, []

    async def handle_RCPT(self, _server, _session, envelope, address, _options):  # noqa: N802
        if self.refusal:
            return f"550 {self.refusal} <{address}>"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server, _session, envelope):  # noqa: N802
        await asyncio.sleep(self.delay)
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        self.arrived.append((envelope.rcpt_tos, message))
        return "250 OK"

    def await_arrivals(self, number, within=30):
        """Wait until this much mail has arrived, and return it."""
        deadline = time.monotonic() + within
        while len(self.arrived) < number and time.monotonic() < deadline:
            time.sleep(0.01)
        return self.arrived


@contextlib.contextmanager
def mail_server(**further):
    """A mail server on 127.0.0.1, and its EMAIL_URL."""
    handler = MailServer(**further)
    controller = Controller(handler, hostname="127.0.0.1", port=free_port())
    controller.start()
    try:
        yield handler, f"smtp://127.0.0.1:{controller.port}"
    finally:
        controller.stop()


def link_in(message):
    """The path of the link to choose a new password."""
    return re.search(r"https?://[^/\s]+(/\S*password/\S+)", message.get_content())[1]
