"""Drift: answers have another shape than the connector, or the last good run, knows."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from folkmoot_hub.connector import Item
from folkmoot_hub.harvest import drift
from hub.harvest.harvesting import NOW, Answer, Bench, Sample, page, rows, whole


def drifted(bench: Bench) -> str:
    source = bench.store.source(bench.site.id)
    assert source is not None
    return source.drifted


def answers(**extra: Any) -> dict[str, Any]:
    return {"list": whole(items=rows(*range(8), **extra))}


def test_a_path_that_always_was_there_and_now_never_is_has_been_lost(bench: Bench) -> None:
    bench.run(answers(keyword="k", place={"inner": 1, "outer": 2}, text="t"))
    assert drifted(bench) == ""
    row = bench.run(answers(place={"inner": 1}, text=None))
    assert drifted(bench) == "list: no .keyword, .place.outer, .text any more"
    assert (row.outcome, row.drifted, row.unread) == ("suspicious", drifted(bench), 8)
    assert row.why == f"{row.drifted}, so that 8 of 8 items were not read"


def test_what_is_lost_stays_lost_until_it_is_there_again(bench: Bench) -> None:
    bench.run(answers(keyword="k"))
    for _ in range(2):
        bench.run(answers())
        assert ".keyword" in drifted(bench)
    bench.run(answers(keyword="k"))
    assert drifted(bench) == ""


def test_a_connector_that_has_been_mended_begins_with_what_it_finds(bench: Bench) -> None:
    bench.run(answers(keyword="k"))
    bench.run(answers())

    class Mended(Sample):
        version = "2"

    bench.connector = Mended()
    bench.run(answers())
    assert drifted(bench) == ""


def test_a_path_that_was_not_always_there_may_go(bench: Bench) -> None:
    bench.run({"list": whole(items=[*rows(*range(6), keyword="k"), *rows(6, 7)])})
    bench.run(answers())
    assert drifted(bench) == ""


def test_too_few_places_prove_nothing_and_make_nothing_forgotten(bench: Bench) -> None:
    few = {"list": page(items=rows(1, 2, 3))}
    bench.run({"list": page(items=rows(1, 2, 3, keyword="k"))})
    bench.run(few)
    assert drifted(bench) == ""
    bench.run(answers(keyword="k"))
    assert bench.run(few).outcome == "complete"
    bench.run(answers())
    assert ".keyword" in drifted(bench)


def test_an_empty_list_is_no_drift(bench: Bench) -> None:
    bench.run(answers(keyword="k"))
    assert bench.run({"list": page()}).outcome == "complete"
    assert drifted(bench) == ""


def test_an_answer_that_cannot_be_read_marks_the_source_until_the_next_good_run(bench: Bench) -> None:
    bench.run(answers())
    bench.run({"list": {"rows": []}})
    assert "has no items" in drifted(bench)
    bench.run({"list": Answer(status=503)})
    assert "has no items" in drifted(bench)
    bench.run(answers())
    assert drifted(bench) == ""


def test_an_answer_of_another_type_is_no_drift(bench: Bench) -> None:
    bench.run({"list": Answer("<!doctype html>", type="text/html")})
    assert drifted(bench) == ""


def test_neither_values_nor_names_that_the_connector_does_not_name_are_kept(bench: Bench) -> None:
    bench.run(answers(unnamed="Distinctive value", keyword="Distinctive keyword"))
    data = bench.data()
    assert b".keyword" in data
    assert b"unnamed" not in data
    assert b"Distinctive value" not in data


KINDS = ["t", 7, True, [1], {"a": 1}]


@pytest.mark.parametrize("before", KINDS, ids=lambda value: type(value).__name__)
@pytest.mark.parametrize("now", KINDS, ids=lambda value: type(value).__name__)
def test_a_field_that_everywhere_is_of_another_type_has_drifted(bench: Bench, before: Any, now: Any) -> None:
    names = {str: "text", int: "number", bool: "truth value", list: "list", dict: "object"}
    bench.run(answers(place=before))
    row = bench.run(answers(place=now))
    same = type(before) is type(now)
    assert row.drifted == ("" if same else f"list: no .place as {names[type(before)]} any more")
    assert row.outcome == ("complete" if same else "suspicious")


@pytest.mark.parametrize(("before", "now"), [(7, 7.5), (7.5, 7), ([], [1]), ({}, {"a": 1})])
def test_what_is_of_the_same_type_has_not(bench: Bench, before: Any, now: Any) -> None:
    bench.run(answers(place=before))
    assert bench.run(answers(place=now)).outcome == "complete"


def test_of_what_is_lost_together_the_outermost_is_told() -> None:
    items = [{"a": {"b": [{"c": 1}]}, "d": 1}] * 6
    assert losing(items, [{"d": 1}] * 6) == [".a"]
    assert losing(items, [{"a": {"b": [1]}, "d": 1}] * 6) == [".a.b[] as object"]
    assert losing(items, [{"a": {"b": [{}]}, "d": 1}] * 6) == [".a.b[].c"]
    assert losing(items, [{"a": {}, "d": 1}] * 6) == [".a.b"]
    assert losing(items, [{}] * 6) == [".a", ".d"]
    assert losing(items, [{"d": 1}] * 4) == []
    assert losing(items, []) == []


def losing(before: list[Any], now: list[Any]) -> list[str]:
    like, seen = drift.Like("list", "parse"), []
    for items in (before, now):
        shapes = drift.Shapes()
        shapes.see("parse", drift.shape_of([Item(str(n), data) for n, data in enumerate(items)]))
        seen.append(shapes)
    return drift.lost(seen[0].shares()[like], seen[1].counts(like))


# Nothing that is known is overwritten


def keyed(*ids: Any, **common: Any) -> list[dict[str, Any]]:
    return rows(*ids, keyword="k", count=3, **common)


def test_an_answer_that_has_lost_a_field_tells_only_which_items_there_are(bench: Bench) -> None:
    bench.run({"list": whole(items=keyed(*"01234567"), total=8)})
    before, head = bench.records(), bench.store.head()
    bench.next_day()
    without = whole(items=rows(*"123456", "new", detail="d", title="Other", count=4), total=8, next=["2"])
    row = bench.run({"list": without, "2": whole("last", total=8), "d": {"text": "T"}})
    assert bench.source.asked == ["list", "2"]
    assert (row.outcome, row.unread, row.items, row.unchanged, row.changed) == ("suspicious", 8, 8, 0, 0)
    assert {id for id, one in bench.records().items() if one.absent_since} == {"0", "7"}
    assert bench.brief(head) == [("0", "update", "minor"), ("7", "update", "minor")]
    assert set(bench.records()) == set(before)
    for id in "123456":
        assert bench.record(id) == before[id]


def test_a_drifted_source_confirms_nothing(bench: Bench) -> None:
    bench.run({"list": whole(items=keyed(*range(8)))})
    for _ in range(3):
        bench.next_day()
        bench.run({"list": whole(*range(8))})
        bench.store.advance(bench.clock.now())
    source = bench.store.source(bench.site.id)
    assert source is not None
    assert source.last_complete == NOW
    assert {(one.standing.status, one.seen_at) for one in bench.records().values()} == {("unknown", NOW)}


def test_when_the_field_is_back_all_is_as_it_was(bench: Bench) -> None:
    good = {"list": Answer(whole(items=keyed(*range(8))), etag="1")}
    bench.run(good)
    before, head = bench.records(), bench.store.head()
    for _ in range(2):
        assert bench.run({"list": Answer(whole(*range(8)), etag="2")}).unread == 8
    row = bench.run(good)
    assert (row.outcome, row.unchanged, row.drifted, bench.store.head()) == ("complete", 8, "", head)
    assert bench.records() == before


def test_a_newer_connector_takes_what_has_drifted(bench: Bench) -> None:
    class Mended(Sample):
        version = "2"

    bench.run({"list": whole(items=keyed(*range(8)))})
    assert bench.run({"list": whole(*range(8))}).unread == 8
    bench.connector = Mended()
    row = bench.run({"list": whole(*range(8))})
    assert (row.outcome, row.changed) == ("complete", 8)


@pytest.mark.parametrize(("second", "outcome"), [(whole(), "complete"), (Answer(status=500), "partial")])
def test_somebody_who_knows_that_it_is_right_accepts_it_once_for_all(bench: Bench, second: Any, outcome: str) -> None:
    bench.run({"list": whole(items=keyed(*range(8)))})
    without = {"list": whole(*range(8), next=["2"]), "2": second}
    assert bench.run(without).outcome == "suspicious"
    row = bench.run(without, accept_drift=True)
    assert (row.outcome, row.drifted, row.changed) == (outcome, "", 8)
    bench.next_day()
    row = bench.run(without | {"list": whole(*range(8), next=["2"], again=True)})
    assert (row.outcome, row.drifted, row.unread) == (outcome, "", 0)


def test_a_run_that_goes_on_still_says_what_it_did_not_believe(bench: Bench) -> None:
    bench.run({"list": whole(items=keyed(*range(8)))})

    def cut(path: str) -> None:
        if path == "2":
            raise MemoryError

    bench.clock.move(timedelta(hours=1))
    without = {"list": whole(*range(8), next=["2"]), "2": whole()}
    with pytest.raises(MemoryError):
        bench.run(without, before=cut)
    row = bench.run(without)
    assert bench.source.asked == ["2"]
    assert (row.outcome, row.unread, row.unchanged) == ("suspicious", 8, 0)
    assert row.why == "list: no .count, .keyword any more, so that 8 of 8 items were not read"


# Like with like


def lists(first: Any, second: Any) -> dict[str, Any]:
    return {"first": first, "second": second}


def of(scope: str, items: list[dict[str, Any]]) -> dict[str, Any]:
    return page(items=items, scope=scope, exhaustive=True)


def test_a_list_that_never_had_what_another_has_is_believed(bench: Bench) -> None:
    bench.with_settings(settings={"start": ["first", "second"]})
    bare, full = of("open", rows(*range(8))), of("closed", keyed(*range(10, 200)))
    for n in range(3):
        row = bench.run(lists(bare | {"n": n}, full | {"n": n}))
        assert (row.outcome, row.unread) == ("complete", 0)
        bench.next_day()


def test_a_list_that_has_lost_what_another_still_has_is_believed_the_next_time_at_the_latest(bench: Bench) -> None:
    bench.with_settings(settings={"start": ["first", "second"]})
    bare, full = of("open", rows(*range(8))), of("closed", keyed(*range(10, 200)))
    bench.run(lists(of("open", keyed(*range(8))), full))
    found = [bench.run(lists(bare | {"n": n}, full | {"n": n})) for n in range(4)]
    assert [row.outcome for row in found] == ["suspicious", *["complete"] * 3]
    assert found[1].changed == 8
    bench.run(lists(of("open", keyed(*range(8))), full))
    assert bench.run(lists(full, bare)).outcome == "complete"


@pytest.mark.parametrize(("bare", "outcome"), [(0, "suspicious"), (1, "complete")])
def test_a_list_that_was_never_asked_for_must_have_what_really_all_had(bench: Bench, bare: int, outcome: str) -> None:
    bench.run({"list": page(next=["old"]), "old": page(items=[*keyed(*range(19)), *rows(*range(19, 19 + bare))])})
    row = bench.run({"list": page(next=["new", "old"]), "new": page(*range(50, 60)), "old": page(items=keyed(60))})
    assert row.outcome == outcome


def test_an_answer_that_was_believed_is_believed_again(bench: Bench) -> None:
    both = {"bare": page(*range(8)), "full": page(items=keyed(*range(10, 30))), "broken": Answer(status=500)}
    bench.run({"list": page(next=["full"])} | both)
    assert bench.run({"list": page(next=["full", "bare", "broken"])} | both).outcome == "partial"
    row = bench.run({"list": page(next=["bare", "full"])} | both)
    assert (row.outcome, row.drifted, row.unchanged) == ("complete", "", 28)


def test_an_item_that_another_answer_told_of_before_is_read(bench: Bench) -> None:
    bench.with_settings(settings={"start": ["first", "second"]})
    few = page(items=rows(0, 1, title="New"))
    bench.run(lists(few, page(items=keyed(*range(30)))))
    bench.next_day()
    row = bench.run(lists(page(items=rows(0, 1, title="Newer")), page(*range(8))))
    assert (row.outcome, row.unread, row.items) == ("suspicious", 6, 8)
    assert {bench.record(id).process.title.values["en"] for id in ("0", "1")} == {"Newer"}


# Parts, each in an answer of its own


def detailed(texts: dict[int, str | None], version: str) -> dict[str, Any]:
    items = [{"id": str(n), "title": f"Title of {n}", "detail": f"d{n}"} for n in texts]
    parts = {f"d{n}": {"count": int(version), **({"text": text} if text else {})} for n, text in texts.items()}
    return {"list": whole(items=items), **parts}


ALL = dict.fromkeys(range(8), "Text")


def bodies(bench: Bench) -> dict[str, bool]:
    return {id: record.process.body is not None for id, record in bench.records().items()}


def test_parts_that_all_have_lost_a_field_are_missing_and_what_is_known_stays(bench: Bench) -> None:
    bench.run(detailed(ALL, "1"))
    bench.next_day()
    row = bench.run(detailed(dict.fromkeys(ALL), "2"))
    assert (row.outcome, row.missing, row.unchanged, row.changed) == ("suspicious", 8, 8, 0)
    assert row.why == "parts of items that could not be had: 8; detail: no .text any more, which is not believed"
    assert row.drifted == "detail: no .text any more"
    assert all(bodies(bench).values())
    assert {record.process.support[0].count for record in bench.records().values()} == {1}


@pytest.mark.parametrize("concurrency", [1, 8])
def test_parts_wait_until_one_shows_that_the_field_is_still_there(bench: Bench, concurrency: int) -> None:
    bench.with_settings(concurrency=concurrency)
    bench.run(detailed(ALL, "1"))
    row = bench.run(detailed({**dict.fromkeys(range(4)), 4: "Text", 5: None, 6: None, 7: None}, "2"))
    assert (row.outcome, row.missing, row.drifted, row.requests) == ("complete", 0, "", 9)
    assert [id for id, there in bodies(bench).items() if there] == ["4"]


def test_parts_too_few_to_tell_are_taken_in_the_end_and_what_they_ask_for_is_asked(bench: Bench) -> None:
    few = dict.fromkeys(range(4))
    bench.run(detailed(ALL, "1"))
    answers = detailed(few, "2")
    answers["d1"] |= {"feedback": "f"}
    row = bench.run({**answers, "f": {"text": "Voices"}})
    assert bench.source.asked[-1] == "f"
    assert (row.outcome, row.missing, row.changed, row.requests) == ("complete", 0, 4, 6)
    assert bench.record("1").process.summary is not None
    assert bodies(bench) == {str(n): n > 3 for n in range(8)}


def test_parts_that_wait_when_a_run_is_cut_off_are_asked_for_again(bench: Bench) -> None:
    bench.with_settings(concurrency=1)
    bench.run(detailed(ALL, "1"))

    def cut(path: str) -> None:
        if path == "d3":
            raise MemoryError

    answers = detailed(dict.fromkeys(ALL), "2")
    with pytest.raises(MemoryError):
        bench.run(answers, before=cut)
    row = bench.run(answers)
    assert (row.requests, row.missing) == (9, 8)
    assert all(bodies(bench).values())
