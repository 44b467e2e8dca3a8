"""The style sheet that holds what organisers choose: the accents."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import cache_control

from seminars.formats import colours
from seminars.models import Department, Series


@cache_control(public=True, max_age=300)
def stylesheet(request: HttpRequest) -> HttpResponse:
    """Answer with the accent of the department and of each series, adjusted for both themes."""
    sheet = colours.render(Department.objects.current(), Series.objects.in_order())
    return HttpResponse(sheet, content_type=colours.CONTENT_TYPE)
