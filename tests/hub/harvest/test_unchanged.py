"""What is the same is not fetched, not mapped and not told again: 304, unless_same, digests, versions, state."""

from __future__ import annotations

from typing import Any

import pytest

from folkmoot_hub.connector import Item, Request
from folkmoot_schema.codes import Flag
from hub.harvest.harvesting import DAY, NOW, Answer, Bench, Sample, page, rows, whole


class Later(Sample):
    version = "2"


# 304


def conditional(etag: str, *ids: str, **rest: Any) -> Answer:
    return Answer(whole(items=rows(*ids, count=7, **rest), next=["2"], total=len(ids) + 1), etag=etag)


def test_an_answer_that_is_the_same_is_taken_as_what_it_told_last_time(bench: Bench) -> None:
    bench.run({"list": conditional("v1", "a", detail="d"), "d": {"text": "Text"}, "2": whole("b")})
    head = bench.store.head()
    bench.next_day()
    row = bench.run({"list": Answer("not to be read", etag="v1"), "d": {"text": "Text"}, "2": whole("b")})
    assert bench.source.asked == ["list", "d", "2"]
    assert (row.outcome, row.items, row.unchanged, bench.brief(head)) == ("complete", 2, 2, [])
    assert bench.record("a").seen_at == NOW + DAY
    (observation,) = bench.store.observations(bench.site.id, "a")
    assert (observation.read_at, observation.last_read_at) == (NOW, NOW + DAY)


def test_absence_is_judged_after_an_answer_that_is_the_same(bench: Bench) -> None:
    bench.run({"list": Answer(whole("a", next=["2"]), etag="v1"), "2": whole("b")})
    bench.next_day()
    bench.run({"list": Answer("", etag="v1"), "2": whole()})
    assert bench.record("b").absent_since == NOW + DAY
    assert bench.record("a").absent_since is None


@pytest.mark.parametrize("change", ["connector", "settings", "transport"])
def test_whoever_reads_differently_asks_for_the_whole_answer(bench: Bench, change: str) -> None:
    bench.run({"list": Answer(page("a"), etag="v1")})
    bench.next_day()
    via = "web"
    if change == "connector":
        bench.connector = Later()
    elif change == "settings":
        bench.with_settings(settings={"other": 1})
    else:
        via = "recording"
    row = bench.run({"list": Answer(page("a", "b"), etag="v1")}, via=via)
    assert (row.outcome, row.items) == ("complete", 2)


def test_an_answer_without_validators_is_asked_for_in_full(bench: Bench) -> None:
    for _ in range(2):
        assert bench.run({"list": page("a")}).bytes > 0


def test_what_was_forgotten_while_the_source_was_asked_is_unknown_and_no_drift(bench: Bench) -> None:
    answers = {"list": Answer(page("a", "b"), etag="v1")}
    bench.run(answers)
    bench.next_day()
    row = bench.run(answers, before=lambda path: bench.store.erase(bench.site.id, "a", "asked for", NOW) and None)
    assert (row.outcome, row.drifted) == ("failed", "")
    assert "not known any more" in row.why
    assert (bench.run(answers).outcome, set(bench.records())) == ("complete", {"b"})


# unless_same


def listed(same: str, max_age: int | None = None) -> dict[str, Any]:
    row: dict[str, Any] = {"id": "a", "title": "A", "detail": "d", "unless_same": same}
    return page(items=[row if max_age is None else {**row, "max_age": max_age}])


def test_a_part_held_for_the_same_digest_is_not_asked_for_again(bench: Bench) -> None:
    bench.run({"list": listed("x"), "d": {"text": "Text"}})
    bench.next_day()
    row = bench.run({"list": listed("x"), "d": {"text": "Other"}})
    assert bench.source.asked == ["list"]
    assert (row.outcome, row.unchanged, row.missing) == ("complete", 1, 0)
    bench.next_day()
    row = bench.run({"list": listed("y"), "d": {"text": "Other"}})
    assert (bench.source.asked, row.changed) == (["list", "d"], 1)


@pytest.mark.parametrize(("max_age", "asked"), [(86400, ["list", "d"]), (86401, ["list"]), (None, ["list"])])
def test_a_part_that_is_too_old_is_asked_for_again(bench: Bench, max_age: int | None, asked: list[str]) -> None:
    bench.run({"list": listed("x", max_age), "d": {"text": "Text"}})
    bench.next_day()
    bench.run({"list": listed("x", max_age), "d": {"text": "Text"}})
    assert bench.source.asked == asked


def test_a_part_that_could_not_be_had_is_asked_for_again(bench: Bench) -> None:
    bench.run({"list": listed("x"), "d": Answer(status=500)})
    bench.run({"list": listed("x"), "d": {"text": "Text"}})
    assert bench.source.asked == ["list", "d"]


def test_a_newer_connector_reads_every_part_anew(bench: Bench) -> None:
    bench.run({"list": listed("x"), "d": {"text": "Text"}})
    bench.connector = Later()
    bench.run({"list": listed("x"), "d": {"text": "Text"}})
    assert bench.source.asked == ["list", "d"]


# Digest and versions


def test_what_is_the_same_is_not_mapped_again_and_leaves_no_trace_in_the_log(bench: Bench) -> None:
    bench.run({"list": whole("a", "b")})
    before, head, mapped = bench.records(), bench.store.head(), len(bench.connector.mapped)
    for _ in range(3):
        bench.next_day()
        assert bench.run({"list": whole("b", "a")}).unchanged == 2
    assert (bench.store.head(), len(bench.connector.mapped)) == (head, mapped)
    for id, record in bench.records().items():
        assert (record.updated, record.counted_at, record.process) == (NOW, None, before[id].process)


@pytest.mark.parametrize("change", ["connector", "settings", "licence"])
def test_other_versions_map_what_is_the_same_anew_without_news(bench: Bench, change: str) -> None:
    bench.run({"list": whole("a")})
    head = bench.store.head()
    if change == "connector":
        bench.connector = Later()
    else:
        bench.with_settings(**({"settings": {"other": 1}} if change == "settings" else {"title": "Another title"}))
    row = bench.run({"list": whole("a")})
    assert (row.unchanged, bench.store.head()) == (1, head)
    assert bench.connector.mapped[-1][0] == "a"


@pytest.mark.parametrize("change", [{"pace": 9.0}, {"interval": 7200}, {"concurrency": 4}, {"brake": 0.5}])
def test_how_a_site_is_asked_changes_no_mapping(bench: Bench, change: dict[str, Any]) -> None:
    bench.run({"list": whole("a")})
    mapped = len(bench.connector.mapped)
    bench.with_settings(**change)
    bench.run({"list": whole("a")})
    assert len(bench.connector.mapped) == mapped


@pytest.mark.parametrize(
    ("field", "value", "weight", "moves"),
    [
        ("title", "Another title", "material", True),
        ("closes", "2026-06-01", "material", True),
        ("flag", "withdrawn", "material", True),
        ("keyword", "water", "minor", False),
        ("count", 12, "count", False),
    ],
)
def test_a_change_weighs_what_it_is(bench: Bench, field: str, value: object, weight: str, moves: bool) -> None:
    bench.run({"list": page(items=rows("a", count=11))})
    head = bench.store.head()
    bench.next_day()
    bench.run({"list": page(items=[{**rows("a", count=11)[0], field: value}])})
    (change,) = bench.log(head)
    assert change.weight.value == weight
    assert (change.body is None) == (weight == "count")
    record = bench.record("a")
    assert (record.updated == NOW + DAY) == moves
    assert record.modified == NOW + DAY


def test_what_a_source_calls_its_last_update_never_matters(bench: Bench) -> None:
    bench.run({"list": whole(items=rows("a", last_update="yesterday", logo={"size": 1}))})
    head = bench.store.head()
    bench.next_day()
    row = bench.run({"list": whole(items=rows("a", last_update="today", logo={"size": 2}))})
    assert (row.unchanged, bench.store.head(), len(bench.connector.mapped)) == (1, head, 1)


# State


class Stateful(Sample):
    def start(self, run: Any) -> Any:
        yield Request(run.site.url(f"from/{run.state.get('a', 0)}/{run.state.get('b', 0)}"))


def test_state_is_what_the_last_complete_run_left_merged_over_its_answers(bench: Bench) -> None:
    bench.connector = Stateful()
    bench.run({"from/0/0": page("a", state={"a": 1, "b": 1}, next=["more"]), "more": page(state={"b": 2})})
    bench.run({"from/1/2": page("b", state={"a": 3}, next=["more"]), "more": Answer(status=500)})
    assert bench.source.asked == ["from/1/2", "more"]
    bench.run({"from/1/2": page("b", state={"a": 4})})
    assert bench.source.asked == ["from/1/2"]
    for _ in range(2):
        bench.run({"from/4/0": page()})
        assert bench.source.asked == ["from/4/0"]


def test_state_of_a_run_that_is_not_believed_is_not_kept(bench: Bench) -> None:
    bench.connector = Stateful()
    bench.run({"from/0/0": whole(*range(20))})
    bench.run({"from/0/0": whole(0, state={"a": 9})})
    assert bench.run({"from/0/0": whole(0)}).outcome == "suspicious"


class Started(Sample):
    def start(self, run: Any) -> Any:
        yield Item("shipped", {"title": "Shipped with the connector"})


def test_items_may_come_from_the_start_itself(bench: Bench) -> None:
    bench.connector = Started()
    row = bench.run({})
    assert (row.outcome, row.items, row.created) == ("complete", 1, 1)


def test_what_a_sample_gives_is_marked_as_such(bench: Bench) -> None:
    bench.with_settings(sample=True)
    bench.run({"list": page("a")})
    assert bench.record("a").process.flags == (Flag.SAMPLE,)
