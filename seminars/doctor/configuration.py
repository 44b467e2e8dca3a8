"""Settings that are dangerous on a site that others can reach."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from django.conf import settings
from django.core import checks
from django.utils.translation import gettext as _

from seminars.doctor.findings import Finding, error, ok, warning

OWN_HOSTS = ("127.0.0.1", "::1", "localhost")


def about_settings() -> Iterator[Finding]:
    """Look at DEBUG, SITE_URL, ALLOWED_HOSTS and BEHIND_PROXY; `settings.py` has refused what is wrong altogether."""
    site = urlsplit(settings.SITE_URL)
    found = []
    if settings.DEBUG:
        found.append(
            error(_("DEBUG is on: error pages show settings and source code."), _("Set DEBUG=no in .env and reload."))
        )
    if site.scheme != "https" and site.hostname not in OWN_HOSTS:
        found.append(
            error(
                _("SITE_URL does not begin with https: passwords cross the network in clear text."),
                _("Set up HTTPS in the proxy, then set SITE_URL=https://%(host)s in .env."),
                host=site.netloc,
            )
        )
    if "*" in settings.ALLOWED_HOSTS:
        found.append(
            error(
                _("ALLOWED_HOSTS allows every host name, so an attacker can choose the host in links that are mailed."),
                _("List the host names of the site in ALLOWED_HOSTS, or leave it empty."),
            )
        )
    elif site.hostname not in settings.ALLOWED_HOSTS:
        found.append(
            error(
                _("ALLOWED_HOSTS does not list %(host)s, the host of SITE_URL: every page answers 400."),
                _("Add %(host)s to ALLOWED_HOSTS."),
                host=site.hostname,
            )
        )
    yield from found or [ok(_("DEBUG, SITE_URL and ALLOWED_HOSTS are as they should be."))]


def about_deployment() -> Iterator[Finding]:
    """Run Django's checks, with HTTPS also those for deployment, which ask for nothing else than HTTPS without it."""
    found = checks.run_checks(include_deployment_checks=settings.IS_HTTPS)
    messages = [one for one in found if not one.is_silenced()]
    for message in messages:
        say = error if message.is_serious(checks.ERROR) else warning
        words = {"id": message.id or "", "message": message.msg.partition("\n")[0]}
        yield say(_("Django's check %(id)s: %(message)s"), _("Run: manage.py check --deploy"), **words)
    if not messages:
        yield ok(_("Django's own checks find nothing."))
