"""Sign in at the desk in a real browser."""

from django.conf import settings

from tests.admin_forms import signed_in


def sign_in(desk, person):
    """Give the browser the session of a signed-in person. tests/browser/test_accounts.py signs in with the form."""
    session = signed_in(person).cookies[settings.SESSION_COOKIE_NAME].value
    desk.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": desk.site}])
