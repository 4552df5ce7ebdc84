"""What the fetcher asks of an archive, wherever it is: on the disk, or behind an interface of the web."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

import msgspec

from folkmoot_hub.connector import Site
from folkmoot_hub.fetch.archive.capture import Capture


class Copy(msgspec.Struct, frozen=True, kw_only=True):
    """What an archive keeps of an answer: as the platform gave it, but for compression. Names are in lower case.

    ``at`` is when it was taken, as the archive says with it; ``size`` what had to be read for it.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes
    at: datetime
    size: int = 0


class Holding(Protocol):
    """An archive. Safe to ask concurrently. ``broken`` says which parts of it cannot be read, and why.

    ``near``: it costs nobody anything to ask it again for what could not be read.
    """

    name: str
    broken: list[str]
    near: bool

    async def captures(self, url: str, site: Site) -> Sequence[Capture]:
        """What there is of ``url``, in any order, maybe with that of like addresses; a ``FetchError`` if unknown."""
        ...

    async def copy(self, capture: Capture, site: Site) -> Copy:
        """What was captured; ``NotRecorded`` if that cannot be had, another ``FetchError`` if it cannot now."""
        ...

    async def close(self) -> None:
        """Let go of connections and files."""
        ...
