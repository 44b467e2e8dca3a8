"""Sign in with a name and a password, through the form."""

import re

PASSWORD = "open sesame 7"


def send(browser, address, **words):
    """Open the page, fill in its form and send it."""
    page = browser.get(address).content.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]
    following = re.search(r'name="next" value="([^"]*)"', page)
    hidden = {"csrfmiddlewaretoken": token} | ({"next": following[1]} if following else {})
    return browser.post(address.partition("?")[0], hidden | words)


def sign_in(browser, user, password=PASSWORD, address="/sign-in/"):
    return send(browser, address, username=user.username, password=password)


def is_signed_in(browser):
    return "_auth_user_id" in browser.session
