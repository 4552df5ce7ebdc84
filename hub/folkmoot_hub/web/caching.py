"""Answers with a validator: ETag, Last-Modified, 304 and gzip (RFC 9110, 8.8 and 13)."""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime

from aiohttp import web

from folkmoot_hub.web.negotiation import takes_gzip

#: Below this many bytes an answer gets no smaller by compression.
_SMALL = 600
#: Above this many bytes compressing would hold up the loop.
_LARGE = 64_000
_TAG = re.compile(r'(?:W/)?("[^"]*")')


async def answer(
    request: web.Request,
    body: bytes,
    media_type: str,
    *,
    modified: datetime | None = None,
    max_age: int = 60,
    vary: str = "",
    headers: Mapping[str, str] | None = None,
) -> web.Response:
    """``body`` as the answer to ``request``, or 304 where the client holds it already.

    The entity tag is strong, so it differs between the plain and the compressed form; compression is deterministic.
    """
    encoded = len(body) > _SMALL and takes_gzip(request.headers.get("Accept-Encoding"))
    if encoded:
        body = await asyncio.to_thread(_compress, body) if len(body) > _LARGE else _compress(body)
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    sent = {
        "ETag": tag,
        "Cache-Control": f"public, max-age={max_age}" if max_age else "no-cache",
        "Vary": ", ".join(filter(None, ["Accept-Encoding", vary])),
        **(headers or {}),
    }
    if modified is not None:
        sent["Last-Modified"] = format_datetime(modified.astimezone(UTC).replace(microsecond=0), usegmt=True)
    if _held(request, tag, modified):
        return web.Response(status=304, headers=sent)
    if encoded:
        sent["Content-Encoding"] = "gzip"
    return web.Response(body=body, headers={**sent, "Content-Type": media_type})


def _compress(body: bytes) -> bytes:
    return gzip.compress(body, compresslevel=6, mtime=0)


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
