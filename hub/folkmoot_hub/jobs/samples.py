"""The demonstration: every sample recording harvested through its connector, at the moment at which it is true.

Samples never get into a live data directory, nor anything live into one of samples: a file marks the latter.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Final

import msgspec

from folkmoot_hub.clock import FixedClock
from folkmoot_hub.config import Config
from folkmoot_hub.connector import Sample
from folkmoot_hub.errors import UsageError
from folkmoot_hub.hub import Hub
from folkmoot_hub.jobs.harvesting import Order, harvest
from folkmoot_hub.registry import Registry
from folkmoot_hub.store.protocol import RunRow
from folkmoot_hub.store.sqlite.store import FILE

_MARK: Final = "SAMPLES"
_TEXT: Final = "This folder holds samples only (folkmoot demo).\n"


def is_marked(data: Path) -> bool:
    """Whether ``data`` is a directory of samples."""
    return (data / _MARK).exists()


def refuse_samples(data: Path) -> None:
    """``UsageError`` if ``data`` is a directory of samples, for everything that is live."""
    if is_marked(data):
        raise UsageError(f"{data} holds samples (folkmoot demo); allowed: another data directory (--data)")


def sample_hub(config: Config, registry: Registry) -> Hub:
    """A hub of samples in ``config.data``, its clock at the latest moment at which one of them is true.

    It tells of the real sources, too, and reads none of them.

    ``UsageError`` if something live is there, or no plugin ships samples.
    """
    samples = list(registry.samples.values())
    if not samples:
        raise UsageError("no plugin that is installed ships samples")
    if not is_marked(config.data) and (config.data / FILE).exists():
        raise UsageError(f"{config.data} holds a live hub; allowed: another directory for samples (--data)")
    config.data.mkdir(parents=True, exist_ok=True)
    (config.data / _MARK).write_text(_TEXT)
    real = {id: msgspec.structs.replace(site, enabled=False) for id, site in registry.sites.items()}
    registry.sites = {sample.site.id: sample.site for sample in samples}
    bare = msgspec.structs.replace(config, sites=(), harvest=type(config.harvest)())
    return Hub(bare, FixedClock(max(sample.at for sample in samples)), registry, sample=True, beside=real)


async def harvest_samples(hub: Hub, told: Callable[[Sample, RunRow], None]) -> list[RunRow]:
    """Harvest every sample, after what was recorded earlier of them; ``told`` hears of each run as it ends."""
    samples = list(hub.registry.samples.values())
    past = [(at, sample, folder) for sample in samples for at, folder in sample.earlier if _is_news(hub, sample, at)]
    rows, present = [], hub.clock
    for at, sample, folder in [
        *sorted(past, key=lambda each: each[0]),
        *((None, each, each.folder) for each in samples),
    ]:
        hub.clock = FixedClock(at) if at else present
        row = await harvest(hub, sample.site, Order(replay=folder))
        told(sample, row)
        rows.append(row)
    return rows


def _is_news(hub: Hub, sample: Sample, at: datetime) -> bool:
    """Whether a recording of ``at`` is in the past of the hub, and later than all that it has read of the sample."""
    source = hub.store.source(sample.site.id)
    read = source.last_run if source else None
    return at < hub.clock.now() and (read is None or read.started < at)
