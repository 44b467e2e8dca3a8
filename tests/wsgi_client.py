"""Send requests as a WSGI server does: to the WSGI cache, counting those that reach Django, or from other threads."""

import io
import sys
from contextlib import contextmanager

from django.core.wsgi import get_wsgi_application
from django.db import connections

from seminars.page_cache import wsgi


class WSGIClient(wsgi.WSGICache):
    """A WSGI cache around Django. `asked` is the number of requests that reached Django."""

    def __init__(self, **options):
        self.asked, site = 0, get_wsgi_application()

        def counting(environ, start_response):
            self.asked += 1
            return site(environ, start_response)

        super().__init__(counting, **options)

    def get(self, path, **headers):
        """Return the status, headers and bytes of the response, as a WSGI server gets them."""
        path, _mark, query = path.partition("?")
        environ = {
            "REQUEST_METHOD": "GET", "SCRIPT_NAME": "", "PATH_INFO": path, "QUERY_STRING": query,
            "SERVER_NAME": "127.0.0.1", "SERVER_PORT": "8000", "HTTP_HOST": "talks.example.edu",
            "wsgi.url_scheme": "http", "wsgi.input": io.BytesIO(), "wsgi.errors": sys.stderr,
        }  # fmt: skip
        told = []
        answer = self(environ | headers, lambda status, headers: told.extend([status, dict(headers)]))
        body = b"".join(answer)
        getattr(answer, "close", int)()
        return *told, body


@contextmanager
def site_of_the_test():
    """The site as a WSGI application that uses the connection of the test in whatever thread it is called."""
    application, own = get_wsgi_application(), connections["default"]

    def sharing(environ, start_response):
        connections["default"] = own
        return application(environ, start_response)

    own.inc_thread_sharing()
    try:
        yield sharing
    finally:
        own.dec_thread_sharing()
