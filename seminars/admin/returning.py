"""Where a form of the desk leads back to: the page that led to it, which `next` in its address names."""

from urllib.parse import urlsplit

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.http import HttpRequest, QueryDict
from django.urls import Resolver404, ResolverMatch, get_script_prefix, resolve, reverse
from django.utils.http import url_has_allowed_host_and_scheme

from seminars import access, languages
from seminars.admin.rights import rights
from seminars.forms import parameters
from seminars.forms.next_page import NEXT, next_of
from seminars.models import Talk

# They only take what a button sends, do something when they are opened, or return data or a file.
NO_PAGES = {
    *("undo", "joint-request", "continue-import", "text-preview", "typed-moment", "put-steps-away", "login", "logout"),
    *("jsi18n", "autocomplete", "suggestions", "seminars_talk_export", "seminars_department_looks_stylesheet"),
}
FOR_ADMINISTRATORS = {"start-empty", "role", "department-zone"}


def asked(request: HttpRequest) -> str:
    """Return the page that led to this form; "" if there is none, or none that this user can open.

    A page that is not there any longer, such as the form of a deleted talk, is passed over for the one that led to it.
    """
    if request.method == "POST":
        return _first_of(request, parameters.words(request.GET, NEXT))
    if not hasattr(request, "page_that_led_here"):  # several parts of a page ask
        request.page_that_led_here = _first_of(request, parameters.words(request.GET, NEXT))
    return request.page_that_led_here


def back(request: HttpRequest, otherwise: str) -> str:
    """Return the page that led to this form, or else another one."""
    return asked(request) or otherwise


def page_of_button(request: HttpRequest) -> str:
    """Return the page on which a button stood that sent its address along, such as Undo; or else the desk."""
    return _first_of(request, parameters.words(request.POST, NEXT)) or reverse("admin:index")


def _first_of(request: HttpRequest, page: str) -> str:
    """Return the first that can be opened of a page, the page that led to it and so on."""
    while page and not _can_be_opened(request, page):
        page = next_of(page) if _is_ours(request, page) else ""
    return page


def _is_ours(request: HttpRequest, page: str) -> bool:
    """Tell whether it is a path of this site: no other host, not even this one by name."""
    is_safe = url_has_allowed_host_and_scheme(page, {request.get_host()}, require_https=request.is_secure())
    return is_safe and page.startswith("/")


def _can_be_opened(request: HttpRequest, page: str) -> bool:
    if not _is_ours(request, page) or not (match := _match(urlsplit(page).path)):
        return False
    if "admin" not in match.app_names:
        return match.url_name in languages.page_names() - {"join"}
    is_page = match.url_name is not None and match.url_name not in NO_PAGES
    return is_page and _is_there(request, match) and _names_own(request, QueryDict(urlsplit(page).query))


def _match(path: str) -> ResolverMatch | None:
    path_info = "/" + path.removeprefix(get_script_prefix())
    try:
        with languages.at(path_info):
            return resolve(path_info)
    except Resolver404:
        return None


def _is_there(request: HttpRequest, match: ResolverMatch) -> bool:
    """Tell whether the user may see a page of the desk, and whether the row is there whose page it is."""
    if match.url_name in FOR_ADMINISTRATORS:
        return rights(request).is_administrator
    kinds = {model._meta.model_name: desk for model, desk in admin.site._registry.items()}
    desk = kinds.get(match.url_name.removeprefix("seminars_").rpartition("_")[0])
    if desk is None:
        return True
    if match.url_name.endswith("_add"):
        return desk.has_add_permission(request)
    if "object_id" not in match.kwargs:
        return desk.has_view_permission(request)
    key = parameters.as_key(unquote(str(match.kwargs["object_id"])))
    return key is not None and desk.get_queryset(request).filter(pk=key).exists()


def _names_own(request: HttpRequest, query: QueryDict) -> bool:
    """Tell whether the series and all the talks that the address of a page names are on the user's desk."""
    if parameters.key(query, "series") and not parameters.row(query, "series", access.series_of(request.user)):
        return False
    talks = parameters.keys(query, "talk")
    return not talks or rights(request).rows(Talk).with_keys(talks).count() == len(talks)
