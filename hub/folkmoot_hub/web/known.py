"""Every source that a hub knows: those that were read, and those that plugins and configuration name beside them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

import msgspec

from folkmoot_hub.connector import Site
from folkmoot_hub.store.protocol import Records, SourceRow, Watch
from folkmoot_hub.web import strip

#: Among so many runs are the last two that ended, since a source has one run at a time.
LATEST: Final = 3


class SampleItem(msgspec.Struct, frozen=True, kw_only=True):
    """A sample that stands for a source: its id, and how many processes this hub has of it. None of them is real."""

    source: str
    processes: int


def known(
    records: Records, sites: Mapping[str, Site], now: datetime, source: str | None = None, runs: int = LATEST
) -> list[Watch]:
    """How every source goes (or ``source`` alone), by id, with the settings that hold now. Blocks.

    ``sites`` are those that are known by name; one that the store has not met has no processes and no runs.
    """
    met = {one.row.site.id: one for one in records.watched(runs, strip.since(now), source)}
    named = {id: Watch(row=SourceRow(site=site, processes=0)) for id, site in sites.items() if source in {None, id}}
    return [_as_now(one, sites) for _, one in sorted({**named, **met}.items())]


def _as_now(watch: Watch, sites: Mapping[str, Site]) -> Watch:
    site = sites.get(watch.row.site.id, watch.row.site)
    return msgspec.structs.replace(watch, row=msgspec.structs.replace(watch.row, site=site))


def samples_of(source: str, found: Iterable[Watch]) -> list[SampleItem]:
    """Those of ``found`` that are samples of ``source``."""
    ours = (one.row for one in found if one.row.site.sample_of == source)
    return [SampleItem(source=row.site.id, processes=row.processes) for row in ours]


def samples_here(records: Records, sites: Mapping[str, Site], now: datetime, source: str) -> list[SampleItem]:
    """The samples of ``source`` that this hub holds. Blocks."""
    ours = [id for id, site in sites.items() if site.sample_of == source]
    return samples_of(source, [one for id in ours for one in known(records, sites, now, id, 1)])
