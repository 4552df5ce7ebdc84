"""A town's platform for the tests of jobs: a connector that somebody else ships, its answers, and the hub that asks it.

The connector lies in a folder that is put on the path like an installed package, so that subprocesses find it, too.
"""

from __future__ import annotations

import itertools
import json
import os
import subprocess
import sys
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from textwrap import dedent
from typing import Any

from folkmoot_hub.clock import Clock, FixedClock
from folkmoot_hub.config import load_config
from folkmoot_hub.hub import Hub
from folkmoot_hub.registry import load_plugins

#: The present of the tests.
NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
SOURCE = "town.example.org"
BASE = "https://town.example.org"

_numbers = itertools.count(1)

_METADATA = "Metadata-Version: 2.1\nName: folkmoot-town\nVersion: 1.0\n"
_POINTS = "[folkmoot]\ntown = folkmoot_town\n"
_MODULE = '''
"""A town's platform: one list, in as many pages as it likes."""
from folkmoot_hub.connector import Connector, Gone, Item, Request, Scope
from folkmoot_hub.hooks import hookimpl
from folkmoot_schema.codes import Kind, Unit
from folkmoot_schema.process import Phase, Process, Support

class Town(Connector):
    id = "town"; title = "Towns"; homepage = "https://example.org"; version = "1"
    fields = {"list": frozenset({"title", "opens", "closes", "count"})}
    def start(self, run):
        yield Request(run.site.url("/list.json"))
    def parse(self, response):
        said = response.json()
        yield Scope("all", exhaustive=True)
        for one in said["items"]:
            yield Item(one["id"], one)
        for one in said.get("gone", ()):
            yield Gone(one, "deleted by the town")
        if "next" in said:
            yield Request(response.run.site.url(said["next"]))
    def map(self, item, run):
        count = item.get("count")
        return Process(
            kind=Kind.CONSULTATION,
            title=run.site.text(item["title"]),
            url=run.site.url(item.id),
            phases=(Phase(opens=item.get("opens"), closes=item.get("closes"), zone="UTC"),),
            support=() if count is None else (Support(unit=Unit.SIGNATURES, count=count),),
        )

@hookimpl
def folkmoot_connectors():
    return [Town]
'''


def install(folder: Path) -> Path:
    """Put the connector into ``folder`` as pip would, without pip."""
    points = folder / "folkmoot_town-1.0.dist-info"
    points.mkdir(parents=True)
    (folder / "folkmoot_town.py").write_text(_MODULE)
    (points / "METADATA").write_text(_METADATA)
    (points / "entry_points.txt").write_text(_POINTS)
    return folder


def entry(id: str, title: str = "A square with trees", **more: Any) -> dict[str, Any]:
    """One entry of the town's list."""
    return {"id": id, "title": title, "opens": "2026-03-01", "closes": "2026-03-31", **more}


def listed(items: Iterable[Mapping[str, Any]], gone: Iterable[str] = (), **more: Any) -> str:
    """The town's list."""
    return json.dumps({"items": list(items), "gone": list(gone), **more})


def record(folder: Path, items: Iterable[Mapping[str, Any]], gone: Iterable[str] = (), source: str = SOURCE) -> Path:
    """A recording of the town's list."""
    folder.mkdir(parents=True, exist_ok=True)
    response = {
        "method": "GET",
        "url": f"https://{source}/list.json",
        "status": 200,
        "recorded": "2026-03-02",
        "headers": {"content-type": "application/json"},
        "body": None,
        "file": "list.json",
    }
    (folder / "list.json").write_text(listed(items, gone))
    (folder / "recording.json").write_text(
        json.dumps({"platform": "town", "evidence": "sample", "note": "Made up.", "responses": [response]})
    )
    return folder


def configure(data: Path, *sites: Mapping[str, Any], **texts: str) -> Path:
    """A hub's directory with a configuration: these sites of the town's platform, no other, the loopback allowed."""
    data.mkdir(parents=True, exist_ok=True)
    named = {"contact": "mailto:hub@example.org", **texts}
    lines = [f"{key} = {json.dumps(value)}" for key, value in named.items()]
    made = [
        {"id": SOURCE, "connector": "town", "title": "Exampleton", "base": BASE, "pace": 0, **site} for site in sites
    ]
    lines += ["[harvest]", f"only = {json.dumps([site['id'] for site in made] or [SOURCE])}"]
    lines += ["[fetch]", 'allow = ["127.0.0.1/32"]', "retries = 0"]
    for site in made:
        lines += ["[[site]]", *(f"{key} = {json.dumps(value)}" for key, value in site.items())]
    (data / "folkmoot.toml").write_text("\n".join(lines))
    return data


def open_hub(data: Path, clock: Clock | None = None) -> Hub:
    """The hub of a configured directory, in this process; its clock stands at ``NOW`` if none is given."""
    return Hub(load_config(None, {}, data), clock or FixedClock(NOW), load_plugins())


def run_python(script: str, *arguments: Path, code: int = 0) -> None:
    """Run ``script`` in a process of its own, which can import what this one can; it ends with ``code``."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", dedent(script), *map(str, arguments)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert done.returncode == code, done.stderr


class Program:
    """``folkmoot`` in a process of its own, which ends with the ``with``."""

    def __init__(self, folder: Path, *arguments: str | Path, now: str | None = None) -> None:
        environment = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join(filter(None, (str(folder), os.environ.get("PYTHONPATH")))),
        }
        environment |= {"FOLKMOOT_NOW": now} if now else {}
        self._stderr = (folder / f"{next(_numbers)}.log").open("w+")
        self.process = subprocess.Popen(
            [sys.executable, "-c", "from folkmoot_hub.cli import main; main()", *map(str, arguments)],
            stdout=subprocess.PIPE,
            stderr=self._stderr,
            text=True,
            env=environment,
        )

    def line(self) -> str:
        """The next line that it prints."""
        assert self.process.stdout is not None
        return self.process.stdout.readline()

    def address(self) -> str:
        """The address that it serves at, once it does."""
        line = self.line()
        assert " at http" in line, (line, self.log())
        return line.split(" at ")[1].split()[0]

    def end(self, seconds: float = 60) -> int:
        """Its exit code, when it has ended."""
        return self.process.wait(seconds)

    def log(self) -> str:
        """What it wrote to standard error so far."""
        self._stderr.seek(0)
        return self._stderr.read()

    def __enter__(self) -> Program:
        return self

    def __exit__(self, *error: object) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        assert self.process.stdout is not None
        self.process.stdout.close()
        self._stderr.close()
