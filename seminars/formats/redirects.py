"""Former addresses as redirects for the web server of the old site, so that its links lead to this one."""

import csv
import io
import re
from collections.abc import Callable, Iterable
from urllib.parse import quote

from seminars.models import FormerAddress
from seminars.models.page_addresses import absolute

_NGINX_HEAD = """\
# Put this inside http { … }. The first two settings make room for long addresses; nginx allows each of them once.
map_hash_max_size 65536;
map_hash_bucket_size 4096;
map "$uri$is_args$args" $seminars_address {
"""
_NGINX_FOOT = """\
}
# Within server { … } of the old site:
#     if ($seminars_address) { return 301 $seminars_address; }
"""
_APACHE_HEAD = "# Within <VirtualHost> of the old site, or in its .htaccess file.\nRewriteEngine On\n"


def nginx(addresses: Iterable[FormerAddress]) -> str:
    """Return a `map` of decoded paths, as nginx's variable $uri holds them, with their query strings."""
    lines = (f'    "{_escaped(one.path)}" "{_escaped(_new(one))}";\n' for one in addresses)
    return "".join([_NGINX_HEAD, *lines, _NGINX_FOOT])


def apache(addresses: Iterable[FormerAddress]) -> str:
    """Return rules of mod_rewrite, which matches decoded paths and leaves the query string to a condition."""
    return "".join([_APACHE_HEAD, *map(_apache_rule, addresses)])


def table(addresses: Iterable[FormerAddress]) -> str:
    """Return a table (RFC 4180) of the old paths, percent-encoded, and the new addresses."""
    lines = io.StringIO()
    writer = csv.writer(lines)
    writer.writerow(("old", "new"))
    writer.writerows((_encoded(one.path), _new(one)) for one in addresses)
    return lines.getvalue()


FORMATS: dict[str, Callable[[Iterable[FormerAddress]], str]] = {"nginx": nginx, "apache": apache, "csv": table}


def _new(address: FormerAddress) -> str:
    return absolute(address.leads_to)


def _apache_rule(address: FormerAddress) -> str:
    path, mark, query = address.path.partition("?")
    asked = f"^{re.escape(query)}$" if mark else "^$"
    old = re.escape(path.removeprefix("/"))
    return f'RewriteCond "%{{QUERY_STRING}}" "{asked}"\nRewriteRule "^/?{old}$" "{_new(address)}" [R=301,L,NE,QSD]\n'


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


def _encoded(path: str) -> str:
    """Return a path as browsers ask for it; the query string is kept as it came."""
    path, mark, query = path.partition("?")
    return f"{quote(path)}{mark}{query}"
