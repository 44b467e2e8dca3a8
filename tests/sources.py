"""Make sources: addresses that a series follows."""

from seminars.importing.following import follow
from seminars.models import Source
from tests.web_server import sends, serving


def source_at(url, series, **fields):
    return Source.objects.create(series=series, url=url, **{"draft": False} | fields)


def waiting(series, content, **fields):
    with serving(sends(content)) as url:
        source = source_at(url, series, **fields)
        follow(source)
    return source
