"""The pages about sources."""

from __future__ import annotations

from datetime import timedelta

import msgspec

from folkmoot_hub.connector import Connector
from folkmoot_hub.registry import Broken
from folkmoot_schema.process import Licence
from hub.web.building import DAY, NOW, record, row, run, site
from hub.web.hubs import Hub

ROWS = "//table//tbody/tr"


class Town(Connector):
    """The town's consultations.

    Platform
        A board in front of the town hall, read by ``hand``.
    Personal data
        None.
    """

    id = "town"


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
    words = answer.texts(f"{ROWS}/td[1]")
    assert words == ["Failing", "Late", "Not read yet", "Fresh", "Fresh", "Fresh", "Paused"]
    totals = answer.texts("//ul[@class='totals']/li/strong")
    assert sum(map(int, totals)) == len(names)


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
    assert answer.texts(ROWS)[3].startswith("2026-07-25 09:59 UTC")
    terms = dict(zip(answer.texts("//dt"), answer.texts("//dd"), strict=True))
    assert terms["In quarantine"] == "2 records that could not be understood"
    assert terms["Read"] == "every 6 hours"
    assert terms["Licence"] == "CC BY 4.0The Town"
    assert answer.texts("//section[@aria-labelledby='connector']/*") == [
        "How it is read",
        "The town's consultations.",
        "Platform",
        "A board in front of the town hall, read by hand.",
        "Personal data",
        "None.",
    ]
    [link] = answer.page.xpath("//a[starts-with(text(), 'See its')]/@href")
    assert (await hub.ask(link)).texts("//li[@class='card']//h3") == ["Shade for the market square"]


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
    assert (await hub.ask("/sources")).texts(f"{ROWS}/td[1]") == ["Fresh"]
    hub.clock.move(timedelta(hours=26))
    assert (await hub.ask("/sources")).texts(f"{ROWS}/td[1]") == ["Late"]
