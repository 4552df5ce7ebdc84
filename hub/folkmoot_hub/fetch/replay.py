"""The fetcher that answers from a recording: no network, and nothing that is not recorded."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from folkmoot_hub.clock import Clock, SystemClock
from folkmoot_hub.connector import Request, Site
from folkmoot_hub.errors import NotRecorded, TooManyRedirects
from folkmoot_hub.fetch.checks import check, check_status
from folkmoot_hub.fetch.hops import MAX_REDIRECTS, REDIRECTS, Hop, first_hop, redirected
from folkmoot_hub.fetch.protocol import Fetched, Validators
from folkmoot_hub.fetch.recording import NAME, Key, Recorded, Recording, convert, load, read_body, request_key, true_at
from folkmoot_schema import dates

#: What somebody may have meant who replays what an archive answered.
_NO_INDEX: Final = (
    "; a folder holds what the platform answered, with captured_at if an archive took it, and never stands for the "
    "index of an archive: allowed for that is a .warc, .warc.gz or .wacz"
)


class ReplayFetcher:
    """Answers from ``source``: a folder, its ``recording.json``, or the same as plain data (or its list of responses).

    ``variant`` prefers the answers recorded under that name. Of several answers to one request the first is taken.
    robots.txt, pace and address guard rest; status and content are checked as on the web. Validators are not heeded:
    a recording always gives the whole answer. ``fetched_at`` is when it was recorded, else what ``clock`` says.
    """

    def __init__(
        self,
        source: Path | str | Mapping[str, Any] | Iterable[Mapping[str, Any]],
        *,
        variant: str | None = None,
        clock: Clock | None = None,
    ) -> None:
        self._folder: Path | None = None
        if isinstance(source, Path | str):
            self.name = name_of(Path(source))
            self._recording, self._folder = load(Path(source))
        else:
            self.name = "the recording in memory"
            document = source if isinstance(source, Mapping) else {"responses": list(source)}
            self._recording = convert(document, self.name)
        self._clock = clock or SystemClock()
        self._answers = _index(self._recording, variant)

    @property
    def recording(self) -> Recording:
        """The whole recording."""
        return self._recording

    @property
    def site(self) -> dict[str, Any]:
        """The settings of the site under which the recording can be replayed whole; empty if it names none."""
        return dict(self._recording.site or {})

    async def fetch(self, request: Request, site: Site, validators: Validators | None = None) -> Fetched:
        """The recorded answer; ``NotRecorded`` if there is none, else what the checks of the web say of it."""
        hop = first_hop(request, None)
        for _ in range(MAX_REDIRECTS + 1):
            recorded = self._find(hop, site)
            headers = {name.lower(): value for name, value in recorded.headers.items()}
            location = headers.get("location")
            if recorded.status in request.accept or recorded.status not in REDIRECTS or not location:
                return await self._answer(request, hop, recorded, headers)
            hop = redirected(hop, recorded.status, location)
        raise TooManyRedirects(f"{request.url} is redirected more than {MAX_REDIRECTS} times in {self.name}")

    async def close(self) -> None:
        """Nothing is held open."""

    def _find(self, hop: Hop, site: Site) -> Recorded:
        try:
            return self._answers[request_key(hop.method, hop.url, hop.body)]
        except KeyError:
            why = _NO_INDEX if site.via == "archive" else ""
            raise NotRecorded(f"{self.name} holds no answer to {hop.method} {hop.url}{_shown(hop.body)}{why}") from None

    async def _answer(self, request: Request, hop: Hop, recorded: Recorded, headers: dict[str, str]) -> Fetched:
        body = await asyncio.to_thread(read_body, self._folder, recorded)
        now = self._clock.now()
        fetched_at = min(true_at(recorded.recorded), now) if recorded.recorded is not None else now
        if recorded.body_not_kept:  # an empty one in its place would say that there is nothing
            check_status(request, recorded.status, headers, fetched_at)
            raise NotRecorded(f"{self.name} holds the answer to {hop.method} {hop.url} without its body")
        check(request, recorded.status, headers, body, fetched_at)
        return Fetched(
            url=hop.url,
            status=recorded.status,
            headers=headers,
            body=body,
            fetched_at=fetched_at,
            captured_at=_instant(recorded.captured_at),
            size=len(body),
        )


def name_of(place: Path) -> str:
    """What a recording is called where everybody reads it: its folder or file, and not where that is."""
    whole = place.resolve()
    return whole.parent.name if whole.name == NAME else whole.name


def _index(recording: Recording, variant: str | None) -> dict[Key, Recorded]:
    """The answer to each request: of the asked variant, else the first without one."""
    answers: dict[Key, Recorded] = {}
    for wanted in (variant, None):
        for recorded in recording.responses:
            if recorded.variant == wanted:
                answers.setdefault(recorded.key(), recorded)
    return answers


def _instant(value: str | None) -> datetime | None:
    return dates.begins(value, "UTC") if value is not None else None


def _shown(body: str | None) -> str:
    return f" with the body {body[:200]!r}" if body else ""
