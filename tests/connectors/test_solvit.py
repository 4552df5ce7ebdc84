"""The connector for SOLVIT: the traps of the platform, the composed pages, and hostile answers.

There is no interface. CSV files and stories are read in a form that is our guess: what is tested of them shows that our
code does what we believe, not that any such file or page exists.

| trap | test |
| --- | --- |
| one address shows another year at each visit | test_a_year_is_known_by_period_and_language_never_by_address |
| forms of a reporting period | test_a_period_is_read_in_every_form_that_was_seen |
| a page without a period | test_a_page_without_a_period_is_a_drift |
| an address of another language has English text | test_only_an_english_address_says_what_language_the_text_is_in |
| charts are drawn by script | test_a_chart_gives_no_figure |
| tables where a page has any | test_a_table_of_a_page_is_kept_as_a_table |
| no case is public | test_no_case_is_told_without_a_page_of_stories |
| thirty centres, and one that closed | test_there_is_a_centre_in_every_country_and_one_that_closed |
| sources are cited | test_every_centre_cites_its_sources_and_the_act_it_rests_on |
| the Union's own codes of countries | test_a_country_is_given_by_code_or_name |
| a missing value is no zero | test_a_value_that_is_missing_is_left_out |
| fewer than ten cases are marked | test_a_mark_on_a_value_stays |
| columns are called as one likes | test_columns_are_named_by_the_site |
| a row that cannot be placed | test_a_row_that_cannot_be_placed_costs_itself_alone |
| stories name people | test_forms_of_address_and_what_follows_go |
| stories look as one likes | test_a_page_without_a_story_is_a_drift |
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
from folkmoot_connectors._solvit_scoreboard import period, table
from folkmoot_connectors.sites import bundled_samples
from folkmoot_connectors.solvit import Solvit
from folkmoot_hub.connector import Item, MappingError, ParseError, Request, Run, Scope, Site, WholeItem
from folkmoot_hub.errors import ConfigError
from folkmoot_schema.codes import Kind, Level, LinkKind, PhaseKind, Stage, Status
from folkmoot_schema.process import Process
from folkmoot_schema.validation import validate

TRAPS = (
    "one address shows another year at each visit",
    "forms of a reporting period",
    "a page without a period",
    "an address of another language has English text",
    "charts are drawn by script",
    "tables where a page has any",
    "no case is public",
    "thirty centres, and one that closed",
    "sources are cited",
    "the Union's own codes of countries",
    "a missing value is no zero",
    "fewer than ten cases are marked",
    "columns are called as one likes",
    "a row that cannot be placed",
    "stories name people",
    "stories look as one likes",
)

SITE = bundled("solvit")
SAMPLE = next(sample for sample in bundled_samples() if sample.site.id == "sample.centres")
BOARD = "https://single-market-scoreboard.ec.europa.eu"
CURATED = json.loads(files("folkmoot_connectors").joinpath("data/solvit.json").read_text())


def items(
    then: str, body: bytes | Any, url: str = f"{BOARD}/enforcement-tools/solvit_en", site: Site = SITE
) -> list[Item]:
    found = answer(Solvit, site, url, body, then=then)
    return [one for one in found if isinstance(one, Item)]


def page(body: str, url: str = f"{BOARD}/enforcement-tools/solvit_en") -> Item:
    (item,) = items("parse", f"<html lang='en'><body><main>{body}</main></body></html>".encode(), url)
    return item


def mapped(item: Item, site: Site = SITE) -> Process:
    return Solvit().map(WholeItem(item.id, {"list": item.data}), Run(site=site, now=NOW))


def rows(*lines: str, head: str = "period,country,indicator,value", site: Site = SITE) -> list[Item]:
    return items("parse_table", "\n".join([head, *lines]).encode(), f"{BOARD}/figures.csv", site)


def test_every_trap_has_its_test() -> None:
    assert traps.faults(sys.modules[__name__], TRAPS) == []


# Settings


@pytest.mark.parametrize(
    "setting",
    [
        {"records": "/etc/passwd"},
        {"records": "../solvit.json"},
        {"records": "data/solvit.toml"},
        {"records": "data//solvit.json"},
        {"records": 5},
        {"pages": ["https://elsewhere.example/solvit_en"]},
        {"pages": "solvit_en"},
        {"tables": [None]},
        {"stories": ["javascript:x"]},
        {"columns": {"periods": "x"}},
        {"columns": {"period": ""}},
        {"columns": ["period"]},
    ],
)
def test_a_setting_that_is_wrong_is_told(setting: dict[str, Any]) -> None:
    with pytest.raises(ConfigError, match=f"^solvit: setting {next(iter(setting))}: .* is wrong; allowed: "):
        list(Solvit().start(Run(site=under(SITE, setting), now=NOW)))


def test_no_case_is_told_without_a_page_of_stories() -> None:
    asked = [one.url for one in Solvit().start(Run(site=SITE, now=NOW)) if isinstance(one, Request)]
    assert asked == ["package:data/solvit.json"]
    kinds = {one.kind for one in drive(SITE, []).processes.values()}
    assert kinds == {Kind.STANDING_FORM}


# Centres


def test_there_is_a_centre_in_every_country_and_one_that_closed() -> None:
    driven = drive(SITE, [])
    assert driven.complete
    assert driven.quarantined == {}
    assert driven.scopes == [Scope("centres", exhaustive=True)]
    flags = {id.removeprefix("centre/"): one.flag for id, one in driven.processes.items()}
    assert len(flags) == 31
    assert {code for code, flag in flags.items() if flag is Status.ENDED} == {"GB"}
    assert {"IS", "LI", "NO", "GR"} <= set(flags)
    assert {flag for code, flag in flags.items() if code != "GB"} == {Status.OPEN}


def test_a_centre_says_what_it_is_in_three_languages() -> None:
    process = drive(SITE, []).processes["centre/NL"]
    assert process.title.values == {
        "en": "SOLVIT centre: Netherlands",
        "de": "SOLVIT-Zentrum: Niederlande",
        "fr": "Centre SOLVIT : Pays-Bas",
    }
    assert (process.kind, process.level, process.stage) == (
        Kind.STANDING_FORM,
        Level.NATIONAL,
        Stage.POLICY_IMPLEMENTATION,
    )
    assert process.participate_url == "https://ec.europa.eu/solvit/"
    assert process.body is not None
    assert set(process.body.values) == {"en", "de", "fr"}
    assert process.phases == ()


def test_dates_of_a_centre_are_as_exact_as_their_source() -> None:
    processes = drive(SITE, []).processes
    assert [(one.opens, one.closes) for one in processes["centre/HR"].phases] == [("2013-07-01", None)]
    assert [(one.opens, one.closes) for one in processes["centre/GB"].phases] == [(None, "2021-01")]
    assert processes["centre/GB"].participate_url is None
    assert {one.observed_at for one in processes.values()} == {"2023-11"}


def test_every_centre_cites_its_sources_and_the_act_it_rests_on() -> None:
    for process in drive(SITE, []).processes.values():
        kinds = [link.kind for link in process.links]
        assert kinds[:2] == [LinkKind.CELEX, LinkKind.COM]
        assert kinds.count(LinkKind.WEBSITE) >= 2
        assert validate(process).ok
    assert "https://en.wikipedia.org/wiki/SOLVIT" in [link.url for link in drive(SITE, []).processes["centre/GB"].links]


@pytest.mark.parametrize("document", [[], {}, {**CURATED, "centres": []}, {**CURATED, "centres": [{}]}, None])
def test_a_file_without_centres_is_a_drift(document: Any) -> None:
    with pytest.raises(ParseError, match="is no file of records"):
        items("parse_centres", document)


# The Scoreboard


@pytest.mark.parametrize(
    ("text", "opens", "closes"),
    [
        ("Reporting period: 01/2013 - 12/2013", "2013-01", "2013-12"),
        ("Reporting period: 1/2017 - 12/2017", "2017-01", "2017-12"),
        ("Reporting period: 12/2022 – 11/2023", "2022-12", "2023-11"),
        ("Berichtszeitraum 12/2022—11/2023", "2022-12", "2023-11"),
    ],
)
def test_a_period_is_read_in_every_form_that_was_seen(text: str, opens: str, closes: str) -> None:
    found = period(text)
    assert found is not None
    assert (found.opens, found.closes) == (opens, closes)
    (phase,) = mapped(page(f"<p>{text}</p>")).phases
    assert (phase.kind, phase.opens, phase.closes) == (PhaseKind.REVIEW, opens, closes)


@pytest.mark.parametrize(
    "text", ["2013", "13/2013 - 12/2014", "12/2023 - 11/2022", "1/2/2013 - 3/4/2013", "00/2013 - 01/2014"]
)
def test_a_page_without_a_period_is_a_drift(text: str) -> None:
    with pytest.raises(ParseError, match="names no reporting period"):
        page(f"<h1>SOLVIT</h1><p>{text}</p>")


def test_a_year_is_known_by_period_and_language_never_by_address() -> None:
    one, other = page("<p>1/2017 - 12/2017</p>"), page("<p>01/2013 - 12/2013</p>")
    assert [one.id, other.id] == ["scoreboard/2017-01/2017-12/en", "scoreboard/2013-01/2013-12/en"]
    elsewhere = page("<p>1/2017 - 12/2017</p>", f"{BOARD}/node/262_en")
    assert elsewhere.id == one.id
    assert page("<p>1/2017 - 12/2017</p>", f"{BOARD}/node/262_sl").id == "scoreboard/2017-01/2017-12/sl"
    assert page("<p>1/2017 - 12/2017</p>", f"{BOARD}/solvit/index_en.htm").id == one.id


def test_a_year_makes_no_other_one_absent() -> None:
    found = answer(Solvit, SITE, f"{BOARD}/solvit_en", b"<main>1/2017 - 12/2017</main>")
    assert [one for one in found if isinstance(one, Scope)] == [Scope("scoreboard", exhaustive=False)]


@pytest.mark.parametrize(("ending", "language"), [("solvit_en", "en"), ("node/262_sl", "und"), ("solvit_de", "und")])
def test_only_an_english_address_says_what_language_the_text_is_in(ending: str, language: str) -> None:
    process = mapped(page("<h1>SOLVIT</h1><p>1/2017 - 12/2017</p>", f"{BOARD}/{ending}"))
    assert process.title.original == language


def test_a_chart_gives_no_figure() -> None:
    chart = "<div id='chartContainer_N10079'>chartContainer_N10079</div><script>var values = [75, 20];</script>"
    item = page(f"<h1>SOLVIT</h1><p>1/2017 - 12/2017</p><p>Text.</p>{chart}")
    assert item.data["body"] == "<p>1/2017 - 12/2017</p><p>Text.</p>"
    assert list(item.data["figures"]) == []
    assert mapped(item).support == ()


def test_a_table_of_a_page_is_kept_as_a_table() -> None:
    rows = "<tr><th>Cases</th><th>n</th></tr><tr><td>Resolved &lt;all&gt;</td><td>96</td></tr><tr></tr>"
    item = page(f"<h1>SOLVIT</h1><p>1/2017 - 12/2017</p><table>{rows}</table>")
    body = mapped(item).body
    assert body is not None
    told = "<tr><td>Cases</td> <td>n</td></tr><tr><td>Resolved &lt;all&gt;</td> <td>96</td></tr>"
    assert body.values["en"].endswith(f"<table>{told}</table>")


# Figures


@pytest.mark.parametrize(
    ("told", "code"),
    [("AT", "AT"), ("EL", "GR"), ("UK", "GB"), ("el", "GR"), ("Austria", "AT"), ("czechia", "CZ"), ("GR", "GR")],
)
def test_a_country_is_given_by_code_or_name(told: str, code: str) -> None:
    (item,) = rows(f"12/2022 - 11/2023,{told},Resolution rate,90 %")
    assert item.id == f"figures/2022-12/2023-11/{code}/en"
    process = mapped(item)
    assert process.place is not None
    assert (process.place.country, process.level, process.kind) == (code, Level.NATIONAL, Kind.STATISTICS)


def test_a_country_is_named_in_the_language_of_its_row() -> None:
    (item,) = rows("1/2017 - 12/2017,Österreich,Lösungsquote,90 %,de", head="period,country,indicator,value,language")
    assert mapped(item).title.values == {"de": "SOLVIT, Österreich, 01/2017 – 12/2017"}


def test_figures_of_one_country_and_period_are_one_table() -> None:
    one, other = rows(
        "12/2022 - 11/2023,AT,First reply,92 %",
        "12/2022 - 11/2023,PT,First reply,64 %",
        "12/2022 - 11/2023,AT,Resolution rate,88 %",
    )
    assert [tuple(row) for row in one.data["figures"]] == [("First reply", "92 %"), ("Resolution rate", "88 %")]
    assert len(other.data["figures"]) == 1
    body, summary = mapped(one).body, mapped(one).summary
    assert body is not None
    assert summary is not None
    assert summary.values == {"en": "First reply: 92 %; Resolution rate: 88 %"}
    assert body.values["en"] == table([("First reply", "92 %"), ("Resolution rate", "88 %")])


def test_a_value_that_is_missing_is_left_out() -> None:
    (item,) = rows("12/2022 - 11/2023,LI,Resolution rate,", "12/2022 - 11/2023,LI,First reply,0 %")
    assert [tuple(row) for row in item.data["figures"]] == [("First reply", "0 %")]


def test_a_mark_on_a_value_stays() -> None:
    (item,) = rows("12/2022 - 11/2023,LI,First reply,100 %*")
    assert [tuple(row) for row in item.data["figures"]] == [("First reply", "100 %*")]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_columns_are_named_by_the_site(separator: str) -> None:
    site = under(SITE, {"columns": {"period": "Zeitraum", "country": "Land", "indicator": "Was", "value": "Wert"}})
    head = separator.join(["\ufeffWert", "was ", "LAND", "Zeitraum", "else"])
    (item,) = rows(separator.join(["90 %", "Quote", "AT", "1/2017 - 12/2017", "x"]), head=head, site=site)
    assert [tuple(row) for row in item.data["figures"]] == [("Quote", "90 %")]


@pytest.mark.parametrize(
    "body", ["", "period,country,indicator,value", "a;b\n1;2", "period,country,indicator\n1/2017 - 12/2017,AT,x"]
)
def test_a_file_of_another_form_is_a_drift(body: str) -> None:
    with pytest.raises(ParseError, match=r"has no column|holds no row"):
        items("parse_table", body.encode(), f"{BOARD}/figures.csv")


def test_a_row_that_cannot_be_placed_costs_itself_alone() -> None:
    good = "12/2022 - 11/2023,AT,First reply,92 %"
    found = rows("2023,AT,x,1", good, "12/2022 - 11/2023,Atlantis,x,1", "12/2022 - 11/2023,AT,,1", "short")
    assert [one.id for one in found] == ["figures/2022-12/2023-11/AT/en", "", "", "", ""]


# Stories

STORY = "<h2>A licence is exchanged</h2><p>Problem: An office said no.</p><p>Solution: It says yes now.</p>"


def stories(body: str) -> list[Item]:
    return items("parse_stories", f"<main><h1>Stories</h1>{body}</main>".encode(), f"{BOARD}/stories_en")


def test_a_story_has_a_problem_and_a_solution() -> None:
    (item,) = stories(f"<p>Intro</p>{STORY}<h2>Without a solution</h2><p>Problem: So.</p><h2>Contact</h2><p>Here.</p>")
    process = mapped(item)
    assert (process.kind, process.flag) == (Kind.PROBLEM_REPORT, Status.ANSWERED)
    assert process.title.values == {"en": "A licence is exchanged"}
    assert process.summary is not None
    assert process.summary.values == {"en": "An office said no."}
    assert [one.title.values for one in process.outcomes if one.title] == [{"en": "It says yes now."}]


@pytest.mark.parametrize(
    "body", ["", "<p>Problem: x</p><p>Solution: y</p>", "<h2>x</h2><p>Problem</p><p>Solution: y</p>"]
)
def test_a_page_without_a_story_is_a_drift(body: str) -> None:
    with pytest.raises(ParseError, match="shows no story"):
        stories(body)


@pytest.mark.parametrize(
    "name",
    [
        "Mr Nobodyson",
        "MR NOBODYSON",
        "Ms N. Nobodyson",
        "Frau Nobodyson",
        "Frau Prof. Dr. Nobodyson",
        "Dr. Nobody Nobodyson",
        "Mr van der Nobodyson",
        "Ms Šnobodyson",
        "Κ. Μ. Ms Žanobody-Łnobodyson",
        "Sra. Nobody de la Nobodyson y Nobodyson",
        "M. Nobody Anobody Onobody Unobody Nobodyson",
    ],
)
def test_forms_of_address_and_what_follows_go(name: str) -> None:
    (item,) = stories(STORY.replace("An office", f"To {name} an office").replace("It says", f"{name} says"))
    assert "nobody" not in msgspec.json.encode(item.data).decode().lower()
    assert item.data["problem"].endswith("[…] an office said no.")
    assert item.data["solution"].endswith("[…] says yes now.")
    (mail,) = stories(STORY.replace("An office", "Ask us at help@solvit.example or +32 2 123 45 67: an office"))
    assert contacts_in(msgspec.json.encode(mail.data).decode()) == []


# Hostile answers


def test_the_good_file_is_mapped() -> None:
    assert len([mapped(one) for one in items("parse_centres", CURATED)]) == 31


@settings(max_examples=60, deadline=None)
@given(st.one_of(ANYTHING, damaged({**CURATED, "centres": CURATED["centres"][:2]})))
def test_whatever_comes_is_a_drift_or_a_record_for_quarantine(document: Any) -> None:
    try:
        found = items("parse_centres", document)
    except ParseError:
        return
    for item in found:
        with contextlib.suppress(MappingError):
            mapped(item)


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet='perioduntyicav,;"\n 1/2017-ATlue\x00', max_size=80))
def test_whatever_comes_as_a_file_is_read_or_a_drift(text: str) -> None:
    try:
        found = rows(text)
    except ParseError:
        return
    assert all(validate(mapped(one)).ok for one in found if one.id)


@pytest.mark.parametrize("id", ["else/1", "centre", "scoreboard/x", "story/x"])
def test_an_item_that_is_none_of_ours_is_put_aside(id: str) -> None:
    with pytest.raises(MappingError):
        Solvit().map(WholeItem(id, {"list": {"what": "ever"}}), Run(site=SITE, now=NOW))


# The composed pages: true words of four pages in markup of ours


@pytest.mark.recordings
class TestComposed:
    """What was at hand of the Scoreboard, as three visits."""

    OLD = "http://ec.europa.eu/internal_market/scoreboard/performance_by_governance_tool/solvit/index_en.htm"

    def visits(self, recordings: Path) -> dict[str, Process]:
        document = json.loads((recordings / "solvit" / "recording.json").read_text())
        found: dict[str, Process] = {}
        for each in document["responses"]:
            body = (recordings / "solvit" / each["file"]).read_bytes()
            (item,) = items("parse", body, each["url"])
            found[item.id] = mapped(item)
        return found

    def test_four_visits_to_three_addresses_are_four_years(self, recordings: Path) -> None:
        assert list(self.visits(recordings)) == [
            "scoreboard/2022-12/2023-11/en",
            "scoreboard/2013-01/2013-12/en",
            "scoreboard/2017-01/2017-12/en",
            "scoreboard/2020-01/2020-12/sl",
        ]

    def test_they_pass_the_schema_and_have_no_status(self, recordings: Path) -> None:
        found = self.visits(recordings)
        assert [id for id, one in found.items() if not validate(one).ok] == []
        assert {one.flag for one in found.values()} == {None}
        assert [one.title.original for one in found.values()] == ["en", "en", "en", "und"]

    def test_the_recording_is_harvested_with_the_centres(self, recordings: Path) -> None:
        pages = [f"{BOARD}/enforcement-tools/solvit_en", self.OLD, f"{BOARD}/node/262_sl"]
        driven = drive(SITE, recordings / "solvit", pages=pages)
        assert driven.complete
        assert len(driven.processes) == 31 + 3


# The sample


def test_the_sample_shows_centres_years_figures_and_stories() -> None:
    driven = drive(SAMPLE.site, SAMPLE.folder)
    assert sorted(id.partition("/")[0] for id in driven.processes) == sorted(
        ["centre"] * 4 + ["figures"] * 3 + ["scoreboard"] * 2 + ["story"] * 2
    )
