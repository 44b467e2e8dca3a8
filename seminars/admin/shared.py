"""What speakers, rooms and topics share on the desk: each change of one is told and can be undone."""

from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse

from seminars.actions import related_objects
from seminars.admin.history import recorded
from seminars.admin.related_objects import RelatedObjectAdmin
from seminars.admin.shared_history import shared_history_page


class SharedAdmin(RelatedObjectAdmin):
    """The pages of a kind of row that all series share."""

    def history_view(self, request: HttpRequest, object_id: str, extra_context: dict | None = None) -> HttpResponse:
        thing = self.get_object(request, object_id)
        if thing is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if not self.has_view_permission(request, thing):
            raise PermissionDenied
        return shared_history_page(request, self.admin_site.each_context(request) | {"opts": self.opts}, thing)

    def delete_model(self, request: HttpRequest, obj: Model) -> None:
        with recorded(request):
            related_objects.delete([obj])

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet) -> None:
        with recorded(request):
            related_objects.delete(queryset)
