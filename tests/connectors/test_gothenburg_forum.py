"""The connector for Göteborgsförslaget: what its table may be like, and hostile ones. No table of it was ever seen.

| trap | test |
| --- | --- |
| the address of an export is not known | test_the_table_is_asked_at_the_setting_or_the_base |
| its columns are not known | test_columns_may_be_called_otherwise, test_the_words_of_the_city_are_the_default |
| its form is not known | test_csv_json_and_rss_tell_the_same |
| separators and encodings differ | test_csv_is_read_with_any_separator_and_encoding |
| a page may be there in place of the table | test_what_is_no_table_is_a_drift |
| portal addresses do not last | test_addresses_with_the_state_of_the_portal_are_not_kept |
| statuses are words | test_statuses_are_known_by_the_beginning_of_words |
| what is archived has an outcome or none | test_a_decision_is_an_outcome_in_the_city_s_words |
| an end may be computed | test_no_end_is_computed |
| counts may be missing | test_a_count_that_is_missing_is_unknown |
| thousands are written apart | test_thousands_may_be_written_apart |
| the proposer is a person | test_no_column_passes_that_is_not_declared |
| contacts inside texts | test_contacts_inside_texts_are_taken_out |
"""

from __future__ import annotations

import contextlib
import json
import sys
from datetime import timedelta
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
from folkmoot_connectors.gothenburg_forum import GothenburgForum
from folkmoot_connectors.sites import bundled_samples
from folkmoot_hub.connector import Item, MappingError, ParseError, Request, Run, Scope, Site, WholeItem
from folkmoot_hub.errors import ConfigError
from folkmoot_schema.codes import Kind, OutcomeKind, Stage, Status, Unit
from folkmoot_schema.process import Process
from folkmoot_schema.status import assess_process
from folkmoot_schema.validation import validate

TRAPS = (
    "the address of an export is not known",
    "its columns are not known",
    "its form is not known",
    "separators and encodings differ",
    "a page may be there in place of the table",
    "portal addresses do not last",
    "statuses are words",
    "what is archived has an outcome or none",
    "an end may be computed",
    "counts may be missing",
    "thousands are written apart",
    "the proposer is a person",
    "contacts inside texts",
)

URL = "https://goteborg.se/goteborgsforslaget"
SITE = bundled("gothenburg-forum")
ROW = {
    "nummer": "17",
    "rubrik": "A bench",
    "beskrivning": "By the river.",
    "kategori": "Gata, park och lekplatser",
    "stadsdel": "Centrum",
    "publicerad": "2026-02-06",
    "slutdatum": "2026-05-07",
    "röster": "87",
    "röster emot": "4",
    "kommentarer": "12",
    "status": "Aktuellt förslag",
    "beslut": "",
    "nämnd": "",
    "länk": "https://goteborg.se/17",
    "förslagsställare": "Somebody Ofgoteborg",
}


def form(format: str, **more: Any) -> Site:
    return under(SITE, {"settings": {"format": format, **more}})


def items(body: bytes | Any, site: Site) -> list[Item]:
    return [one for one in answer(GothenburgForum, site, URL, body) if isinstance(one, Item)]


def mapped(site: Site | None = None, **fields: Any) -> Process:
    """The process that a row becomes; ``_`` stands for the blank in a name."""
    row = {**ROW, **{name.replace("_", " "): value for name, value in fields.items()}}
    (item,) = items([row], site or form("json"))
    return GothenburgForum().map(WholeItem(item.id, {"list": item.data}), Run(site=SITE, now=NOW))


def status(process: Process) -> Status:
    return assess_process(process, seen_at=NOW, now=NOW, interval=timedelta(days=2)).status


def started(**settings: Any) -> list[Request]:
    run = Run(site=under(SITE, {"settings": settings}), now=NOW)
    return [one for one in GothenburgForum().start(run) if isinstance(one, Request)]


def test_every_trap_has_its_test() -> None:
    assert traps.faults(sys.modules[__name__], TRAPS) == []


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"url": "/export.csv"}, "setting url: '/export.csv' is wrong; allowed: an absolute"),
        ({"url": 5}, "setting url: 5"),
        ({"format": "xlsx"}, "setting format: 'xlsx' is wrong; allowed: csv, json, rss"),
        ({"rows": 5}, "setting rows: 5"),
        ({"rows": "data"}, r"setting rows: 'data' is wrong; allowed: none, unless format is json \(it is csv\)"),
        ({"rows": "data", "format": "rss"}, r"setting rows: .* \(it is rss\)"),
        ({"columns": ["nummer"]}, "setting columns: .* allowed: a table of names"),
        ({"columns": {"votes": 5}}, "setting columns: .* allowed: a table of names"),
        ({"columns": {"votes": " "}}, "setting columns: "),
        ({"columns": {"proposer": "Namn"}}, r"setting columns\.proposer: 'Namn' is wrong; allowed: number, title, "),
    ],
)
def test_wrong_settings_are_told_with_what_is_allowed(wrong: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        started(**wrong)


def test_the_table_is_asked_at_the_setting_or_the_base() -> None:
    assert started() == [Request(URL, expect="any")]
    other = "https://goteborg.se/export"
    assert started(url=other, format="json") == [Request(other, expect="json")]
    assert started(url=other, format="rss") == [Request(other, expect="feed")]


@pytest.mark.parametrize(
    ("format", "body"),
    [
        ("csv", b""),
        ("csv", b"<!doctype html>\n<html><body>no; table, here</body></html>"),
        ("csv", b"nummer;titel\n1;A"),
        ("csv", b'nummer;rubrik\n1;"' + b"a" * 140_000),
        ("json", b"{}"),
        ("json", b"5"),
        ("json", b'[{"number": 1}]'),
        ("json", b"[5, []]"),
        ("json", b'[{"nummer": null, "rubrik": "A"}]'),
        ("rss", b"<html></html>"),
    ],
)
def test_what_is_no_table_is_a_drift(format: str, body: bytes) -> None:
    with pytest.raises(ParseError):
        items(body, form(format))


def test_an_empty_list_is_no_drift_and_promises_nothing() -> None:
    assert answer(GothenburgForum, form("json"), URL, []) == [Scope("table", exhaustive=False)]
    assert items(b"nummer;rubrik\n", form("csv")) == []


def test_one_row_without_a_number_costs_itself_alone() -> None:
    rows = [{**ROW, "nummer": each} for each in ("", None, True, [1], 18, "19 ")]
    assert [item.id for item in items([*rows, 5], form("json"))] == ["", "", "", "", "18", "19", ""]


def test_the_words_of_the_city_are_the_default() -> None:
    process = mapped()
    assert process.kind is Kind.PROPOSAL
    assert (process.title.values, process.url) == ({"sv": "A bench"}, "https://goteborg.se/17")
    assert process.keywords == ("Gata, park och lekplatser", "Centrum")
    assert [(one.opens, one.closes, one.zone) for one in process.phases] == [
        ("2026-02-06", "2026-05-07", "Europe/Stockholm")
    ]
    counted = {one.unit: (one.count, one.threshold and one.threshold.count) for one in process.support}
    assert counted == {
        Unit.ENDORSEMENTS_FOR: (87, 200),
        Unit.ENDORSEMENTS_AGAINST: (4, None),
        Unit.COMMENTS: (12, None),
    }
    assert validate(process).ok


def test_columns_may_be_called_otherwise() -> None:
    site = form("json", columns={"votes": "Antal röster", "title": "Titel"})
    (item,) = items([{"NUMMER": 5, "titel": "A", "ANTAL RÖSTER": 3, "röster": 9, "rubrik": "B"}], site)
    assert (item.id, item.data) == ("5", {"title": "A", "votes": "3"})


def test_csv_json_and_rss_tell_the_same() -> None:
    header, cells = ";".join(ROW), ";".join(f'"{value}"' for value in ROW.values())
    (one,) = items(f"{header}\n{cells}\n\n;;\n".encode(), form("csv"))
    (other,) = items([ROW], form("json"))
    (under_name,) = items({"data": [ROW]}, form("json", rows="data"))
    assert one == other == under_name
    entry = (
        '<item><title>A bench</title><guid isPermaLink="false">17</guid><description>By the river.</description>'
        "<category>Gata, park och lekplatser</category><link>https://goteborg.se/17</link>"
        "<pubDate>Fri, 06 Feb 2026 00:00:00 +0100</pubDate><author>Somebody</author></item>"
    )
    (fed,) = items(f'<rss version="2.0"><channel>{entry}</channel></rss>'.encode(), form("rss"))
    assert fed.id == "17"
    assert {name: fed.data[name] for name in ("title", "text", "category", "link")} == {
        name: other.data[name] for name in ("title", "text", "category", "link")
    }
    assert fed.data["published"] == "2026-02-05T23:00:00Z"
    assert "Somebody" not in str(fed)


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_csv_is_read_with_any_separator_and_encoding(delimiter: str, encoding: str) -> None:
    text = delimiter.join(("Nummer", " Rubrik ", "Röster", "Beskrivning"))
    text += "\r\n" + delimiter.join(("1", "Träd", "3", '"Två\r\nrader"')) + "\r\n"
    (item,) = items(text.encode(encoding), form("csv"))
    assert (item.id, item.data) == ("1", {"title": "Träd", "votes": "3", "text": "Två\r\nrader"})


def test_rows_of_another_length_lose_nothing_else() -> None:
    found = items(b"nummer;rubrik;status\n1;A\n2;B;Aktuellt;x;y\n", form("csv"))
    assert [(item.id, item.data) for item in found] == [
        ("1", {"title": "A"}),
        ("2", {"title": "B", "status": "Aktuellt"}),
    ]


def test_addresses_with_the_state_of_the_portal_are_not_kept() -> None:
    assert mapped(länk="https://goteborg.se/wps/portal/start/!ut/p/z1/04_Sj9CP").url == URL
    assert mapped(länk="javascript:x").url == URL


@pytest.mark.parametrize(
    ("word", "decision", "flag", "stage"),
    [
        ("Aktuellt förslag", "", Status.OPEN, Stage.AGENDA_SETTING),
        ("Aktuella förslag", "", Status.OPEN, Stage.AGENDA_SETTING),
        ("under behandling", "", Status.UNDER_REVIEW, Stage.POLICY_DESIGN),
        ("Arkiverade förslag", "", Status.CLOSED, Stage.AGENDA_SETTING),
        ("Arkiverat", "Avslås", Status.ANSWERED, Stage.POLICY_DESIGN),
        ("Arkiverat", "Genomförs fullt ut", Status.ANSWERED, Stage.POLICY_IMPLEMENTATION),
        ("", "", Status.UNKNOWN, Stage.AGENDA_SETTING),
        ("Granskas", "", Status.UNKNOWN, Stage.AGENDA_SETTING),
    ],
)
def test_statuses_are_known_by_the_beginning_of_words(word: str, decision: str, flag: Status, stage: Stage) -> None:
    process = mapped(status=word, beslut=decision)
    assert (process.flag, process.source_status, process.stage) == (flag, word or None, stage)


def test_where_no_status_is_told_the_dates_are_believed() -> None:
    assert status(mapped(status="")) is Status.OPEN
    assert status(mapped(status="", slutdatum="2026-03-01")) is Status.CLOSED
    assert status(mapped(status="", slutdatum="")) is Status.UNKNOWN


def test_a_decision_is_an_outcome_in_the_city_s_words() -> None:
    (refused,) = mapped(status="Arkiverat", beslut="Avslås", nämnd="Parknämnden").outcomes
    (granted,) = mapped(status="Arkiverat", beslut="Genomförs delvis").outcomes
    assert refused.title is not None
    assert (refused.kind, refused.date, refused.title.values) == (OutcomeKind.REJECTED, None, {"sv": "Avslås"})
    assert granted.kind is OutcomeKind.DECISION
    assert mapped(status="Arkiverat").outcomes == ()
    authority = mapped(nämnd="Parknämnden").authority
    assert authority is not None
    assert authority.name.values == {"sv": "Parknämnden"}


def test_no_end_is_computed() -> None:
    (phase,) = mapped(slutdatum="").phases
    assert (phase.opens, phase.closes) == ("2026-02-06", None)
    assert mapped(slutdatum="", publicerad="").phases == ()


@pytest.mark.parametrize("value", ["", " ", None])
def test_a_count_that_is_missing_is_unknown(value: Any) -> None:
    process = mapped(röster=value, röster_emot=value, kommentarer=value)
    assert [(one.unit, one.count) for one in process.support] == [(Unit.ENDORSEMENTS_FOR, None)]


@pytest.mark.parametrize("value", ["1 204", "1\u00a0204", "1\u202f204", "1204", 1204])
def test_thousands_may_be_written_apart(value: Any) -> None:
    assert mapped(röster=value).support[0].count == 1204


@pytest.mark.parametrize("value", ["many", "-1", "1,5", "1.204", "٣", "9" * 20, 1.5])
def test_a_count_that_is_no_number_is_told_by_name(value: Any) -> None:
    with pytest.raises(MappingError, match=r"votes: .* is not a whole number"):
        mapped(röster=value)


@pytest.mark.parametrize("name", ["publicerad", "slutdatum"])
def test_a_date_of_another_form_is_told_by_name(name: str) -> None:
    with pytest.raises(MappingError, match=r"(published|closes): .* is not a time"):
        mapped(None, **{name: "6 februari"})


def test_no_column_passes_that_is_not_declared() -> None:
    (item,) = items([ROW], form("json"))
    assert "Somebody" not in msgspec.json.encode([item, mapped()]).decode()
    assert set(item.data) <= GothenburgForum.fields["list"]


def test_contacts_inside_texts_are_taken_out() -> None:
    text = "Ask a@town.example or +46 31 365 00 00"
    process = mapped(rubrik=text, beskrivning=text, kategori=text, beslut=text, nämnd=text, status=text)
    written = msgspec.json.encode(process).decode()
    assert contacts_in(written) == []
    assert "town.example" not in written


SAMPLE = next(sample for sample in bundled_samples() if sample.site.id == "sample.forslag")


def attempt(body: Any, site: Site) -> list[Process]:
    """Parse and map; whatever is wrong may only be a drift or a record for quarantine."""
    found: list[Process] = []
    try:
        rows = items(body, site)
    except ParseError:
        return found
    for row in rows:
        with contextlib.suppress(MappingError):
            found.append(GothenburgForum().map(WholeItem(row.id, {"list": row.data}), Run(site=SITE, now=NOW)))
    return found


@settings(max_examples=150, deadline=None)
@given(st.one_of(ANYTHING, damaged([ROW, ROW])), st.binary(max_size=80), st.text(max_size=80))
def test_whatever_comes_is_a_drift_or_a_record_for_quarantine(rows: Any, bytes_: bytes, text: str) -> None:
    attempt(json.dumps(rows).encode(), form("json"))
    attempt(bytes_, form("csv"))
    for process in attempt(f"nummer;rubrik;röster\n1;{text};2\n{text}".encode(errors="replace"), form("csv")):
        assert process.kind is Kind.PROPOSAL


def test_the_sample_shows_every_status_and_both_sides() -> None:
    driven = drive(SAMPLE.site, SAMPLE.folder)
    assert [process.flag for process in driven.processes.values()] == [
        Status.OPEN,
        Status.OPEN,
        Status.UNDER_REVIEW,
        Status.ANSWERED,
        Status.ANSWERED,
        Status.CLOSED,
    ]
    assert driven.processes["988"].support[0].count == 1204


@pytest.mark.recordings
def test_pages_of_rules_are_no_table(recordings: Path) -> None:
    for number in (1, 2, 3, 4):
        with pytest.raises(ParseError, match="has no column"):
            items((recordings / "gothenburg-forum" / "composite" / f"page_{number}.html").read_bytes(), form("csv"))
