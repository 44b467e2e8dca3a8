"""The department on the desk: one row, so one page, with a preview of its looks."""

from csp.constants import SELF
from csp.decorators import csp_replace
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import translation
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.clickjacking import xframe_options_sameorigin

from seminars import languages, times
from seminars.actions import photos
from seminars.admin.photos import PictureAdmin
from seminars.formats import colours
from seminars.forms.department import DepartmentForm, LooksForm
from seminars.models import Department
from seminars.models.page_addresses import absolute


@admin.register(Department)
class DepartmentAdmin(PictureAdmin):
    """Name, logo, contact and settings of the whole site."""

    form = DepartmentForm
    readonly_fields = ["present_picture", "present_dark", "present_mark", "present_zone", "preview"]
    fieldsets = [
        (None, {"fields": ["name", "tagline", "notice"]}),
        (_("Appearance"), {"fields": ["accent", "masthead", "typeface", "preview"]}),
        (_("Logo"), {
            "description": _("Every logo takes up the same area, whatever its shape. On dark backgrounds, a dark logo "
                             "is shown on a white panel unless you upload a version for dark backgrounds."),
            "fields": [
                "present_picture", "upload", "is_without_picture",
                "present_dark", "upload_dark", "is_without_picture_dark",
            ],
        }),
        (_("Icon"), {
            "description": _("A square picture for browser tabs, bookmarks and home screens."),
            "fields": ["present_mark", "upload_mark", "is_without_picture_mark"],
        }),
        (_("Language"), {"fields": ["language"]}),
        (_("Time zone"), {"fields": ["present_zone"]}),
        (_("Contact"), {"fields": ["contact_name", "contact_email"]}),
        (_("Academic year and links"), {"fields": ["year_begins_in", "privacy_url", "accessibility_url"]}),
    ]  # fmt: skip

    def changelist_view(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        """Redirect to the one row, or to the form that adds it."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        there = Department.objects.exists()
        return redirect("admin:seminars_department_change", 1) if there else redirect("admin:seminars_department_add")

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return super().has_add_permission(request) and Department.objects.current()._state.adding

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Department, form: DepartmentForm, change: bool) -> None:
        obj.pk = 1
        if mark := form.cleaned_data.get("upload_mark"):
            obj.icon = photos.icon_of(mark)
        spoken = Department.objects.language()  # until now: it is read once for the whole request
        super().save_model(request, obj, form, change)
        if spoken != obj.spoken_language:
            messages.info(request, change_of_language(spoken, obj.spoken_language))
        if "accent" in form.changed_data and colours.is_repaired(obj.accent):
            messages.warning(request, repair_of(obj.accent))

    def get_view_on_site_url(self, obj: Model | None = None) -> None:
        return None

    # --- pictures, and the preview of the looks ---

    @admin.display(description=_("logo for dark backgrounds"))
    def present_dark(self, row: Model | None) -> str:
        return self.shown(row, "_dark")

    @admin.display(description=_("icon"))
    def present_mark(self, row: Model | None) -> str:
        return self.shown(row, "_mark")

    @admin.display(description=_("time zone"))
    def present_zone(self, row: Model | None) -> str:
        address = reverse("admin:department-zone")
        return format_html('{} <a href="{}">{}</a>', times.zone_name(), address, gettext("Change the time zone"))

    @admin.display(description=_("preview"))
    def preview(self, row: Model | None) -> str:
        address = reverse("admin:seminars_department_looks")
        frame = '<iframe class="looks" data-looks="{0}" src="{1}?theme={0}" title="{2}"></iframe>'
        titles = {"light": gettext("Preview in light colours"), "dark": gettext("Preview in dark colours")}
        return format_html_join("", frame, ((theme, address, title) for theme, title in titles.items()))

    def get_urls(self) -> list[URLPattern]:
        pages = {"looks/": self.looks, "looks.css": self.looks_stylesheet}
        ours = [
            path(address, self.admin_site.admin_view(page), name=f"seminars_department_{page.__name__}")
            for address, page in pages.items()
        ]
        return [*ours, *super().get_urls()]

    def looks(self, request: HttpRequest) -> HttpResponse:
        """Answer with a page in a frame that looks as the address says, without saving anything."""
        department = self._tried(request)
        theme = "dark" if request.GET.get("theme") == "dark" else "light"
        repair = repair_of(department.accent) if colours.is_repaired(department.accent) else ""
        context = {"department": department, "theme": theme, "repair": repair, "asked": request.GET.urlencode()}
        show = xframe_options_sameorigin(csp_replace({"frame-ancestors": [SELF]})(render))
        return show(request, "admin/seminars/department/looks.html", context)

    def looks_stylesheet(self, request: HttpRequest) -> HttpResponse:
        """Answer with what the style sheet of the colours would be."""
        return HttpResponse(colours.render(self._tried(request), []), content_type=colours.CONTENT_TYPE)

    def _tried(self, request: HttpRequest) -> Department:
        if not self.has_view_permission(request):
            raise PermissionDenied
        return LooksForm(request.GET, instance=Department.objects.current()).tried()


def repair_of(accent: str) -> str:
    """Say which colour is shown instead of an accent that is too light for text."""
    words = {"accent": accent, "darker": colours.solid(accent)}
    return (
        gettext(
            "%(accent)s is too light for text: its contrast with the page is below 4.5 to 1. "
            "Pages use the darker %(darker)s instead."
        )
        % words
    )


def change_of_language(former: str, present: str) -> str:
    """Say what is in another language now, in that language, and where pages in the former one are."""
    with translation.override(present):
        names = {code: translation.get_language_info(code)["name_translated"] for code in (former, present)}
        words = gettext("New language of pages, feeds, calendar entries, announcements and the desk: %(name)s.")
        said = words % {"name": names[present]}
        if former not in settings.VISITOR_LANGUAGES:
            return said
        words = gettext("Pages in %(name)s, the previous language, are now at %(address)s")
        front = absolute(languages.address_in(reverse("front"), former))
        return f"{said} {words % {'name': names[former], 'address': front}}"
