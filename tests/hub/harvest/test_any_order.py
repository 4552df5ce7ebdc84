"""Whatever the order in which answers come back, how many are under way at once, and how many share a transaction:
the same store, down to the last entry of the log."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any
from unittest.mock import patch

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from folkmoot_hub.harvest import driving
from hub.harvest.harvesting import Answer, Bench, same_store

IDS = [f"i{n}" for n in range(8)]
PAGES = ["list", "list2", *(f"p{n}" for n in range(6))]
PARTS = [f"d{n}" for n in range(6)]

rows = st.fixed_dictionaries(
    {"id": st.sampled_from([*IDS, ""]), "title": st.sampled_from(["One", "Two", "unmappable"])},
    optional={
        "count": st.none() | st.integers(0, 3),
        "detail": st.sampled_from(PARTS),
        "feedback": st.sampled_from(PARTS),
        "if_failed": st.sampled_from(["keep", "skip"]),
        "unless_same": st.sampled_from(["x", "y"]),
        "closes": st.sampled_from(["2026-03-03", "2026-03-07", "2026-03", "2027-01-31", "2025"]),
        "flag": st.sampled_from(["open", "announced", "closed", "unknown"]),
        "max_age": st.just(86400),
    },
)
pages = st.fixed_dictionaries(
    {"items": st.lists(rows, max_size=5)},
    optional={
        "next": st.lists(st.sampled_from(PAGES), max_size=3),
        "scope": st.sampled_from(["all", "open"]),
        "exhaustive": st.booleans(),
        "total": st.integers(0, 8),
        "gone": st.lists(st.sampled_from(IDS), max_size=2),
        "seen": st.lists(st.sampled_from(IDS), max_size=2),
        "state": st.dictionaries(st.sampled_from("ab"), st.integers(0, 9)),
    },
)
parts = st.fixed_dictionaries(
    {"text": st.sampled_from(["Text", "Other text"])},
    optional={"count": st.integers(0, 3), "feedback": st.sampled_from(PARTS), "unreadable": st.just(True)},
)
failed = st.sampled_from([404, 410, 500]).map(lambda status: Answer(status=status))


@st.composite
def sources(draw: st.DrawFn) -> dict[str, Answer]:
    """What a source answers to each address; some fail, some are conditional."""
    answers: dict[str, Any] = {}
    for path in PAGES:
        answers[path] = draw(st.one_of(*[pages.map(Answer)] * 5, failed))
    for path in PARTS:
        answers[path] = draw(st.one_of(*[parts.map(Answer)] * 3, failed))
    conditional = draw(st.sets(st.sampled_from([*PAGES, *PARTS])))
    return {
        path: Answer(one.content, one.status, etag="v" if path in conditional and one.status == 200 else None)
        for path, one in answers.items()
    }


def harvested(days: list[dict[str, Answer]], steps: list[int], **how: Any) -> dict[str, Any]:
    """The store after these days; ``steps`` says how long each address takes, ``how`` the site is asked."""
    group = how.pop("group")
    with tempfile.TemporaryDirectory() as folder, patch.object(driving, "GROUP", group):
        bench = Bench(Path(folder))
        bench.with_settings(settings={"start": ["list", "list2"]}, **how)
        for answers in days:
            slowly = {
                path: Answer(one.content, one.status, etag=one.etag, steps=step)
                for (path, one), step in zip(answers.items(), steps, strict=True)
            }
            bench.run(slowly, most_requests=12)
            bench.next_day()
        found = same_store(bench)
        bench.store.close()
    return found


@settings(max_examples=25, deadline=None)
@given(
    days=st.lists(sources(), min_size=1, max_size=2),
    steps=st.lists(st.integers(0, 40), min_size=len(PAGES) + len(PARTS), max_size=len(PAGES) + len(PARTS)),
    concurrency=st.integers(2, 16),
    group=st.integers(1, 6),
)
def test_neither_order_nor_concurrency_nor_groups_make_a_difference(
    days: list[dict[str, Answer]], steps: list[int], concurrency: int, group: int
) -> None:
    alone = harvested(days, [0] * len(steps), concurrency=1, group=1)
    assert harvested(days, steps, concurrency=concurrency, group=group) == alone
    assert msgspec.json.encode(sorted(alone["records"]))
