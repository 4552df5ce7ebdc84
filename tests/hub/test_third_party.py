"""A connector that somebody else ships: made in a temporary folder, installed by pip, found, harvested, searched.

Beside it stand packages that are broken, each in its own way: each is shown with its reason and harms nothing, neither
the good one nor what is bundled.
"""

from __future__ import annotations

import json
import subprocess
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent
from typing import Any, NamedTuple

import pytest

from folkmoot_hub.registry import load_plugins
from hub.testing.environment import Environment

PYPROJECT = """
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"
[project]
name = "folkmoot-{name}"
version = "{version}"
[project.entry-points.folkmoot]
{name} = "folkmoot_{name}"
[tool.hatch.build.targets.wheel]
only-include = ["folkmoot_{name}.py"]
"""

HEAD = """
from folkmoot_hub.connector import Connector, Item, Request, Scope, Site
from folkmoot_hub.hooks import hookimpl
from folkmoot_schema.codes import Kind
from folkmoot_schema.process import Process
"""

GOOD = (
    HEAD
    + '''
class Exampleville(Connector):
    """Exampleville's consultations, as a package of its own."""
    id = "exampleville"; title = "Exampleville consultations"; homepage = "https://example.org"; version = "2"
    fields = {"list": frozenset({"title", "link"})}
    def start(self, run):
        yield Request(run.site.url("/consultations.rss"), expect="feed")
    def parse(self, response):
        yield from (Item(entry["id"], entry) for entry in response.feed().entries())
        yield Scope("open", exhaustive=True)
    def map(self, item, run):
        return Process(kind=Kind.CONSULTATION, title=run.site.text(item["title"]), url=item["link"])

@hookimpl
def folkmoot_connectors():
    return [Exampleville]

@hookimpl
def folkmoot_sites():
    return [Site(id="consult.example.org", connector="exampleville", title="Exampleville",
                 base="https://consult.example.org", languages=("en",))]
'''
)

FEED = """<?xml version="1.0"?>
<rss version="2.0"><channel><title>Sample</title>
<item><guid isPermaLink="false">1</guid><title>Sample: a bridge for otters</title><link>https://example.org/1</link>
<description>Write to office@example.org.</description></item>
<item><guid isPermaLink="false">2</guid><title>Sample: benches in the park</title><link>https://example.org/2</link></item>
</channel></rss>
"""
ANSWERS = [
    {
        "url": "https://consult.example.org/consultations.rss",
        "headers": {"content-type": "application/rss+xml"},
        "recorded": "2026-03-02",
        "file": "feed.xml",
    }
]
NOW = "2026-03-02"


class Broken(NamedTuple):
    """A module that is broken, and by the name under which it is shown how its reason starts."""

    source: str
    shown: dict[str, str]


BROKEN = {
    "lacking": Broken("import a_module_that_nobody_has", {"lacking": "ModuleNotFoundError: No module named"}),
    "leaving": Broken("raise SystemExit('bye')", {"leaving": "SystemExit: bye"}),
    "silent": Broken("x = 1", {"silent": "it implements no hook; allowed: functions with the decorator"}),
    "misspelt": Broken("def (:", {"misspelt": "SyntaxError: "}),
    "raising": Broken(
        """
        @hookimpl
        def folkmoot_connectors():
            raise RuntimeError("no luck today")
        """,
        {"raising": "RuntimeError: no luck today"},
    ),
    "wishing": Broken(
        """
        @hookimpl
        def folkmoot_storage():
            return []
        """,
        {"wishing": "PluginValidationError: "},
    ),
    "waiting": Broken(
        """
        class Waiting(Connector):
            id = "waiting"; title = "Waiting"; homepage = "https://example.org"
            async def start(self, run): ...
            async def parse(self, response): ...
            async def map(self, item, run): ...
        class Half(Connector):
            id = "half"; title = "Half"; homepage = "https://example.org"
            def start(self, run):
                return []
        @hookimpl
        def folkmoot_connectors():
            return [Waiting, Half, dict]
        """,
        {
            "waiting: connector waiting": "start is async; allowed: start(self, run) without async",
            "waiting: connector half": "it does not say how to parse: parse(self, response) is missing",
            "waiting: connector dict": "dict is not a connector",
        },
    ),
    "claiming": Broken(
        """
        class Eci(Connector):
            id = "eci"; title = "Eci"; homepage = "https://example.org"
            def start(self, run): ...
            def parse(self, response): ...
            def map(self, item, run): ...
        @hookimpl
        def folkmoot_connectors():
            return [Eci]
        @hookimpl
        def folkmoot_sites():
            site = dict(title="Wrong", base="https://example.org")
            return [
                Site(id="a.example.org", connector="nobodys", **site),
                Site(id="eci", connector="exampleville", **site),
                Site(id="theirs", connector="exampleville", **site),
            ]
        """,
        {
            "claiming: connector eci": "id: 'eci' is the id of another connector",
            "claiming: site a.example.org": "connector: 'nobodys' is not known; allowed: ",
            "claiming: site eci": "id: 'eci' is the id of a bundled source",
            "claiming: site theirs": "id: 'theirs' does not start with a host name",
        },
    ),
}

SHOWN = {name: reason for broken in BROKEN.values() for name, reason in broken.shown.items()}

ASK = """
import json
from folkmoot_hub.registry import load_plugins
found = load_plugins()
print(json.dumps({
    "connectors": {id: found.connector_version(id) for id in found.connectors},
    "packages": {id: found.package_of(id) for id in found.connectors},
    "sites": sorted(found.sites),
    "broken": {one.name: [one.distribution, one.version, one.reason] for one in found.broken},
}))
"""


def package(folder: Path, name: str, version: str, source: str) -> Path:
    """The source of a package that has one module and is a plugin."""
    folder.mkdir()
    (folder / "pyproject.toml").write_text(PYPROJECT.format(name=name, version=version))
    (folder / f"folkmoot_{name}.py").write_text(source)
    return folder


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """An environment into which pip has installed all of these packages."""
    folder = tmp_path_factory.mktemp("third-party")
    sources = [package(folder / "exampleville", "exampleville", "4.5", GOOD)]
    for name, broken in BROKEN.items():
        sources.append(package(folder / name, name, "0.9", HEAD + dedent(broken.source)))
    environment = Environment(folder / "environment")
    environment.install(*sources)
    return environment


@pytest.fixture(scope="module")
def found(installed: Environment, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """What the registry finds in a fresh interpreter."""
    asked = installed.run("python", "-c", ASK, cwd=tmp_path_factory.mktemp("asked"))
    assert asked.returncode == 0, asked.stderr
    return json.loads(asked.stdout)


@pytest.fixture(scope="module")
def harvested(installed: Environment, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """A folder whose ``data`` holds what the good source's recording gave, and the row of that run."""
    folder = tmp_path_factory.mktemp("harvested")
    recording = folder / "recording"
    recording.mkdir()
    (recording / "feed.xml").write_text(FEED)
    (recording / "recording.json").write_text(json.dumps({"responses": ANSWERS}))
    done = run(installed, folder, "harvest", "consult.example.org", "--replay", "recording", "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    return folder, json.loads(done.stdout)


def run(installed: Environment, folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    return installed.run("folkmoot", "--data", "data", "--now", NOW, *command, cwd=folder)


# The good one


def test_an_installed_connector_is_found_with_its_version_and_package(found: Any) -> None:
    assert found["connectors"]["exampleville"] == "4.5+2"
    assert found["packages"]["exampleville"] == "folkmoot_exampleville"
    assert "consult.example.org" in found["sites"]


def test_its_source_is_harvested(harvested: tuple[Path, dict[str, Any]]) -> None:
    _, row = harvested
    assert (row["source"], row["outcome"]) == ("consult.example.org", "complete")
    assert (row["requests"], row["items"], row["created"], row["quarantined"]) == (1, 2, 2, 0)


def test_its_processes_are_searched(installed: Environment, harvested: tuple[Path, dict[str, Any]]) -> None:
    folder, _ = harvested
    done = run(installed, folder, "search", "otters", "--json")
    assert done.returncode == 0, done.stderr
    (item,) = map(json.loads, done.stdout.splitlines())
    assert item["key"] == "urn:folkmoot:consult.example.org:1"
    assert item["title"] == "Sample: a bridge for otters"


def test_what_it_does_not_name_is_nowhere(harvested: tuple[Path, dict[str, Any]]) -> None:
    folder, _ = harvested
    files = [path for path in (folder / "data").rglob("*") if path.is_file()]
    assert files
    assert [path.name for path in files if b"office@example.org" in path.read_bytes()] == []


# The broken ones


@pytest.mark.parametrize("name", SHOWN)
def test_what_is_broken_is_shown_with_its_reason(found: Any, name: str) -> None:
    distribution, version, reason = found["broken"][name]
    assert (distribution, version) == (f"folkmoot-{name.partition(':')[0]}", "0.9")
    assert reason.startswith(SHOWN[name])
    assert "\n" not in reason


def test_nothing_else_is_broken_and_what_is_bundled_stands_as_it_did(found: Any) -> None:
    alone = load_plugins()
    assert set(alone.connectors) == set(found["connectors"]) - {"exampleville"}
    assert set(alone.sites) == set(found["sites"]) - {"consult.example.org"}
    assert found["broken"].keys() - SHOWN.keys() == {one.name for one in alone.broken}


def test_doctor_names_all_that_is_broken(installed: Environment, harvested: tuple[Path, dict[str, Any]]) -> None:
    folder, _ = harvested
    done = run(installed, folder, "doctor", "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    told = [check["detail"] for line in done.stdout.splitlines() if (check := json.loads(line))["word"] == "note"]
    for name, reason in SHOWN.items():
        distribution = f"folkmoot-{name.partition(':')[0]}"
        assert any(line.startswith(f"{name} {distribution} 0.9: {reason}") for line in told), name


@pytest.fixture
def address(installed: Environment, harvested: tuple[Path, dict[str, Any]]) -> Iterator[str]:
    """The address of a hub that serves what was harvested."""
    command = [str(installed.python.parent / "folkmoot"), "--data", "data", "--now", NOW, "serve", "--port", "0"]
    with subprocess.Popen(
        command, cwd=harvested[0], env=installed.variables, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as serving:
        assert serving.stdout is not None
        try:
            yield next(word for word in serving.stdout.readline().split() if word.startswith("http://"))
        finally:
            serving.terminate()


def test_the_hub_serves_all_the_same_and_shows_what_is_broken(address: str) -> None:
    with urllib.request.urlopen(f"{address}/api/v1/sources") as answer:
        told = json.load(answer)
    assert "consult.example.org" in {item["id"] for item in told["items"]}
    assert SHOWN.keys() <= {one["name"] for one in told["broken"]}
    with urllib.request.urlopen(f"{address}/sources") as answer:
        page = answer.read().decode()
    assert "no luck today" in page
    assert "Exampleville" in page


def test_what_is_bundled_is_harvested_as_ever(installed: Environment, tmp_path: Path) -> None:
    done = installed.run("folkmoot", "--data", "demo", "demo", "--once", "--json", cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert {row["source"]: row["outcome"] for row in rows} == dict.fromkeys(load_plugins().samples, "complete")
