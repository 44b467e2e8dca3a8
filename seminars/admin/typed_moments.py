"""Say how a day or a time of day is read while somebody types it; the forms read it in the same way."""

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from seminars import date_formats
from seminars.forms import parameters
from seminars.forms.moments import ClockField, DayField


@require_POST
def typed_moment(request: HttpRequest) -> HttpResponse:
    """Answer with the day or time in full, or with what is wrong with it; nothing for an empty box."""
    typed = parameters.words(request.POST, "typed")
    field = ClockField() if request.POST.get("kind") == "clock" else DayField()
    if isinstance(field, DayField):
        field.near = parameters.day(request.POST, "near")
    if not typed:
        return HttpResponse(content_type="text/plain; charset=utf-8")
    try:
        read = field.to_python(typed)
        field.run_validators(read)
    except ValidationError as wrong:
        return HttpResponse(" ".join(wrong.messages), content_type="text/plain; charset=utf-8")
    in_full = date_formats.day(read, with_year=True) if isinstance(field, DayField) else date_formats.time_of_day(read)
    return HttpResponse(in_full, content_type="text/plain; charset=utf-8")
