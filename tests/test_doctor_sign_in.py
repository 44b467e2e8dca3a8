"""What the doctor asks the provider of single sign-on, and what it finds (a strict one: tests/faults)."""

import pytest

from seminars.doctor import sign_in
from seminars.doctor.findings import Severity
from tests.findings import states, told
from tests.single_sign_on import with_fields

pytestmark = pytest.mark.django_db
DESCRIPTION = "/.well-known/openid-configuration"


def test_the_query_of_the_endpoint_is_kept(sso, university):
    endpoint = f"{university.issuer}/oauth2/authorize?policy=staff"
    university.changes[DESCRIPTION] = with_fields(authorization_endpoint=endpoint)

    list(sign_in.about_sign_in(""))

    asked = next(query for path, query, _form in university.asked if path == "/oauth2/authorize")
    assert (asked["policy"], asked["prompt"], asked["client_id"]) == ("staff", "none", "seminars")


def test_a_description_of_another_issuer_is_an_error(sso, university):
    university.changes[DESCRIPTION] = with_fields(issuer="https://other.example.edu")

    found = list(sign_in.about_sign_in(""))

    assert states(found) == [Severity.ERROR]
    assert f"does not describe the provider {university.issuer}" in told(found)


def test_nobody_is_asked_where_sign_in_is_off(settings):
    settings.SINGLE_SIGN_ON = None

    assert states(sign_in.about_sign_in("")) == [Severity.OK]
