"""Answers with a validator: ETag, Last-Modified, 304 and gzip (RFC 9110, 8.8 and 13), whole ones kept for a while."""

from __future__ import annotations

import gzip
import hashlib
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from typing import Final

import msgspec
from aiohttp import web
from multidict import CIMultiDict

from folkmoot_hub.errors import IndexingError, StoreError
from folkmoot_hub.web import asking
from folkmoot_hub.web.keeping import KEPT, Kept, Key, State
from folkmoot_hub.web.negotiation import takes_gzip

#: Below this many bytes an answer gets no smaller by compression.
_SMALL: Final = 600
#: Level 6 takes twice as long for 3 % less.
_LEVEL: Final = 4
_TAG = re.compile(r'(?:W/)?("[^"]*")')
_OF_BODY: Final = ("Content-Type", "Content-Encoding")
#: What an answer to this request is kept under, and the state of the hub that it tells at the earliest.
_PLACE = web.RequestKey("place", tuple[Key, State])
#: For so many seconds a page with relative dates may be kept: see :func:`page_age`.
A_PAGE: Final = -1


class Answer(msgspec.Struct, frozen=True):
    """An answer before it is sent. ``max_age`` is in seconds or :data:`A_PAGE`; 0 is never used without asking."""

    body: bytes
    media_type: str
    modified: datetime | None = None
    max_age: int = 60
    vary: str = ""
    headers: Mapping[str, str] = {}


async def answer(request: web.Request, make: Callable[[], Answer]) -> web.Response:
    """What ``make`` makes as the answer to ``request``, or 304 where the client holds it already.

    All that takes time happens in a thread, in one go: ``make`` may block. The answer is kept, since every answer
    tells what the state of the hub makes of address, host, languages and coding.
    """
    encoded = takes_gzip(request.headers.get("Accept-Encoding"))
    kept = await asking.off_loop(lambda: _packed(make(), encoded))
    if _PLACE in request:
        request.app[KEPT].put(*request[_PLACE], kept)
    return _sent(request, kept)


def again(request: web.Request) -> web.Response | None:
    """The answer to the same request as an earlier one, if nothing that it depends on has changed; else None."""
    face, headers = asking.face(request), request.headers
    try:
        # Before anything is read: what is written meanwhile makes the answer newer than its state, never older.
        state = face.records.state(), face.index.state(), face.clock.now().replace(second=0, microsecond=0)
    except (StoreError, IndexingError):
        return None  # some addresses have an answer all the same
    path, _, query = request.rel_url.raw_path_qs.partition("?")
    key = (
        path,
        "&".join(sorted(query.split("&"))) if "&" in query else query,
        "" if face.base_url else f"{request.scheme}://{request.host}",
        asking.reader_languages(request, None),
        takes_gzip(headers.get("Accept-Encoding")),
    )
    kept = request.app[KEPT].get(key, state)
    if kept is not None:
        return _sent(request, kept)
    request[_PLACE] = key, state
    return None


def _packed(made: Answer, encoded: bool) -> Kept:
    """The answer as it is sent. The tag is strong, so it differs between the plain and the compressed form."""
    encoded = encoded and len(made.body) > _SMALL
    # Deterministic: the same bytes are compressed to the same, and so keep their tag.
    body = gzip.compress(made.body, compresslevel=_LEVEL, mtime=0) if encoded else made.body
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Vary": ", ".join(filter(None, ["Accept-Encoding", made.vary])), **made.headers}
    if made.modified is not None:
        headers["Last-Modified"] = format_datetime(made.modified.astimezone(UTC).replace(microsecond=0), usegmt=True)
    if encoded:
        headers["Content-Encoding"] = "gzip"
    headers["Content-Type"] = made.media_type
    return Kept(body=body, tag=tag, headers=CIMultiDict(headers), modified=made.modified, max_age=made.max_age)


def _sent(request: web.Request, kept: Kept) -> web.Response:
    headers = kept.headers.copy()
    if "Cache-Control" not in headers:
        headers["Cache-Control"] = _control(request, kept.max_age)
    if not _held(request, kept.tag, kept.modified):
        return web.Response(body=kept.body, headers=headers)
    for name in _OF_BODY:
        headers.pop(name, None)
    return web.Response(status=304, headers=headers)


def _control(request: web.Request, max_age: int) -> str:
    # Of now, and not of when the answer was made: else it would be kept past midnight somewhere.
    seconds = page_age(asking.face(request).clock.now()) if max_age == A_PAGE else max_age
    return f"public, max-age={seconds}" if seconds else "no-cache"


def _held(request: web.Request, tag: str, modified: datetime | None) -> bool:
    """Whether the client's copy is this one. If-Modified-Since counts only without If-None-Match (RFC 9110, 13.1.3)."""
    none_match = request.headers.get("If-None-Match")
    if none_match is not None:
        return none_match.strip() == "*" or tag in _TAG.findall(none_match)
    since = request.headers.get("If-Modified-Since")
    if since is None or modified is None:
        return False
    try:
        limit = parsedate_to_datetime(since)
    except (ValueError, IndexError, TypeError, OverflowError):
        return False  # a date that is none is passed over (RFC 9110, 13.1.3)
    if limit.tzinfo is None:
        limit = limit.replace(tzinfo=UTC)
    return modified.replace(microsecond=0) <= limit


def page_age(now: datetime) -> int:
    """For how many seconds a page with relative dates may be kept: a minute, but never over a quarter of an hour.

    Midnight falls on a quarter of an hour of UTC in every time zone, and after it "tomorrow" would be a lie.
    """
    past = (now.minute % 15) * 60 + now.second
    return min(60, 15 * 60 - past)
