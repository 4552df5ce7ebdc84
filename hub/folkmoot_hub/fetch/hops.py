"""What is asked next: the first address of a request, or the one that an answer redirects to."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
from yarl import URL

from folkmoot_hub.connector import Request
from folkmoot_hub.errors import Blocked, NotAllowed
from folkmoot_hub.fetch.protocol import Validators
from folkmoot_hub.fetch.secrets import holds_secret, names

MAX_REDIRECTS = 5
REDIRECTS = frozenset({301, 302, 303, 307, 308})

#: What we say we can read, by what the request expects.
_ACCEPT = {
    "json": "application/json, */*;q=0.5",
    "feed": "application/atom+xml, application/rss+xml, application/xml;q=0.8, */*;q=0.5",
    "html": "text/html, application/xhtml+xml, */*;q=0.5",
    "xml": "application/xml, text/xml, */*;q=0.5",
    "text": "text/plain, text/csv, */*;q=0.5",
    "any": "*/*",
}
#: Headers that a connector may not set: who asks, and how the exchange is made, are the hub's to say.
_OURS = frozenset({"user-agent", "host", "content-length", "transfer-encoding", "connection", "accept-encoding"})
#: Headers that let somebody act in our name: they stay with the origin they were meant for, and out of recordings.
CREDENTIALS = frozenset({"authorization", "cookie", "proxy-authorization"})


class Hop(msgspec.Struct, frozen=True):
    """One address to ask and how; secrets are still placeholders, header names in lower case."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: str | None = None

    @property
    def host(self) -> str:
        """The host asked."""
        return URL(self.url).host or ""

    def secrets(self) -> frozenset[str]:
        """The names of the secrets that it asks for."""
        return names(self.url, *self.headers.values(), self.body or "")


def first_hop(request: Request, validators: Validators | None) -> Hop:
    """Where a request begins. A body without a ``content-type`` is JSON if it looks so, else a form."""
    headers = {"accept": _ACCEPT[request.expect]}
    if request.body is not None:
        looks_json = request.body.lstrip().startswith(("{", "["))
        headers["content-type"] = "application/json" if looks_json else "application/x-www-form-urlencoded"
    headers |= _own_headers(request)
    if validators and validators.etag:
        headers["if-none-match"] = validators.etag
    if validators and validators.last_modified:
        headers["if-modified-since"] = validators.last_modified
    return Hop(request.method, request.url, headers, request.body)


def _own_headers(request: Request) -> dict[str, str]:
    headers = {name.lower(): value for name, value in request.headers.items()}
    if forbidden := sorted(_OURS & headers.keys()):
        raise NotAllowed(f"{request.url}: a connector may not set the header {forbidden[0]}; allowed: others")
    return headers


def redirected(hop: Hop, status: int, location: str) -> Hop:
    """Where an answer with a ``location`` leads (RFC 9110, section 15.4). Credentials stay with their origin."""
    try:
        source = URL(hop.url)
        target = source.join(URL(location)).with_fragment(None)
        same_origin = _origin(target) == _origin(source)
    except ValueError as error:
        raise Blocked(f"{hop.url} answered {status} towards {location!r}, which is no web address: {error}") from None
    keeps_method = status in {307, 308} and (hop.method != "GET" or hop.body is not None)
    if keeps_method and not same_origin:
        raise NotAllowed(f"{hop.url} redirects a {hop.method} to {target.origin()}; allowed: the same origin")
    headers = hop.headers if same_origin else _without_credentials(hop.headers)
    if keeps_method:
        return Hop(hop.method, str(target), headers, hop.body)
    return Hop("GET", str(target), {name: value for name, value in headers.items() if name != "content-type"})


def _origin(url: URL) -> tuple[str, str, int | None]:
    """Scheme, host and port (RFC 6454, section 4); ``ValueError`` if there is none."""
    origin = url.origin()
    return origin.scheme, origin.raw_host or "", origin.port


def _without_credentials(headers: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in headers.items() if name not in CREDENTIALS and not holds_secret(value)}
