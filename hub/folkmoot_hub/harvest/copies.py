"""What is not the platform's own word any more says so: a copy from an archive, a record that somebody wrote for us."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeVar

import msgspec

from folkmoot_hub.connector import LIST, Site
from folkmoot_hub.fetch.archive.profiles import playback
from folkmoot_hub.fetch.package import SCHEME
from folkmoot_hub.harvest.ledger import Part
from folkmoot_schema.codes import Availability, Flag
from folkmoot_schema.dates import iso
from folkmoot_schema.process import Process

Linked = TypeVar("Linked", bound=msgspec.Struct)


def main(parts: Mapping[str, Part]) -> Part:
    """The part that an item is known by."""
    return parts.get(LIST) or next(iter(parts.values()))


def marked(process: Process, site: Site, parts: Mapping[str, Part]) -> Process:
    """``process`` with what follows from where its parts were had.

    If an archive took one of them, it is an archived copy, seen when the newest of them was taken, and the archive's
    addresses take the place of the platform's. If all come from the connector's package, there is only our record,
    unless the platform itself is live: then the record tells of something in which one can still take part. What
    is read of a platform that is there as a copy only or not at all, such as its content in its makers' repository or
    on a server of somebody else, is archived, too.
    """
    if _curated(main(parts)) and Flag.CURATED not in process.flags:
        process = msgspec.structs.replace(process, flags=(*process.flags, Flag.CURATED))
    captured = [part.captured_at for part in parts.values() if part.captured_at is not None]
    if captured:
        return _archived(process, site, parts, max(captured))
    if site.reach != "live" and all(_curated(part) for part in parts.values()):
        return msgspec.structs.replace(process, availability=Availability.RECORD_ONLY)
    if site.reach in {"archived", "unreachable"}:
        return msgspec.structs.replace(process, availability=Availability.ARCHIVED)
    return process


def address(site: Site, url: str | None, at: datetime) -> str | None:
    """Where the archive of ``site`` shows what it took of ``url``; None if nowhere."""
    return None if url is None else playback(site, url, at)


def _curated(part: Part) -> bool:
    return part.url.startswith(SCHEME)


def _archived(process: Process, site: Site, parts: Mapping[str, Part], at: datetime) -> Process:
    taken = {part.url: part.captured_at for part in parts.values() if part.captured_at is not None}

    def there(url: str) -> str:
        return playback(site, url, taken.get(url, at)) or url

    def moved(each: Linked) -> Linked:
        """A part of the process whose address on the platform leads nowhere any more."""
        url: Any = getattr(each, "url", None)
        return msgspec.structs.replace(each, url=there(url)) if url and site.allows(url) else each

    return msgspec.structs.replace(
        process,
        availability=Availability.ARCHIVED,
        observed_at=process.observed_at or iso(at),
        url=there(process.url),
        participate_url=None,
        phases=tuple(map(moved, process.phases)),
        outcomes=tuple(map(moved, process.outcomes)),
        documents=tuple(map(moved, process.documents)),
        links=tuple(map(moved, process.links)),
    )
