"""The connector for Puzzled by Policy: the dirt of its data, the real rows, print views as its code makes them.

| trap | test |
| --- | --- |
| one statement has five languages and five countries | test_a_statement_is_one_in_all_its_languages |
| a wording of one country ends in stray words | test_what_one_country_has_by_mistake_is_not_told |
| a country is spelt "hu-hu" | test_a_country_is_known_however_it_is_spelt |
| the last statement is another one in each country | test_statements_of_countries_are_told_by_country |
| positions of organisations are no answers | test_no_position_of_an_organisation_is_told |
| nobody knows how people answered | test_there_are_no_counts_and_no_dates_of_a_survey |
| scripts of SQL Server are UTF-16 | test_a_script_is_read_by_its_byte_order_mark |
| apostrophes are doubled, and texts hold brackets and commas | test_values_are_read_as_the_language_writes_them |
| a row that cannot be read hides how many there are | test_a_script_that_ends_within_a_row_is_a_drift |
| an icon tells the type of a post | test_icons_tell_types |
| a name of a type is German | test_icons_tell_types |
| a print view has no author, date or status | test_a_thread_is_ended_where_its_platform_is |
| addresses delete and publish posts | test_only_numbers_of_threads_are_taken_from_links |
| no language is stated | test_the_language_of_a_thread_is_the_operator_s_word |
"""

from __future__ import annotations

import json
import sys
from contextlib import suppress
from pathlib import Path
from time import process_time
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors import traps
from connectors.damage import ANYTHING, damaged
from connectors.driving import NOW, answer, bundled, drive, under
from connectors.people import contacts_in
from folkmoot_connectors._tsql import rows, script
from folkmoot_connectors.puzzled_by_policy import PuzzledByPolicy
from folkmoot_connectors.sites import bundled_samples
from folkmoot_hub.connector import Item, MappingError, ParseError, Request, Run, Scope, Site, WholeItem
from folkmoot_hub.errors import ConfigError
from folkmoot_schema.codes import Kind, Status, Unit
from folkmoot_schema.process import Process
from folkmoot_schema.validation import validate

TRAPS = (
    "one statement has five languages and five countries",
    "a wording of one country ends in stray words",
    'a country is spelt "hu-hu"',
    "the last statement is another one in each country",
    "positions of organisations are no answers",
    "nobody knows how people answered",
    "scripts of SQL Server are UTF-16",
    "apostrophes are doubled, and texts hold brackets and commas",
    "a row that cannot be read hides how many there are",
    "an icon tells the type of a post",
    "a name of a type is German",
    "a print view has no author, date or status",
    "addresses delete and publish posts",
    "no language is stated",
)

SITE = bundled("puzzled-by-policy")
DEBATES = bundled("puzzled-by-policy.u-debate")
URL = f"{SITE.base}/policyprofiler.sql"
PRINT = "http://join.puzzledbypolicy.eu/DesktopModules/uDebate/ThreadsPostsPrintTreeView.aspx?ThreadId="
COLUMNS = ("QuestionID", "Locale", "TargetedCountry", "CategoryID", "QuestionText")


def question(number: Any = 1, locale: Any = "en-GB", country: Any = "en-GB", text: Any = "Yes?") -> dict[str, Any]:
    return dict(zip(COLUMNS, (number, locale, country, 1, text), strict=True))


def literal(value: Any) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, str):
        return f"N'{value.replace(chr(39), chr(39) * 2)}'"
    return str(value)


def sql(tables: dict[str, Any]) -> str:
    """The rows as SQL Server's tools write them; the names of tables are ours."""
    lines = ["SET ANSI_NULLS ON", "GO"]
    for name, table in tables.items():
        for row in table if isinstance(table, list) else ():
            columns = ", ".join(f"[{column}]" for column in (*row, "CreatedByUser"))
            values = ", ".join([*map(literal, row.values()), "CAST(0x00009E8E00000000 AS DateTime)"])
            lines.append(f"INSERT [dbo].[X_{name}] ({columns}) VALUES ({values})")
    return "\r\n".join([*lines, "GO"])


def items(tables: Any, site: Site = SITE) -> list[Item]:
    body = tables if isinstance(tables, bytes) else sql(tables).encode()
    return [one for one in answer(PuzzledByPolicy, site, URL, body, expect="text") if isinstance(one, Item)]


def mapped(item: Item, site: Site = SITE) -> Process:
    return PuzzledByPolicy().map(WholeItem(item.id, {"list": item.data}), Run(site=site, now=NOW))


def survey(*questions: dict[str, Any], **tables: Any) -> Process:
    (item,) = items({"Questions": list(questions), **tables})
    return mapped(item)


def started(site: Site, **wanted: Any) -> list[str]:
    run = Run(site=under(site, wanted), now=NOW)
    return [one.url for one in PuzzledByPolicy().start(run) if isinstance(one, Request)]


def test_every_trap_has_its_test() -> None:
    assert traps.faults(sys.modules[__name__], TRAPS) == []


# What is asked


@pytest.mark.parametrize(
    ("wanted", "told"),
    [
        ({"part": "both"}, "part: 'both' is wrong; allowed: questionnaire, debates"),
        ({"file": "https://x.example/a.sql"}, "file: .* below base"),
        ({"file": ""}, "file"),
        ({"threads": [12]}, r"threads: \[12\] is wrong; allowed: a table of languages by number"),
        ({"threads": {"12": "Greek"}}, "threads"),
        ({"threads": {"x": "el"}}, "threads"),
        ({"pages": "en-GB/udebate.aspx"}, "pages: .* a list of one or more addresses at the site's hosts, or of paths"),
        ({"pages": ["https://x.example/"]}, "pages"),
        ({"pages": []}, r"pages: \[\] is wrong; allowed: a list of one or more addresses"),
    ],
)
def test_settings_that_do_not_fit_are_refused(wanted: dict[str, Any], told: str) -> None:
    with pytest.raises(ConfigError, match=rf"^puzzled-by-policy.u-debate: setting {told}"):
        started(DEBATES, **wanted)


def test_the_questionnaire_is_one_file_and_an_operator_s_copy_can_stand_for_it() -> None:
    assert started(SITE) == [URL]
    assert started(SITE, base="https://copy.example", file="tables.json") == ["https://copy.example/tables.json"]


def test_debates_are_the_threads_that_are_named_and_the_pages_that_link_to_them() -> None:
    assert started(DEBATES, threads={12: "el"}, pages=[]) == [f"{PRINT}12"]
    assert started(DEBATES)[0] == "http://join.puzzledbypolicy.eu/en-GB/udebate.aspx"
    assert len(started(DEBATES)) == 5


# Scripts


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_a_script_is_read_by_its_byte_order_mark(encoding: str) -> None:
    mark = {"utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}.get(encoding, b"")
    assert script(mark + "Ναι, ő".encode(encoding)) == "Ναι, ő"


def test_values_are_read_as_the_language_writes_them() -> None:
    first = "N'it''s (a), b', -5, 2.50, NULL, CAST(N'x'' )' AS DateTime)"
    text = f"INSERT INTO t (a, [b], c, d, e) VALUES ({first}), ('', 1, 2, getdate(), 0x1F)"
    assert list(rows(text, frozenset({"a", "b"}))) == [
        {"a": "it's (a), b", "b": -5, "c": 2.5, "d": None, "e": None},
        {"a": "", "b": 1, "c": 2, "d": None, "e": None},
    ]
    assert list(rows(text, frozenset({"z"}))) == []


@pytest.mark.parametrize("end", ["(1", "(1,", "(1, 2,", "(1, 'x", "(1, 'x'", "(1, 'x' 2)", "()", "(1)", "(1, 2, 3)"])
def test_a_script_that_ends_within_a_row_is_a_drift(end: str) -> None:
    with pytest.raises(ParseError, match=r"a row of \[dbo\]\.\[t\]"):
        list(rows(f"INSERT [dbo].[t] ([a], [b]) VALUES {end}", frozenset({"a"})))


@pytest.mark.parametrize("piece", ["INSERT [t] (", "INSERT [t] ([a]) VALUES (", "'", "((", "CAST(", "''"])
def test_a_script_of_any_length_takes_time_by_its_length(piece: str) -> None:
    began = process_time()
    for text in (piece * 30_000, "INSERT [t] ([a]) VALUES (" + piece * 30_000):
        with suppress(ParseError):
            list(rows(text, frozenset({"a"})))
    assert process_time() - began < 3


@pytest.mark.parametrize("body", [b"", b"GO", b"{}", b'{"Questions": 5}', b'{"Questions": [{"QuestionID": 1}]}'])
def test_a_file_without_statements_is_a_drift_and_never_nothing(body: bytes) -> None:
    with pytest.raises(ParseError, match="holds no statement"):
        items(body)


# Statements


def test_a_statement_is_one_in_all_its_languages() -> None:
    locales = ("en-GB", "el-GR", "es-ES")
    tables = {"Questions": [question(n, tag, of, f"{n} {tag}") for n in (1, 2) for tag in locales for of in locales]}
    first, second = items(tables)
    assert (first.id, second.id) == ("statement/1", "statement/2")
    assert mapped(first).title.values == {"en": "1 en-GB", "el": "1 el-GR", "es": "1 es-ES"}
    assert Scope("questionnaire", exhaustive=True) in answer(PuzzledByPolicy, SITE, URL, sql(tables).encode())


def test_a_transcription_is_read_as_the_script_is() -> None:
    tables = {"Questions": [question()], "Answers": [{"AnswerID": 1, "Locale": "en-GB", "AnswerText": "No"}]}
    assert items(msgspec.json.encode(tables)) == items(tables)
    assert items(b"\xef\xbb\xbf" + msgspec.json.encode(tables)) == items(tables)


def test_a_row_that_belongs_to_no_statement_costs_itself_alone() -> None:
    assert [item.id for item in items({"Questions": [question(None), question(3)]})] == ["statement/3", ""]


def test_what_one_country_has_by_mistake_is_not_told() -> None:
    countries = ("el-GR", "en-GB", "es-ES")
    process = survey(*(question(1, "el-GR", of, "Ναι" + " sic" * (of == "el-GR")) for of in countries))
    assert process.title.values == {"el": "Ναι"}
    assert "sic" not in msgspec.json.encode(process).decode()


GREECE = {"Country": "Greece", "Language": "en-GB", "Translation": "Greece"}
CATEGORY = {"CategoryID": 1, "Locale": "en-GB", "TargetedCountry": "en-GB", "CategoryText": "Of countries"}


def test_statements_of_countries_are_told_by_country() -> None:
    wordings = [question(15, "en-GB", f"x-{code}", f"{code} needs R&D") for code in ("GR", "ES")]
    process = survey(*wordings, Countries=[GREECE], Categories=[CATEGORY])
    assert process.title.values == {"en": "Of countries"}
    assert process.summary is None
    assert process.body is not None
    listed = "<ul><li>Greece: GR needs R&amp;D</li><li>ES: ES needs R&amp;D</li></ul>"
    assert process.body.values["en"] == listed


def test_a_country_is_known_however_it_is_spelt() -> None:
    hungary = {"Country": "Hungary", "Language": "en-GB", "Translation": "Hungary"}
    wordings = [question(15, "en-GB", of, text) for of, text in (("hu-hu", "a"), ("es-ES", "b"))]
    process = survey(*wordings, Countries=[hungary], Categories=[CATEGORY])
    assert process.body is not None
    assert "<li>Hungary: a</li><li>ES: b</li>" in process.body.values["en"]


def test_a_statement_without_any_wording_is_put_aside() -> None:
    (item,) = items({"Questions": [question(1, text=" ")]})
    with pytest.raises(MappingError, match="statement 1 has no wording"):
        mapped(item)


def test_answers_are_told_in_their_order_under_a_heading() -> None:
    answers = [{"AnswerID": n, "Locale": "en-GB", "AnswerText": text} for n, text in ((2, "No"), (1, "Yes"))]
    process = survey(question(), Answers=answers)
    assert process.body is not None
    assert process.body.values["en"] == "<p>Answers</p><ul><li>Yes</li><li>No</li></ul>"


def test_there_are_no_counts_and_no_dates_of_a_survey() -> None:
    process = survey({**question(), "CreatedDate": "2011-02-17T00:00:00"})
    assert (process.kind, process.flag, process.support, process.phases) == (Kind.SURVEY, Status.CLOSED, (), ())


def test_no_position_of_an_organisation_is_told() -> None:
    position = {"StakeholderID": 1, "QuestionID": 1, "Dimension1": 5, "Dimension2": 0}
    holder = {"Id": 1, "Name": "Nobody's League", "Country": "EU", "Abbr": "NL"}
    process = survey(question(), StakeholderAnswers=[position], Stakeholders=[holder])
    assert "Nobody" not in msgspec.json.encode(process).decode()


# Debates


def row(icon: str, subject: str, message: str = "", inner: str = "") -> str:
    nodes = f'<div id="TreeView1n1Nodes">{inner}</div>' if inner else ""
    return (
        f'<table><tr><td><img src="DesktopModules/uDebate/images/TreeLineImages/l.gif"></td>'
        f'<td><img src="DesktopModules/uDebate/images/{icon}_icon.gif" title="{message}"></td>'
        f'<td><span title="{message}">{subject}</span></td></tr></table>{nodes}'
    )


def thread(tree: str, title: str = "A debate", number: int = 12, site: Site = DEBATES) -> Process:
    html = f'<html><body><span id="lbThreadTitle">{title}</span><div id="TreeView1">{tree}</div></body></html>'
    found = answer(PuzzledByPolicy, site, f"{PRINT}{number}", html.encode(), then="parse_thread", expect="html")
    (item,) = (one for one in found if isinstance(one, Item))
    assert item.id == f"thread/{number}"
    return mapped(item, site)


def told(process: Process) -> str:
    assert process.body is not None
    return "".join(next(iter(process.body.values.values())).split("\n"))


@pytest.mark.parametrize(
    ("icon", "name"),
    [
        ("issue", "Issue"),
        ("alter", "Alternative"),
        ("pro", "Argument for"),
        ("con", "Argument against"),
        ("question", "Question"),
        ("answer", "Answer"),
        ("comments", "Comment"),
    ],
)
def test_icons_tell_types(icon: str, name: str) -> None:
    assert told(thread(row(icon, "Trees"))) == f"<ul><li><strong>{name}</strong>: Trees</li></ul>"


def test_posts_are_a_tree() -> None:
    inner = row("alter", "B", inner=row("pro", "C") + row("con", "D")) + row("comments", "E")
    process = thread(row("issue", "A", "&lt;p&gt;Why&lt;/p&gt;", inner) + row("question", "F"))
    plain = told(process).replace("<strong>", "").replace("</strong>", "")
    assert plain == (
        "<ul><li>Issue: A – Why<ul><li>Alternative: B<ul><li>Argument for: C</li><li>Argument against: D</li></ul></li>"
        "<li>Comment: E</li></ul></li><li>Question: F</li></ul>"
    )
    assert [(one.unit, one.count) for one in process.support] == [(Unit.COMMENTS, 6)]


def test_other_pictures_are_no_posts() -> None:
    others = '<img src="images/manage_icon.gif">' + row("unknown", "X")
    process = thread(others)
    assert (process.body, process.support) == (None, ())
    assert [one.count for one in thread(others + row("issue", "A")).support] == [1]


def test_a_page_without_the_title_of_a_thread_is_a_drift() -> None:
    with pytest.raises(ParseError, match="it has no title"):
        thread(row("issue", "A"), title=" ")


def test_a_thread_is_ended_where_its_platform_is() -> None:
    process = thread(row("issue", "A"))
    assert (process.kind, process.flag, process.phases, process.outcomes) == (Kind.DEBATE, Status.ENDED, (), ())
    assert thread(row("issue", "A"), site=under(DEBATES, {"ended": None})).flag is Status.UNKNOWN


def test_the_language_of_a_thread_is_the_operator_s_word() -> None:
    assert thread("").title.original == "und"
    assert thread("", site=under(DEBATES, {"threads": {"12": "el"}})).title.original == "el"
    assert thread("", site=under(DEBATES, {"threads": {"13": "el"}})).title.original == "und"


def test_only_numbers_of_threads_are_taken_from_links() -> None:
    links = (
        "/el-GR/udebatediscussion.aspx?Thread=12",
        "/udebatediscussion.aspx?a=b&Thread=13&PostAction=Delete&Post=5",
        "/tabid/62/ctl/TreeView/mid/459/Thread/14/language/en-GB/uDebate.aspx",
        "/home.aspx?Topic=15",
        "/udebatediscussion.aspx?Thread=12345678901",
    )
    html = "<html><body>" + "".join(f'<a href="{link.replace("&", "&amp;")}">x</a>' for link in links)
    url = "http://join.puzzledbypolicy.eu/en-GB/udebate.aspx"
    found = answer(PuzzledByPolicy, DEBATES, url, html.encode(), then="parse_page", expect="html")
    assert [one.url for one in found] == [f"{PRINT}{number}" for number in (12, 13, 14)]
    with pytest.raises(ParseError, match="links to no thread"):
        answer(PuzzledByPolicy, DEBATES, url, b"<html><body>Nothing</body></html>", then="parse_page", expect="html")


def test_contacts_are_taken_out_of_posts() -> None:
    process = thread(
        row("issue", "Write to a@b.example", "Call +36 1 234 5678, from 192.168.100.7"), title="Of c@d.example"
    )
    written = msgspec.json.encode(process).decode()
    assert contacts_in(written) == []
    assert not [each for each in ("b.example", "d.example", "5678", "192.168") if each in written]


@pytest.mark.parametrize(("depth", "counts"), [(2, [2]), (60, [60]), (400, [])])
def test_a_tree_of_any_depth_is_shown_and_counted_unless_it_was_cut(depth: int, counts: list[int]) -> None:
    tree = ""
    for number in range(depth):
        tree = row("pro", f"Post {number}", inner=tree)
    process = thread(tree)
    assert validate(process).ok
    assert told(process).count("<ul>") == told(process).count("</ul>") <= 31
    assert [one.count for one in process.support] == counts


# Hostile answers

SAMPLE = next(sample for sample in bundled_samples() if sample.site.id == "sample.profiler")
SCRIPT = (SAMPLE.folder / "policyprofiler.sql").read_text()
GOOD = {
    name: list(rows(SCRIPT, frozenset(columns)))[:40]
    for name, columns in {"Questions": COLUMNS, "Answers": ("AnswerID",), "Countries": ("Translation",)}.items()
}


def attempt(document: Any) -> list[Process]:
    """Parse and map; whatever is wrong may only be a drift or a record for quarantine."""
    processes = []
    with suppress(ParseError):
        for item in items(msgspec.json.encode(document)):
            with suppress(MappingError):
                processes.append(mapped(item))
    return processes


def test_the_good_rows_are_mapped() -> None:
    assert len(attempt(GOOD)) == 2


@settings(max_examples=150, deadline=None)
@given(st.one_of(ANYTHING, damaged(GOOD)))
def test_whatever_comes_is_a_drift_or_a_record_for_quarantine(document: Any) -> None:
    assert len(attempt(document)) <= 4


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet="INSERT VALUES([a],'N)\n0.1", max_size=80))
def test_any_script_is_read_or_a_drift(text: str) -> None:
    with suppress(ParseError):
        list(rows(f"INSERT [t] ([a]) VALUES ({text}", frozenset({"a"})))


# The real rows


@pytest.fixture(scope="module")
def real(recordings: Path) -> dict[str, Any]:
    document = json.loads((recordings / "puzzled-by-policy" / "policy-profiler.json").read_text())
    assert isinstance(document, dict)
    return document


@pytest.mark.recordings
class TestRecorded:
    """The questionnaire of the platform, from a transcription, and as a script made of it."""

    def processes(self, real: dict[str, Any]) -> dict[str, Process]:
        content = msgspec.json.encode(real).decode()
        response = {"url": URL, "headers": {"content-type": "text/plain"}, "content": content}
        driven = drive(SITE, [response])
        assert driven.complete
        assert driven.quarantined == {}
        return driven.processes

    def test_fifteen_statements_in_five_languages_are_fifteen(self, real: dict[str, Any]) -> None:
        processes = self.processes(real)
        assert list(processes) == [f"statement/{n}" for n in range(1, 16)]
        assert {tuple(sorted(one.title.values)) for one in processes.values()} == {("el", "en", "es", "hu", "it")}
        assert {one.flag for one in processes.values()} == {Status.CLOSED}
        assert [id for id, one in processes.items() if not validate(one).ok] == []

    def test_the_script_tells_the_same(self, real: dict[str, Any]) -> None:
        body = sql(real).encode("utf-16")
        assert len(real["Questions"]) == 374
        assert items(body) == items(msgspec.json.encode(real))

    def test_six_answers_in_each_language(self, real: dict[str, Any]) -> None:
        for process in self.processes(real).values():
            assert process.body is not None
            for text in process.body.values.values():
                assert text.rpartition("<ul>")[2].count("<li>") == 6

    def test_the_stray_words_are_nowhere(self, real: dict[str, Any]) -> None:
        strayed = [
            row for row in real["Questions"] if row["QuestionText"].isascii() is False and "nai" in row["QuestionText"]
        ]
        assert len(strayed) == 1
        first = self.processes(real)["statement/1"]
        assert not [text for text in first.title.values.values() if "nai" in text]
        assert first.title.values["el"] == strayed[0]["QuestionText"].partition(" nai")[0]

    def test_the_fifteenth_is_told_by_country(self, real: dict[str, Any]) -> None:
        process = self.processes(real)["statement/15"]
        assert process.body is not None
        listed = {tag: text.partition("</ul>")[0].count("<li>") for tag, text in process.body.values.items()}
        assert listed == {"el": 5, "es": 5, "hu": 5, "it": 5, "en": 4}
        assert "HU:" not in process.body.values["en"]

    def test_no_organisation_is_anywhere(self, real: dict[str, Any]) -> None:
        assert len(real["Stakeholders"]) == 47
        written = msgspec.json.encode(list(self.processes(real).values())).decode()
        assert not [each["Name"] for each in real["Stakeholders"] if each["Name"] in written]
