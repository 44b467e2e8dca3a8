"""What the operator demands of the way in which the provider signs people in: a second factor, for example."""

import pytest
from django.test import Client

from seminars.models import User
from tests.pages import main, words
from tests.signing_in import is_signed_in
from tests.single_sign_on import answer_of, begin, query_of, sign_in, with_fields, with_token

pytestmark = pytest.mark.django_db

SECOND_FACTOR = {"required_acr": ("gold", "silver"), "required_amr": ("mfa", "hwk")}


@pytest.mark.parametrize(
    ("claims", "said"),
    [
        ({"acr": "silver", "amr": ["pwd", "hwk"]}, ""),
        ({"acr": "gold", "amr": "mfa"}, ""),  # some providers send a single text
        ({"acr": "bronze", "amr": ["mfa"]}, "another acr than OIDC_REQUIRED_ACR"),
        ({"acr": ["gold"], "amr": ["mfa"]}, "another acr than OIDC_REQUIRED_ACR"),
        ({"amr": ["mfa"]}, "no acr, which"),
        ({"acr": "gold", "amr": ["pwd"]}, "no amr of OIDC_REQUIRED_AMR"),
        ({"acr": "gold", "amr": {"mfa": 1}}, "no amr of OIDC_REQUIRED_AMR"),
        ({"acr": "gold"}, "no amr, which"),
    ],
)
def test_a_second_factor_is_asked_for_and_demanded(sso, university, caplog, claims, said):
    sso(**SECOND_FACTOR)
    university.changes["/oauth2/token"] = with_token(**claims)
    browser = Client()
    _page, address = begin(browser)

    done = browser.get(answer_of(address))

    assert query_of(address)["acr_values"] == "gold silver"
    assert (is_signed_in(browser), User.objects.count()) == (not said, int(not said))
    if said:
        assert done.status_code == 403
        assert "This site wants you to sign in with a second factor" in words(main(done))
        assert said in caplog.text


def test_what_others_than_the_token_say_of_a_second_factor_does_not_count(sso, university):
    sso(**SECOND_FACTOR)
    university.changes["/userinfo"] = with_fields(acr="gold", amr=["mfa"])

    browser, _done = sign_in()

    assert not is_signed_in(browser)


def test_a_provider_that_cannot_do_what_is_demanded_is_explained(sso):
    browser = Client()
    state = query_of(begin(browser)[1])["state"]

    done = browser.get(f"/sign-in/sso/return/?error=unmet_authentication_requirements&state={state}")

    assert done.status_code == 403
    assert "with a second factor" in words(main(done))
