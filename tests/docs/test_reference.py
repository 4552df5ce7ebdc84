"""The reference says all that there is: keys of the configuration, addresses, parameters, statuses, recordings."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, get_args, get_type_hints

import msgspec
import pytest

from folkmoot_hub import connector
from folkmoot_hub.config import _ALLOWED, Harvest
from folkmoot_hub.connector import Connector, Site, Yielded
from folkmoot_hub.fetch.recording import Recorded, Recording
from folkmoot_hub.fetch.settings import FetchSettings
from folkmoot_hub.registry import load_plugins
from folkmoot_hub.search.query import PARAMETERS
from folkmoot_hub.store.protocol import RunRow
from folkmoot_hub.web import api, assets, machines, openapi, pages, things
from folkmoot_hub.web.routing import Router
from folkmoot_schema.codes import TERMINAL, Status
from folkmoot_schema.process import Licence

DOCS = Path(__file__).parents[2] / "docs"


def section(page: str, heading: str) -> str:
    """What stands below a heading of a page of the reference, up to the next of its rank or a higher one."""
    text = (DOCS / "reference" / f"{page}.md").read_text("utf-8")
    found = re.search(rf"^(##?) {re.escape(heading)}\n(.*?)(?=^##? |\Z)", text, re.MULTILINE | re.DOTALL)
    assert found, f"{page}.md has no section {heading}"
    return found[2]


def rows(text: str) -> dict[str, list[str]]:
    """The rows of all tables in ``text`` by what their first cell names, several names in one cell apart."""
    found = {}
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        for name in re.findall(r"`([^`]+)`", cells[0]) if line.startswith("|") else []:
            found[name] = cells[1:]
    return found


# The configuration


def shown(value: Any) -> str:
    """A default as the page writes it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return f'`"{value}"`'
    if isinstance(value, tuple):
        return f"`[{', '.join(shown(one).strip('`') for one in value)}]`"
    return "`{}`" if value == {} else f"{value:g}" if isinstance(value, float) else str(value)


def test_every_key_at_the_top_is_described() -> None:
    tables = {"fetch", "harvest", "secrets", "site"}
    assert rows(section("configuration", "Top level")).keys() == _ALLOWED.keys() - tables
    text = (DOCS / "reference" / "configuration.md").read_text("utf-8")
    assert {name.strip("[]") for name in re.findall(r"^## (\[+\w+\]+)$", text, re.MULTILINE)} == tables


@pytest.mark.parametrize(
    ("heading", "type", "column"), [("[fetch]", FetchSettings, 1), ("[harvest]", Harvest, 0), ("[[site]]", Site, 1)]
)
def test_every_key_of_a_table_is_described_with_its_default(
    heading: str, type: type[msgspec.Struct], column: int
) -> None:
    told = rows(section("configuration", heading))
    fields = {field.name: field for field in msgspec.structs.fields(type) if field.name != "contact"}
    assert told.keys() == fields.keys()
    for name, field in fields.items():
        default = field.default if field.default is not msgspec.NODEFAULT else None
        if field.default_factory is not msgspec.NODEFAULT:
            default = field.default_factory()
        if field.required:
            assert told[name][column] == "must be given"
        elif default not in (None, Licence()):
            assert told[name][column] == shown(default), name
        else:
            assert told[name][column] in {"none", "not stated"}


# Recordings


def test_every_key_of_a_recording_and_of_an_answer_is_described() -> None:
    told = rows(section("recording", "Recordings"))
    assert told.keys() >= set(Recording.__struct_fields__) | set(Recorded.__struct_fields__)
    assert told.keys() <= set(Recording.__struct_fields__) | set(Recorded.__struct_fields__)


# Statuses


def test_every_status_is_described_and_those_that_hold_for_good_are_marked() -> None:
    told = rows(section("statuses", "Statuses"))
    assert list(told) == list(Status)
    assert {name for name, cells in told.items() if cells[-1] == "yes"} == TERMINAL


def test_every_outcome_of_a_run_is_described() -> None:
    literal, _ = get_args(get_type_hints(RunRow)["outcome"])
    assert rows(section("statuses", "Runs")).keys() == set(get_args(literal))


# The HTTP interface


def test_every_address_is_described() -> None:
    told = rows(section("http", "HTTP interface")).keys()
    found: set[str] = set()

    class Listening(Router):
        def add(self, template: str, handler: Any) -> None:
            found.add(template)

    for part in (pages, api, things, machines, assets):
        part.add_routes(Listening())
    publishers = load_plugins().publishers
    assert told == found | {one.path for one in publishers}
    assert openapi.document("Folkmoot", "https://hub.example.org", publishers)["paths"].keys() <= told


def test_every_parameter_is_described() -> None:
    assert rows(section("http", "Parameters")).keys() == set(PARAMETERS)


# The connector API


def test_everything_that_a_connector_may_yield_or_is_given_is_described() -> None:
    text = (DOCS / "reference" / "connector-api.md").read_text("utf-8")
    classes = set(re.findall(r"^\.\. autoclass:: [\w.]+\.(\w+)$", text, re.MULTILINE))
    assert {kind.__name__ for kind in get_args(Yielded)} <= classes
    left = {"Expect", "Yielded", "MappingError", "ParseError", "Sample"}  # aliases, errors.md, hooks.md
    assert set(connector.__all__) - left <= classes
    assert Connector.__name__ in classes
