"""A connector that somebody else ships: made in a temporary folder, installed by pip, found by its entry point.

Beside it a package whose plugins are broken in five ways: each is shown with its reason and harms nothing.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from folkmoot_hub.registry import load_plugins

PYPROJECT = """
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"
[project]
name = "{name}"
version = "{version}"
[project.entry-points.folkmoot]
{points}
[tool.hatch.build.targets.wheel]
only-include = {files}
"""

GOOD = '''
"""Exampleville's consultations, as a package of its own."""
from folkmoot_hub.connector import Connector, Item, Request, Scope, Site
from folkmoot_hub.hooks import hookimpl
from folkmoot_schema.codes import Kind
from folkmoot_schema.process import Process

class Exampleville(Connector):
    id = "exampleville"; title = "Exampleville consultations"; homepage = "https://example.org"; version = "2"
    def start(self, run):
        yield Request(run.site.url("/consultations.rss"), expect="feed")
    def parse(self, response):
        yield from (Item(entry["id"], entry) for entry in response.feed().entries())
        yield Scope("open", exhaustive=True)
    def map(self, item, run):
        return Process(kind=Kind.CONSULTATION, title=run.site.text(item["title"]))

@hookimpl
def folkmoot_connectors():
    return [Exampleville]

@hookimpl
def folkmoot_sites():
    return [Site(id="consult.example.org", connector="exampleville", title="Exampleville",
                 base="https://consult.example.org")]
'''

HEAD = """
from folkmoot_hub.connector import Connector, Site
from folkmoot_hub.hooks import hookimpl
"""

#: Module by module: what is broken in it, the name under which it is shown, and how its reason starts.
BROKEN = {
    "no_import": ("import a_module_that_nobody_has", "no_import", "ModuleNotFoundError: No module named"),
    "no_connector": (
        """
        class Half(Connector):
            id = "half"; title = "Half"; homepage = "https://example.org"
            def start(self, run):
                return []
        @hookimpl
        def folkmoot_connectors():
            return [dict, Half]
        """,
        "no_connector: connector half",
        "it does not say how to parse: parse(self, response) is missing",
    ),
    "raising": (
        """
        @hookimpl
        def folkmoot_connectors():
            raise RuntimeError("no luck today")
        """,
        "raising",
        "RuntimeError: no luck today",
    ),
    "unknown_hook": (
        """
        @hookimpl
        def folkmoot_storage():
            return []
        """,
        "unknown_hook",
        "PluginValidationError: ",
    ),
    "wrong_site": (
        """
        @hookimpl
        def folkmoot_sites():
            site = dict(title="Wrong", base="https://example.org")
            return [
                Site(id="a.example.org", connector="nobodys", **site),
                Site(id="eci", connector="exampleville", **site),
                Site(id="theirs", connector="exampleville", **site),
            ]
        """,
        "wrong_site: site a.example.org",
        "connector: 'nobodys' is not known; allowed: ",
    ),
}

ASK = """
import json
from folkmoot_hub.registry import load_plugins
found = load_plugins()
print(json.dumps({
    "connectors": {id: found.connector_version(id) for id in found.connectors},
    "packages": {id: found.package_of(id) for id in found.connectors},
    "sites": sorted(found.sites),
    "reserved": sorted(found.reserved),
    "broken": {one.name: [one.distribution, one.version, one.reason] for one in found.broken},
}))
"""


def package(folder: Path, name: str, version: str, modules: dict[str, str]) -> Path:
    """The source of a package that has one plugin, and entry point, a module."""
    folder.mkdir()
    points = "\n".join(f'{module} = "{module}"' for module in modules)
    files = json.dumps([f"{module}.py" for module in modules])
    (folder / "pyproject.toml").write_text(PYPROJECT.format(name=name, version=version, points=points, files=files))
    for module, source in modules.items():
        (folder / f"{module}.py").write_text(source)
    return folder


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """What the registry finds in a fresh interpreter after pip has installed both packages."""
    folder = tmp_path_factory.mktemp("third-party")
    target = folder / "installed"
    broken = {module: HEAD + dedent(source) for module, (source, _, _) in BROKEN.items()}
    sources = [
        package(folder / "good", "folkmoot-exampleville", "4.5", {"folkmoot_exampleville": GOOD}),
        package(folder / "broken", "folkmoot-broken", "0.9", broken),
    ]
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-index"]
    subprocess.run([*pip, "--no-deps", "--no-build-isolation", "--target", target, *sources], check=True)
    env = {**os.environ, "PYTHONPATH": str(target)}
    asked = subprocess.run([sys.executable, "-c", ASK], env=env, capture_output=True, text=True, check=True)
    return json.loads(asked.stdout)


def test_an_installed_connector_is_found_with_its_version_and_package(found: Any) -> None:
    assert found["connectors"]["exampleville"] == "4.5+2"
    assert found["packages"]["exampleville"] == "folkmoot_exampleville"
    assert "consult.example.org" in found["sites"]


@pytest.mark.parametrize("module", BROKEN)
def test_a_broken_plugin_is_shown_with_its_reason(found: Any, module: str) -> None:
    _, name, start = BROKEN[module]
    distribution, version, reason = found["broken"][name]
    assert (distribution, version) == ("folkmoot-broken", "0.9")
    assert reason.startswith(start)
    assert "\n" not in reason


def test_each_thing_that_is_wrong_in_one_plugin_is_shown(found: Any) -> None:
    broken = found["broken"]
    assert "no_connector: connector dict" in broken
    assert "host name" in broken["wrong_site: site theirs"][2]
    assert broken["wrong_site: site eci"][2].startswith("id: 'eci' ")


def test_the_bundled_plugins_stand_as_they_did(found: Any) -> None:
    alone = load_plugins()
    assert set(alone.connectors) == set(found["connectors"]) - {"exampleville"}
    assert set(alone.sites) == set(found["sites"]) - {"consult.example.org"}
    assert {one.name for one in alone.broken} == {
        name for name, (distribution, _, _) in found["broken"].items() if distribution != "folkmoot-broken"
    }
