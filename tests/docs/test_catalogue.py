"""The catalogue of connectors is the one that their docstrings and sites give today."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from folkmoot_hub.registry import load_plugins
from folkmoot_hub.testing.connectors import HEADINGS

SCRIPT = Path(__file__).parents[2] / "docs" / "catalogue.py"


@pytest.fixture(scope="module")
def catalogue() -> ModuleType:
    """The script that writes the page."""
    spec = importlib.util.spec_from_file_location("catalogue", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_is_fresh(catalogue: ModuleType) -> None:
    assert catalogue.PAGE.read_text("utf-8") == catalogue.page(), "run python docs/catalogue.py"


def test_each_bundled_connector_tells_all_that_users_need(catalogue: ModuleType) -> None:
    bundled = [one for one in load_plugins().connectors.values() if one.__module__.startswith("folkmoot_connectors.")]
    sections = catalogue.page().split("\n## ")[1:]
    assert {section.partition("\n")[0] for section in sections} == {one.title for one in bundled}
    for section in sections:
        for heading in HEADINGS:
            assert f"\n{heading}\n: " in section, f"{section.partition(chr(10))[0]}: {heading}"


def test_each_bundled_site_stands_in_it(catalogue: ModuleType) -> None:
    registry = load_plugins()
    sites = [one for one in registry.sites.values() if registry.package_of(one.connector) == "folkmoot_connectors"]
    assert sites
    assert [one.id for one in sites if f"| `{one.id}` | [{one.title}](" not in catalogue.page()] == []
