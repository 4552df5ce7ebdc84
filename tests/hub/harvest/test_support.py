"""Counts: series by part, readings in time, and what is unknown."""

from __future__ import annotations

from typing import Any

from hub.harvest.harvesting import DAY, NOW, Answer, Bench, page, rows


def listed(count: int | None) -> dict[str, Any]:
    return page(items=rows("a", count=count))


def readings(bench: Bench) -> list[tuple[str, int | None, int, int]]:
    """Part, count, and the days after the first run on which it was first and last read."""
    return [
        (each.support.part, each.support.count, (each.read_at - NOW) // DAY, (each.last_read_at - NOW) // DAY)
        for each in bench.store.observations(bench.site.id, "a")
    ]


def test_the_list_and_the_detail_are_two_series(bench: Bench) -> None:
    answers = {"list": page(items=rows("a", count=10, detail="d")), "d": {"count": 9}}
    bench.run(answers)
    assert readings(bench) == [("detail", 9, 0, 0), ("list", 10, 0, 0)]
    assert {each.part: each.count for each in bench.record("a").process.support} == {"list": 10, "detail": 9}


def test_the_same_count_read_again_is_a_later_sight_and_no_entry(bench: Bench) -> None:
    bench.run({"list": listed(10)})
    head = bench.store.head()
    bench.next_day()
    row = bench.run({"list": listed(10)})
    assert readings(bench) == [("list", 10, 0, 1)]
    assert bench.record("a").process.support[0].read_at == NOW + DAY
    assert (row.unchanged, bench.store.head(), bench.record("a").modified) == (1, head, NOW)


def test_another_count_is_a_reading_and_an_entry_without_body(bench: Bench) -> None:
    bench.run({"list": listed(10)})
    head = bench.store.head()
    for count in (11, 11, 10):
        bench.next_day()
        bench.run({"list": listed(count)})
    assert readings(bench) == [("list", 10, 0, 0), ("list", 11, 1, 2), ("list", 10, 3, 3)]
    assert bench.brief(head) == [("a", "update", "count")] * 2
    assert all(each.body is None for each in bench.log(head))
    record = bench.record("a")
    assert (record.updated, record.counted_at) == (NOW, NOW + 3 * DAY)
    assert bench.store.history(bench.site.id, "a")[-1].op == "create"


def test_an_unknown_count_is_none_and_no_reading(bench: Bench) -> None:
    bench.run({"list": listed(None)})
    assert bench.record("a").process.support[0].count is None
    assert readings(bench) == []


def test_unknown_never_overwrites_what_is_known_nor_passes_for_a_reading(bench: Bench) -> None:
    bench.run({"list": listed(10)})
    head = bench.store.head()
    for _ in range(3):
        bench.next_day()
        assert bench.run({"list": listed(None)}).unchanged == 1
        (support,) = bench.record("a").process.support
        assert (support.count, support.read_at) == (10, NOW)
        assert readings(bench) == [("list", 10, 0, 0)]
    assert bench.store.head() == head
    bench.next_day()
    bench.run({"list": listed(10)})
    assert readings(bench) == [("list", 10, 0, 4)]


def test_zero_is_a_count(bench: Bench) -> None:
    bench.run({"list": listed(3)})
    bench.next_day()
    assert bench.run({"list": listed(0)}).counted == 1
    assert bench.record("a").process.support[0].count == 0


def test_the_count_of_a_part_that_could_not_be_had_was_not_read_again(bench: Bench) -> None:
    both = page(items=rows("a", count=10, detail="d"))
    bench.run({"list": both, "d": {"count": 9}})
    bench.next_day()
    bench.run({"list": both, "d": Answer(status=500)})
    assert readings(bench) == [("detail", 9, 0, 0), ("list", 10, 0, 1)]
    bench.next_day()
    bench.run({"list": page(items=rows("a", count=12, detail="d")), "d": Answer(status=500)})
    assert readings(bench) == [("detail", 9, 0, 0), ("list", 10, 0, 1), ("list", 12, 2, 2)]
    assert {each.part: (each.count, each.read_at) for each in bench.record("a").process.support} == {
        "list": (12, NOW + 2 * DAY),
        "detail": (9, NOW),
    }
