"""The services beside the database: Redis and the mail server."""

import smtplib
from collections.abc import Iterator
from email.utils import parseaddr

from django.conf import settings
from django.core.mail import get_connection
from django.utils.translation import gettext as _
from redis import Redis, RedisError, ResponseError

from seminars import mail
from seminars.actions.outbox import words_of
from seminars.doctor.findings import Finding, error, ok, unknown, warning

ANSWERS_WITHIN = 5  # seconds


def about_cache() -> Iterator[Finding]:
    """Look whether Redis answers, is bounded, and drops what is old."""
    if not settings.CACHE_URL.startswith("redis"):
        yield ok(_("Each process has a cache of its own, without Redis."))
        return
    try:
        with Redis.from_url(
            settings.CACHES["default"]["LOCATION"], socket_timeout=1, socket_connect_timeout=1
        ) as redis:
            redis.ping()
            memory = redis.info("memory")
    except ResponseError:  # it answers, but this user may not ask for its memory
        yield unknown(_("Redis answers, but does not tell its settings."))
        return
    except RedisError as failure:
        yield error(
            _("Redis does not answer (%(reason)s): each page is rendered for each visitor."),
            _("See that it runs and that CACHE_URL is right."),
            reason=type(failure).__name__,
        )
        return
    yield about_memory(memory.get("maxmemory", 0), memory.get("maxmemory_policy", ""))


def about_memory(most: int, policy: str) -> Finding:
    """Say whether a Redis that is full makes room: `most` is maxmemory in bytes, 0 without a limit."""
    if not most:
        return warning(_("Redis has no limit of memory."), _("Set in redis.conf: maxmemory 256mb"))
    if not policy.startswith("allkeys-"):
        return warning(
            _("Redis refuses to write once it is full: its maxmemory-policy is %(policy)s."),
            _("Set in redis.conf: maxmemory-policy allkeys-lru"),
            policy=policy,
        )
    return ok(_("Redis answers and drops what is old."))


def about_mail_server(_url: str) -> Iterator[Finding]:
    """Ask the mail server whether it takes mail from our sender; nothing is sent (RFC 5321 §3.3, §4.1.1.5)."""
    if not mail.is_set_up():
        yield unknown(_("There is no mail server to ask: EMAIL_URL names none."))
        return
    server = get_connection(timeout=ANSWERS_WITHIN)
    try:
        server.open()
        if smtp := getattr(server, "connection", None):
            sender = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
            smtp.ehlo_or_helo_if_needed()  # Django greets only before TLS and passwords
            code, words = smtp.mail(sender)
            smtp.rset()
            if code != 250:
                raise smtplib.SMTPSenderRefused(code, words, sender)
    except (OSError, smtplib.SMTPException) as failure:
        yield error(
            _("The mail server takes no messages: %(answer)s"),
            _("See that EMAIL_URL and FROM_EMAIL are right."),
            answer=words_of(failure),
        )
    else:
        yield ok(_("The mail server takes messages from %(sender)s."), sender=settings.DEFAULT_FROM_EMAIL)
    finally:
        server.close()
