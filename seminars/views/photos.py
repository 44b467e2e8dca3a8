"""Photos and logos, named by their content and so never changing.

They are WebP and PNG, which load and run nothing, and other sites may show them. So they have neither
Content-Security-Policy nor X-Frame-Options: with both, a small face would double in size.
"""

from csp.decorators import csp_exempt
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.clickjacking import xframe_options_exempt

from seminars.models import Department, Photo
from seminars.views import ANY_SITE, for_ever


@csp_exempt()
@xframe_options_exempt
@for_ever
def photo(request: HttpRequest, digest: str) -> HttpResponse:
    """Answer with the WebP bytes."""
    content = get_object_or_404(Photo.objects.only("content"), digest=digest).content
    return HttpResponse(content, content_type="image/webp", headers=ANY_SITE)


@csp_exempt()
@xframe_options_exempt
@for_ever
def mark(request: HttpRequest, digest: str) -> HttpResponse:
    """Answer with the department's square mark as PNG."""
    icon = Department.objects.icon_of(digest)
    if icon is None:
        raise Http404(digest)
    return HttpResponse(icon, content_type="image/png", headers=ANY_SITE)


@csp_exempt()
@xframe_options_exempt
@for_ever
def portrait(request: HttpRequest, digest: str) -> HttpResponse:
    """Answer with the same picture in the size of a face beside a name."""
    return _small(digest, "portrait")


@csp_exempt()
@xframe_options_exempt
@for_ever
def thumbnail(request: HttpRequest, digest: str) -> HttpResponse:
    """Answer with the same picture in the size of a face in a list."""
    return _small(digest, "thumbnail")


def _small(digest: str, size: str) -> HttpResponse:
    photo = get_object_or_404(Photo.objects.only(size), digest=digest)
    small = getattr(photo, size) or photo.content  # the latter is read only where an earlier release stored the photo
    return HttpResponse(small, content_type="image/webp", headers=ANY_SITE)
