"""The fetcher for whatever is replayed: a folder with ``recording.json``, or a WARC or WACZ file."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Final

from yarl import URL

from folkmoot_hub.clock import Clock, SystemClock
from folkmoot_hub.connector import Site
from folkmoot_hub.errors import ConfigError, UsageError
from folkmoot_hub.fetch.archive.capture import span_of
from folkmoot_hub.fetch.archive.fetcher import ArchiveFetcher
from folkmoot_hub.fetch.archive.files import Files, is_archive
from folkmoot_hub.fetch.recording import NAME, load, true_at
from folkmoot_hub.fetch.replay import ReplayFetcher

#: What a WARC or WACZ is called that is replayed for its folder, also beside the recording that it was made of.
SAMPLES: Final = ("sample.warc.gz", "sample.warc", "sample.wacz")
#: The largest body in bytes.
_CAP: Final = 50_000_000


def is_recording(folder: Path) -> bool:
    """Whether ``folder`` can be replayed."""
    return any((folder / name).is_file() for name in (NAME, *SAMPLES))


def replaying(place: Path, site: Site, clock: Clock) -> ReplayFetcher | ArchiveFetcher:
    """What answers from ``place`` as ``site`` would; ``ConfigError`` if that is no recording. Blocks while it is read.

    A WARC of a site that is harvested from the web is a recording of it; one of a site that is harvested from an
    archive stands for that archive. What a recording does not date was read when ``clock`` says, which somebody must
    have set: that of the machine tells nothing of it.
    """
    file = _file(place)
    if file is None:
        replayed = ReplayFetcher(place, clock=clock)
        if isinstance(clock, SystemClock):
            _check_dated(replayed, place)
        return replayed
    recorded = site.via == "web"
    span = None if recorded else span_of(site)
    return ArchiveFetcher(Files([file], _CAP), span=span, recorded=recorded, clock=clock)


def _check_dated(replayed: ReplayFetcher, place: Path) -> None:
    for number, entry in enumerate(replayed.recording.responses):
        if entry.recorded is None and entry.captured_at is None:
            raise ConfigError(
                f"{place}: responses[{number}]: {entry.url}: recorded is missing, so that nobody knows when "
                "the answer was true; allowed: a partial date or an instant there, or --now"
            )


def last_recorded(place: Path) -> datetime | None:
    """The latest moment at which an answer in the folder ``place`` was true; None if none says so or it is a WARC."""
    if _file(place) is not None:
        return None
    recording, _ = load(place)
    return max((true_at(entry.recorded) for entry in recording.responses if entry.recorded is not None), default=None)


def base_of(place: Path) -> str:
    """The address of the site that was recorded: as the recording says, else where its first answer came from.

    ``UsageError`` if it holds none.
    """
    file = _file(place)
    if file is not None:
        return str(URL(Files([file], _CAP).first).origin())
    recording, _ = load(place)
    base = (recording.site or {}).get("base")
    if isinstance(base, str):
        return base
    if not recording.responses:
        raise UsageError(f"{place} holds no answer; allowed: a recording with some")
    return str(URL(recording.responses[0].url).origin())


def _file(place: Path) -> Path | None:
    """The WARC or WACZ that ``place`` is or holds; None if it is a recording of the other form."""
    if is_archive(place) and not place.is_dir():
        return place
    if place.is_dir():
        return next((place / name for name in SAMPLES if (place / name).is_file()), None)
    return None
