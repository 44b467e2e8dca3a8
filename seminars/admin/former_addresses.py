"""Former addresses on the desk."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from seminars.admin.base import DeskAdmin
from seminars.models import FormerAddress
from seminars.models.page_addresses import TARGETS


@admin.register(FormerAddress)
class FormerAddressAdmin(DeskAdmin):
    """Old paths that still lead somewhere."""

    list_display = ["path", "leads_to"]
    search_fields = ["path"]
    autocomplete_fields = [name for name in TARGETS if name != "department"]  # of which there is one
    fieldsets = [(None, {"fields": ["path"]}), (_("Redirects to"), {"fields": TARGETS})]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).select_related(*TARGETS).prefetch_related("talk__appearances__speaker")

    @admin.display(description=_("redirects to"))
    def leads_to(self, address: FormerAddress) -> str:
        return str(address.target)
