"""The page of a long file: it shows how far the plan is while it arrives, without script, and ends in the plan."""

from collections.abc import Iterator

from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import StreamingHttpResponse
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.html import format_html
from django.utils.translation import gettext as _

from seminars import times
from seminars.admin.pages import PreviewedFormPage
from seminars.importing import PlanProgress, PlanSteps

PLACE = "<!-- plan -->"  # the template has this comment where the plan goes


def planning_page(page: PreviewedFormPage, form: Form, steps: PlanSteps) -> StreamingHttpResponse:
    """Send the page up to the plan at once, then how far the plan is, then the plan or why there is none.

    The style sheet shows the last line alone, and none once the plan is there.
    """
    # Rendered here, where messages that it shows are still marked as seen.
    words = page.get_context_data(form=form)
    head, tail = render_to_string("admin/import_planning.html", words, page.request).split(PLACE)
    now = translation.get_language(), times.chosen_zone() or ""
    pieces = _as_in_request(*now, _pieces(page, form, steps, (head, tail)))
    return StreamingHttpResponse(pieces, headers={"X-Accel-Buffering": "no"})


def _as_in_request(language: str, zone: str, pieces: Iterator[str]) -> Iterator[str]:
    """Make each piece in this language and zone: the server asks for them after the middleware has left both."""
    while True:
        with translation.override(language), times.in_zone(zone):
            piece = next(pieces, None)
        if piece is None:
            return
        yield piece


def _pieces(page: PreviewedFormPage, form: Form, steps: PlanSteps, around: tuple[str, str]) -> Iterator[str]:
    found = None
    yield around[0] + format_html("<p>{}</p>", _("Reading the file…"))
    try:
        while True:
            yield _line(next(steps))
    except StopIteration as done:
        found = done.value
    except ValidationError as refusal:
        form.add_error(None, refusal)
    words = page.get_context_data(form=form, found=found)
    yield "</div>" + render_to_string("admin/_import_form.html", words, page.request) + around[1]


def _line(progress: PlanProgress) -> str:
    if not progress.planned:
        sentence = _("%(read)d rows read") % {"read": progress.read}
    else:
        sentence = _("%(planned)d of %(read)d rows planned") % {"planned": progress.planned, "read": progress.read}
    bar = '<p>{} <progress max="{}" value="{}"></progress></p>'
    return format_html(bar, sentence, progress.read, progress.planned)
