"""Nothing is written that the connector does not name, and no secret either."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from folkmoot_hub.connector import Item, ParseError, Request, Response, Run, State, Total, Yielded
from folkmoot_hub.errors import ConfigError
from hub.harvest.harvesting import Answer, Bench, Sample, page, rows, whole

MARK = "Distinctive-Value-Of-A-Person"


def test_fields_that_the_connector_does_not_name_are_never_written(bench: Bench) -> None:
    listed = {"id": "a", "title": "Named", "contact": MARK, "nested": {"deep": MARK}, "detail": "d"}
    bad = {"id": "b", "title": "unmappable", "contact": MARK}
    nameless = {"id": "", "title": "Nameless", "contact": MARK}
    answers = {
        "list": Answer(page(items=[listed, bad, nameless]), etag="v1"),
        "d": Answer({"text": "Named too", "author": MARK}, etag="v2"),
    }
    for _ in range(2):
        row = bench.run(answers)
        assert row.quarantined == 2
    data = bench.data()
    assert MARK.encode() not in data
    assert b"Named too" in data


def test_where_a_source_redirects_to_is_not_kept_since_it_may_spell_out_a_name(bench: Bench) -> None:
    answers = {
        "list": Answer(status=302, location=f"list-of-{MARK}"),
        f"list-of-{MARK}": page("a", items=[{"id": "a", "title": "A", "detail": "d"}]),
        "d": Answer(status=301, location=f"d-by-{MARK}"),
        f"d-by-{MARK}": {"text": "Text"},
    }
    bench.run(answers)
    assert bench.record("a").provenance.url == bench.site.url("list")
    assert MARK.encode() not in bench.data()


class Quoting(Sample):
    """Fails with a text that quotes the answer."""

    def parse_part(self, response: Response) -> Iterator[Yielded]:
        int(response.json()["author"])
        yield Item("a", {})


def test_an_error_in_a_connector_does_not_quote_the_answer(bench: Bench) -> None:
    bench.connector = Quoting()
    row = bench.run({"list": page(items=rows("a", detail="d")), "d": {"author": MARK}})
    assert row.drifted.startswith("sample.parse_part failed: ValueError at ")
    assert MARK.encode() not in bench.data()


class Keyed(Sample):
    def start(self, run: Run) -> Iterator[Yielded]:
        yield Request(
            run.site.url("list", key=run.secret("key")),
            method="POST",
            headers={"Authorization": run.secret("token")},
            body=f'{{"pin": "{run.secret("pin")}"}}',
        )


def test_secrets_are_placeholders_wherever_the_engine_keeps_or_sends_them(bench: Bench) -> None:
    bench.connector = Keyed()
    row = bench.run({})
    assert bench.source.asked == ["list?key=%7Bsecret%3Akey%7D"]
    assert "secret%3Akey" in row.why


UNUSABLE: dict[str, tuple[Any, str]] = {
    "something else": ({"id": "a"}, "yields dict; allowed: Request, Item"),
    "a part that is not named": (Item("a", {}, part="other"), "fields names no part 'other'; allowed: list, detail"),
    "a method that is not there": (Request("https://sample.example.org/x", then="nothing"), "then='nothing'"),
    "data that is not plain": (Item("a", {"title": object()}), "no plain data"),
    "a total in words": (Total("many"), "no plain data"),  # type: ignore[arg-type] # what a connector may get wrong
    "a state that is not plain": (State({"x": object()}), "no plain data"),
    "half a character": (Item("a", {"title": "\ud800"}), "no plain data"),
}


@pytest.mark.parametrize(("value", "problem"), UNUSABLE.values(), ids=UNUSABLE.keys())
def test_an_answer_that_yields_something_unusable_counts_as_nothing(bench: Bench, value: Any, problem: str) -> None:
    class Wrong(Sample):
        def parse(self, response: Response) -> Iterator[Yielded]:
            yield Item("before", {"title": "Before"})
            yield value

    bench.connector = Wrong()
    row = bench.run({"list": whole("a")})
    assert (row.outcome, row.items, bench.records()) == ("failed", 0, {})
    assert problem in row.drifted
    assert row.why


@pytest.mark.parametrize("error", [ZeroDivisionError(), KeyError("x"), ParseError("no"), RecursionError()])
def test_a_connector_that_breaks_at_the_start_fails_its_run_alone(bench: Bench, error: Exception) -> None:
    class Broken(Sample):
        def start(self, run: Run) -> Iterator[Yielded]:
            raise error
            yield

    bench.connector = Broken()
    row = bench.run({})
    assert (row.outcome, row.requests) == ("failed", 0)
    assert row.why


def test_wrong_settings_are_told_and_begin_no_run(bench: Bench) -> None:
    class Strict(Sample):
        def start(self, run: Run) -> Iterator[Yielded]:
            raise ConfigError("setting list: wrong; allowed: right")
            yield

    bench.connector = Strict()
    with pytest.raises(ConfigError, match="allowed: right"):
        bench.run({})
    assert bench.store.runs(bench.site.id) == []
    assert bench.store.unfinished(bench.site.id) is None
