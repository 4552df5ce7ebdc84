"""Items that cannot become processes are put aside with payload, address and reason, and tried again after a fix."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from folkmoot_hub.connector import Run, WholeItem
from folkmoot_hub.errors import LeaseHeld
from folkmoot_hub.harvest import quarantine
from folkmoot_hub.harvest.quarantine import Retried
from folkmoot_hub.store.protocol import Cause
from folkmoot_schema.process import Process, Support
from folkmoot_schema.texts import Text
from hub.harvest.harvesting import DAY, NOW, SITE, Answer, Bench, Sample, page, rows, whole


class Faulty(Sample):
    """Goes wrong in the way that the row's ``keyword`` names."""

    def map(self, item: WholeItem, run: Run) -> Process:
        process = super().map(item, run)
        match item.get("keyword"):
            case "exception":
                raise ZeroDivisionError("nothing to divide by")
            case "no process":
                return {"title": "A"}  # type: ignore[return-value] # what a connector may get wrong
            case "wrong type":
                return msgspec.structs.replace(process, title="A text")
            case "number for a word":
                return msgspec.structs.replace(process, keywords=(1,))
            case "empty title":
                return msgspec.structs.replace(process, title=Text({"en": "<script>x</script>"}, "en", html=True))
            case "foreign part":
                return msgspec.structs.replace(process, support=(Support(unit="comments", count=1, part="nowhere"),))
            case "bad value":
                return msgspec.structs.replace(process, url="javascript:alert(1)")
        return process


class Completed(Sample):
    """Cannot map an item without its detail."""

    def map(self, item: WholeItem, run: Run) -> Process:
        title = item.part("detail").get("title", item["title"])
        return super().map(WholeItem(item.id, {"list": {**item.parts["list"], "title": title}}, (), item.url), run)


def retry(bench: Bench, connector: Sample | None = None) -> list[Retried]:
    bench.connector = connector or Sample()
    return quarantine.replay(bench.store, bench.site, bench.connector, bench.clock.now())


WRONG = {
    "unmappable": ("map", "cannot be mapped"),
    "exception": ("map", "ZeroDivisionError: nothing to divide by"),
    "no process": ("map", "returns dict; allowed: Process"),
    "wrong type": ("map", "AttributeError"),
    "number for a word": ("validate", "keywords"),
    "empty title": ("validate", "title"),
    "foreign part": ("map", "the part 'nowhere'; allowed: list"),
    "bad value": ("map", "address of the process"),
}


@pytest.mark.parametrize(("fault", "stage", "error"), [(fault, *told) for fault, told in WRONG.items()])
def test_an_item_that_cannot_be_mapped_is_put_aside_and_the_rest_goes_on(
    bench: Bench, fault: str, stage: str, error: str
) -> None:
    bench.connector = Faulty()
    bad = {"id": "bad", "title": fault, "keyword": fault}
    row = bench.run({"list": whole(items=[*rows("a"), bad, *rows("z")])})
    assert (row.outcome, row.items, row.created, row.quarantined) == ("complete", 3, 2, 1)
    (aside,) = bench.aside().values()
    assert (aside.local_id, aside.stage, aside.address, aside.run) == ("bad", stage, f"{SITE.base}/list", row.run)
    assert error in aside.error
    assert aside.payload == {"list": {"title": fault, "keyword": fault}}
    assert aside.at == NOW


@pytest.mark.parametrize("id", ["", None, "x" * 501, "line\nbreak", True, "\u0000"])
def test_an_item_whose_id_can_be_none_is_put_aside_without_one(bench: Bench, id: Any) -> None:
    listed = whole(items=[*rows("a"), {"id": id, "title": "Nameless", "keyword": "k"}], total=2)
    for _ in range(2):
        row = bench.run({"list": listed})
        assert (row.outcome, row.items, row.quarantined) == ("partial", 2, 1)
        assert row.why == f"an item without a usable id: {SITE.base}/list; all: 1 of 2 items"
        (aside,) = bench.aside().values()
        assert (aside.stage, aside.address) == ("identify", f"{SITE.base}/list")
        assert aside.payload == {"list": {"title": "Nameless", "keyword": "k"}}
        assert "local id" in aside.error
    assert set(bench.records()) == {"a"}


@pytest.mark.parametrize("total", [{}, {"total": 2}])
def test_an_item_without_a_usable_id_may_be_any_so_nothing_is_absent(bench: Bench, total: dict[str, int]) -> None:
    bench.run({"list": whole("a", "b", **total)})
    bench.next_day()
    row = bench.run({"list": whole(items=[*rows("a"), {"id": None, "title": "B"}], **total)})
    assert row.outcome == "partial"
    assert bench.record("b").absent_since is None
    bench.next_day()
    assert bench.run({"list": whole("a")}).outcome == "complete"
    assert bench.record("b").absent_since is not None


def test_two_items_without_ids_are_two(bench: Bench) -> None:
    assert bench.run({"list": whole(items=[{"id": "", "title": "A"}, {"id": "", "title": "B"}])}).quarantined == 2
    assert len(bench.aside()) == 2


def test_an_item_without_a_usable_id_has_no_parts_and_stays_aside_until_a_run_misses_it(bench: Bench) -> None:
    listed = whole(items=[*rows("b"), {"id": "", "title": "A", "detail": "d"}])
    row = bench.run({"list": listed, "d": {"text": "T"}})
    assert (row.outcome, bench.source.asked) == ("partial", ["list"])
    (left,) = retry(bench)
    assert left.kept is None
    assert "local id" in left.error
    bench.run({"list": Answer(status=500)})
    assert len(bench.aside()) == 1
    bench.run({"list": whole("a")})
    assert bench.aside() == {}


UNREADABLE = whole(items=[*rows("a"), {"id": "b", "title": "unmappable"}])


def test_what_is_put_aside_is_there_but_what_is_known_of_it_is_not_confirmed(bench: Bench) -> None:
    bench.run({"list": whole("a", "b")})
    bench.next_day()
    row = bench.run({"list": UNREADABLE})
    assert (row.outcome, row.quarantined, row.unchanged) == ("complete", 1, 1)
    record = bench.record("b")
    assert (record.absent_since, record.seen_at) == (None, NOW)
    assert record.process.title.values == {"en": "Title of b"}


def test_the_status_of_what_stays_aside_is_unknown_when_the_trust_in_its_last_reading_ends(bench: Bench) -> None:
    bench.run({"list": whole("a", "b")})
    told = []
    for _ in range(4):
        bench.next_day()
        bench.run({"list": UNREADABLE})
        bench.store.advance(bench.clock.now())
        told.append((bench.record("a").standing.status, bench.record("b").standing.status))
    assert told == [("open", "open"), *[("open", "unknown")] * 3]
    assert bench.record("b").standing.derived
    assert [(each.local_id, each.cause) for each in bench.log(2)] == [("b", Cause.CLOCK)]
    assert bench.run({"list": whole("a", "b")}).changed == 1
    assert (bench.record("b").standing.status, bench.record("b").standing.derived) == ("open", False)


def test_what_is_listed_again_but_cannot_be_read_is_absent_no_longer(bench: Bench) -> None:
    bench.run({"list": whole("a", "b")})
    for answers in (whole("a"), UNREADABLE, UNREADABLE):
        bench.next_day()
        bench.run({"list": answers})
    record = bench.record("b")
    assert (record.absent_since, record.seen_at) == (None, NOW)
    assert bench.brief(3) == [("b", "update", "minor")]
    assert bench.log(3)[0].body == record


@pytest.mark.parametrize("title", ["Title of b", "Mended"])
def test_an_item_that_its_source_mends_leaves_quarantine(bench: Bench, title: str) -> None:
    bench.run({"list": whole("b")})
    bench.run({"list": whole(items=[{"id": "b", "title": "unmappable"}])})
    assert set(bench.aside()) == {"b"}
    bench.run({"list": whole(items=[{"id": "b", "title": title}])})
    assert bench.aside() == {}


def test_an_item_that_its_source_deletes_leaves_quarantine(bench: Bench) -> None:
    bench.run({"list": page(items=[{"id": "b", "title": "unmappable"}])})
    bench.run({"list": page(gone=["b"])})
    assert bench.aside() == {}


def test_what_fails_again_is_aside_once_with_its_present_payload(bench: Bench) -> None:
    bench.run({"list": whole(items=[{"id": "b", "title": "unmappable", "keyword": "one"}])})
    bench.next_day()
    bench.run({"list": whole(items=[{"id": "b", "title": "unmappable", "keyword": "two"}])})
    (aside,) = bench.aside().values()
    assert (aside.payload["list"]["keyword"], aside.at) == ("two", NOW + DAY)


# Too much of it

#: Of so many items so many cannot be read, under this brake.
ASIDE = [
    (20, 4, 0.2, "complete"),
    (20, 5, 0.2, "suspicious"),
    (25, 5, 0.2, "complete"),
    (26, 6, 0.2, "suspicious"),
    (20, 5, 0.5, "complete"),
    (20, 11, 0.5, "suspicious"),
    (5, 4, 0.2, "complete"),
    (4, 4, 0.2, "suspicious"),
    (1, 1, 1.0, "suspicious"),
]


def with_unreadable(items: int, unreadable: int) -> dict[str, Any]:
    bad = [{"id": f"bad{n}", "title": "unmappable"} for n in range(unreadable)]
    return {"list": whole(items=[*rows(*range(items - unreadable)), *bad], total=items, state={"at": items})}


@pytest.mark.parametrize(("items", "unreadable", "brake", "outcome"), ASIDE)
def test_a_run_that_could_not_read_much_of_what_it_met_is_not_believed(
    bench: Bench, items: int, unreadable: int, brake: float, outcome: str
) -> None:
    bench.with_settings(brake=brake)
    row = bench.run(with_unreadable(items, unreadable))
    assert (row.outcome, row.quarantined, row.items) == (outcome, unreadable, items)
    assert row.why == (f"{unreadable} of {items} items could not be read" if outcome == "suspicious" else "")
    source = bench.store.source(bench.site.id)
    assert source is not None
    assert source.last_complete == (NOW if outcome == "complete" else None)


def test_a_run_that_lacks_something_and_could_not_read_much_is_not_believed_either(bench: Bench) -> None:
    unreadable = with_unreadable(9, 9)["list"] | {"next": ["2"]}
    row = bench.run({"list": unreadable, "2": Answer(status=500)})
    assert row.outcome == "suspicious"
    assert "2 answered 500" in row.why
    assert row.why.endswith("9 of 9 items could not be read")


def test_what_is_put_aside_first_and_read_after_all_counts_as_read(bench: Bench) -> None:
    bench.connector = Completed()
    details = {f"d{n}": {"title": f"Title {n}"} for n in range(6)}
    listed = [{"id": f"i{n}", "title": "unmappable"} for n in range(6)]
    again = [{**row, "detail": f"d{n}"} for n, row in enumerate(listed)]
    row = bench.run({"list": page(items=listed, next=["2"]), "2": page(items=again), **details})
    assert (row.outcome, len(bench.records()), bench.aside()) == ("complete", 6, {})


# Replay


def put_aside(bench: Bench) -> None:
    bench.connector = Faulty()
    bad = [{"id": id, "title": "T", "keyword": "exception", "count": 4, "detail": "d"} for id in ("x", "y")]
    bench.run({"list": whole(items=[*rows("a"), *bad, {"id": "z", "title": "unmappable"}]), "d": {"text": "Whole"}})
    bench.next_day()


def test_after_a_fix_what_can_be_mapped_is_kept_and_the_rest_stays_with_its_present_error(bench: Bench) -> None:
    put_aside(bench)
    head = bench.store.head()
    told = {each.local_id: (each.kept, each.error) for each in retry(bench)}
    assert told == {"x": ("created", ""), "y": ("created", ""), "z": (None, "this title cannot be mapped")}
    assert set(bench.aside()) == {"z"}
    assert [(each.local_id, each.cause, each.op.value) for each in bench.log(head)] == [
        ("x", Cause.CORRECTION, "create"),
        ("y", Cause.CORRECTION, "create"),
    ]
    record = bench.record("x")
    assert record.process.body is not None
    assert record.process.body.values == {"en": "Whole"}
    assert [each.read_at for each in bench.store.observations(bench.site.id, "x")] == [NOW]


def test_a_second_replay_finds_what_is_left(bench: Bench) -> None:
    put_aside(bench)
    retry(bench)
    assert [each.local_id for each in retry(bench)] == ["z"]


def test_the_run_after_a_replay_tells_nothing_anew(bench: Bench) -> None:
    put_aside(bench)
    retry(bench)
    head = bench.store.head()
    listed = [{"id": id, "title": "T", "keyword": "exception", "count": 4, "detail": "d"} for id in ("x", "y")]
    row = bench.run({"list": whole(items=[*rows("a"), *listed]), "d": {"text": "Whole"}})
    assert (row.unchanged, [id for id, _, _ in bench.brief(head)]) == (3, [])


def test_a_replay_maps_the_parts_as_they_are_by_now_each_read_when_it_was(bench: Bench) -> None:
    bench.connector = Faulty()
    aside = {"id": "a", "title": "T", "keyword": "exception", "count": 4, "detail": "d", "if_failed": "skip"}
    bench.run({"list": whole(items=[aside]), "d": {"text": "First"}})
    bench.next_day()
    bench.run({"list": whole(items=[{**aside, "count": 5}]), "d": Answer(status=500)})
    bench.next_day()
    assert [each.kept for each in retry(bench)] == ["created"]
    (observation,) = bench.store.observations(bench.site.id, "a")
    assert (observation.support.count, observation.read_at) == (5, NOW + DAY)
    body = bench.record("a").process.body
    assert body is not None
    assert body.values == {"en": "First"}


def test_a_replay_of_a_known_process_is_a_correction_of_it(bench: Bench) -> None:
    bench.connector = Faulty()
    bench.run({"list": whole("a")})
    bench.next_day()
    bench.run({"list": whole(items=[{"id": "a", "title": "New", "keyword": "exception"}])})
    bench.next_day()
    (retried,) = retry(bench)
    assert retried.kept == "changed"
    record = bench.record("a")
    assert (record.process.title.values, record.updated, record.first_seen) == ({"en": "New"}, NOW + 2 * DAY, NOW)


def test_a_replay_tells_of_what_was_seen_when_it_was_put_aside(bench: Bench) -> None:
    put_aside(bench)
    bench.clock.move(9 * DAY)
    retry(bench)
    record = bench.record("x")
    assert (record.seen_at, record.first_seen, record.updated) == (NOW, NOW + 10 * DAY, NOW + 10 * DAY)
    assert record.standing.status == "unknown"


def test_a_replay_does_not_call_listed_what_its_list_has_missed_since(bench: Bench) -> None:
    bench.connector = Faulty()
    for answers in (whole("a", "b"), whole(items=[*rows("b"), {"id": "a", "title": "New", "keyword": "exception"}])):
        bench.run({"list": answers})
        bench.next_day()
    bench.run({"list": whole("b")})
    assert [each.kept for each in retry(bench)] == ["changed"]
    record = bench.record("a")
    assert (record.absent_since, record.seen_at) == (NOW + 2 * DAY, NOW + DAY)
    assert record.process.title.values == {"en": "New"}


def test_a_replay_without_a_fix_changes_nothing(bench: Bench) -> None:
    put_aside(bench)
    before, head = bench.aside(), bench.store.head()
    assert [each.kept for each in retry(bench, Faulty())] == [None, None, None]
    assert ({id: row.payload for id, row in bench.aside().items()}, bench.store.head()) == (
        {id: row.payload for id, row in before.items()},
        head,
    )


def test_nobody_replays_while_the_source_is_being_harvested(bench: Bench) -> None:
    put_aside(bench)
    with bench.store.lease(bench.site.id), pytest.raises(LeaseHeld):
        retry(bench)
    assert set(bench.aside()) == {"x", "y", "z"}


def test_a_replay_killed_after_one_item_goes_on_with_the_others(bench: Bench) -> None:
    put_aside(bench)

    class Dying(Sample):
        def map(self, item: WholeItem, run: Run) -> Process:
            if item.id == "y":
                raise KeyboardInterrupt
            return super().map(item, run)

    with pytest.raises(KeyboardInterrupt):
        retry(bench, Dying())
    assert (set(bench.aside()), "x" in bench.records()) == ({"y", "z"}, True)
    assert [each.local_id for each in retry(bench)] == ["y", "z"]


def test_an_item_that_was_erased_is_aside_no_longer(bench: Bench) -> None:
    bench.run({"list": whole("a")})
    bench.run({"list": whole(items=[{"id": "a", "title": "unmappable", "keyword": "Distinctive"}])})
    bench.store.erase(bench.site.id, "a", "asked for", bench.clock.now())
    assert (bench.aside(), retry(bench)) == ({}, [])
    assert b"Distinctive" not in bench.data()


def test_an_item_that_is_erased_while_others_are_replayed_is_not_brought_back(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.connector = Faulty()
    bench.run({"list": whole("a")})
    bench.run({"list": whole(items=[{"id": "a", "title": "A", "keyword": "exception"}])})
    listed = bench.store.quarantined(bench.site.id)

    def erased_since(source: str | None = None) -> Any:
        bench.store.erase(bench.site.id, "a", "asked for", bench.clock.now())
        return listed

    monkeypatch.setattr(bench.store, "quarantined", erased_since)
    assert retry(bench) == []
    assert bench.gone("a") is not None
