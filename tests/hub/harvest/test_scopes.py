"""Complete, partial, suspicious, failed; and what a run may say of the items that it did not see."""

from __future__ import annotations

import pytest

from hub.harvest.harvesting import DAY, HTML, NOW, Answer, Bench, page, rows, whole

TEN = [f"i{n}" for n in range(10)]


def absent(bench: Bench) -> set[str]:
    return {id for id, record in bench.records().items() if record.absent_since is not None}


# What a run is called


def test_a_run_whose_every_request_and_total_came_true_is_complete(bench: Bench) -> None:
    row = bench.run({"list": whole("a", "b", total=3, next=["2"]), "2": whole("c", total=3)})
    assert (row.outcome, row.why, row.items, row.created, row.asked) == ("complete", "", 3, 3, 2)
    source = bench.store.source(bench.site.id)
    assert source is not None
    assert (source.last_complete, source.last_total, source.processes) == (NOW, 3, 3)


PARTIAL = {
    "a total not reached": ({"list": whole("a", "b", total=3)}, "all: 2 of 3 items"),
    "a page that failed": ({"list": whole("a", next=["2"]), "2": Answer(status=500)}, "2 answered 500"),
    "a page to log in": ({"list": whole("a", next=["2"]), "2": HTML}, "not with JSON"),
    "a page of another shape": ({"list": whole("a", next=["2"]), "2": {"rows": []}}, "has no items"),
    "a missing part": (
        {"list": whole(items=rows("a", detail="d")), "d": Answer(status=404)},
        "parts of items that could not be had: 1",
    ),
}


@pytest.mark.parametrize(("answers", "why"), PARTIAL.values(), ids=PARTIAL.keys())
def test_a_run_that_lacks_something_is_partial_and_says_what(
    bench: Bench, answers: dict[str, object], why: str
) -> None:
    row = bench.run(answers)
    assert row.outcome == "partial"
    assert why in row.why
    source = bench.store.source(bench.site.id)
    assert source is not None
    assert source.last_complete is None


@pytest.mark.parametrize("answer", [Answer(status=503), HTML, {"rows": []}], ids=["503", "HTML", "another shape"])
def test_a_run_that_nothing_answered_has_failed_and_changes_nothing(bench: Bench, answer: object) -> None:
    bench.run({"list": whole(*TEN)})
    head = bench.store.head()
    bench.next_day()
    row = bench.run({"list": answer})
    assert (row.outcome, row.requests, row.answers) == ("failed", 1, 0)
    assert (bench.brief(head), absent(bench)) == ([], set())


def test_of_many_problems_the_first_are_told_and_that_there_are_more(bench: Bench) -> None:
    pages = [f"p{n}" for n in range(9)]
    row = bench.run({"list": page("a", next=pages)} | {path: Answer(status=500) for path in pages})
    assert row.why.count("answered 500") == 5
    assert row.why.endswith("; and more")


# Absence


def test_what_an_exhaustive_list_has_no_longer_stays_and_says_since_when(bench: Bench) -> None:
    bench.run({"list": whole("a", "b", "c")})
    bench.next_day()
    head = bench.store.head()
    row = bench.run({"list": whole("a", "b")})
    assert row.outcome == "complete"
    assert absent(bench) == {"c"}
    record = bench.record("c")
    assert (record.absent_since, record.updated, record.seen_at) == (NOW + DAY, NOW, NOW)
    assert bench.brief(head) == [("c", "update", "minor")]
    bench.next_day()
    bench.run({"list": whole("a", "b")})
    assert bench.record("c").absent_since == NOW + DAY
    assert bench.brief(head) == [("c", "update", "minor")]


def test_what_is_listed_again_is_absent_no_longer(bench: Bench) -> None:
    bench.run({"list": whole("a", "b")})
    bench.next_day()
    bench.run({"list": whole("a")})
    bench.next_day()
    head = bench.store.head()
    bench.run({"list": whole("a", "b")})
    assert absent(bench) == set()
    assert bench.record("b").updated == NOW
    assert bench.brief(head) == [("b", "update", "minor")]


UNABLE = {
    "a list that is not exhaustive": {"list": page("a", scope="all")},
    "a list that states no scope": {"list": page("a")},
    "a list whose total is not reached": {"list": whole("a", total=2)},
    "a list one page of which failed": {"list": whole("a", next=["2"]), "2": Answer(status=500)},
    "a list that failed": {"list": Answer(status=500)},
    "a list of something else": {"list": page("a", scope="closed", exhaustive=True)},
}


@pytest.mark.parametrize("answers", UNABLE.values(), ids=UNABLE.keys())
def test_nothing_can_be_called_absent_by(bench: Bench, answers: dict[str, object]) -> None:
    bench.run({"list": whole("a", "b")})
    bench.next_day()
    bench.run(answers)
    assert absent(bench) == set()


def test_a_missing_part_keeps_no_list_from_being_whole(bench: Bench) -> None:
    bench.run({"list": whole("a", "b")})
    bench.next_day()
    row = bench.run({"list": whole(items=rows("a", detail="d")), "d": Answer(status=500)})
    assert (row.outcome, absent(bench)) == ("partial", {"b"})


TWO = {"settings": {"start": ["open", "closed"]}}


def lists(open: object, closed: object) -> dict[str, object]:
    return {"open": open, "closed": closed}


def of(scope: str, *ids: str, **rest: object) -> dict[str, object]:
    return page(*ids, scope=scope, exhaustive=True, **rest)


def test_a_page_that_fails_spoils_the_lists_that_it_belongs_to_alone(bench: Bench) -> None:
    bench.with_settings(**TWO)
    bench.run(lists(of("open", "a", "b"), of("closed", "c", "d")))
    bench.next_day()
    answers = lists(of("open", "a", next=["open2"]), of("closed", "c"))
    row = bench.run({**answers, "open2": Answer(status=500)})
    assert (row.outcome, absent(bench)) == ("partial", {"d"})


def test_a_first_page_that_fails_spoils_every_list_since_nobody_knows_which_it_was(bench: Bench) -> None:
    bench.with_settings(**TWO)
    bench.run(lists(of("open", "a", "b"), of("closed", "c", "d")))
    for broken in (lists(Answer(status=500), of("closed", "c")), lists(of("open", "a"), Answer(status=500))):
        bench.next_day()
        assert bench.run(broken).outcome == "partial"
        assert absent(bench) == set()


def test_what_has_moved_to_another_list_is_not_absent(bench: Bench) -> None:
    bench.with_settings(**TWO)
    bench.run(lists(of("open", "a", "b"), of("closed", "c")))
    bench.next_day()
    bench.run(lists(of("open", "a"), of("closed", "b", "c")))
    assert absent(bench) == set()


def test_a_run_between_that_is_incremental_says_nothing_of_the_rest(bench: Bench) -> None:
    bench.run({"list": whole("a", "b")})
    bench.next_day()
    bench.run({"list": page("a", scope="new")})
    bench.next_day()
    bench.run({"list": whole("a")})
    assert absent(bench) == {"b"}


# How many there are in all

TOTALS = {
    "beside each other": (lists(of("open", "a", "b", total=2), of("closed", "c", total=1)), 3),
    "one inside the other": (lists(of("all", "a", "b", "c", total=3), of("open", "a", total=1)), 3),
    "with some in common": (lists(of("new", "a", "b", total=2), of("open", "b", "c", total=2)), 3),
    "not seen whole": (lists(of("all", "a", total=9), of("open", "a", total=2)), 10),
    "one that states none": (lists(of("all", "a", "b", total=2), of("open", "a", "c")), 2),
    "fewer than are listed": (lists(of("all", "a", "b", total=1), of("open", "a", "b", total=2)), 2),
}


@pytest.mark.parametrize(("answers", "total"), TOTALS.values(), ids=TOTALS.keys())
def test_what_several_lists_state_is_counted_once(bench: Bench, answers: dict[str, object], total: int) -> None:
    bench.with_settings(**TWO)
    bench.run(answers)
    source = bench.store.source(bench.site.id)
    assert source is not None
    assert source.last_total == total


# The brake

SHRUNK = [
    (100, 80, "complete"),
    (100, 79, "suspicious"),
    (20, 15, "suspicious"),
    (25, 20, "complete"),
    (10, 6, "complete"),
    (10, 5, "suspicious"),
    (4, 0, "complete"),
    (5, 0, "suspicious"),
]


@pytest.mark.parametrize(("before", "after", "outcome"), SHRUNK)
def test_a_list_that_shrinks_by_more_than_a_fifth_and_by_five_is_not_believed(
    bench: Bench, before: int, after: int, outcome: str
) -> None:
    bench.run({"list": whole(*range(before))})
    bench.next_day()
    row = bench.run({"list": whole(*range(after), state={"n": 1})})
    assert row.outcome == outcome
    assert len(absent(bench)) == (before - after if outcome == "complete" else 0)
    assert ("not believed" in row.why) == (outcome == "suspicious")


def test_a_shrunk_list_is_not_believed_the_next_time_either_until_somebody_accepts_it(bench: Bench) -> None:
    bench.run({"list": whole(*TEN)})
    for _ in range(2):
        bench.next_day()
        assert bench.run({"list": whole("i0")}).outcome == "suspicious"
    bench.next_day()
    row = bench.run({"list": whole("i0")}, accept_shrinkage=True)
    assert (row.outcome, absent(bench)) == ("complete", set(TEN[1:]))
    bench.next_day()
    assert bench.run({"list": whole("i0")}).outcome == "complete"


def test_the_brake_is_the_sites_own(bench: Bench) -> None:
    bench.with_settings(brake=0.9)
    bench.run({"list": whole(*TEN)})
    bench.next_day()
    assert bench.run({"list": whole("i0", "i1")}).outcome == "complete"


def test_a_suspicious_list_keeps_no_other_from_being_judged(bench: Bench) -> None:
    bench.with_settings(**TWO)
    bench.run(lists(of("open", *TEN), of("closed", "c", "d")))
    bench.next_day()
    row = bench.run(lists(of("open", "i0"), of("closed", "c")))
    assert (row.outcome, absent(bench)) == ("suspicious", {"d"})


# on_absence = "remove"


def test_a_site_may_want_removed_what_two_complete_runs_have_missed(bench: Bench) -> None:
    bench.with_settings(on_absence="remove")
    bench.run({"list": whole("a", "b")})
    bench.next_day()
    assert (bench.run({"list": whole("a")}).gone, absent(bench)) == (0, {"b"})
    bench.next_day()
    assert bench.run({"list": whole("a")}).gone == 1
    assert bench.gone("b") is not None
    bench.next_day()
    assert bench.run({"list": whole("a")}).gone == 0


ALL = {"list": whole("a", "b")}
WITHOUT = {"list": whole("a")}
#: Without b, too, but not complete.
PART = {"list": whole(items=rows("a", detail="d")), "d": Answer(status=500)}


@pytest.mark.parametrize(
    "runs", [[WITHOUT, PART, WITHOUT], [PART, WITHOUT, WITHOUT], [WITHOUT, ALL, PART, WITHOUT, WITHOUT]]
)
def test_only_complete_runs_in_a_row_count_before_it_is_removed(bench: Bench, runs: list[dict[str, object]]) -> None:
    bench.with_settings(on_absence="remove")
    bench.run(ALL)
    for answers in runs:
        assert bench.gone("b") is None
        bench.next_day()
        bench.run(answers)
    assert bench.gone("b") is not None


def test_what_is_missed_again_and_again_is_absent_since_the_first_time(bench: Bench) -> None:
    bench.with_settings(on_absence="remove")
    for answers in (ALL, PART, PART):
        bench.run(answers)
        bench.next_day()
    assert bench.record("b").absent_since == NOW + DAY
    assert bench.brief()[-1] == ("b", "update", "minor")
    assert len(bench.log()) == 3


def test_nothing_is_removed_under_the_brake(bench: Bench) -> None:
    bench.with_settings(on_absence="remove")
    bench.run({"list": whole(*TEN)})
    for _ in range(3):
        bench.next_day()
        assert bench.run({"list": whole("i0")}).outcome == "suspicious"
    assert set(bench.records()) == set(TEN)
