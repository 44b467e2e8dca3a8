"""What search engines ask for: which pages there are, and where they may not go."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import get_script_prefix, reverse
from django.views.decorators.cache import cache_control

from seminars.formats import sitemap as sitemaps
from seminars.models.page_addresses import absolute
from seminars.selectors.sitemap_pages import findable_pages

# Nobody finds anything there: the desk, one person's own pages, as many answers as there are words.
CLOSED_PAGES = ("search/?", "talks/*/join/")
CLOSED = ("admin/", "private/", "sign-in/", "password/", *CLOSED_PAGES)


def sitemap(request: HttpRequest) -> HttpResponse:
    """Answer with every page that may be found, in parts where they are too many for one file."""
    pages = findable_pages()
    parts = sitemaps.parts_of(pages)
    if number := request.GET.get("page"):
        if number not in map(str, range(1, len(parts) + 1)):
            raise Http404
        body = sitemaps.render(parts[int(number) - 1])
    else:
        body = sitemaps.render(pages) if len(parts) == 1 else sitemaps.render_index(reverse("sitemap"), pages)
    return HttpResponse(body, content_type=sitemaps.CONTENT_TYPE)


@cache_control(public=True, max_age=86_400)
def robots(request: HttpRequest) -> HttpResponse:
    """Say where robots may not go (RFC 9309); feeds are theirs as well."""
    root = get_script_prefix()
    closed = [f"Disallow: {root}{path}" for path in CLOSED]
    # What begins with a language is a page: of those, these two kinds.
    closed += [f"Disallow: {root}{language}/{path}" for language in settings.VISITOR_LANGUAGES for path in CLOSED_PAGES]
    lines = ["User-agent: *", *closed, "", f"Sitemap: {absolute(reverse('sitemap'))}", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")
