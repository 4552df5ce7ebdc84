"""Loops, floods, the budget of requests, and the deadline."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from hub.harvest.harvesting import Answer, Bench, page, rows, whole


@pytest.mark.parametrize("back", ["list", "2", "3"])
def test_a_page_that_leads_back_is_a_loop_and_ends(bench: Bench, back: str) -> None:
    answers = {"list": whole("a", next=["2"]), "2": whole("b", next=["3"]), "3": whole("c", next=[back])}
    row = bench.run(answers)
    assert bench.source.asked == ["list", "2", "3"]
    assert (row.outcome, row.items) == ("partial", 3)
    assert f"{back} is asked for again by what it led to: a loop" in row.why


def test_a_loop_leaves_its_list_unjudged(bench: Bench) -> None:
    bench.run({"list": whole("a", "b")})
    bench.next_day()
    bench.run({"list": whole("a", next=["list"])})
    assert bench.record("b").absent_since is None


def test_a_page_that_two_others_lead_to_is_asked_once_and_no_loop(bench: Bench) -> None:
    answers = {
        "list": page("a", next=["2", "3"]),
        "2": page("b", next=["4"]),
        "3": page("c", next=["4"]),
        "4": page("d"),
    }
    row = bench.run(answers)
    assert (row.outcome, bench.source.asked) == ("complete", ["list", "2", "3", "4"])


def test_the_same_address_in_another_order_is_the_same_page(bench: Bench) -> None:
    row = bench.run({"list": page("a", next=["p?b=2&a=1", "p?a=1&b=2#top"]), "p?b=2&a=1": page("b")})
    assert (row.outcome, row.requests) == ("complete", 2)


def growing(pages: int, more: int) -> dict[str, object]:
    """Pages each of which holds the first two items and ``more`` new ones, and leads to the next."""
    return {
        ("list" if n == 0 else f"size{n}"): whole("a", "b", *(f"n{n}-{m}" for m in range(more)), next=[f"size{n + 1}"])
        for n in range(pages)
    }


def test_a_trail_that_brings_the_same_items_over_and_over_is_left(bench: Bench) -> None:
    row = bench.run(growing(50, more=0))
    assert row.outcome == "partial"
    assert row.requests == 6
    assert "with nothing new" in row.why


def test_a_trail_that_brings_something_new_is_followed(bench: Bench) -> None:
    row = bench.run({**growing(20, more=1), "size20": whole("end")})
    assert (row.outcome, row.items) == ("complete", 23)


def test_a_second_list_of_items_that_another_had_is_no_flood(bench: Bench) -> None:
    bench.with_settings(settings={"start": ["all", "open0"]})
    ids = [f"i{n}" for n in range(10)]
    opened = {
        f"open{n}": page(id, scope="open", exhaustive=True, next=[f"open{n + 1}"] if n < 9 else [])
        for n, id in enumerate(ids)
    }
    row = bench.run({"all": whole(*ids), **opened})
    assert (row.outcome, row.why, row.requests) == ("complete", "", 11)


def index(pages: int, links: Callable[[int], list[str]]) -> dict[str, object]:
    """Pages of links alone, each of which leads to the next."""
    return {("list" if n == 0 else f"page{n}"): page(next=[*links(n), f"page{n + 1}"]) for n in range(pages)}


def test_an_index_that_ignores_its_page_is_left(bench: Bench) -> None:
    answers = {**index(50, lambda n: ["a", "b"]), "a": page("a"), "b": page("b")}
    row = bench.run(answers)
    assert (row.outcome, row.items) == ("partial", 2)
    assert row.requests == 8  # the first page, the links, and five pages that repeat them
    assert "with nothing new" in row.why


def test_an_index_that_brings_new_links_is_followed(bench: Bench) -> None:
    links = {f"i{n}": page(f"i{n}") for n in range(20)}
    row = bench.run({**index(20, lambda n: ["i0", f"i{n}"]), **links, "page20": page()})
    assert (row.outcome, row.items) == ("complete", 20)


def test_empty_months_are_passed_over(bench: Bench) -> None:
    row = bench.run({**index(20, lambda n: []), "page20": page("last")})
    assert (row.outcome, row.items) == ("complete", 1)


def test_a_map_of_maps_is_followed_to_its_end(bench: Bench) -> None:
    maps = [f"map{n}" for n in range(8)]
    answers: dict[str, object] = {"list": page(next=maps)}
    for n, name in enumerate(maps):
        others = [other for other in maps if other != name]
        answers[name] = page(next=[*others, *(f"i{n}-{m}" for m in range(3))])
        answers |= {f"i{n}-{m}": page(f"i{n}-{m}") for m in range(3)}
    row = bench.run(answers)
    assert (row.outcome, row.items) == ("complete", 24)


def test_an_index_of_what_another_had_is_no_flood(bench: Bench) -> None:
    bench.with_settings(settings={"start": ["all", "list"]})
    links = [f"i{n}" for n in range(12)]
    answers = {"all": page(next=links), **{link: page(link) for link in links}}
    answers |= {**index(12, lambda n: [f"i{n}"]), "page12": page()}
    row = bench.run(answers)
    assert (row.outcome, row.why, row.items) == ("complete", "", 12)


def test_no_more_is_asked_than_the_budget_allows(bench: Bench) -> None:
    answers = {"list": whole(items=rows("a", "b", detail="d"), next=["2", "3"]), "d": {"text": "T"}, "2": whole("c")}
    answers["list"]["items"][1]["detail"] = "e"
    row = bench.run(answers, most_requests=2)
    assert bench.source.asked == ["list", "d"]
    assert (row.outcome, row.asked, row.missing_parts) == ("partial", 2, ("b: detail",))
    assert "more than 2 requests: the rest is not asked" in row.why
    assert set(bench.records()) == {"a", "b"}


def test_what_was_asked_before_the_budget_ran_out_is_not_missing(bench: Bench) -> None:
    twice = rows("a", detail="d")
    row = bench.run(
        {"list": page(items=twice, next=["2"]), "d": {"text": "T"}, "2": page(items=twice, next=["3"])},
        most_requests=3,
    )
    assert (row.missing, row.missing_parts) == (0, ())
    assert row.outcome == "partial"


def test_a_list_cut_by_the_budget_is_not_judged(bench: Bench) -> None:
    bench.run({"list": whole("a", "b")})
    bench.next_day()
    bench.run({"list": whole("a", next=["2"])}, most_requests=1)
    assert bench.record("b").absent_since is None


def test_a_run_that_takes_too_long_asks_no_more_and_says_so(bench: Bench) -> None:
    row = bench.run({"list": page("a")}, deadline=0.0)
    assert bench.source.asked == []
    assert (row.outcome, row.requests) == ("failed", 1)
    assert "the run took longer than 0 s: the rest is not asked" in row.why


def test_what_a_start_asks_twice_is_asked_once(bench: Bench) -> None:
    bench.with_settings(settings={"start": ["list", "list"]})
    assert (bench.run({"list": page("a")}).outcome, bench.source.asked) == ("complete", ["list"])


def test_a_source_that_gives_nothing_to_ask_is_complete_and_empty(bench: Bench) -> None:
    bench.with_settings(settings={"start": []})
    row = bench.run({"list": Answer(status=500)})
    assert (row.outcome, row.requests, row.items) == ("complete", 0, 0)
