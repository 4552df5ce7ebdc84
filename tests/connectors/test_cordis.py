"""The connector for CORDIS: the traps of its records, the recorded one, the records of ours, and hostile answers.

The recorded document has nothing to do with participation: it proves the format, shortened as whoever kept it left it.

| trap | test |
| --- | --- |
| everything is in one default namespace | test_a_document_without_the_namespace_is_a_drift |
| names of elements come again in partners | test_what_partners_and_categories_say_is_not_the_project_s |
| an answer about another project | test_a_record_of_another_project_is_refused |
| two of the four projects are in no record | test_projects_that_cordis_does_not_hold_are_told_by_records_of_ours |
| the number of a project is not known | test_no_number_is_guessed |
| an end that nobody told | test_an_end_that_no_source_tells_is_left_out |
| status is missing in the recorded document | test_without_a_status_nothing_is_said_of_one |
| a deliverable has an address like the website | test_the_website_is_the_project_s_own |
| partners have contacts, departments and tax numbers | test_of_a_partner_only_the_coordinator_s_name_is_kept |
| an HTML page with status 200 | test_a_page_in_place_of_a_record_is_not_read |
"""

from __future__ import annotations

import contextlib
import json
import sys
from importlib.resources import files
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors import traps
from connectors.damage import ANYTHING, damaged
from connectors.driving import NOW, answer, bundled, drive, under
from connectors.people import contacts_in
from folkmoot_connectors.cordis import Cordis
from folkmoot_connectors.sites import bundled_samples
from folkmoot_hub.connector import Item, MappingError, ParseError, Request, Run, Scope, WholeItem
from folkmoot_hub.errors import ConfigError
from folkmoot_schema.codes import Availability, Kind, Level, LinkKind, PhaseKind, Status
from folkmoot_schema.process import Process
from folkmoot_schema.validation import validate

TRAPS = (
    "everything is in one default namespace",
    "names of elements come again in partners",
    "an answer about another project",
    "two of the four projects are in no record",
    "the number of a project is not known",
    "an end that nobody told",
    "status is missing in the recorded document",
    "a deliverable has an address like the website",
    "partners have contacts, departments and tax numbers",
    "an HTML page with status 200",
)

SITE = bundled("cordis")
SAMPLE = next(sample for sample in bundled_samples() if sample.site.id == "sample.projects")
URL = "https://cordis.europa.eu/project/id/612133?format=xml"
CURATED = json.loads(files("folkmoot_connectors").joinpath("data/projects.json").read_text())


def record(
    inside: str = "", id: str = "612133", namespace: str = "http://cordis.europa.eu", partner: str = ""
) -> bytes:
    return f"""<project xmlns="{namespace}"><language>en</language><rcn>1</rcn><id>{id}</id><acronym>ABC</acronym>
    <objective>Why &lt;so&gt; &amp; how.</objective><title>A title</title><startDate>2013-10-01</startDate>
    <endDate>2016-09-30</endDate>{inside}<relations><associations>
    <organization type="participant"><id>1</id><legalName>SECOND</legalName></organization>
    <organization type="coordinator"><rcn>2</rcn><id>3</id><legalName>FIRST</legalName>{partner}</organization>
    <programme type="relatedLegalBasis"><code>FP7-ICT</code><title>A programme</title></programme>
    <webLink type="projectDeliverable"><title>D</title><physUrl>https://x.example/d.pdf</physUrl></webLink>
    <webLink type="relatedWebsite" represents="project"><title>w</title><physUrl>https://abc.example/</physUrl></webLink>
    </associations><categories><category classification="organizationActivityType"><title>University</title></category>
    <category classification="euroSciVoc"><title>politics</title></category></categories></relations>
    </project>""".encode()


def item(body: bytes) -> Item:
    (found,) = (one for one in answer(Cordis, SITE, URL, body) if isinstance(one, Item))
    return found


def mapped(found: Item) -> Process:
    return Cordis().map(WholeItem(found.id, {"list": found.data}), Run(site=SITE, now=NOW))


def curated(document: Any, *names: str) -> list[Item]:
    site = under(SITE, {"curated": list(names)}) if names else SITE
    found = answer(Cordis, site, "https://cordis.europa.eu/x", document, then="parse_curated")
    return [one for one in found if isinstance(one, Item)]


def started(**setting: Any) -> list[str]:
    return [one.url for one in Cordis().start(Run(site=under(SITE, setting), now=NOW)) if isinstance(one, Request)]


def test_every_trap_has_its_test() -> None:
    assert traps.faults(sys.modules[__name__], TRAPS) == []


# Settings


@pytest.mark.parametrize(
    "setting",
    [
        {"projects": [612133]},
        {"projects": "612133"},
        {"projects": ["612133?x"]},
        {"projects": ["../1234"]},
        {"curated": ["A"]},
        {"curated": [None]},
        {"records": "data/projects.xml"},
    ],
)
def test_a_setting_that_is_wrong_is_told(setting: dict[str, Any]) -> None:
    with pytest.raises(ConfigError, match=f"^cordis: setting {next(iter(setting))}: .* is wrong; allowed: "):
        started(**setting)


def test_a_site_without_projects_is_told() -> None:
    with pytest.raises(ConfigError, match="allowed: at least one number, unless curated names a record"):
        started(projects=[], curated=[])


def test_a_record_is_asked_for_each_number_and_our_file_once() -> None:
    assert started() == [URL, "package:data/projects.json"]
    assert started(projects=["1234", "1234"], curated=[]) == ["https://cordis.europa.eu/project/id/1234?format=xml"]


# Records of CORDIS


@pytest.mark.parametrize("namespace", ["", "http://www.w3.org/1999/xhtml", "https://cordis.europa.eu"])
def test_a_document_without_the_namespace_is_a_drift(namespace: str) -> None:
    with pytest.raises(ParseError, match="is no record of a project, not 612133"):
        item(record(namespace=namespace))


@pytest.mark.parametrize("body", [b"", b"{}", b"<project", b"not xml"])
def test_what_is_no_xml_is_a_drift(body: bytes) -> None:
    with pytest.raises(ParseError):
        item(body)


def test_a_page_in_place_of_a_record_is_not_read() -> None:
    page = {"url": URL, "headers": {"content-type": "text/html"}, "content": "<!doctype html><html><p>x</p></html>"}
    driven = drive(SITE, [page], curated=[])
    assert list(driven.unanswered) == [URL]
    assert driven.processes == {}


def test_a_record_of_another_project_is_refused() -> None:
    with pytest.raises(ParseError, match="is about the project 7, not 612133"):
        item(record(id="7"))


def test_what_partners_and_categories_say_is_not_the_project_s() -> None:
    process = mapped(item(record()))
    assert process.title.values == {"en": "ABC: A title"}
    assert process.organiser is not None
    assert process.organiser.name.values == {"en": "FIRST"}
    assert process.keywords == ("FP7-ICT", "politics")
    assert process.summary is not None
    assert process.summary.values == {"en": "Why & how."}


def test_a_project_is_one_and_lasts_from_day_to_day() -> None:
    process = mapped(item(record()))
    assert (process.kind, process.level) == (Kind.PROJECT, Level.SUPRANATIONAL)
    assert process.url == "https://cordis.europa.eu/project/id/612133"
    assert process.availability is Availability.LIVE
    assert [(one.kind, one.opens, one.closes) for one in process.phases] == [
        (PhaseKind.IMPLEMENTATION, "2013-10-01", "2016-09-30")
    ]


@pytest.mark.parametrize(
    ("word", "flag"), [("CLOSED", Status.ENDED), ("TERMINATED", Status.ENDED), ("SIGNED", None), ("Closed?", None)]
)
def test_a_status_keeps_its_own_word(word: str, flag: Status | None) -> None:
    process = mapped(item(record(f"<status>{word}</status>")))
    assert (process.flag, process.source_status) == (flag, word)


def test_without_a_status_nothing_is_said_of_one() -> None:
    process = mapped(item(record()))
    assert (process.flag, process.source_status) == (None, None)


def test_the_website_is_the_project_s_own() -> None:
    links = mapped(item(record())).links
    assert [(one.kind, one.value, one.url) for one in links] == [(LinkKind.WEBSITE, "https://abc.example/", None)]


def test_of_a_partner_only_the_coordinator_s_name_is_kept() -> None:
    partner = (
        "<departmentName>Dept Nobodyson</departmentName><vatNumber>VAT99</vatNumber>"
        "<address><email>nobody@x.example</email><telephoneNumber>+32 2 123 45 67</telephoneNumber></address>"
        "<relations><associations><person><lastName>Nobodyson</lastName></person></associations></relations>"
    )
    written = msgspec.json.encode(item(record(partner=partner)).data).decode()
    assert "Nobodyson" not in written
    assert "VAT99" not in written
    assert contacts_in(written) == []
    assert "SECOND" not in written


def test_contacts_inside_texts_are_taken_out() -> None:
    body = record().replace(b"Why", b"Ask nobody@x.example why")
    summary = mapped(item(body)).summary
    assert summary is not None
    assert summary.values == {"en": "Ask […] why & how."}
    assert contacts_in(msgspec.json.encode(item(body).data).decode()) == []


def test_an_entity_is_not_resolved() -> None:
    evil = b'<!DOCTYPE project [<!ENTITY x SYSTEM "file:///etc/hostname">]>' + record("<status>&x;</status>")
    assert item(evil).data["status"] == "&x;"


# Records of ours


def test_projects_that_cordis_does_not_hold_are_told_by_records_of_ours() -> None:
    driven = drive(SITE, [], projects=[], curated=["puzzled-by-policy", "ourspace"])
    assert sorted(driven.processes) == ["ourspace", "puzzled-by-policy"]
    assert driven.scopes == [Scope("curated", exhaustive=False)]
    for process in driven.processes.values():
        assert (process.kind, process.flag) == (Kind.PROJECT, Status.ENDED)
        assert len([link for link in process.links if link.title]) >= 3
        assert process.observed_at is not None
        assert process.availability is Availability.RECORD_ONLY
        assert validate(process).ok


@pytest.mark.parametrize("tags", [("en", "de"), ("de", "en")])
def test_the_original_is_in_the_site_s_language_in_whatever_order_a_store_gives_them_back(
    tags: tuple[str, str],
) -> None:
    found = Item("x", {"id": "x", "url": "https://x.example/", "title": {tag: f"In {tag}" for tag in tags}})
    assert mapped(found).title.original == "en"


def test_no_number_is_guessed() -> None:
    assert SITE.settings["projects"] == ["612133"]
    assert all(not each["id"].isdigit() for each in CURATED["projects"])


def test_an_end_that_no_source_tells_is_left_out() -> None:
    driven = drive(SITE, [], projects=[], curated=["puzzled-by-policy", "ourspace"])
    assert {id: [(one.opens, one.closes) for one in each.phases] for id, each in driven.processes.items()} == {
        "puzzled-by-policy": [("2010-10-01", None)],
        "ourspace": [("2010-07", None)],
    }


def test_every_record_of_ours_cites_sources_and_names_no_person() -> None:
    for each in CURATED["projects"]:
        assert len(each["sources"]) >= 3
        assert each["as_of"]
        assert each["url"] in [source["url"] for source in each["sources"]]
    assert contacts_in(json.dumps(CURATED)) == []


@pytest.mark.parametrize("document", [[], {}, {"projects": {}}, {"projects": [{}]}, None])
def test_a_file_of_another_form_is_a_drift(document: Any) -> None:
    with pytest.raises(ParseError, match="is no file of records"):
        curated(document)


def test_a_record_that_the_file_does_not_hold_is_told_by_name() -> None:
    with pytest.raises(ParseError, match="holds no record ourspce; it holds fupol, puzzled-by-policy, ourspace"):
        curated(CURATED, "ourspace", "ourspce")


# Hostile answers


@settings(max_examples=60, deadline=None)
@given(st.one_of(ANYTHING, damaged(CURATED)))
def test_whatever_comes_is_a_drift_or_a_record_for_quarantine(document: Any) -> None:
    with contextlib.suppress(ParseError):
        for found in curated(document):
            with contextlib.suppress(MappingError):
                mapped(found)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 1200), st.binary(max_size=6))
def test_a_damaged_document_is_a_drift_or_a_project(at: int, put: bytes) -> None:
    good = record()
    try:
        found = item(good[:at] + put + good[at + len(put) :])
    except ParseError:
        return
    with contextlib.suppress(MappingError):
        assert found.id == "612133"
        mapped(found)


# The recorded document


@pytest.mark.recordings
class TestRecorded:
    """The record of another project, as it was kept."""

    def test_it_is_one_project_with_its_days(self, recordings: Path) -> None:
        driven = drive(SITE, recordings / "cordis", projects=["101117736"], curated=[])
        assert driven.complete
        assert list(driven.processes) == ["101117736"]
        process = driven.processes["101117736"]
        assert validate(process).ok
        assert [(one.opens, one.closes) for one in process.phases] == [("2024-09-01", "2029-08-31")]
        assert len(process.title.values["en"]) == 101
        assert (process.flag, process.source_status) == (None, None)
        assert len(process.keywords) == 4

    def test_departments_and_tax_numbers_stay_behind(self, recordings: Path) -> None:
        raw = (recordings / "cordis" / "horizon-project-101117736.xml").read_text()
        assert "<departmentName>" in raw
        assert "<vatNumber>" in raw
        driven = drive(SITE, recordings / "cordis", projects=["101117736"], curated=[])
        written = msgspec.json.encode([driven.items, list(driven.processes.values())]).decode()
        for name in ("departmentName", "vatNumber"):
            value = raw.partition(f"<{name}>")[2].partition("<")[0]
            assert value not in written


# The sample


def test_the_sample_shows_records_of_both_sorts() -> None:
    driven = drive(SAMPLE.site, SAMPLE.folder)
    assert {id: one.flag for id, one in driven.processes.items()} == {
        "900001": Status.ENDED,
        "900002": None,
        "forgotten": Status.ENDED,
    }
