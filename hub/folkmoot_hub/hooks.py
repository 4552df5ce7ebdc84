"""The hooks of Folkmoot: what a plugin may implement.

A plugin is a module (or object) named by an entry point of the group ``folkmoot``. Each hook below may be implemented
with the decorator :data:`hookimpl`; a hook that is not needed is left out.
"""

from __future__ import annotations

from collections.abc import Iterable

import pluggy

from folkmoot_hub.connector import Connector, Sample, Site
from folkmoot_hub.publisher import Publisher

#: The name under which pluggy and the entry points know us.
PROJECT = "folkmoot"

hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)


@hookspec
def folkmoot_connectors() -> Iterable[type[Connector]]:  # type: ignore[empty-body] # a hookspec has no body
    """The connector classes that this plugin brings, one per platform software."""


@hookspec
def folkmoot_sites() -> Iterable[Site]:  # type: ignore[empty-body] # a hookspec has no body
    """The sites that this plugin knows: sources that an operator can harvest without configuring them."""


@hookspec
def folkmoot_samples() -> Iterable[Sample]:  # type: ignore[empty-body] # a hookspec has no body
    """The sample recordings that this plugin ships: what ``folkmoot demo`` shows."""


@hookspec
def folkmoot_publishers() -> Iterable[Publisher]:  # type: ignore[empty-body] # a hookspec has no body
    """The channels that this plugin publishes, one object each."""
