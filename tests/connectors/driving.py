"""Runs a connector over a recording without the engine: every request asked once, every item mapped once."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from folkmoot_connectors.plugin import folkmoot_connectors
from folkmoot_connectors.sites import bundled_sites
from folkmoot_hub.clock import FixedClock
from folkmoot_hub.connector import (
    Connector,
    Gone,
    Item,
    MappingError,
    ParseError,
    Request,
    Response,
    Run,
    Scope,
    Seen,
    Site,
    Total,
    WholeItem,
)
from folkmoot_hub.errors import FetchError
from folkmoot_hub.fetch.package import PackageFetcher, WithPackages
from folkmoot_hub.fetch.protocol import Fetcher
from folkmoot_hub.fetch.replay import ReplayFetcher
from folkmoot_schema.process import Process

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
CONNECTORS: dict[str, type[Connector]] = {each.id: each for each in folkmoot_connectors()}


class Driven:
    """What came of it: items by id and part, processes by id, and whatever went wrong."""

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self.items: dict[str, dict[str, Mapping[str, Any]]] = defaultdict(dict)
        self.scopes: list[Scope] = []
        self.totals: list[Total] = []
        self.missing: dict[str, set[str]] = defaultdict(set)
        self.unanswered: dict[str, str] = {}
        self.drifted: dict[str, str] = {}
        self.quarantined: dict[str, str] = {}
        self.processes: dict[str, Process] = {}

    @property
    def complete(self) -> bool:
        """Whether every request was answered by something that could be parsed."""
        return not self.unanswered and not self.drifted


def bundled(id: str) -> Site:
    """The bundled site ``id``."""
    return next(site for site in bundled_sites() if site.id == id)


def under(site: Site, block: Mapping[str, Any]) -> Site:
    """``site`` as the ``site`` block of a recording wants it: its own fields replaced, the rest are settings."""
    own = {name: value for name, value in block.items() if name in Site.__struct_fields__ and name != "settings"}
    rest = {name: value for name, value in block.items() if name not in own and name != "settings"}
    settings = {**site.settings, **block.get("settings", {}), **rest}
    return msgspec.convert({**msgspec.to_builtins(site), **own, "settings": settings}, Site)


def drive(site: Site, source: Path | Mapping[str, Any] | Iterable[Mapping[str, Any]], **settings: Any) -> Driven:
    """Harvest ``site`` from a recording; ``settings`` win over those of the recording's ``site`` block."""
    replayed = ReplayFetcher(source, clock=FixedClock(NOW))
    site = under(under(site, replayed.site), settings)
    connector = CONNECTORS[site.connector]
    fetcher = WithPackages(replayed, PackageFetcher(lambda _: connector.__module__, FixedClock(NOW)))
    return asyncio.run(_drive(connector(), Run(site=site, now=NOW), fetcher))


async def _drive(connector: Connector, run: Run, fetcher: Fetcher) -> Driven:
    driven = Driven()
    waiting = [one for one in connector.start(run) if isinstance(one, Request)]
    asked = set()
    while waiting:
        request = waiting.pop(0)
        if (request.url, request.then) in asked:
            continue
        asked.add((request.url, request.then))
        driven.requests.append(request)
        try:
            fetched = await fetcher.fetch(request, run.site)
            waiting += _read(connector, run, request, fetched, driven)
        except FetchError as error:
            driven.unanswered[request.url] = str(error)
            if request.item:
                driven.missing[request.item].add(request.part)
        except ParseError as error:
            driven.drifted[request.url] = str(error)
    _map(connector, run, driven)
    return driven


def _read(connector: Connector, run: Run, request: Request, fetched: Any, driven: Driven) -> list[Request]:
    response = Response(
        run=run,
        request=request,
        url=fetched.url,
        status=fetched.status,
        headers=fetched.headers,
        body=fetched.body,
        fetched_at=fetched.fetched_at,
    )
    further = []
    for one in list(getattr(connector, request.then)(response)):
        match one:
            case Request():
                further.append(one)
            case Item(id=id, data=data, part=part):
                allowed = connector.fields[part]
                driven.items[id][part] = {name: value for name, value in data.items() if name in allowed}
            case Scope():
                driven.scopes.append(one)
            case Total():
                driven.totals.append(one)
            case Seen() | Gone():
                pass
            case _:
                raise AssertionError(one)
    return further


def _map(connector: Connector, run: Run, driven: Driven) -> None:
    for id, item_parts in driven.items.items():
        try:
            driven.processes[id] = connector.map(WholeItem(id, item_parts, driven.missing[id]), run)
        except MappingError as error:
            driven.quarantined[id] = str(error)


@cache
def driven_once(site: str, folder: Path) -> Driven:
    """The bundled source ``site`` harvested from ``folder``, once for all tests."""
    return drive(bundled(site), folder)


def answer(connector: type[Connector], site: Site, url: str, body: bytes | Any, **request: Any) -> list[Any]:
    """What ``connector`` yields for one answer: ``body`` as bytes, or as data that becomes JSON."""
    asked = Request(url, **request)
    response = Response(
        run=Run(site=site, now=NOW),
        request=asked,
        url=url,
        status=200,
        headers={"content-type": "application/json"},
        body=body if isinstance(body, bytes) else msgspec.json.encode(body),
        fetched_at=NOW,
    )
    return list(getattr(connector(), asked.then)(response))
