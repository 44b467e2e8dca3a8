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
    """Keeps (recipients, message) of what arrives; it waits `delay` seconds before, or refuses with `refusal`.

    `answers` gives the answers to further tries of a recipient, in turn: "451 busy", "550 unknown", "close" to end the
    connection in the middle of a letter, "accept, close" to take it and end the connection before saying so. After
    the last, letters are accepted.
    """

    def __init__(self, delay=0, refusal="", answers=None):
        self.delay, self.refusal, self.arrived, self.connections = delay, refusal, [], 0
        self.raw = []  # what arrived, as it went over the wire
        self.answers = {to: list(said) for to, said in (answers or {}).items()}
        self._letters, self._events = 0, []

    def at(self, step, number, do):
        """Call `do` once, when a letter gets to "MAIL", "RCPT", "DATA" or, before the answer, is "taken".

        It is the letter with this number, or the first after it that gets so far.
        """
        self._events.append((step, number, do))

    def _happens(self, step):
        for event in [event for event in self._events if event[0] == step and event[1] <= self._letters]:
            self._events.remove(event)
            event[2]()
            return True
        return False

    async def handle_MAIL(self, _server, _session, envelope, address, options):  # noqa: N802
        self._letters += 1
        self._happens("MAIL")
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_EHLO(self, _server, session, _envelope, hostname, responses):  # noqa: N802
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_RCPT(self, _server, _session, envelope, address, _options):  # noqa: N802
        self._happens("RCPT")
        if self.refusal:
            return f"550 {self.refusal} <{address}>"
        if (said := self.answers.get(address)) and said[0][0].isdigit():
            return f"{said.pop(0)} <{address}>"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, _session, envelope):  # noqa: N802
        await asyncio.sleep(self.delay)
        if self._happens("DATA"):
            return "451 not taken"
        said = (self.answers.get(envelope.rcpt_tos[0]) or [""]).pop(0)
        if said != "close":
            message = email.message_from_bytes(envelope.content, policy=email.policy.default)
            self.raw.append(envelope.original_content)
            self.arrived.append((envelope.rcpt_tos, message))
            self._happens("taken")
        if "close" in said:
            server.transport.abort()
        return "250 OK"

    @property
    def recipients(self):
        return [to for recipients, _message in self.arrived for to in recipients]

    def await_arrivals(self, number, within=30):
        """Wait until this much mail has arrived, and return it."""
        deadline = time.monotonic() + within
        while len(self.arrived) < number and time.monotonic() < deadline:
            time.sleep(0.01)
        return self.arrived


@contextlib.contextmanager
def mail_server(port=None, **further):
    """A mail server on 127.0.0.1, and its EMAIL_URL."""
    handler = MailServer(**further)
    controller = Controller(handler, hostname="127.0.0.1", port=port or free_port())
    controller.start()
    try:
        yield handler, f"smtp://127.0.0.1:{controller.port}"
    finally:
        controller.stop()


def link_in(message):
    """The path of the link to choose a new password."""
    return re.search(r"https?://[^/\s]+(/\S*password/\S+)", message.get_content())[1]
