"""Which addresses name the same page, as archives see it: with or without ``www.``, TLS, port, slash at the end.

Archives know a page by its SURT key, in which also the case of letters is lost. That of a path says nothing on most old
servers, and links to them vary; but a value in a query may be an id in which it matters, so that it is kept here.
"""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import parse_qsl, quote, unquote_to_bytes, urlsplit

#: ``www``, ``www2`` …, which archives leave out of a host's name.
_WWW = re.compile(r"^www\d*\.")
_PORTS = {"http": 80, "https": 443}


class Key(NamedTuple):
    """What a page is known by: host (and port, if it is an odd one), path, sorted query."""

    host: str
    path: str
    query: tuple[tuple[str, str], ...]

    @property
    def folded(self) -> Key:
        """The same without the case of letters in the path and in the names of the query."""
        return Key(self.host, self.path.lower(), tuple(sorted((name.lower(), value) for name, value in self.query)))


def key(url: str) -> Key | None:
    """The key of an http(s) address, None if it is none."""
    try:
        parsed = urlsplit(url.strip())
        host, port = parsed.hostname, parsed.port
    except ValueError:
        return None
    if parsed.scheme not in _PORTS or not host:
        return None
    name = _WWW.sub("", host.rstrip(".").lower())
    odd = "" if port in (None, *_PORTS.values()) else f":{port}"
    # As Latin-1 every octet stays itself: old platforms escape encodings other than UTF-8.
    pairs = parse_qsl(parsed.query, keep_blank_values=True, encoding="latin-1")
    return Key(f"{name}{odd}", _path(parsed.path), tuple(sorted(pairs)))


def _path(path: str) -> str:
    """The path with each octet escaped in one way, and without a slash at the end."""
    return quote(unquote_to_bytes(path), safe="/:@!$&'()*+,;=~-._").rstrip("/")
