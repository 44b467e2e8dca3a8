"""The search: words that people remember, and the talks that have them."""

from django.core.paginator import Page
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control

from seminars import listings
from seminars.listings import Listing
from seminars.models.searching import Question
from seminars.selectors.filter_choices import choices_to_search
from seminars.selectors.search_corrections import corrected
from seminars.views import filtered


@cache_control(private=True, no_cache=True)
def search(request: HttpRequest) -> HttpResponse:
    """Show the talks that match what was typed; where none does, those of the nearest question, and say so.

    With `exact`, nothing is corrected.
    """
    asked, whole = Question.asked(request.GET.get("q", "")), filtered(request)
    question, found, page = asked, *_found(request, asked, whole)
    context = {"asked": asked, "choices": choices_to_search()}
    is_correctable = asked.words and not page.paginator.count and "exact" not in request.GET
    if is_correctable and (meant := corrected(asked, whole.talks)):
        context["exact"] = f"{found.query}&exact=1"
        question, found, page = meant, *_found(request, meant, whole)
    context |= {"question": question, "found": found, "page": page, "department": found.department}
    if question.period:
        context["period"] = question.period.name(found.department.year_begins_in)
    return render(request, "search/search.html", context)


def _found(request: HttpRequest, question: Question, whole: Listing) -> tuple[Listing, Page]:
    found = listings.search(question, whole)
    return found, listings.page_of_answers(found, request.GET.get("page"))
