"""What the harvest engine asks of whatever fetches: the web, a recording, an archive."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

import msgspec

from folkmoot_hub.connector import Request, Site


class Validators(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the last good answer said for conditional requests (RFC 9110, section 13)."""

    etag: str | None = None
    last_modified: str | None = None

    def __bool__(self) -> bool:
        return self.etag is not None or self.last_modified is not None


class Fetched(msgspec.Struct, frozen=True, kw_only=True):
    """An answer that passed the checks: status in ``request.accept`` and content type as expected, or not modified.

    ``url`` is the address after redirects; ``headers`` have lower-case names; ``size`` is the number of bytes that
    came over the wire. With ``not_modified`` the body is empty: the server answered 304.
    """

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    fetched_at: datetime
    captured_at: datetime | None = None
    not_modified: bool = False
    size: int = 0


class Fetcher(Protocol):
    """Something that answers requests. Safe to call concurrently; pace, robots and retries are its own affair."""

    async def fetch(self, request: Request, site: Site, validators: Validators | None = None) -> Fetched:
        """The checked answer to ``request``; a :class:`~folkmoot_hub.errors.FetchError` if there is none."""
        ...

    async def close(self) -> None:
        """Let go of connections and files."""
        ...
