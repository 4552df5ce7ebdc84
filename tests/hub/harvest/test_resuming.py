"""A run that is cut off anywhere goes on where it was, with the same result; and nobody else runs its source."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from pkgutil import resolve_name
from typing import Any

import pytest

from folkmoot_hub.errors import LeaseHeld
from hub.harvest.harvesting import NOW, SITE, Answer, Bench, Sample, Source, page, rows, same_store, whole

#: Parts, pages, a missing part, one that is gone, one that cannot be mapped, one without an id, a scope not reached.
SITE_OF_ALL: dict[str, Any] = {
    "list": Answer(
        whole(items=[*rows("a", detail="a/d", count=3), *rows("b", detail="b/d")], next=["2"], state={"at": 1}),
        etag="1",
    ),
    "2": whole(items=[*rows("c", detail="c/d", feedback="c/f"), {"id": "", "title": "Nameless"}], next=["3"], total=9),
    "3": whole(items=[*rows("d", "a"), {"id": "e", "title": "unmappable"}], next=["4"], state={"at": 2}),
    "4": Answer(status=500),
    "a/d": {"text": "Of a", "count": 4},
    "b/d": Answer(status=404),
    "c/d": {"text": "Of c", "feedback": "c/f"},
    "c/f": {"unreadable": True},
}
#: What the source said a day before: one more item, other words.
BEFORE: dict[str, Any] = {
    "list": whole(items=[*rows("z"), *rows("a", count=1)], state={"at": 0}),
}
REQUESTS = 8


def prepared(folder: Path) -> Bench:
    bench = Bench(folder)
    bench.run(BEFORE)
    bench.next_day()
    return bench


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    bench = prepared(tmp_path_factory.mktemp("undisturbed"))
    row = bench.run(SITE_OF_ALL)
    assert len(bench.source.asked) == REQUESTS
    assert (row.outcome, row.missing, row.quarantined) == ("partial", 2, 2)
    found = same_store(bench)
    bench.store.close()
    return found


class Cut:
    """Raises ``error`` before the ``at``-th request is answered."""

    def __init__(self, error: BaseException, at: int) -> None:
        self._error = error
        self._left = at

    def __call__(self, path: str) -> None:
        self._left -= 1
        if self._left == 0:
            raise self._error


@pytest.mark.parametrize("at", range(1, REQUESTS + 1))
@pytest.mark.parametrize("error", [KeyboardInterrupt, asyncio.CancelledError, MemoryError])
def test_a_run_cut_off_at_any_request_goes_on_with_the_rest(
    tmp_path: Path, undisturbed: dict[str, Any], error: type[BaseException], at: int
) -> None:
    bench = prepared(tmp_path / "data")
    with pytest.raises(error):
        bench.run(SITE_OF_ALL, before=Cut(error(), at))
    first = list(bench.source.asked)
    begun = bench.store.unfinished(bench.site.id)
    assert begun is not None
    taken = begun.row.requests
    bench.run(SITE_OF_ALL)
    assert bench.source.asked[0] not in first[:taken]
    assert set(first[:taken]) | set(bench.source.asked) == set(SITE_OF_ALL)
    assert len(bench.source.asked) == REQUESTS - taken
    assert same_store(bench) == undisturbed
    bench.store.close()


def test_a_run_cut_off_again_and_again_still_comes_to_the_same_end(tmp_path: Path, undisturbed: dict[str, Any]) -> None:
    bench = prepared(tmp_path / "data")
    for _ in range(REQUESTS - 1):
        with pytest.raises(KeyboardInterrupt):
            bench.run(SITE_OF_ALL, before=Cut(KeyboardInterrupt(), 2))
    bench.run(SITE_OF_ALL)
    assert same_store(bench) == undisturbed
    bench.store.close()


STEPS = {
    "its beginning": "folkmoot_hub.harvest.reading.starting",
    "an answer that is taken": "folkmoot_hub.harvest.mapping.mapped",
    "its end": "folkmoot_hub.harvest.completeness.judge",
}


@pytest.mark.parametrize("step", STEPS.values(), ids=STEPS.keys())
def test_a_run_that_is_cancelled_lets_go_of_its_source_only_when_nothing_is_written_any_more(
    bench: Bench, undisturbed: dict[str, Any], monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    bench.run(BEFORE)
    bench.next_day()
    reached, done = threading.Event(), threading.Event()
    real = resolve_name(step)

    def slowly(*arguments: Any, **options: Any) -> Any:
        reached.set()
        time.sleep(0.1)
        done.set()
        return real(*arguments, **options)

    async def cancelled() -> None:
        run = asyncio.create_task(bench.harvest(Source(SITE_OF_ALL, bench.clock.now())).run())
        await asyncio.to_thread(reached.wait, 10)
        run.cancel()
        await asyncio.wait([run])
        assert run.cancelled()
        assert done.is_set()
        rows = bench.store.runs(SITE.id)
        await asyncio.sleep(0.05)
        assert bench.store.runs(SITE.id) == rows

    with monkeypatch.context() as patch:
        patch.setattr(step, slowly)
        asyncio.run(cancelled())
    if bench.store.unfinished(SITE.id) is not None:
        bench.run(SITE_OF_ALL)
    assert same_store(bench) == undisturbed


def test_a_run_whose_end_was_cut_off_ends_without_asking(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    def cut_off(*arguments: Any, **options: Any) -> None:
        raise RuntimeError("cut off")

    with monkeypatch.context() as patch:
        patch.setattr("folkmoot_hub.harvest.completeness.judge", cut_off)
        with pytest.raises(RuntimeError, match="cut off"):
            bench.run({"list": page("a")})
    row = bench.run({"list": page("a")})
    assert (bench.source.asked, row.outcome, row.created) == ([], "complete", 1)


# What is not gone on with


def cut(bench: Bench, **options: Any) -> str:
    with pytest.raises(KeyboardInterrupt):
        bench.run({"list": page("a", next=["2"])}, before=Cut(KeyboardInterrupt(), 2), **options)
    begun = bench.store.unfinished(bench.site.id)
    assert begun is not None
    return begun.row.run


class Later(Sample):
    version = "2"


def tomorrow(bench: Bench) -> dict[str, str]:
    bench.clock.move(timedelta(seconds=bench.site.interval))
    return {}


def backwards(bench: Bench) -> dict[str, str]:
    bench.clock.move(timedelta(hours=-1))
    return {}


def newer(bench: Bench) -> dict[str, str]:
    bench.connector = Later()
    return {}


def configured(bench: Bench) -> dict[str, str]:
    bench.with_settings(settings={"other": 1})
    return {}


def recorded(bench: Bench) -> dict[str, str]:
    return {"via": "a recording"}


@pytest.mark.parametrize("change", [tomorrow, backwards, newer, configured, recorded])
def test_a_run_that_is_too_old_or_too_different_is_given_up_and_said_to_be(bench: Bench, change: Any) -> None:
    cut_off = cut(bench)
    row = bench.run({"list": page("a", next=["2"]), "2": page("b")}, **change(bench))
    assert bench.source.asked == ["list", "2"]
    assert (row.outcome, row.run != cut_off) == ("complete", True)
    runs = {each.run: each for each in bench.store.runs(bench.site.id)}
    assert runs[cut_off].outcome == "failed"
    assert "cut off" in runs[cut_off].why
    assert runs[cut_off].ended is not None
    assert bench.store.unfinished(bench.site.id) is None


def test_a_run_is_gone_on_with_until_the_interval_is_over_and_keeps_its_present(bench: Bench) -> None:
    cut_off = cut(bench)
    bench.clock.move(timedelta(seconds=bench.site.interval - 1))
    bench.with_settings(pace=5.0, concurrency=2)
    row = bench.run({"2": page("b")})
    assert (row.run, row.started, bench.source.asked) == (cut_off, NOW, ["2"])
    found = bench.record("b")
    assert found.seen_at == NOW
    assert found.first_seen == found.updated == bench.clock.now()  # told when it is written: nobody is passed by


# The lease


def test_nobody_runs_a_source_that_is_being_run(bench: Bench) -> None:
    other = Bench(bench.folder, clock=bench.clock)
    refused: list[BaseException | None] = []

    def meanwhile(path: str) -> None:
        with ThreadPoolExecutor(1) as pool:
            refused.append(pool.submit(other.run, {"list": page("b")}).exception())

    row = bench.run({"list": page("a")}, before=meanwhile)
    (error,) = refused
    assert isinstance(error, LeaseHeld)
    assert f"{SITE.id} is being harvested already" in str(error)
    assert (row.outcome, set(bench.records()), len(bench.store.runs(SITE.id))) == ("complete", {"a"}, 1)
    other.store.close()


def test_a_lease_is_of_one_source(bench: Bench) -> None:
    with bench.store.lease(bench.site.id):
        bench.with_settings(id="other.example.org")
        assert bench.run({"list": page("a")}).outcome == "complete"


@pytest.mark.parametrize("error", [KeyboardInterrupt, RuntimeError])
def test_the_lease_ends_with_the_run_however_it_ends(bench: Bench, error: type[BaseException]) -> None:
    with pytest.raises(error):
        bench.run({"list": page("a")}, before=Cut(error(), 1))
    with bench.store.lease(bench.site.id):
        pass


# Kill -9


@pytest.mark.parametrize("at", [3, 17, 40, 61, 90, 120, 150])
def test_a_run_killed_inside_a_transaction_goes_on_with_the_same_result(
    tmp_path: Path, undisturbed: dict[str, Any], at: int
) -> None:
    bench = prepared(tmp_path / "data")
    bench.store.close()
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    done = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("killed.py")), str(bench.folder), str(at)],
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == -signal.SIGKILL, done.stderr
    again = Bench(bench.folder, clock=bench.clock)
    again.run(SITE_OF_ALL)
    assert same_store(again) == undisturbed
    again.store.close()
