"""Harvesting one source: which transport, which settings, one run."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import msgspec

from folkmoot_hub.connector import Request, Site
from folkmoot_hub.errors import ConfigError
from folkmoot_hub.fetch.archive.fetcher import ArchiveFetcher
from folkmoot_hub.fetch.archive.opening import open_archive
from folkmoot_hub.fetch.package import PackageFetcher, WithPackages
from folkmoot_hub.fetch.protocol import Fetched, Fetcher, Validators
from folkmoot_hub.fetch.record import RecordingFetcher
from folkmoot_hub.fetch.replaying import replaying
from folkmoot_hub.fetch.session import WebFetcher
from folkmoot_hub.harvest.run import Harvest, Options
from folkmoot_hub.hub import Hub
from folkmoot_hub.sites import overridden
from folkmoot_hub.store.protocol import RunRow


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """How a source is to be harvested: as its site says, or from the recording ``replay``; ``record`` writes one.

    ``accept_shrinkage`` believes lists that have become much shorter, ``accept_drift`` answers that have lost what they
    always had. A replay needs no network and takes the settings that the recording names.
    """

    replay: Path | None = None
    record: Path | None = None
    accept_shrinkage: bool = False
    accept_drift: bool = False


class Shared:
    """A fetcher that harvests share, so that a host which serves several sources is asked at one pace by all of them.

    It outlives each harvest: :meth:`close` does nothing, whoever made ``inner`` closes that.
    """

    def __init__(self, inner: Fetcher) -> None:
        self._inner = inner

    async def fetch(self, request: Request, site: Site, validators: Validators | None = None) -> Fetched:
        """What the shared one answers."""
        return await self._inner.fetch(request, site, validators)

    async def close(self) -> None:
        """Left to whoever made it."""


async def harvest(hub: Hub, site: Site, order: Order | None = None, web: Fetcher | None = None) -> RunRow:
    """Harvest one source, where the web is asked through ``web`` (a fetcher of its own if None); the row of its run.

    Errors are those of :meth:`folkmoot_hub.harvest.run.Harvest.run`.
    """
    order = order or Order()
    if order.replay is not None and order.record is not None:
        raise ConfigError("a harvest cannot replay and record at once; allowed: one of --replay and --record")
    site, fetcher, lacking = await _transport(hub, site, order, web)
    options = Options(
        via=f"recording {order.replay.absolute()}" if order.replay else site.via,
        accept_shrinkage=order.accept_shrinkage,
        accept_drift=order.accept_drift,
        lacking=lacking,
    )
    try:
        return await Harvest(
            site,
            hub.connector(site),
            fetcher,
            hub.store,
            hub.clock,
            connector_version=hub.registry.connector_version(site.connector),
            options=options,
        ).run()
    finally:
        await fetcher.close()


async def _transport(
    hub: Hub, site: Site, order: Order, web: Fetcher | None
) -> tuple[Site, Fetcher, Callable[[], str]]:
    """The site with the settings that hold for this transport, the fetcher for it, and what tells what that lacks."""
    inner: Fetcher
    if order.replay is not None:
        replayed = await asyncio.to_thread(replaying, order.replay, site, hub.clock)
        inner = replayed
        site = overridden(site, replayed.site, hub.registry.connectors[site.connector].settings, str(order.replay))
    else:
        inner = Shared(web) if web is not None else web_fetcher(hub)
        if site.via == "archive":
            inner = await _archive(hub, site, inner)
    archive = inner if isinstance(inner, ArchiveFetcher) else None
    if order.record is not None:
        inner = RecordingFetcher(inner, order.record, site)
    packages = PackageFetcher(lambda site: hub.registry.package_of(site.connector), hub.clock)
    return site, WithPackages(inner, packages), lambda: archive.lacking if archive else ""


async def _archive(hub: Hub, site: Site, web: Fetcher) -> Fetcher:
    hosts = hub.registry.connectors[site.connector].hosts
    settings = hub.config.fetch_settings()
    return await open_archive(site, web, settings, hub.clock, hosts=hosts, folder=hub.config.data)


def web_fetcher(hub: Hub) -> WebFetcher:
    """A fetcher for the web; ``ConfigError`` if the operator has not said how to be reached."""
    return WebFetcher(
        hub.config.fetch_settings(),
        hub.config.secrets,
        lambda site: hub.registry.connectors[site.connector],
        hub.clock,
    )
