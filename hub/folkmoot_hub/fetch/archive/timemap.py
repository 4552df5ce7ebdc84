"""Memento TimeMaps (RFC 7089, section 5): lists of captures in the link format of RFC 6690, or as an index.

pywb gives three: ``link``, and its two forms of an index. What a link says is when a capture was taken; whether it was
good, nobody says there.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from folkmoot_hub.errors import Blocked
from folkmoot_hub.fetch.archive import cdx
from folkmoot_hub.fetch.archive.capture import Capture, instant
from folkmoot_hub.fetch.retry import http_date

_LINK: Final = re.compile(r"<([^<>]*)>((?:\s*;\s*[\w!#$&+.^`|~*-]+\s*=\s*(?:\"[^\"]*\"|[^\s;,\"]*))*)")
_PARAMETER: Final = re.compile(r";\s*([\w!#$&+.^`|~*-]+)\s*=\s*(?:\"([^\"]*)\"|([^\s;,\"]*))")
#: The address of a capture: an instant, maybe how it is rewritten, then the address of the page.
_CAPTURE: Final = re.compile(r"/(\d{14})(?:[a-z]{2}_)?/(https?:/.*)$", re.DOTALL)


class TimeMap(NamedTuple):
    """Captures, and the addresses of further TimeMaps that hold more."""

    captures: list[Capture]
    more: list[str]


def read(body: bytes, url: str, name: str) -> TimeMap:
    """What the TimeMap ``name`` says of the page ``url``; ``Blocked`` if it is none."""
    text = body.decode("utf-8", errors="replace").strip()
    if not text.startswith("<") or text[:9].lower().startswith(("<!doctype", "<html")):
        return TimeMap(cdx.read_any(body, name), [])
    captures, more, known = [], [], False
    for address, parameters in _links(text):
        relations = parameters.get("rel", "").lower().split()
        known = known or bool({"original", "memento", "timemap", "self", "timegate"}.intersection(relations))
        if "memento" in relations and (capture := _capture(address, parameters.get("datetime", ""), url)):
            captures.append(capture)
        elif "timemap" in relations and "self" not in relations:
            more.append(address)
    if not known:
        raise Blocked(f"{name} answers with what is no TimeMap")
    return TimeMap(captures, more)


def page_of(address: str) -> tuple[str, str] | None:
    """Instant and page of the address of a capture, None if it is none."""
    found = _CAPTURE.search(address)
    return (found[1], found[2]) if found else None


def _links(text: str) -> list[tuple[str, dict[str, str]]]:
    return [
        (found[1], {key.lower(): quoted or bare for key, quoted, bare in _PARAMETER.findall(found[2])})
        for found in _LINK.finditer(text)
    ]


def _capture(address: str, datetime: str, url: str) -> Capture | None:
    """A capture whose address tells instant and page or, if it does not, the instant beside it those of ``url``."""
    told = page_of(address)
    at = http_date(datetime) or (instant(told[0]) if told else None)
    return None if at is None else Capture(url=told[1] if told else url, at=at)
