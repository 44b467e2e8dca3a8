"""Sign in at the desk in a real browser."""

from tests.browser.arriving import arrive_at
from tests.signing_in import PASSWORD


def sign_in(desk, person):
    desk.visit("/sign-in/?next=/admin/")
    desk.get_by_label("Username").fill(person.username)
    desk.get_by_label("Password").fill(PASSWORD)
    desk.get_by_role("main").get_by_role("button", name="Sign in").click()
    arrive_at(desk, "/admin/")
