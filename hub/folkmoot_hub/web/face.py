"""What the web application needs of the hub: one object, given to it when it starts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from folkmoot_hub.clock import Clock, SystemClock
from folkmoot_hub.connector import Connector, Site
from folkmoot_hub.publisher import Publisher
from folkmoot_hub.registry import Broken
from folkmoot_hub.search.protocol import Index
from folkmoot_hub.store.protocol import ChangeLog, Records


def _ready() -> bool:
    return True


@dataclass(frozen=True, kw_only=True)
class HubFace:
    """The hub as its web application sees it.

    ``base_url`` is the public address without a slash at its end; None answers under whatever address a request
    names. ``sample`` puts the banner on every page; ``contact`` is where a mistake is reported (a mail or web
    address); ``ready`` says whether the hub can answer (``/readyz``) and may block. ``connectors`` (by id) are asked
    for their documentation alone; ``broken`` are the plugins that were not taken, shown with their reasons. ``robots``
    says whether the robots.txt of sources is obeyed; ``sites`` are the sources that are known by name, read or not.
    """

    records: Records
    changes: ChangeLog
    index: Index
    publishers: Sequence[Publisher] = ()
    connectors: Mapping[str, type[Connector]] = field(default_factory=dict)
    broken: Sequence[Broken] = ()
    sites: Mapping[str, Site] = field(default_factory=dict)
    clock: Clock = field(default_factory=SystemClock)
    base_url: str | None = None
    sample: bool = False
    title: str = "Folkmoot"
    contact: str | None = None
    robots: bool = True
    ready: Callable[[], bool] = _ready
