"""Mappings that remember what was read of them: fields of an item, settings of a site."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from folkmoot_hub.connector import Site, WholeItem


class Watched(dict[str, Any]):
    """A dictionary whose ``asked`` holds every key that was looked up in it, there or not."""

    def __init__(self, content: Mapping[str, Any]) -> None:
        super().__init__(content)
        self.asked: set[str] = set()

    def __getitem__(self, key: str) -> Any:
        self.asked.add(key)
        return super().__getitem__(key)

    def __contains__(self, key: object) -> bool:
        self.asked.add(str(key))
        return super().__contains__(key)

    def get(self, key: str, default: Any = None) -> Any:
        """The value of ``key``, or ``default``."""
        self.asked.add(key)
        return super().get(key, default)


class WatchedItem(WholeItem):
    """``item`` whose parts, and the mapping that holds them, are watched."""

    def __init__(self, item: WholeItem) -> None:
        self.watched = {name: Watched(data) for name, data in item.parts.items()}
        self.named = Watched(self.watched)
        super().__init__(item.id, self.named, item.missing, item.url)


def watched_site(site: Site) -> tuple[Site, Watched]:
    """``site`` with watched settings, and these."""
    settings = Watched(site.settings)
    return msgspec.structs.replace(site, settings=settings), settings
