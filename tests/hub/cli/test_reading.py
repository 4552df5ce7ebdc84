"""Commands that only read: ``search``, ``show``, ``sources``, ``drift``, ``export``."""

from __future__ import annotations

import csv
import io
import json
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import get_args

import msgspec
import pytest
from pyoxigraph import DefaultGraph, NamedNode, RdfFormat, parse

from folkmoot_hub.harvest.ledger import Transaction
from folkmoot_hub.markup import plain
from folkmoot_hub.registry import load_plugins
from folkmoot_hub.search.query import FACETS
from folkmoot_hub.site import Evidence
from folkmoot_hub.store.sqlite.store import SqliteStore
from folkmoot_hub.web.items import Item, WholeItem
from folkmoot_schema import jsonld
from folkmoot_schema.codes import Availability
from hub.cli.calling import NOW, SOURCE, Ended, folkmoot, one_line

KEY = "urn:folkmoot:sample.register:ECI%282025%29900001"


def search(data: Path, *arguments: str) -> Ended:
    return folkmoot("--data", data, "search", *arguments)


def keys(ended: Ended) -> set[str]:
    return {item["key"] for item in ended.json}


def held(data: Path) -> int:
    """How many processes the directory holds."""
    store = SqliteStore(data)
    try:
        return sum(1 for _ in store.all_records())
    finally:
        store.close()


# Search


@pytest.mark.parametrize(
    ("arguments", "parts"),
    [
        (("kind=nonsense",), ("kind: 'nonsense'", "petition")),
        (("--kind", "nonsense"), ("kind: 'nonsense'", "petition")),
        (("colour=green",), ("colour: is not a parameter here", "country")),
        (("--country", "EL"), ("country: 'EL'", "GR")),
        (("--closes-before", "soon"), ("closes_before: 'soon'", "YYYY-MM-DD")),
        (("--limit", "many"), ("limit: 'many'", "0 to 500")),
        (("--limit", "1", "limit=2"), ("limit: is given more than once",)),
        (("--cursor", "nonsense"), ("cursor",)),
        (("bees", "q=rivers"), ("q: is given more than once",)),
    ],
)
def test_a_wrong_parameter_is_named_with_what_is_allowed(
    demo: Path, arguments: tuple[str, ...], parts: tuple[str, ...]
) -> None:
    one_line(search(demo, *arguments), 2, *parts)


def test_a_hit_is_a_line_with_status_deadline_title_and_key(demo: Path) -> None:
    ended = search(demo, "rivers", "--source", "sample.register")
    assert ended.code == 0
    [line] = ended.lines
    assert line.split() == ["open", "2026-09-01", "Sample:", "clean", "rivers", KEY]
    assert ended.err == "1 of 1 processes\n"


def test_words_options_and_assignments_are_the_same_search(demo: Path) -> None:
    by_option = search(demo, "--country", "EU", "--status", "open", "--json")
    assert by_option == search(demo, "country=EU", "status=open", "--json")
    assert by_option.json
    assert all((item["status"], item["place"]["country"]) == ("open", "EU") for item in by_option.json)
    either = keys(search(demo, "--country", "EU", "--country", "FR", "--limit", "500", "--json"))
    assert either == keys(search(demo, "country=EU", "--limit", "500", "--json")) | keys(
        search(demo, "country=FR", "--limit", "500", "--json")
    )


def test_every_word_counts(demo: Path) -> None:
    one, two = (keys(search(demo, *words, "--limit", "500", "--json")) for words in (("sample",), ("sample", "rivers")))
    assert {KEY} <= two < one
    assert keys(search(demo, "rivers", "sample", "--limit", "500", "--json")) == two


def test_json_lines_are_items_of_the_programming_interface(demo: Path) -> None:
    ended = search(demo, "--limit", "500", "--json")
    assert len([msgspec.json.decode(line, type=Item) for line in ended.lines]) == held(demo) > 20
    assert all(item["licence"]["attribution"] for item in ended.json)


def test_facets_count_all_seven_groups(demo: Path) -> None:
    [found] = search(demo, "--facets", "--limit", "0", "--json").json
    assert (found["total"], found["items"], set(found["facets"])) == (held(demo), [], set(FACETS))
    assert sum(found["facets"]["status"].values()) == held(demo)
    told = search(demo, "--facets", "--limit", "0")
    assert [line.split(":")[0] for line in told.lines] == list(FACETS)
    assert f"sample.register {found['facets']['source']['sample.register']}" in told.out


def test_the_rest_is_found_with_the_cursor_that_is_told(demo: Path) -> None:
    every = held(demo)
    limit = str(every - 7)
    first = search(demo, "--sort", "newest", "--limit", limit)
    cursor = first.err.split("--cursor ")[1].strip()
    second = search(demo, "--sort", "newest", "--limit", limit, "--cursor", cursor)
    assert len({*first.lines, *second.lines}) == every
    assert second.err == f"7 of {every} processes\n"


def test_titles_are_in_the_language_that_is_asked_for(demo: Path) -> None:
    plain, french = (search(demo, "source=sample.register", *more, "--json").json for more in ((), ("--hl", "fr")))
    assert {item["title_language"] for item in french} >= {"fr"}
    assert [item["key"] for item in plain] == [item["key"] for item in french]


def test_nothing_found_is_no_failure(demo: Path) -> None:
    assert search(demo, "zzzzzz") == Ended(0, "", "0 of 0 processes\n")


def test_the_clock_of_samples_stands_where_they_are_true_unless_told_otherwise(tmp_path: Path) -> None:
    """A data directory of its own, since time that has passed does not come back."""
    at_once = folkmoot("--data", tmp_path, "--now", NOW, "demo", "--once")
    assert at_once.code == 0
    opened = keys(search(tmp_path, "status=open", "--limit", "500", "--json"))
    assert opened
    later = keys(search(tmp_path, "status=open", "--limit", "500", "--json", "--now", "2027-03-02"))
    assert not later & opened


# Show


@pytest.mark.parametrize(
    ("process", "parts"),
    [
        ("nonsense", ("names no process", "urn:folkmoot:")),
        ("urn:isbn:1", ("urn:isbn:1", "urn:folkmoot:")),
        ("urn:folkmoot:eci", ("is not a key",)),
        ("Nobody/1", ("'Nobody' is not a source id",)),
        ("sample.register/none", ("urn:folkmoot:sample.register:none is not here",)),
    ],
)
def test_what_names_no_process_is_said_to_be_none(demo: Path, process: str, parts: tuple[str, ...]) -> None:
    one_line(folkmoot("--data", demo, "show", process), 2, *parts)


@pytest.mark.parametrize("process", [KEY, "sample.register/ECI(2025)900001", "sample.register/ECI%282025%29900001"])
def test_a_process_is_shown_by_key_or_by_source_and_id(demo: Path, process: str) -> None:
    ended = folkmoot("--data", demo, "show", process)
    assert ended.code == 0
    told = dict(line.split(maxsplit=1) for line in ended.lines if len(line.split(maxsplit=1)) == 2)
    assert told["key"] == KEY
    assert told["status"] == "open"
    assert told["deadline"].startswith("2026-09-01 (")
    assert told["credit"] == "Folkmoot, sample data"


def test_a_text_that_begins_with_its_summary_is_shown_once(demo: Path) -> None:
    store = SqliteStore(demo)
    try:
        told = [(record.key, record.process) for _, record in store.all_records()]
    finally:
        store.close()
    texts = {
        key: (one.summary.best()[1][:60], plain(one.body.best()[1])) for key, one in told if one.summary and one.body
    }
    begun = [(key, brief) for key, (brief, whole) in texts.items() if whole.startswith(brief)]
    assert begun
    for key, brief in begun[:3]:
        assert folkmoot("--data", demo, "show", key).out.count(brief) == 1


def test_what_was_published_is_shown_with_its_date_as_exactly_as_it_is_known(demo: Path) -> None:
    lines = folkmoot("--data", demo, "show", "sample.pueblo/boletin-edicion-3").lines
    assert [line.split()[1:] for line in lines if line.startswith("published")] == [["2016-03"]]
    assert folkmoot("--data", demo, "show", "sample.pueblo/boletin-edicion-3", "--json").out.count('"published"') == 1


def test_a_process_is_shown_as_json_with_everything_in_it(demo: Path) -> None:
    ended = folkmoot("--data", demo, "show", KEY, "--json")
    assert msgspec.json.decode(ended.out, type=WholeItem).key == KEY
    assert ended == folkmoot("--data", demo, "show", KEY, "--format", "jsonl")


def test_a_process_is_shown_in_three_forms_of_rdf_that_say_the_same(demo: Path) -> None:
    forms = {"ttl": RdfFormat.TURTLE, "nt": RdfFormat.N_TRIPLES, "jsonld": RdfFormat.JSON_LD}
    said = []
    for name, form in forms.items():
        text = folkmoot("--data", demo, "show", KEY, "--format", name).out
        if name == "jsonld":
            text = json.dumps({**json.loads(text), "@context": jsonld.context()})  # the address of it is not asked
        said.append({quad.triple for quad in parse(text, format=form)})
    assert len(said[0]) > 20
    assert said[0] == said[1] == said[2]


def test_an_unknown_form_is_wrong_use(demo: Path) -> None:
    one_line(folkmoot("--data", demo, "show", KEY, "--format", "xml"), 2, "'xml'", "jsonl", "ttl")


# Sources and drift


def test_sources_are_listed_with_their_health(live: Path) -> None:
    rows = {row["id"]: row for row in folkmoot("--data", live, "--now", NOW, "sources", "--json").json}
    assert (rows[SOURCE]["health"], rows[SOURCE]["processes"], rows[SOURCE]["last_run"]["outcome"]) == (
        "fresh", 8, "complete",
    )  # fmt: skip
    assert rows["eci"]["health"] == "waiting"
    assert rows["have-your-say"]["health"] == "off"
    told = folkmoot("--data", live, "--now", NOW, "sources")
    assert told.lines[0].split("  ")[0] == "source"
    assert len(told.lines) == len(rows) + 1
    enabled = folkmoot("--data", live, "--now", NOW, "sources", "--enabled", "--json").json
    assert {row["id"] for row in enabled} == {row["id"] for row in rows.values() if row["enabled"]}
    assert not {row["health"] for row in enabled} & {"paused", "off"}


def test_a_source_that_is_not_enabled_is_not_said_to_be_due(live: Path) -> None:
    def due() -> str:
        return folkmoot("--data", live, "--now", NOW, "sources", SOURCE).lines[1].rsplit("  ", 1)[1].strip()

    with closing(SqliteStore(live)) as store:
        store.set_next_due(SOURCE, datetime(2026, 3, 3, 9, tzinfo=UTC))
    assert due() == "2026-03-03 09:00"
    with (live / "folkmoot.toml").open("a") as config:
        config.write(f'[harvest]\ndisabled = ["{SOURCE}"]\n')
    assert due() == "—"


def test_a_source_is_listed_with_what_it_is_proven_on_and_how_complete_it_is(live: Path) -> None:
    told = folkmoot("--data", live, "--now", NOW, "sources", "have-your-say", SOURCE).lines
    columns = ("source", "connector", "reach", "proven on", "health", "items read", "last complete")
    places = [told[0].index(column) for column in columns]
    cells = [[line[at:].split("  ")[0] for at in places] for line in told[1:]]
    assert cells == [
        [SOURCE, "citizen_space", "live", "not stated", "fresh", "unknown total", "2026-03-02 10:00"],
        ["have-your-say", "have_your_say", "live", "composite", "off", "not read yet", "never"],
    ]


def test_the_demo_tells_of_the_real_sources_what_stands_for_them_and_counts_no_sample_as_theirs(demo: Path) -> None:
    rows = {row["id"]: row for row in folkmoot("--data", demo, "sources", "--json").json}
    register = rows["eci"]
    assert (register["connector"], register["reach"], register["evidence"]) == ("eci", "live", "recorded")
    assert (register["processes"], register["enabled"], register["health"], register["sample"]) == (
        0,
        False,
        "off",
        False,
    )
    [sample] = register["samples"]
    assert sample == {"source": "sample.register", "processes": rows["sample.register"]["processes"]}
    assert sample["processes"] > 5
    assert (rows["sample.register"]["sample"], rows["sample.register"]["sample_of"]) == (True, "eci")
    named = folkmoot("--data", demo, "sources", "eci", "--json").json
    assert named == [register]
    assert folkmoot("--data", demo, "sources", "eci").lines[1].split()[:8] == [
        "eci", "eci", "live", "recorded", "off", "0,", str(sample["processes"]), "of",
    ]  # fmt: skip
    assert {row["id"] for row in rows.values() if row["enabled"]} == {
        row["id"] for row in rows.values() if row["sample"]
    }


#: The systems that Folkmoot is for, by the ids of their sources; of Citizen Space, the hub that a recording proves.
SYSTEMS = (
    "eci", "have-your-say", "ep-petitions", "citizen-space.uk-caa", "better-reykjavik", "futurium", "solvit",
    "malmo-initiative", "gothenburg-forum", "agora-voting", "puzzled-by-policy", "ourspace", "kosovakosovo",
    "openkratio", "policy-compass", "sirvo-a-mi-pais", "fupol",
)  # fmt: skip


@pytest.mark.parametrize("system", SYSTEMS)
def test_the_demo_tells_of_each_system_its_connector_its_evidence_and_at_least_one_process_of_a_sample(
    demo: Path, system: str
) -> None:
    rows = {row["id"]: row for row in folkmoot("--data", demo, "sources", "--json").json}
    row = rows[system]
    assert row["connector"] in load_plugins().connectors
    assert row["evidence"] in get_args(Evidence)
    assert row["evidence_says"].endswith(".")
    assert (row["processes"], row["sample"], row["last_complete"]) == (0, False, None)
    assert row["samples"]
    for sample in row["samples"]:
        told = rows[sample["source"]]
        assert (told["sample"], told["sample_of"], told["connector"]) == (True, system, row["connector"])
        assert told["processes"] == sample["processes"] >= 1
        items = search(demo, "source=" + sample["source"], "--limit", "500", "--json").json
        assert len(items) == sample["processes"]
        assert all("sample" in item["flags"] for item in items)


def test_a_source_of_the_same_software_has_the_sample_of_its_own_form(demo: Path) -> None:
    [row] = folkmoot("--data", demo, "sources", "puzzled-by-policy.u-debate", "--json").json
    assert [sample["source"] for sample in row["samples"]] == ["sample.udebate"]


def test_a_source_is_listed_as_the_configuration_has_it_now(live: Path) -> None:
    config = live / "folkmoot.toml"
    config.write_text(config.read_text().replace('title = "Exampleville"', 'title = "Exampleville by the Sea"'))
    [row] = folkmoot("--data", live, "--now", NOW, "sources", SOURCE, "--json").json
    assert (row["title"], row["processes"]) == ("Exampleville by the Sea", 8)


def test_a_source_is_late_when_the_clock_is_past_its_interval(live: Path) -> None:
    [row] = folkmoot("--data", live, "--now", "2026-03-09", "sources", SOURCE, "--json").json
    assert row["health"] == "late"


def test_one_source_is_listed_by_name_and_an_unknown_one_named(live: Path) -> None:
    assert [row["id"] for row in folkmoot("--data", live, "sources", SOURCE, "--json").json] == [SOURCE]
    known = len(folkmoot("--data", live, "sources", "--json").lines)
    told = f"'nowhere' is no source of this hub; allowed: one of the {known} that folkmoot sources lists"
    one_line(folkmoot("--data", live, "sources", "nowhere"), 2, told)
    one_line(folkmoot("--data", live, "sources", "better-reykjavk"), 2, "allowed: better-reykjavik, or another of the ")


def test_sources_that_drifted_are_listed_with_what_differs(live: Path) -> None:
    assert folkmoot("--data", live, "drift") == Ended(0, "no source has drifted\n", "")
    assert folkmoot("--data", live, "drift", "--json").out == ""
    store = SqliteStore(live)
    with store.transaction() as tx:
        transaction: Transaction = tx
        transaction.note_source(SOURCE, drifted="parse: [].title was always there")
    store.close()
    assert folkmoot("--data", live, "drift").out == f"{SOURCE}: parse: [].title was always there\n"
    [row] = folkmoot("--data", live, "drift", "--json").json
    assert (row["source"], row["drifted"]) == (SOURCE, "parse: [].title was always there")
    told = folkmoot("--data", live, "--now", NOW, "sources", SOURCE, "--json").json[0]
    assert told["drifted"] == "parse: [].title was always there"


# Export


def export(data: Path, form: str, *arguments: str) -> Ended:
    return folkmoot("--data", data, "export", "--format", form, *arguments)


def test_an_export_needs_a_form_and_takes_no_pages(demo: Path) -> None:
    one_line(folkmoot("--data", demo, "export"), 2, "--format", "jsonl")
    one_line(export(demo, "xml"), 2, "'xml'")
    one_line(export(demo, "csv", "page=2"), 2, "page: is not a parameter here")
    one_line(export(demo, "csv", "kind=x"), 2, "kind: 'x'")


def test_lines_of_json_are_the_items_of_a_search(live: Path) -> None:
    exported = {item["key"]: item for item in export(live, "jsonl").json}
    searched = {item["key"]: item for item in search(live, "--limit", "500", "--json").json}
    assert exported == searched
    assert len(exported) == 8
    assert all(item["licence"]["attribution"] == "Exampleville" for item in exported.values())
    assert all(item["id"].startswith("https://hub.example.org/id/") for item in exported.values())


@pytest.mark.parametrize("arguments", [("status=open",), ("--country", "IE", "--kind", "consultation"), ("sample",)])
def test_filters_choose_the_same_as_in_a_search(demo: Path, arguments: tuple[str, ...]) -> None:
    found = keys(search(demo, *arguments, "--limit", "500", "--json"))
    assert 0 < len(found) <= held(demo)
    assert keys(export(demo, "jsonl", *arguments)) == found


def test_an_export_goes_on_behind_the_longest_page(demo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("folkmoot_hub.cli.exporting.MAX_LIMIT", 2)
    monkeypatch.setattr("folkmoot_hub.cli.exporting._STEP", 3)
    opened = export(demo, "jsonl", *(f"availability={one}" for one in Availability))
    assert len(opened.json) == len(keys(opened)) == held(demo)
    quads = list(parse(export(demo, "nq").out, format=RdfFormat.N_QUADS))
    assert quads == list(dict.fromkeys(quads))
    turtle = export(demo, "ttl").out
    assert turtle.count("@prefix fm:") == 1
    assert {quad.triple for quad in parse(turtle, format=RdfFormat.TURTLE)} == {quad.triple for quad in quads}


def test_quads_stand_in_a_graph_for_each_source(demo: Path) -> None:
    quads = list(parse(export(demo, "nq").out, format=RdfFormat.N_QUADS))
    sources = {row["id"] for row in folkmoot("--data", demo, "sources", "--json").json if row["processes"]}
    assert {quad.graph_name for quad in quads} == {
        NamedNode(f"http://127.0.0.1:8000/sources/{source}") for source in sources
    }
    turtle = list(parse(export(demo, "ttl").out, format=RdfFormat.TURTLE))
    assert {quad.triple for quad in turtle} == {quad.triple for quad in quads}
    assert {quad.graph_name for quad in turtle} == {DefaultGraph()}


def test_a_spreadsheet_gets_a_row_for_each_process_with_its_licence(live: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(export(live, "csv").out)))
    items = export(live, "jsonl").json
    assert [row["key"] for row in rows] == [item["key"] for item in items]
    assert [row["deadline"] for row in rows] == [item["deadline"] or "" for item in items]
    assert {(row["licence"], row["attribution"]) for row in rows} == {("CC-BY-4.0", "Exampleville")}
    assert {row["flags"] for row in rows} == {""}


def test_a_row_of_a_spreadsheet_says_that_it_is_a_sample(demo: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(export(demo, "csv").out)))
    flags = {item["key"]: " ".join(item["flags"]) for item in export(demo, "jsonl").json}
    assert {row["key"]: row["flags"] for row in rows} == flags
    assert all("sample" in row["flags"].split() for row in rows)
    assert "curated sample" in {" ".join(sorted(row["flags"].split())) for row in rows}


@pytest.mark.parametrize("title", ["=1+1", "+1", "-1", "@SUM(A1)"])
def test_a_title_is_never_a_formula(tmp_path: Path, title: str) -> None:
    recording = {
        "site": {"base": "https://feed.example.org", "url": "https://feed.example.org/feed"},
        "responses": [
            {
                "url": "https://feed.example.org/feed",
                "recorded": "2026-03-02",
                "headers": {"content-type": "application/rss+xml"},
                "content": '<rss version="2.0"><channel><title>x</title><item><guid>1</guid>'
                f"<title>{title}</title><link>https://feed.example.org/1</link></item></channel></rss>",
            }
        ],
    }
    (tmp_path / "recording.json").write_text(json.dumps(recording))
    (tmp_path / "folkmoot.toml").write_text(
        '[[site]]\nid = "feed.example.org"\nconnector = "feed"\ntitle = "x"\nbase = "https://feed.example.org"\n'
    )
    assert folkmoot("--data", tmp_path, "harvest", "feed.example.org", "--replay", tmp_path).code == 0
    [row] = csv.DictReader(io.StringIO(export(tmp_path, "csv").out))
    assert row["title"] == f"'{title}"


def test_without_a_configured_address_it_is_said_which_is_taken(demo: Path, live: Path) -> None:
    assert "base_url is not configured" in export(demo, "jsonl").err
    assert export(live, "jsonl").err == ""


def test_a_process_is_shown_in_one_form_and_a_language_that_there_can_be(demo: Path) -> None:
    key = folkmoot("--data", demo, "search", "--limit", "1", "--json").json[0]["key"]
    show = ("--data", demo, "show", key)
    one_line(folkmoot(*show, "--json", "--format", "ttl"), 2, "--json and --format ttl", "allowed: one of them")
    assert folkmoot(*show, "--json", "--format", "jsonl").out == folkmoot(*show, "--json").out
    one_line(folkmoot(*show, "--hl", "xx-!!"), 2, "hl", "'xx-!!' is not a language")
    assert folkmoot(*show, "--hl", "PT-br").code == 0
