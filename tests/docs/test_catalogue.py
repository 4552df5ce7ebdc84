"""The catalogue of connectors is the one that their docstrings, sites and samples give today."""

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
    """The script that writes the pages."""
    spec = importlib.util.spec_from_file_location("catalogue", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def pages(catalogue: ModuleType) -> dict[str, str]:
    """What the pages ought to say, by file."""
    found: dict[str, str] = catalogue.pages()
    return found


BUNDLED = {
    id: one for id, one in load_plugins().connectors.items() if one.__module__.startswith("folkmoot_connectors.")
}


def test_the_pages_are_fresh_and_none_is_of_a_connector_that_is_no_more(
    catalogue: ModuleType, pages: dict[str, str]
) -> None:
    held = {path.name: path.read_text("utf-8") for path in catalogue.FOLDER.iterdir()}
    stale = sorted(name for name in {*held, *pages} if held.get(name) != pages.get(name))
    assert stale == [], "run python docs/catalogue.py"


def test_stale_pages_are_written_anew_and_those_of_no_connector_removed(
    catalogue: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catalogue, "FOLDER", tmp_path / "connectors")
    catalogue.write()
    (tmp_path / "connectors" / "gone.md").write_text("old")
    (tmp_path / "connectors" / "eci.md").write_text("old")
    catalogue.write()
    assert {path.name: path.read_text("utf-8") for path in (tmp_path / "connectors").iterdir()} == catalogue.pages()


def test_there_is_a_page_for_each_bundled_connector_and_the_index_leads_to_it(pages: dict[str, str]) -> None:
    assert set(pages) == {"index.md", *(f"{id}.md" for id in BUNDLED)}
    assert [id for id in BUNDLED if f"| [`{id}`]({id}.md) | {BUNDLED[id].title} |" not in pages["index.md"]] == []


@pytest.mark.parametrize("id", sorted(BUNDLED))
def test_a_page_tells_all_that_users_need(pages: dict[str, str], id: str) -> None:
    page = pages[f"{id}.md"]
    assert page.startswith(f"# {BUNDLED[id].title}\n")
    for heading in HEADINGS:
        assert f"\n{heading}\n: " in page, heading
    for heading in ("Settings", "Fields that may be kept", "Sites", "Samples"):
        assert f"\n## {heading}\n" in page, heading
    assert [name for name in BUNDLED[id].settings if f"`{name}`" not in page.partition("## Settings")[2]] == []
    fields = page.partition("## Fields")[2].partition("\n## ")[0]
    assert [name for names in BUNDLED[id].fields.values() for name in names if f"`{name}`" not in fields] == []


def test_numbered_parts_with_the_same_fields_stand_in_one_line(pages: dict[str, str]) -> None:
    fields = pages["policy_compass.md"].partition("## Fields")[2].partition("\n## ")[0]
    parts = [line.split(":")[0] for line in fields.splitlines() if line.startswith("- ")]
    assert parts == ["- chapter1 to chapter40", "- comments", "- list"]


def test_each_bundled_site_stands_on_its_page_with_reach_evidence_and_place(pages: dict[str, str]) -> None:
    registry = load_plugins()
    sites = [one for one in registry.sites.values() if one.connector in BUNDLED]
    assert len(sites) > 20
    for one in sites:
        [line] = [line for line in pages[f"{one.connector}.md"].splitlines() if line.startswith(f"| `{one.id}` | [")]
        cells = [cell.strip() for cell in line.split(" | ")]
        assert cells[1].startswith(f"[{one.title}](")
        assert (one.place.country if one.place else "of many places") in cells[2]
        assert cells[3] == ", ".join(one.languages)
        assert cells[5].startswith(one.reach.replace("-", " "))
        assert cells[6] == one.evidence
        assert cells[7] == ("yes |" if one.enabled else "no |")


def test_each_sample_stands_on_the_page_of_its_connector(pages: dict[str, str]) -> None:
    samples = [one.site for one in load_plugins().samples.values() if one.site.connector in BUNDLED]
    assert [one.id for one in samples if f"- `{one.id}`: " not in pages[f"{one.connector}.md"]] == []
