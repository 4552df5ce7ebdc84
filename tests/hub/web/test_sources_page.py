"""The pages about sources."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, ClassVar, get_args

import msgspec
import pytest

from folkmoot_hub.connector import Connector
from folkmoot_hub.registry import Broken
from folkmoot_hub.site import Archive, Evidence, Reach
from folkmoot_hub.store.protocol import Day, Trouble
from folkmoot_hub.web import labels, manner, strip
from folkmoot_hub.web.health import ORDER, health
from folkmoot_schema.process import Licence
from hub.web.building import DAY, NOW, record, row, run, site
from hub.web.hubs import Hub

FIELDS = (
    "The fields that may be kept Everything else in an answer is dropped before anything is written."
    " detailbodylistcloses, title"
)
ROWS = "//table//tbody/tr"
HEALTH, DAYS = "td[@data-label='Health']", "td[@data-label='Last 14 days']"


class Town(Connector):
    """The town's consultations.

    Platform
        A board in front of the town hall, read by ``hand``.
    Personal data
        None.
    """

    id = "town"
    fields: ClassVar = {"list": frozenset({"title", "closes"}), "detail": frozenset({"body"})}


def add(hub: Hub, name: str, *runs: object, **more: object) -> None:
    """A source called ``name`` after ``runs``, newest first."""
    made = [one for one in runs if isinstance(one, type(run()))]
    of = site(f"{name}.example.org", name.title(), enabled=more.pop("enabled", True))
    hub.store.add_source(row(of, made, **more), made)  # type: ignore[arg-type] # the keywords of a source's row


async def test_each_source_has_its_health_in_words_the_worst_first(hub: Hub) -> None:
    failed = run("failed", why="the list answered 503")
    add(hub, "fine", run(items=12), processes=11, last_total=12)
    add(hub, "late", run(ended=NOW - 3 * DAY, items=3), processes=3)
    add(hub, "broken", failed, failed, run(ended=NOW - 4 * DAY, items=9), processes=9, last_total=10)
    add(hub, "fresh", run("failed", why="once only"), run(items=2))
    add(hub, "new")
    add(hub, "off", run(), enabled=False)
    answer = await hub.ask("/sources")
    assert answer.texts("//h1") == ["Sources"]
    names = answer.texts(f"{ROWS}/th/a")
    assert names == ["Broken", "Late", "New", "Exampleton", "Fine", "Fresh", "Off"]
    rows = dict(zip(names, answer.texts(ROWS), strict=True))
    assert "The last two runs failed: the list answered 503." in rows["Broken"]
    assert rows["Broken"].count("the list answered 503") == 1
    assert "The last complete run is older than promised." in rows["Late"]
    assert "unknown total" in rows["Late"]
    assert "12 of 12" in rows["Fine"]
    assert "Complete today at 09:00 UTC: 0 requests, 12 items, 0 new, 0 changed." in rows["Fine"]
    assert "Failed today at 09:00 UTC" in rows["Fresh"]
    assert "Once only." in rows["Fresh"]
    assert "No run has ended yet." in rows["New"]
    words = answer.texts(f"{ROWS}/{HEALTH}")
    assert words == ["Failing", "Late", "Not read yet", "Fresh", "Fresh", "Fresh", "Not scheduled"]
    totals = answer.texts("//ul[@class='totals']/li/strong")
    assert sum(map(int, totals)) == len(names)


async def test_all_sources_are_read_in_one_go(hub: Hub) -> None:
    for n in range(30):
        add(hub, f"town{n}", run(), run("failed"))
    asked: list[str] = []
    inner = hub.store

    class Spy:
        def __getattr__(self, name: str) -> Any:
            asked.append(name)
            return getattr(inner, name)

    await hub.start(records=Spy())
    await hub.ask("/sources")
    await hub.ask("/api/v1/sources")
    assert [name for name in asked if name != "state"] == ["watched", "watched"]


@pytest.mark.parametrize(
    ("word", "runs", "more"),
    [
        ("fresh", [run(), run("failed")], {}),
        ("fresh", [run("failed"), run()], {}),
        ("fresh", [run("partial", drifted="list: no title"), run()], {}),
        ("fresh", [run(None, None), run("failed"), run()], {}),
        ("failing", [run("failed"), run("failed")], {}),
        ("failing", [run(None, None), run("failed"), run("failed")], {}),
        ("failing", [run("partial", drifted="list: no title"), run("failed")], {}),
        ("failing", [run("partial", drifted="a"), run("partial", drifted="a")], {}),
        ("failing", [run("suspicious"), run()], {}),
        ("failing", [run("suspicious")], {}),
        ("failing", [run(None, None), run("suspicious"), run()], {}),
        ("failing", [run("failed"), run("suspicious"), run()], {}),
        ("fresh", [run(), run("suspicious")], {}),
        ("waiting", [run("failed")], {}),
        ("waiting", [run("partial"), run("partial")], {}),
        ("waiting", [], {}),
        ("late", [run(ended=NOW - 2 * DAY)], {}),
        ("failing", [run("failed"), run("failed")], {"enabled": False}),
        ("failing", [run("suspicious"), run()], {"enabled": False}),
        ("paused", [run(), run("failed")], {"enabled": False}),
        ("paused", [run(ended=NOW - 900 * DAY)], {"enabled": False}),
        ("paused", [run("partial")], {"enabled": False}),
        ("off", [run(None, None)], {"enabled": False}),
        ("off", [], {"enabled": False}),
        ("archived", [run(ended=NOW - 900 * DAY)], {"ended": "2013"}),
        ("archived", [], {"ended": "2013-06", "enabled": False}),
        ("waiting", [], {"ended": "2013"}),
        ("failing", [run("failed"), run("failed")], {"ended": "2013"}),
    ],
)
def test_health(word: str, runs: list[Any], more: dict[str, Any]) -> None:
    found = health(row(site(**more), runs), runs, NOW)
    assert found.word == word
    assert found.word in ORDER
    assert found.reason.endswith(".")


def test_what_an_archived_source_says() -> None:
    found = health(row(site(ended="2013-06"), [run()]), [run()], NOW)
    assert found.reason == "The platform ended (June 2013); nothing more will come."


@pytest.mark.parametrize(
    ("runs", "reason"),
    [
        ([run()], "Not read by itself, since it is not enabled here."),
        ([run("partial")], "Not read by itself, since it is not enabled here, and not read completely yet."),
        ([], "Not read here: it is not enabled."),
    ],
)
def test_what_is_not_enabled_is_not_said_to_be_switched_off_by_somebody(runs: list[Any], reason: str) -> None:
    assert health(row(site(enabled=False), runs), runs, NOW).reason == reason


def test_a_run_that_is_not_believed_says_why() -> None:
    runs = [run("suspicious", why="920 of 920 items could not be read"), run()]
    found = health(row(site(), runs), runs, NOW)
    assert found.reason == "The last run is not believed: 920 of 920 items could not be read."


COMPLETE = [
    ("127 of 127", [run(items=127)], {"last_total": 127}),
    ("1,990 of 2,000", [run("partial", items=1990), run()], {"last_total": 2000}),
    ("unknown total", [run(items=98)], {}),
    ("complete, empty", [run(items=0)], {"last_total": 0}),
    ("complete, empty", [run(items=0)], {}),
    ("0 of 12", [run("partial", items=0), run()], {"last_total": 12}),
    ("0 of 12", [run(items=0)], {"last_total": 12}),
    ("10 read, the platform states 2", [run(items=10)], {"last_total": 2}),
    ("11 of 12", [run(items=12, quarantined=1)], {"last_total": 12}),
    ("0 of 920", [run("suspicious", items=920, quarantined=920), run()], {"last_total": 920}),
    ("28 of 28, 2 missing parts", [run("partial", items=28, missing=2)], {"last_total": 28}),
    ("2 of 12", [run("suspicious", items=12, unread=10), run()], {"last_total": 12}),
    ("3 of 12", [run("partial", items=3, drifted="a"), run("failed")], {"last_total": 12}),
    ("stopped", [run("failed"), run("failed"), run(items=12)], {"last_total": 12}),
    ("not read yet", [], {}),
    ("not read yet", [run(None, None)], {}),
]


@pytest.mark.parametrize(("words", "runs", "more"), COMPLETE)
async def test_completeness_in_words(hub: Hub, words: str, runs: list[Any], more: dict[str, Any]) -> None:
    add(hub, "one", *runs, **more)
    answer = await hub.ask("/sources")
    [shown] = [one for one in answer.page.xpath(ROWS) if "One" in one.text_content()]
    assert " ".join(shown.xpath("./td[@data-label='Items read']")[0].text_content().split()) == words
    document = msgspec.json.decode((await hub.ask("/api/v1/sources")).body)
    assert {one["id"]: one["completeness"] for one in document["items"]}["one.example.org"] == words


async def test_an_archived_source_stands_last_but_for_the_paused(hub: Hub) -> None:
    add(hub, "off", run(), enabled=False)
    of = site("gone.example.org", "Gone", ended="2013")
    hub.store.add_source(row(of, [run(items=4)], processes=4, last_total=4), [run(items=4)])
    answer = await hub.ask("/sources")
    assert answer.texts(f"{ROWS}/th/a") == ["Exampleton", "Gone", "Off"]
    assert answer.texts(f"{ROWS}/{HEALTH}") == ["Fresh", "Archived", "Not scheduled"]
    assert answer.texts(f"{ROWS}/td[@data-label='Items read']")[1] == "4 of 4"
    page = await hub.ask("/sources/gone.example.org")
    assert dict(zip(page.texts("//dt"), page.texts("//dd"), strict=True))["The platform ended"] == "2013"


def day(ago: int, outcome: Any, runs: int = 1) -> Day:
    """What a day came to."""
    return Day(day=(NOW - ago * DAY).date(), outcome=outcome, runs=runs)


def test_a_day_is_as_good_as_its_best_run() -> None:
    days = [
        day(13, "complete"),
        day(12, "failed", 9),
        day(12, "complete"),
        day(11, "failed"),
        day(11, "suspicious"),
        day(3, "partial"),
        day(0, "failed"),
        day(14, "complete"),
    ]
    found = strip.strip(days, NOW)
    assert [bar.quality for bar in found.bars] == [
        "good",
        "good",
        "partial",
        *["none"] * 7,
        "partial",
        "none",
        "none",
        "failed",
    ]
    assert found.says == "2 good, 2 partial, 1 failed"
    assert strip.since(NOW).isoformat() == "2026-07-15T00:00:00+00:00"


async def test_two_weeks_are_drawn_and_told(hub: Hub) -> None:
    runs = [run("failed" if n in {3, 4} else "complete", ended=NOW - n * DAY) for n in range(30)]
    add(hub, "town", *runs)
    answer = await hub.ask("/sources")
    [shown] = [one for one in answer.page.xpath(ROWS) if "town.example.org" in one.xpath("./th/a/@href")[0]]
    assert "12 good, 0 partial, 2 failed" in shown.text_content()
    assert len(shown.xpath(f"./{DAYS}//rect[@class='good']")) == 12
    assert len(shown.xpath(f"./{DAYS}//rect")) == 14
    document = msgspec.json.decode((await hub.ask("/api/v1/sources/town.example.org")).body)
    assert [one["quality"] for one in document["days"]].count("failed") == 2
    assert document["days"][0]["day"] == "2026-07-15"
    assert len(document["runs"]) == 20


async def test_what_is_wrong_is_listed_with_its_counts(hub: Hub) -> None:
    runs = [
        run("partial", why="2 parts are missing", missing=2, missing_parts=("1: detail", "2: detail"), items=9),
        run(),
    ]
    troubles = [
        Trouble(stage="map", error="it has no title <b>" + "x" * 300, count=3, local_id="7/2026"),
        Trouble(stage="validate", error="it closes before it opens", count=1, local_id="9"),
    ]
    hub.store.add_source(row(site(), runs, quarantined=4, drifted="list: no closes any more"), runs, troubles)
    await hub.start(connectors={"town": Town}, contact="hub@example.org")
    answer = await hub.ask("/sources/town.example.org")
    shape, missing, aside = answer.texts("//ul[@class='errors']/li")
    assert shape == "Another shape than before: list: no closes any more"
    kept = "Where an earlier reading had them, what it gave is kept."
    assert missing == f"2 missing parts in the last run: 1: detail; 2: detail. {kept}"
    assert aside.startswith("4 records in quarantine")
    first, second = answer.texts("//ul[@class='errors']//li//li")
    assert first.startswith("3 × it has no title <b>xxx")
    assert first.endswith("x... (7/2026 and others)")
    assert second == "1 × it closes before it opens (9)"
    assert answer.page.xpath("//p[@class='note']/a/@href") == ["mailto:hub@example.org"]
    document = msgspec.json.decode((await hub.ask("/api/v1/sources/town.example.org")).body)
    assert document["troubles"][1] == msgspec.to_builtins(troubles[1])
    assert document["fields"] == {"detail": ["body"], "list": ["closes", "title"]}
    assert (document["connector_version"], document["drifted"]) == ("1", "list: no closes any more")


async def test_what_was_read_of_a_source_that_never_was_read_completely_is_not_called_complete(hub: Hub) -> None:
    runs = [run("partial", items=28, missing=2, missing_parts=("3: activities", "4: activities"))]
    hub.store.add_source(row(site(), runs, processes=28, last_total=28), runs)
    page = await hub.ask("/sources/town.example.org")
    terms = dict(zip(page.texts("//dt"), page.texts("//dd"), strict=True))
    assert (terms["Last complete reading"], terms["Items read"]) == ("never", "28 of 28, 2 missing parts")
    assert "Complete" not in terms
    table = await hub.ask("/sources")
    assert table.texts("//table/thead/tr/th")[3:6] == ["Last complete reading", "Processes", "Items read"]
    assert table.page.xpath("//tbody/tr/td/@data-label")[4] == "Items read"


async def test_a_reason_that_is_told_already_is_not_told_twice(hub: Hub) -> None:
    drifted = "list: no closes any more"
    runs = [run("suspicious", why=f"{drifted}, so that 9 of 9 items were not read", drifted=drifted), run()]
    hub.store.add_source(row(site(), runs), runs)
    answer = await hub.ask("/sources/town.example.org")
    assert answer.texts("//table/tbody/tr[1]/td[1]/span") == [runs[0].why]
    reason, line = answer.texts("//main//p")[1:3]
    assert runs[0].why in reason
    assert drifted not in line


async def test_robots_are_only_said_to_be_obeyed_where_they_are(hub: Hub) -> None:
    assert "robots.txt is obeyed" in (await hub.ask("/sources/town.example.org")).text
    await hub.start(robots=False)
    assert "robots.txt" not in (await hub.ask("/sources/town.example.org")).text


ROBOTS = "its robots.txt is obeyed, and a pause that it or an answer asks for is kept"
ONE = "at most one request a second, one at a time"
NOT_ENABLED = "when somebody asks for it, since it is not enabled here"
#: What of a site says how it is read, from where and how often, and how politely whoever is asked.
MANNERS = [
    ({}, "every day", f"{ONE}; {ROBOTS}"),
    ({"interval": 21600, "enabled": False}, NOT_ENABLED, f"{ONE}; {ROBOTS}"),
    ({"sample": True}, "from a recording of ours that comes with its connector", "nobody is asked"),
    (
        {"sample": True, "via": "archive"},
        "from a recording of ours that comes with its connector",
        "nobody is asked",
    ),
    (
        {"via": "archive", "archive": Archive(profile="files", files=("a.warc", "b.wacz"))},
        "from 2 files of a web archive, every day",
        "nobody is asked",
    ),
    (
        {"via": "archive", "concurrency": 4},
        "from copies in a web archive (web.archive.org), every day",
        f"the archive, at most one request every 3 seconds, one at a time; {ROBOTS}. The platform itself is not asked",
    ),
    (
        {
            "via": "archive",
            "enabled": False,
            "archive": Archive(profile="pywb", url="https://archive.example/", collection="a"),
        },
        f"from copies in a web archive (archive.example), {NOT_ENABLED}",
        f"the archive, {ONE}; {ROBOTS}. The platform itself is not asked",
    ),
]


@pytest.mark.parametrize(("of", "read", "politely"), MANNERS)
async def test_a_source_says_from_where_it_is_read_how_often_and_who_is_asked(
    hub: Hub, of: dict[str, Any], read: str, politely: str
) -> None:
    hub.store.add_source(row(site(**of), [run()]), [run()])
    page = await hub.ask("/sources/town.example.org")
    terms = dict(zip(page.texts("//dt"), page.texts("//dd"), strict=True))
    assert (terms["Read"], terms["How politely"]) == (read, politely)
    [note] = page.texts("//p[@class='note']")
    assert ("forbid the agent" in note) == ("sample" not in of and "via" not in of)


async def test_the_runs_tell_of_items_that_were_not_believed(hub: Hub) -> None:
    runs = [run("suspicious", why="9 of 9 items were not read", items=9, unread=7), run()]
    hub.store.add_source(row(site(), runs), runs)
    page = await hub.ask("/sources/town.example.org")
    column = page.texts("//table/thead/tr/th").index("Not believed")
    assert [page.texts(f"//table/tbody/tr[{n}]/*")[column] for n in (1, 2)] == ["7", "0"]


async def test_where_nothing_is_wrong_no_error_is_listed(hub: Hub) -> None:
    answer = await hub.ask("/sources/town.example.org")
    assert not answer.page.xpath("//*[@id='errors']")
    assert (await hub.ask("/api/v1/sources/nowhere")).status == 404


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({}, "at most one request a second, one at a time"),
        ({"pace": 0.25, "concurrency": 3}, "at most 4 requests a second, 3 at a time"),
        ({"pace": 1.5}, "at most one request every 1.5 seconds, one at a time"),
        ({"pace": 30.0}, "at most one request every 30 seconds, one at a time"),
        ({"pace": 0.0}, "one request after another without a pause, one at a time"),
    ],
)
def test_pace_in_words(settings: dict[str, Any], words: str) -> None:
    assert manner.pace(site(**settings)) == words


async def test_a_broken_plugin_is_shown_with_its_reason_and_stops_nothing(hub: Hub) -> None:
    broken = Broken(name="moon", distribution="folkmoot-moon", version="0.1", reason="ImportError: no module 'cheese'")
    await hub.start(broken=[broken])
    answer = await hub.ask("/sources")
    assert answer.texts("//ul[@class='broken']/li") == ["moon folkmoot-moon 0.1ImportError: no module 'cheese'"]
    assert answer.texts(f"{ROWS}/th/a") == ["Exampleton"]
    document = msgspec.json.decode((await hub.ask("/api/v1/sources")).body)
    assert document["broken"] == [msgspec.to_builtins(broken)]
    assert [one["id"] for one in document["items"]] == ["town.example.org"]


async def test_a_source_shows_its_terms_its_runs_and_its_connector(hub: Hub) -> None:
    runs = [run(ended=NOW - n * DAY, items=n, requests=2, seconds=1.25) for n in range(25)]
    of = site(licence=Licence(name="CC BY 4.0", url="https://example.org/by", attribution="The Town"), interval=21600)
    hub.store.add_source(row(of, runs, quarantined=2, processes=1), runs)
    hub.put(record("1"))
    await hub.start(connectors={"town": Town})
    answer = await hub.ask("/sources/town.example.org")
    assert answer.texts("//h1") == ["Exampleton"]
    assert len(answer.texts(ROWS)) == 20
    assert answer.texts(ROWS)[3].startswith("2026-07-25 09:59")
    terms = dict(zip(answer.texts("//dt"), answer.texts("//dd"), strict=True))
    assert terms["Read"] == "every 6 hours"
    assert terms["How politely"].startswith("at most one request a second, one at a time; its robots.txt is obeyed")
    assert terms["Connector"] == "town, version 1"
    assert terms["Licence"] == "CC BY 4.0The Town"
    assert answer.texts("//section[@aria-labelledby='connector']/*") == [
        "How it is read",
        "The town's consultations.",
        "Platform",
        "A board in front of the town hall, read by hand.",
        "Personal data",
        "None.",
        FIELDS,
    ]
    [link] = answer.page.xpath("//a[starts-with(text(), 'See its')]/@href")
    assert (await hub.ask(link)).texts("//li[@class='card']//h3") == ["Shade for the market square"]


LAKE = site("lake.example.org", "Lake", reach="archived", evidence="self-run", ended="2013", enabled=False)
POND = site("sample.pond", "Pond", sample=True, sample_of="lake.example.org")


async def test_each_source_says_what_there_is_of_it_and_what_its_reading_was_proven_on(hub: Hub) -> None:
    hub.store.add_source(row(site(evidence="recorded"), [run()]), [run()])
    page = await hub.ask("/sources")
    assert page.texts(f"{ROWS}/td[@data-label='Platform']") == ["LiveRecorded answers"]
    words = dict(zip(page.texts("//dt"), page.texts("//dd"), strict=True))
    assert len(words) == 1 + len(labels.REACH) + len(labels.EVIDENCE)
    assert all(said.endswith(".") for said in words.values())
    terms = await hub.ask("/sources/town.example.org")
    said = dict(zip(terms.texts("//dt"), terms.texts("//dd"), strict=True))
    assert said["Platform"] == f"Live: {words['Live']}"
    assert said["Our reading of it"] == f"Recorded answers: {words['Recorded answers']}"
    document = msgspec.json.decode((await hub.ask("/api/v1/sources/town.example.org")).body)
    assert (document["reach"], document["reach_says"]) == ("live", words["Live"])
    assert (document["evidence"], document["evidence_says"]) == ("recorded", words["Recorded answers"])


def test_every_word_for_reach_and_evidence_has_a_meaning() -> None:
    assert set(labels.REACH) == set(get_args(Reach))
    assert set(labels.EVIDENCE) == {*get_args(Evidence), None}


async def test_a_source_that_nobody_read_is_known_with_what_there_is_of_it(hub: Hub) -> None:
    await hub.start(sites={"lake.example.org": LAKE})
    page = await hub.ask("/sources")
    assert page.texts("//section[@aria-labelledby='others']//tbody/tr") == ["Lake ArchivedIts software, run by us town"]
    assert page.texts("//caption/following-sibling::tbody/tr/th/a") == ["Exampleton"]
    assert sum(map(int, page.texts("//ul[@class='totals']/li/strong"))) == 1
    one = await hub.ask("/sources/lake.example.org")
    assert "It has not been read yet." in one.text
    assert "See its" not in one.text
    document = msgspec.json.decode((await hub.ask("/api/v1/sources")).body)
    rows = {each["id"]: each for each in document["items"]}
    assert set(rows) == {"lake.example.org", "town.example.org"}
    lake = rows["lake.example.org"]
    assert (lake["processes"], lake["health"], lake["reach"], lake["samples"]) == (0, "archived", "archived", [])


async def test_samples_are_told_beside_the_source_they_stand_for_and_never_counted_as_its_own(hub: Hub) -> None:
    hub.store.add_source(row(POND, [run()], processes=7), [run()])
    await hub.start(sites={"lake.example.org": LAKE, "sample.pond": POND}, sample=True)
    samples = [{"source": "sample.pond", "processes": 7}]
    for document in (
        msgspec.json.decode((await hub.ask("/api/v1/sources/lake.example.org")).body),
        msgspec.json.decode((await hub.ask("/api/v1/sources")).body)["items"][0],
    ):
        assert (document["id"], document["processes"], document["samples"]) == ("lake.example.org", 0, samples)
    page = await hub.ask("/sources")
    assert "sample.pond (7 processes)" in page.texts("//section[@aria-labelledby='others']//tbody/tr")[0]
    [pond] = [text for text in page.texts(ROWS) if text.startswith("Pond")]
    assert "Inventedfor lake.example.org" in pond
    lake, pond_page = await hub.ask("/sources/lake.example.org"), await hub.ask("/sources/sample.pond")
    assert "sample.pond (7 processes); they are invented" in lake.texts("//dd")
    assert "lake.example.org; everything in it is invented" in pond_page.texts("//dd")
    assert "Platform" not in pond_page.texts("//dt")


async def test_a_source_is_shown_with_the_settings_that_hold_now(hub: Hub) -> None:
    await hub.start(sites={"town.example.org": site(title="Exampleton by the Sea")})
    assert (await hub.ask("/sources")).texts(f"{ROWS}/th/a") == ["Exampleton by the Sea"]
    assert (await hub.ask("/sources/town.example.org")).texts("//h1") == ["Exampleton by the Sea"]


async def test_a_source_that_runs_for_the_first_time(hub: Hub) -> None:
    running = run(None, None)
    hub.store.add_source(row(site(), [running]), [running])
    answer = await hub.ask("/sources/town.example.org")
    assert "Running" in answer.texts(ROWS)[0]
    assert "No run has ended yet." in answer.text


async def test_an_unknown_source_answers_404(hub: Hub) -> None:
    for name in ("nowhere", "UPPER", "%00", "..%2F..", "caf%C3%A9"):
        assert (await hub.ask(f"/sources/{name}", Accept="text/html")).status == 404


async def test_the_clock_makes_a_source_late(hub: Hub) -> None:
    assert (await hub.ask("/sources")).texts(f"{ROWS}/{HEALTH}") == ["Fresh"]
    hub.clock.move(timedelta(hours=26))
    assert (await hub.ask("/sources")).texts(f"{ROWS}/{HEALTH}") == ["Late"]
