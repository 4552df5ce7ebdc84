"""Items: parts that come together, parts that cannot be had, items that go and come back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from folkmoot_hub.connector import Request, Run, Yielded
from hub.harvest.harvesting import DAY, HTML, NOW, Answer, Bench, Sample, page, rows, whole

DETAILED = page(items=rows("a", detail="a/detail"))


def test_an_item_is_mapped_once_when_all_its_parts_have_come(bench: Bench) -> None:
    answers = {
        "list": page(items=rows("a", detail="a/detail", feedback="a/feedback")),
        "a/detail": {"text": "The whole text"},
        "a/feedback": {"text": "What people say"},
    }
    row = bench.run(answers)
    assert [(id, sorted(parts), set(missing)) for id, parts, missing in bench.connector.mapped] == [
        ("a", ["detail", "feedback", "list"], set())
    ]
    process = bench.record("a").process
    assert process.body is not None
    assert process.summary is not None
    assert (process.body.values, process.summary.values) == ({"en": "The whole text"}, {"en": "What people say"})
    assert (row.outcome, row.items, row.created, row.requests) == ("complete", 1, 1, 3)


def test_a_part_that_leads_to_another_part_belongs_to_the_same_chain(bench: Bench) -> None:
    bench.run(
        {
            "list": DETAILED,
            "a/detail": {"text": "Text", "feedback": "a/feedback"},
            "a/feedback": {"text": "Voices"},
        }
    )
    assert len(bench.connector.mapped) == 1
    assert bench.brief() == [("a", "create", "material")]


def test_a_part_that_cannot_be_had_at_two_addresses_is_missing_once(bench: Bench) -> None:
    row = bench.run({"list": page(items=rows("a", detail="d"), next=["2"]), "2": page(items=rows("a", detail="e"))})
    assert bench.source.asked == ["list", "d", "2", "e"]
    assert (row.missing, row.missing_parts) == (1, ("a: detail",))


UNHAD = {
    "404": Answer(status=404),
    "500": Answer(status=500),
    "a page to log in": HTML,
    "another shape": {"unreadable": True},
    "no JSON": Answer("{"),
}


@pytest.mark.parametrize("answer", UNHAD.values(), ids=UNHAD.keys())
def test_a_part_that_cannot_be_had_is_named_and_the_item_is_mapped_without(bench: Bench, answer: object) -> None:
    row = bench.run({"list": DETAILED, "a/detail": answer})
    assert (row.outcome, row.missing, row.missing_parts) == ("partial", 1, ("a: detail",))
    assert bench.connector.mapped[-1][2] == {"detail"}
    assert bench.record("a").provenance.missing == ("detail",)


@pytest.mark.parametrize("answer", UNHAD.values(), ids=UNHAD.keys())
def test_what_is_known_of_a_missing_part_stays(bench: Bench, answer: object) -> None:
    bench.run({"list": DETAILED, "a/detail": {"text": "Known"}})
    head = bench.store.head()
    bench.next_day()
    row = bench.run({"list": DETAILED, "a/detail": answer})
    assert (row.outcome, row.unchanged, row.missing_parts) == ("partial", 1, ("a: detail",))
    assert bench.brief(head) == []
    bench.next_day()
    renamed = page(items=[{"id": "a", "title": "Renamed", "detail": "a/detail"}])
    bench.run({"list": renamed, "a/detail": answer})
    process = bench.record("a").process
    assert process.title.values == {"en": "Renamed"}
    assert process.body is not None
    assert process.body.values == {"en": "Known"}


def test_an_item_that_must_not_be_mapped_without_its_part_is_left_out(bench: Bench) -> None:
    skipped = page(items=rows("a", detail="a/detail", if_failed="skip"))
    row = bench.run({"list": skipped, "a/detail": Answer(status=404)})
    assert (row.outcome, row.items, row.created) == ("partial", 1, 0)
    assert bench.records() == {}
    bench.next_day()
    assert bench.run({"list": skipped, "a/detail": {"text": "Here it is"}}).created == 1


def test_a_known_item_that_is_not_mapped_without_its_part_is_there_and_not_confirmed(bench: Bench) -> None:
    skipped = whole(items=rows("a", detail="a/detail", if_failed="skip"))
    bench.run({"list": skipped, "a/detail": {"text": "Known"}})
    bench.next_day()
    bench.run({"list": whole()})
    assert bench.record("a").absent_since is not None
    bench.next_day()
    changed = whole(items=[{"id": "a", "title": "Changed", "detail": "a/detail", "if_failed": "skip"}])
    row = bench.run({"list": changed, "a/detail": Answer(status=404)})
    record = bench.record("a")
    assert (record.seen_at, record.absent_since) == (NOW, None)
    assert record.process.title.values == {"en": "Title of a"}
    assert row.missing_parts == ("a: detail",)


# A part that is gone for good (410)

GONE = Answer(status=410)


class Direct(Sample):
    """Asks for the parts of some items without being told of them, before it asks anything else."""

    def start(self, run: Run) -> Iterator[Yielded]:
        for id in run.site.setting("direct", []):
            yield Request(run.site.url(f"{id}/detail"), then="parse_part", item=id, part="detail")
        yield from super().start(run)


@pytest.fixture
def direct(bench: Bench) -> Bench:
    """The bench, its connector asking for a's detail first; a is known."""
    bench.run({"list": DETAILED, "a/detail": {"text": "Known"}})
    bench.next_day()
    bench.connector = Direct()
    bench.with_settings(settings={"direct": ["a"], "start": ["list"]})
    return bench


def test_a_part_that_is_gone_of_an_item_that_is_listed_is_missing_and_no_more(bench: Bench) -> None:
    bench.run({"list": DETAILED, "a/detail": {"text": "Known"}})
    bench.next_day()
    row = bench.run({"list": DETAILED, "a/detail": GONE})
    assert (row.outcome, row.gone, row.missing_parts, row.requests) == ("partial", 0, ("a: detail",), 2)
    record = bench.record("a")
    assert record.process.body is not None
    assert (record.process.body.values, record.seen_at) == ({"en": "Known"}, NOW + DAY)


@pytest.mark.parametrize("listed", [page("a"), page(seen=["a"]), page("b", next=["2"])], ids=["item", "seen", "later"])
@pytest.mark.parametrize("steps", [0, 9])
def test_an_item_that_a_list_names_later_is_not_gone(direct: Bench, listed: dict[str, Any], steps: int) -> None:
    row = direct.run(
        {"list": listed, "2": page(items=rows("a", detail="a/detail")), "a/detail": Answer(status=410, steps=steps)}
    )
    assert (row.outcome, row.gone, row.missing_parts) == ("partial", 0, ("a: detail",))
    assert direct.record("a").seen_at == NOW + DAY


def test_an_item_that_no_answer_of_the_run_names_is_gone(direct: Bench) -> None:
    row = direct.run({"list": page("b"), "a/detail": GONE})
    assert (row.outcome, row.gone, row.missing) == ("complete", 1, 0)
    tombstone = direct.gone("a")
    assert tombstone is not None
    assert "410" in tombstone.reason
    assert direct.brief()[-1] == ("a", "delete", "material")


@pytest.mark.parametrize("listed", [page("a", gone=["a"]), page("b", gone=["a"])], ids=["listed, too", "gone"])
def test_an_item_that_a_list_calls_gone_lacks_no_part(direct: Bench, listed: dict[str, Any]) -> None:
    row = direct.run({"list": listed, "a/detail": GONE})
    assert (row.outcome, row.gone, row.missing) == ("complete", 1, 0)


def test_an_item_of_which_another_part_is_there_is_not_gone(bench: Bench) -> None:
    both = {"list": page(items=rows("a", detail="a/detail", feedback="a/feedback"))}
    bench.run({**both, "a/detail": {"text": "Known"}, "a/feedback": {"text": "Voices"}})
    bench.next_day()
    row = bench.run({**both, "a/detail": GONE, "a/feedback": {"text": "Later voices"}})
    assert (row.gone, row.changed, row.missing_parts) == (0, 1, ("a: detail",))
    summary = bench.record("a").process.summary
    assert summary is not None
    assert summary.values == {"en": "Later voices"}


def test_an_item_that_was_never_here_and_is_gone_leaves_nothing(bench: Bench) -> None:
    bench.connector = Direct()
    bench.with_settings(settings={"direct": ["a"], "start": ["list"]})
    row = bench.run({"list": page("b"), "a/detail": GONE})
    assert (row.outcome, row.gone, set(bench.records()), bench.gone("a")) == ("complete", 0, {"b"}, None)


def test_a_run_that_is_cut_off_before_it_knows_whether_an_item_is_gone_asks_again(direct: Bench) -> None:
    def cut(path: str) -> None:
        if path == "list":
            raise MemoryError

    direct.with_settings(concurrency=1)
    answers = {"list": page("b"), "a/detail": GONE}
    with pytest.raises(MemoryError):
        direct.run(answers, before=cut)
    assert direct.gone("a") is None
    row = direct.run(answers)
    assert (row.outcome, row.gone, row.requests, direct.source.asked) == ("complete", 1, 2, ["a/detail", "list"])


@pytest.mark.parametrize("order", [["list", "deleted"], ["deleted", "list"]])
def test_a_source_that_says_both_means_gone_in_whatever_order(bench: Bench, order: list[str]) -> None:
    bench.run({"list": page("a", "b")})
    bench.next_day()
    bench.with_settings(settings={"start": order})
    row = bench.run({"list": page("a", "b"), "deleted": page(gone=["a"])})
    assert (set(bench.records()), row.gone, row.created) == ({"b"}, 1, 0)


def test_gone_removes_once_and_an_item_that_comes_back_is_created_anew(bench: Bench) -> None:
    bench.run({"list": page("a", "b")})
    bench.next_day()
    assert bench.run({"list": page("b", gone=["a"])}).gone == 1
    assert bench.gone("a") is not None
    bench.next_day()
    assert bench.run({"list": page("b", gone=["a"])}).gone == 0
    bench.next_day()
    assert bench.run({"list": page("a", "b")}).created == 1
    assert bench.record("a").first_seen == NOW
    assert [op for id, op, _ in bench.brief() if id == "a"] == ["create", "delete", "create"]
    assert len({each.number for each in bench.log() if each.local_id == "a"}) == 1


def test_an_item_that_comes_back_has_nothing_of_its_former_parts(bench: Bench) -> None:
    bench.run({"list": DETAILED, "a/detail": {"text": "Of its former life"}})
    bench.run({"list": page(gone=["a"])})
    bench.run({"list": page("a")})
    assert bench.record("a").process.body is None


def test_what_was_erased_stays_erased_and_is_not_written_again(bench: Bench) -> None:
    secret = page(items=[{"id": "a", "title": "Distinctive wording", "detail": "a/detail"}])
    answers = {"list": Answer(secret, etag="1"), "a/detail": {"text": "Distinctive wording"}}
    bench.run(answers)
    assert b"Distinctive wording" in bench.data()
    bench.store.erase(bench.site.id, "a", "asked for", bench.clock.now())
    head = bench.store.head()
    for _ in range(2):
        bench.next_day()
        row = bench.run(answers)
        assert (row.outcome, row.items, row.created) == ("complete", 1, 0)
    assert bench.brief(head) == []
    assert bench.gone("a") is not None
    assert b"Distinctive wording" not in bench.data()


def test_an_item_that_is_only_seen_stays_as_it_is(bench: Bench) -> None:
    bench.run({"list": whole("a", "b")})
    bench.next_day()
    row = bench.run({"list": whole("b", seen=["a", "never heard of"])})
    assert (row.items, row.unchanged, row.created) == (3, 2, 0)
    assert bench.record("a").seen_at == bench.clock.now()
    assert bench.record("a").absent_since is None


def test_an_item_on_two_pages_is_what_the_first_says_and_asked_about_once(bench: Bench) -> None:
    first = page(items=[{"id": "a", "title": "First", "detail": "a/detail"}], next=["more"])
    second = page(items=[{"id": "a", "title": "Second", "detail": "a/detail"}])
    row = bench.run({"list": first, "more": second, "a/detail": {"text": "Text"}})
    assert bench.source.asked == ["list", "a/detail", "more"]
    assert bench.record("a").process.title.values == {"en": "First"}
    assert (row.items, row.created, row.requests) == (1, 1, 3)


def test_whole_numbers_are_ids_too(bench: Bench) -> None:
    bench.run({"list": page(items=rows(5, 6))})
    bench.next_day()
    row = bench.run({"list": page(seen=[5], gone=[6])})
    assert (set(bench.records()), row.unchanged, row.gone) == ({"5"}, 1, 1)
