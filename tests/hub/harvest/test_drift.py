"""Drift: answers have another shape than the connector, or the last good run, knows."""

from __future__ import annotations

from typing import Any

from hub.harvest.harvesting import Answer, Bench, Sample, page, rows, whole


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
    assert (row.outcome, row.drifted) == ("complete", drifted(bench))


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
