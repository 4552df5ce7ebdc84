"""The hub in one process: configuration, plugins, sources and store, and the index where it is needed."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Final

from folkmoot_hub.clock import Clock
from folkmoot_hub.config import Config
from folkmoot_hub.connector import Connector, Site
from folkmoot_hub.errors import UsageError
from folkmoot_hub.registry import Registry, load_plugins
from folkmoot_hub.search.tantivy_index import TantivyIndex
from folkmoot_hub.sources import configured_sources
from folkmoot_hub.store.sqlite.store import SqliteStore
from folkmoot_hub.web.face import HubFace

_INDEX: Final = "index"
_LOCKS: Final = "locks"


class Hub:
    """What every command and job works with. ``sample`` marks a hub that holds samples only.

    ``sources`` are those that can be harvested, ``known`` are they and ``beside``, which is only told of.

    ``ConfigError`` if the configuration is wrong, ``StoreError`` if the store cannot be used.
    """

    def __init__(
        self,
        config: Config,
        clock: Clock,
        registry: Registry | None = None,
        *,
        sample: bool = False,
        beside: Mapping[str, Site] | None = None,
    ) -> None:
        self.config = config
        self.clock = clock
        self.registry = registry or load_plugins()
        self.sources = configured_sources(self.registry, config, clock.now())
        self.known = {**(beside or {}), **self.sources}
        self.store = SqliteStore(config.data)
        self.sample = sample

    @property
    def index_folder(self) -> Path:
        """Where the search index is."""
        return self.config.data / _INDEX

    @property
    def locks(self) -> Path:
        """Where the locks between processes are."""
        return self.config.data / _LOCKS

    @cached_property
    def index(self) -> TantivyIndex:
        """The search index, to be searched; ``IndexingError`` if it has to be built anew first."""
        return TantivyIndex(self.index_folder)

    def site(self, source: str) -> Site:
        """The source with that id; ``UsageError`` with those that are alike if there is none."""
        return _named(source, self.sources)

    def known_site(self, source: str) -> Site:
        """As :meth:`site`, also of a source that is only told of."""
        return _named(source, self.known)

    def connector(self, site: Site) -> Connector:
        """A connector for this source."""
        return self.registry.connectors[site.connector]()

    def register_sources(self) -> None:
        """Make every enabled source known to the store, so that it is shown before it was ever harvested."""
        for site in self.sources.values():
            if site.enabled:
                self.store.register(site)

    def face(self) -> HubFace:
        """The hub as its web application sees it."""
        return HubFace(
            records=self.store,
            changes=self.store,
            index=self.index,
            publishers=self.registry.publishers,
            connectors=self.registry.connectors,
            broken=self.registry.broken,
            sites=self.known,
            clock=self.clock,
            base_url=self.config.base_url,
            sample=self.sample,
            title=self.config.title,
            contact=self.config.contact,
            robots=bool(self.config.fetch.get("robots", True)),
        )

    def close(self) -> None:
        """Let go of the store and the index."""
        if "index" in self.__dict__:
            self.index.close()
        self.store.close()

    def __enter__(self) -> Hub:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _named(source: str, sites: Mapping[str, Site]) -> Site:
    """The site with that id; ``UsageError`` with those that are spelt alike if there is none."""
    found = sites.get(source)
    if found is None:
        alike = difflib.get_close_matches(source, sites, n=5, cutoff=0.6)
        rest = f"{'another' if alike else 'one'} of the {len(sites)} that folkmoot sources lists"
        allowed = ", ".join([*alike, f"or {rest}" if alike else rest])
        raise UsageError(f"{source!r} is no source of this hub; allowed: {allowed}")
    return found
