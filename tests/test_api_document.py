"""The OpenAPI document, exercised by schemathesis: whatever is sent, no answer is an error of ours or undeclared."""

import pytest
import schemathesis
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import from_schema
from schemathesis.engine.events import NonFatalError, ScenarioFinished

from seminars import limits
from seminars.models import Break
from tests.factories import make_administrator, make_draft, make_room, make_series, make_speaker, make_topic
from tests.tokens import make_token
from tests.wsgi_client import site_of_the_test

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


# Values that fit the document may still name nothing, or be refused by the rules of the desk.
ALLOWED = ["2xx", "3xx", "401", "403", "404", "409", "412", "422", "428"]
ALIKE = "/talks/[^/]+/(confirm|move-online|postpone|reinstate|withdraw)$"
ROWS_ALIKE = "/(speakers|rooms|series)/"  # as topics are
LISTS_ALIKE = "/(rooms|topics)$"  # as series are
CONFIG = {
    "seed": 8,
    "cache": {"enabled": False},  # what earlier runs found would make each run another one
    "generation": {"max-examples": 3},
    # Of operations that take the same, each limit of each field is tried with one of them.
    "operations": [
        {"include-method": "PATCH", "phases": {"coverage": {"enabled": False}}},
        {"include-path-regex": ALIKE, "phases": {"coverage": {"enabled": False}}},
        {"include-path-regex": ROWS_ALIKE, "include-method": "DELETE", "phases": {"coverage": {"enabled": False}}},
        {"include-path-regex": LISTS_ALIKE, "include-method": "GET", "phases": {"coverage": {"enabled": False}}},
    ],
    # What the site says of a refused value is no format: an empty address is refused nowhere.
    "phases": {
        "coverage": {"unexpected-methods": ["PUT"]},
        "stateful": {"enabled": False},  # FOLLOWING has it
        "fuzzing": {"error-feedback": {"enabled": False}},
    },
    "checks": {
        # It does not work with WSGI (4.32.5). test_api_writing.py asks without a token.
        "ignored_auth": {"enabled": False},
        "positive_data_acceptance": {"expected-statuses": ALLOWED},
        "missing_required_header": {"expected-statuses": ["404", "422", "428"]},
    },
}
FOLLOWING = CONFIG | {
    "operations": [],
    "phases": {
        "enabled": False,
        "stateful": {
            "enabled": True,
            "max-steps": 6,
            # The links of the document lead on with an ETag; those that would be inferred have only ids (4.32.5).
            "inference": {"algorithms": []},
            "generation": {"max-examples": 40, "mode": "positive"},
        },
    },
}


@pytest.fixture
def site(monkeypatch):
    """The site, which lets a program ask as often as it wants."""
    monkeypatch.setattr(limits, "API_REQUESTS", 10**6)
    monkeypatch.setattr(limits, "WRONG_API_TOKENS_FROM_ONE_ADDRESS", 10**6)
    with site_of_the_test() as application:
        yield application


def exercise(site, token, config, select=lambda document: document):
    """Return what schemathesis finds wrong, and the operations with the statuses of their answers.

    What is wrong is told by the operation, the check, what it says and how to send the request again.
    """
    headers = {"Authorization": f"Bearer {token}"}
    config = SchemathesisConfig.from_dict(config | {"headers": headers})
    document = select(schemathesis.openapi.from_wsgi("/api/v1/openapi.json", site, config=config))
    found, answered = [], set()
    for event in from_schema(document).execute():
        if isinstance(event, NonFatalError):
            found.append((event.label, str(event.value)))
        if isinstance(event, ScenarioFinished):
            cases, checks, sent = event.recorder.cases, event.recorder.checks, event.recorder.interactions
            failed = [(cases[key].value, one) for key, done in checks.items() for one in done if one.failure_info]
            found += [
                (case.operation.label, one.name, one.failure_info.failure.message, case.as_curl_command())
                for case, one in failed
            ]
            answered |= {(cases[key].value.operation.label, one.response.status_code) for key, one in sent.items()}
    return found, answered


def test_no_request_is_answered_in_another_way_than_the_document_says(site, talk):
    make_draft(series=talk.series)

    found, _answered = exercise(site, make_token(make_administrator()), CONFIG)

    assert found == []


@pytest.mark.parametrize("paths", ["/talks/[{]", "/(breaks|rooms|series|speakers|topics)/[{]"])
def test_changes_with_the_etag_of_what_was_read_are_answered_as_the_document_says(site, talk, paths):
    """A read, then changes of the same row: a value is looked at only after its ETag was found to be right."""
    row = {"slug": "row"}
    make_room(**row), make_series(**row), make_speaker(**row), make_topic(**row)
    snow = Break.objects.create(reason="Snow", first_on=talk.starts_at.date(), last_on=talk.starts_at.date())
    known = {"path.talk": str(talk.pk), "path.number": str(snow.pk), "path.slug": "row"}

    found, answered = exercise(
        site,
        make_token(make_administrator()),
        FOLLOWING | {"parameters": known},
        lambda document: document.include(path_regex=paths).exclude(method="DELETE"),  # after it there is no row
    )

    assert found == []
    changes = {status for operation, status in answered if not operation.startswith("GET ")}
    assert changes >= {200, 412, 422}
