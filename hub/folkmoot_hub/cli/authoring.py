"""For authors of connectors: ``folkmoot connector new``, ``try`` and ``record``."""

from __future__ import annotations

import asyncio
import importlib.util
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import click
import msgspec

from folkmoot_hub.cli import skeleton
from folkmoot_hub.cli.harvesting import NEW_FOLDER, PLACE, exit_code, hint_of_age, tell, watched_harvest
from folkmoot_hub.cli.output import print_json, say
from folkmoot_hub.cli.running import DONE, PARTIAL, Command, Group, base_url, configuration, passing_hub
from folkmoot_hub.cli.searching import line
from folkmoot_hub.connector import Connector, Site
from folkmoot_hub.errors import UsageError
from folkmoot_hub.fetch.replaying import base_of
from folkmoot_hub.harvest.run import line as run_line
from folkmoot_hub.hooks import hookimpl
from folkmoot_hub.hub import Hub
from folkmoot_hub.jobs.harvesting import Order
from folkmoot_hub.registry import Registry, load_plugins
from folkmoot_hub.store.protocol import RunRow
from folkmoot_hub.web.items import whole_item
from folkmoot_schema.validation import validate


@click.group("connector", cls=Group, examples=["folkmoot connector new exampleville"])
def connector() -> None:
    """Write connectors."""


@connector.command("new", examples=["folkmoot connector new exampleville", "folkmoot connector new my_town --into src"])
@click.argument("name")
@click.option("--into", type=NEW_FOLDER, default=Path(), metavar="DIR", help="The folder to put the package's into.")
def new(name: str, into: Path) -> None:
    """Write a package with a connector NAME that works on its sample, and a test that inherits the contract suite."""
    folder = skeleton.write(name, into, load_plugins().connectors)
    say(f"{folder} is written. What to do with it:")
    say(f"  pip install --editable {folder}")
    say(f"  pytest {folder}")
    say(f"  folkmoot try {skeleton.module_name(name)} --replay {folder / skeleton.sample_folder(name)}")


@click.command(
    "try",
    cls=Command,
    examples=[
        "folkmoot try exampleville --replay recording",
        "folkmoot try exampleville.py --replay recording --now 2026-03-02 --json",
        "folkmoot try feed --site consult.example.org --replay recording",
    ],
)
@click.argument("connector", metavar="CONNECTOR|FILE.py")
@click.option("--replay", type=PLACE, required=True, metavar="DIR|FILE", help="The recording to harvest from.")
@click.option("--site", metavar="SOURCE", help="The source to harvest, where the connector has several.")
@click.option("--json", "as_json", is_flag=True, help="Print each process as JSON with everything in it, one a line.")
@click.pass_context
def try_command(context: click.Context, connector: str, replay: Path, site: str | None, as_json: bool) -> None:
    """Harvest a recording with a connector into a store of its own and show what comes of it. Nothing is kept.

    Without --site it is the source that the connector has at the recorded address, or one made up for it.
    Exits with 3 if the run is partial or something went to quarantine, too.
    """
    registry, id = _registry(connector)
    with _passing_hub(registry, aside=True) as hub:
        found = _site(hub, id, site, replay)
        row = asyncio.run(watched_harvest(hub, found, Order(replay=replay)))
        hint_of_age(hub, found, replay)
        if not as_json:
            tell(row)
        elif exit_code(row) != DONE:  # which the processes alone do not tell
            say(run_line(row), err=True)
        _show(hub, as_json)
        context.exit(_exit(row))


def _exit(row: RunRow) -> int:
    code = exit_code(row)
    return PARTIAL if code == DONE and row.quarantined else code


@click.command("record", cls=Command, examples=["folkmoot record eci eci-today"])
@click.argument("source")
@click.argument("folder", metavar="DIR", type=NEW_FOLDER)
@click.option("--json", "as_json", is_flag=True, help="Print the row of the run as JSON.")
@click.pass_context
def record(context: click.Context, source: str, folder: Path, as_json: bool) -> None:
    """Harvest SOURCE from the web, write what it answers to DIR as a recording, and keep nothing else."""
    with _passing_hub(load_plugins(), aside=False) as hub:
        row = asyncio.run(watched_harvest(hub, hub.site(source), Order(record=folder)))
        print_json(row) if as_json else tell(row)
        context.exit(exit_code(row))


@contextmanager
def _passing_hub(registry: Registry, *, aside: bool) -> Iterator[Hub]:
    """A hub in a folder that is gone afterwards; ``aside``: what the configuration says of sources does not count."""
    config = configuration()
    if aside:
        config = msgspec.structs.replace(config, sites=(), harvest=type(config.harvest)())
    with passing_hub(config, registry) as hub:
        yield hub


def _registry(name: str) -> tuple[Registry, str]:
    """The plugins, that of the file ``name`` among them, and the id of the connector that is meant."""
    if not name.endswith(".py"):
        registry = load_plugins()
        if name not in registry.connectors:
            known = ", ".join(sorted(registry.connectors)) or "none is installed"
            raise UsageError(f"{name!r} is no connector; allowed: {known}, or the path of a file ending in .py")
        return registry, name
    module = _module(Path(name))
    mine = [one for one in vars(module).values() if _is_connector(one) and one.__module__ == module.__name__]
    registry = load_plugins({name: _plugin(module, mine)})
    # One who is writing a connector wants to see what is wrong with it, not that it was left out.
    if broken := next((one for one in registry.broken if one.name.startswith(name)), None):
        raise UsageError(f"{broken.name}: {broken.reason}")
    if len(mine) != 1:
        raise UsageError(f"{name} holds {len(mine)} connectors; allowed: one class derived from Connector")
    return registry, mine[0].id


def _module(file: Path) -> ModuleType:
    if not file.is_file():
        raise UsageError(f"{file} is not there; allowed: the path of a file of Python, or the id of a connector")
    name = f"folkmoot_try_{file.stem}"
    spec = importlib.util.spec_from_file_location(name, file)
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules[name] = importlib.util.module_from_spec(spec)
    try:
        with redirect_stdout(sys.stderr):
            spec.loader.exec_module(module)
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # whatever somebody's file does when it is read
        raise UsageError(f"{file} cannot be read as Python: {type(error).__name__}: {error}") from error
    return module


def _is_connector(found: Any) -> bool:
    return isinstance(found, type) and issubclass(found, Connector)


def _plugin(module: ModuleType, connectors: list[type[Connector]]) -> object:
    """The module itself if it implements a hook, else a plugin that brings its connectors."""
    if any(hasattr(found, "folkmoot_impl") for found in vars(module).values()):
        return module
    return SimpleNamespace(folkmoot_connectors=hookimpl(lambda: connectors))


def _site(hub: Hub, connector: str, source: str | None, replay: Path) -> Site:
    """The source to try: the one that is named, else the one whose address was recorded, which need not be known."""
    if source is not None:
        site = hub.registry.samples[source].site if source in hub.registry.samples else hub.site(source)
        if site.connector != connector:
            raise UsageError(f"--site: {source} is a source of {site.connector!r}; allowed: one of {connector!r}")
        return site
    base = base_of(replay)
    host = urlsplit(base).hostname or ""
    mine = [site for site in hub.sources.values() if site.connector == connector]
    known = [site for site in mine if urlsplit(site.base).hostname == host]
    if len(known) == 1:
        return known[0]
    return Site(id=host.lower(), connector=connector, title=host, base=base)


def _show(hub: Hub, as_json: bool) -> None:
    for _, found in hub.store.all_records():
        if as_json:
            print_json(whole_item(found, base_url(hub), hub.store.observations(found.source, found.local_id)))
            continue
        say(line(found))
        for finding in validate(found.process).findings:
            say(f"  {finding.severity}: {finding.path}: {finding.message}")
    for aside in hub.store.quarantined():
        say(f"quarantined  {aside.local_id}: {aside.stage}: {aside.error}", err=as_json)


COMMANDS = (connector, try_command, record)
