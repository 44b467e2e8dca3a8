"""The page that says why a change cannot be undone as a whole, and undoes it for talks that nobody changed since."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy

from seminars import access
from seminars.actions.undoing_parts import parts_of, restore_the_rest
from seminars.admin.history import Undoable, offer_to_undo
from seminars.admin.pages import DeskPage
from seminars.admin.returning import back
from seminars.forms import parameters
from seminars.models import Change, Talk


class UndoRestPage(DeskPage):
    """Show for which talks a change can still be undone; on POST, undo it for them."""

    template_name = "admin/undo_rest.html"
    title = gettext_lazy("Undo for some of the talks")
    change: Change

    def dispatch(self, request: HttpRequest, *args: Any, **named: Any) -> HttpResponse:
        known = access.changes_on_the_desk_of(request.user).filter(import_run=None)
        change = parameters.row(request.GET, "change", known)
        if change is None or change.follows_zone_rules:
            raise Http404
        if not Undoable(request, [change]).is_theirs(change):
            raise PermissionDenied
        self.change = change
        return super().dispatch(request, *args, **named)

    def post(self, request: HttpRequest) -> HttpResponse:
        try:
            offer_to_undo(request, restore_the_rest(self.change, by=request.user))
        except ValidationError as refusal:
            for sentence in refusal.messages:
                messages.error(request, sentence)
            return self.show()
        return redirect(self.back)

    @property
    def back(self) -> str:
        return back(self.request, reverse("admin:changes"))

    def get_context_data(self, **words: Any) -> dict[str, Any]:
        parts = parts_of(self.change)
        talks = Talk.objects.with_keys(parts.undoable).soonest_first().for_lists()
        gone = len(parts.undoable) - len(talks)
        words |= {"change": self.change, "parts": parts, "talks": talks, "gone": gone, "back": self.back}
        return super().get_context_data(**words)
