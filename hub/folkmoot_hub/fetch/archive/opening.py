"""The fetcher for a site that is harvested from an archive, by what its configuration says."""

from __future__ import annotations

import asyncio
import random
from pathlib import Path

from folkmoot_hub.clock import Clock
from folkmoot_hub.connector import Site
from folkmoot_hub.fetch.archive.capture import span_of
from folkmoot_hub.fetch.archive.commoncrawl import CommonCrawl
from folkmoot_hub.fetch.archive.fetcher import ArchiveFetcher
from folkmoot_hub.fetch.archive.files import Files
from folkmoot_hub.fetch.archive.holding import Holding
from folkmoot_hub.fetch.archive.memento import Line, Memento
from folkmoot_hub.fetch.archive.profiles import profile_of
from folkmoot_hub.fetch.protocol import Fetcher
from folkmoot_hub.fetch.retry import Backoff, Sleep
from folkmoot_hub.fetch.settings import FetchSettings
from folkmoot_hub.site import Archive


async def open_archive(
    site: Site,
    web: Fetcher,
    settings: FetchSettings,
    clock: Clock,
    *,
    hosts: frozenset[str],
    folder: Path,
    sleep: Sleep = asyncio.sleep,
) -> ArchiveFetcher:
    """What answers for ``site`` out of its archive, which is asked through ``web``.

    ``hosts`` are those of its connector; local files that are not named from the root on lie in ``folder``.
    ``ConfigError`` if one of them cannot be read.
    """
    archive, span, cap = site.archive or Archive(), span_of(site), settings.max_bytes
    profile = profile_of(archive)
    holding: Holding
    if profile is None:
        await web.close()
        holding = await asyncio.to_thread(Files, [folder / name for name in archive.files], cap)
    else:
        backoff = Backoff(settings.backoff, settings.patience, random.random)
        line = Line(profile, web, retries=settings.retries, backoff=backoff, sleep=sleep)
        holding = CommonCrawl(line, span, cap) if profile.pages is None else Memento(line, span, cap)
    return ArchiveFetcher(holding, span=span, hosts=hosts, clock=clock)
