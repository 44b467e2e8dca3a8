"""Photos and logos, named by their content and so never changing."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import cache_control

from seminars.models import Photo

ANY_SITE = {"Cross-Origin-Resource-Policy": "cross-origin"}  # our feeds name pictures, and other sites show them

for_ever = cache_control(public=True, max_age=31_536_000, immutable=True)


@for_ever
def photo(request: HttpRequest, digest: str) -> HttpResponse:
    """Answer with the WebP bytes."""
    content = get_object_or_404(Photo.objects.defer("portrait"), digest=digest).content
    return HttpResponse(content, content_type="image/webp", headers=ANY_SITE)


@for_ever
def portrait(request: HttpRequest, digest: str) -> HttpResponse:
    """Answer with the same picture in the size of a face beside a name."""
    photo = get_object_or_404(Photo.objects.defer("content"), digest=digest)
    small = photo.portrait or photo.content  # the latter is read only where an earlier release stored the photo
    return HttpResponse(small, content_type="image/webp", headers=ANY_SITE)
