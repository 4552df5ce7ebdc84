"""The plugin: which channels this package publishes."""

from __future__ import annotations

from collections.abc import Iterable

from folkmoot_federation.atom import Atom
from folkmoot_federation.calendar import Deadlines
from folkmoot_federation.json_feed import JsonFeed
from folkmoot_federation.rss import Rss
from folkmoot_hub.hooks import hookimpl
from folkmoot_hub.publisher import Publisher


@hookimpl
def folkmoot_publishers() -> Iterable[Publisher]:
    """The channels of this package."""
    return [Atom(), Rss(), JsonFeed(), Deadlines()]
