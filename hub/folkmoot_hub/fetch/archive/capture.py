"""One copy of one page, and the choice among several: the last good one before the platform's end."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import msgspec

from folkmoot_hub.fetch.archive.addresses import key
from folkmoot_hub.site import Archive, Site
from folkmoot_schema import dates

#: How archives write an instant.
_STAMP = "%Y%m%d%H%M%S"
_GOOD = range(200, 300)
_MOVED = frozenset({301, 302, 303, 307, 308})
#: What an index calls a record that says "the same as before".
REVISIT = "warc/revisit"


class Capture(msgspec.Struct, frozen=True, kw_only=True):
    """One copy of ``url``, taken ``at`` that instant.

    ``status`` is what the platform answered, None if the index does not say; ``digest`` that of the body, without the
    name of its algorithm. ``where`` is the archive's own affair: the file and offset, an address.
    """

    url: str
    at: datetime
    status: int | None = None
    digest: str = ""
    where: Any = None

    @property
    def stamp(self) -> str:
        """The instant as archives write it: ``20120301100000``."""
        return self.at.strftime(_STAMP)

    @property
    def name(self) -> str:
        """What a person calls it."""
        return f"{self.url} of {self.at:%Y-%m-%d %H:%M:%S}Z"

    @property
    def moved(self) -> bool:
        """Whether the platform answered with a redirect."""
        return self.status in _MOVED


def instant(stamp: str) -> datetime | None:
    """The instant that an archive writes so, None if it is none."""
    if not (stamp.isascii() and stamp.isdigit() and len(stamp) == 14):
        return None
    try:
        return datetime.strptime(stamp, _STAMP).replace(tzinfo=UTC)
    except ValueError:
        return None


class Span(msgspec.Struct, frozen=True):
    """From when until when captures count; both ends are partial dates, None is open."""

    since: str | None = None
    until: str | None = None

    def holds(self, moment: datetime) -> bool:
        """Whether a capture of that instant counts; the whole of a last day, month or year does."""
        if self.since is not None and moment < dates.begins(self.since, "UTC"):
            return False
        return self.until is None or moment < dates.ends(self.until, "UTC")


def span_of(site: Site) -> Span:
    """When captures of ``site`` count: until its archive says or, if that says nothing, until the platform ended."""
    archive = site.archive or Archive()
    return Span(archive.since, archive.until or site.ended)


def ranked(captures: Iterable[Capture], url: str, span: Span) -> list[Capture]:
    """The captures of ``url`` that may answer for it, the one to take first.

    Those that were good (or of which nobody says), the newest first; then redirects, since a platform that has ended
    often sends its visitors elsewhere. Never an error (404, 429 …). Of a page that is only found under another spelling
    of its path, that one is taken. A revisit is as good as what it repeats.
    """
    found = _of_page(captures, url)
    found = _told([each for each in found if span.holds(each.at)])
    newest = sorted(found, key=lambda each: (each.at, each.url), reverse=True)
    return [each for each in newest if each.status is None or each.status in _GOOD] + [
        each for each in newest if each.moved
    ]


def _of_page(captures: Iterable[Capture], url: str) -> list[Capture]:
    wanted = key(url)
    if wanted is None:
        return []
    near = [(each, known) for each in captures if (known := key(each.url)) and known.folded == wanted.folded]
    same = [each for each, known in near if known == wanted]
    return same or [each for each, _ in near]


def _told(captures: list[Capture]) -> list[Capture]:
    """Each capture once, and of a revisit what the capture that it repeats says."""
    known = {each.digest: each for each in captures if each.digest and each.status is not None}
    once: dict[tuple[datetime, str, str], Capture] = {}
    for each in captures:
        first = known.get(each.digest)
        if each.status is None and first is not None:
            each = msgspec.structs.replace(each, status=first.status)
        once.setdefault((each.at, each.url, each.digest), each)
    return list(once.values())
