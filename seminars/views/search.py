"""The search: words that people remember, and the talks that have them."""

from functools import partial

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control

from seminars import listings
from seminars.models.searching import Question
from seminars.selectors.filter_choices import choices_to_search
from seminars.selectors.search_suggestions import suggestions
from seminars.views import filtered


@cache_control(private=True, no_cache=True)
def search(request: HttpRequest) -> HttpResponse:
    """Show the talks in which every word that was typed begins a word, title and names before the rest."""
    question = Question.asked(request.GET.get("q", ""))
    found = filtered(request, partial(listings.search, question))
    page = listings.page_of(found.talks, request.GET.get("page"), listings.FOUND_ON_A_PAGE)
    context = {"question": question, "found": found, "page": page, "choices": choices_to_search()}
    context["near"] = suggestions(question.words) if not page.paginator.count else []
    return render(request, "search/search.html", context)
