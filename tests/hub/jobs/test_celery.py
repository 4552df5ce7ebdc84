"""Through a broker: a real worker, a real beat and a real Redis; and what is said where there is none."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import redis as redis_client
from aiohttp import web

from folkmoot_hub.clock import FixedClock, SystemClock
from folkmoot_hub.errors import ConfigError, LeaseHeld
from folkmoot_hub.hub import Hub
from folkmoot_hub.jobs import celery_app
from folkmoot_hub.jobs.celery_app import HARVEST, QUEUE, TEND, Beat, Due, broker_of, make_app, schedule
from folkmoot_hub.search.query import Query
from folkmoot_hub.search.reader import READER
from folkmoot_hub.search.tantivy_index import TantivyIndex
from folkmoot_schema.process import Record
from hub.fetch.serving import Server
from hub.jobs.town import NOW, SOURCE, Program, configure, entry, listed, open_hub, run_python

DAY = timedelta(days=1)


# Without a broker


@pytest.mark.parametrize("command", ["worker", "beat"])
def test_without_a_broker_it_is_said_what_is_missing(command: str, data: Path, packages: Path) -> None:
    with Program(packages, "--data", data, command) as program:
        assert program.end() == 2
        said = program.log()
    assert said.count("\n") == 1
    assert "broker: it is missing; allowed: an address such as 'redis://" in said
    assert str(data / "folkmoot.toml") in said


@pytest.mark.parametrize("command", ["worker", "beat"])
def test_a_directory_of_samples_is_refused(command: str, tmp_path: Path, packages: Path) -> None:
    data = configure(tmp_path / "data", {}, broker="redis://127.0.0.1:1/0")
    (data / "SAMPLES").write_text("")
    with Program(packages, "--data", data, command) as program:
        assert program.end() == 2
        assert "holds samples" in program.log()


def test_a_worker_without_a_contact_says_so_at_once(tmp_path: Path, packages: Path) -> None:
    data = configure(tmp_path / "data", {}, broker="redis://127.0.0.1:1/0")
    toml = data / "folkmoot.toml"
    toml.write_text("\n".join(line for line in toml.read_text().splitlines() if not line.startswith("contact")))
    with Program(packages, "--data", data, "worker") as program:
        assert program.end() == 2
        assert "contact: it is missing" in program.log()


def test_the_broker_is_named_by_the_configuration() -> None:
    assert broker_of("redis://127.0.0.1:1/3", "folkmoot.toml") == "redis://127.0.0.1:1/3"
    for none in (None, "memory://"):
        with pytest.raises(ConfigError, match=r"folkmoot\.toml: broker: .*; allowed: an address"):
            broker_of(none, "folkmoot.toml")


# The application and the schedule, without a broker


def test_tasks_are_json_acknowledged_late_and_leave_no_results(hub: Hub) -> None:
    app = make_app("memory://", lambda: hub)
    assert {HARVEST, TEND} <= set(app.tasks)
    conf = app.conf
    assert (conf.task_serializer, conf.accept_content) == ("json", ["json"])
    assert (conf.task_acks_late, conf.task_ignore_result, conf.result_backend) == (True, True, None)
    assert conf.worker_prefetch_multiplier == 1
    # Longer than a run may take: what is being worked on does not come back meanwhile.
    assert conf.broker_transport_options["visibility_timeout"] > 6 * 3600


def test_the_hub_is_made_in_the_process_that_works_and_once(data: Path) -> None:
    run_python(
        """
        import os, sys
        from pathlib import Path
        from folkmoot_hub.jobs.celery_app import TEND, make_app
        from hub.jobs.town import open_hub
        made = []
        app = make_app("memory://", lambda: made.append(os.getpid()) or open_hub(Path(sys.argv[1])))
        assert made == []
        app.tasks[TEND]()
        app.tasks[TEND]()
        assert made == [os.getpid()]
        child = os.fork()  # what Celery does to make workers
        if child == 0:
            app.tasks[TEND]()
            os._exit(0 if made == [os.getppid(), os.getpid()] else 1)
        assert os.waitpid(child, 0)[1] == 0
        """,
        data,
    )


def test_beat_has_one_entry_a_source_and_one_that_tends(tmp_path: Path, packages: Path) -> None:
    data = configure(tmp_path / "data", {}, {"id": "other.example.org"})
    with open_hub(data) as hub:
        hub.store.register(hub.site(SOURCE))
        hub.store.set_next_due(SOURCE, NOW + DAY)
        entries = schedule(hub)
        assert {(one["task"], one.get("args")) for one in entries.values()} == {
            (TEND, None),
            (HARVEST, (SOURCE,)),
            (HARVEST, ("other.example.org",)),
        }
        assert entries["tend"]["schedule"] == 30.0
        due = {row.site.id: row.next_due for row in hub.store.sources()}
        assert due[SOURCE] == NOW + DAY
        other = due["other.example.org"]
        assert other is not None
        assert NOW <= other <= NOW + timedelta(seconds=30)


def test_a_source_is_due_when_the_store_says_so_whoever_wrote_it(hub: Hub, clock: FixedClock) -> None:
    hub.store.register(hub.site(SOURCE))
    hub.store.set_next_due(SOURCE, NOW + timedelta(seconds=3))
    due = Due(hub, SOURCE)
    assert due.is_due(NOW) == (False, 3.0)
    hub.store.set_next_due(SOURCE, NOW + DAY)
    assert due.is_due(NOW) == (False, 5.0)  # it looks again: a worker may write another time
    clock.move(DAY)
    ready, again = due.is_due(NOW)
    assert ready
    assert 0 < again <= 5.0
    due.sent()
    assert due.is_due(NOW)[0] is False
    row = hub.store.source(SOURCE)
    assert row is not None
    assert row.next_due is not None
    # Should the task get lost: as after a run that came to nothing.
    assert timedelta(hours=6) <= row.next_due - clock.now() <= timedelta(hours=7.2)


def test_beat_sends_what_is_due_once(hub: Hub, clock: FixedClock, monkeypatch: pytest.MonkeyPatch) -> None:
    hub.store.register(hub.site(SOURCE))
    hub.store.set_next_due(SOURCE, NOW)
    app = make_app("memory://", lambda: hub)
    app.conf.beat_schedule = schedule(hub)
    sent: list[Any] = []
    task = app.tasks[HARVEST]
    monkeypatch.setattr(type(task), "apply_async", lambda self, args=None, kwargs=None, **more: sent.append(args))
    beat = Beat(app, max_interval=5)

    def look() -> None:
        beat.populate_heap()  # as if the seconds until it looks again had passed
        for _ in range(10):
            beat.tick()

    look()
    look()
    assert sent == [[SOURCE]]
    clock.move(DAY)
    look()
    look()
    assert sent == [[SOURCE]] * 2
    beat.close()


# With one


@pytest.fixture
def broker(redis: str) -> Iterator[str]:
    """The last database of the Redis server, empty before and after."""
    address = f"{redis.rstrip('/')}/15"
    with redis_client.Redis.from_url(address) as client:
        client.flushdb()
        yield address
        client.flushdb()


@pytest.fixture
async def live(tmp_path: Path, packages: Path, server: Server, broker: str) -> Path:
    """A hub's directory whose town is the server and whose jobs go through Redis."""
    server.say("/robots.txt", b"", status=404)
    server.say("/list.json", listed([entry("1"), entry("2")]))
    return configure(tmp_path / "data", {"base": server.url(), "interval": 3600}, broker=broker)


def send(hub: Hub, broker: str, *tasks: tuple[str, tuple[str, ...]]) -> None:
    """Send tasks as beat does."""
    app = make_app(broker, lambda: hub)
    for name, arguments in tasks:
        app.send_task(name, arguments)
    app.close()


async def until(reached: Callable[[], Any], program: Program, seconds: float = 60.0) -> None:
    begun = time.monotonic()
    while not reached():
        assert program.process.poll() is None, program.log()
        assert time.monotonic() - begun < seconds, program.log()
        await asyncio.sleep(0.05)


def waiting(broker: str) -> tuple[int, int]:
    """How many tasks wait, and how many are with a worker that has not acknowledged them."""
    with redis_client.Redis.from_url(broker) as client:
        return int(client.llen(QUEUE)), int(client.hlen("unacked"))  # type: ignore[arg-type] # not asynchronous here


def assert_harvested(hub: Hub, *ids: str) -> None:
    """Exactly these are in the store, each created once, and in the index."""
    changes = hub.store.changes(0)
    assert sorted((change.local_id, change.op.value) for change in changes) == [(id, "create") for id in sorted(ids)]
    assert TantivyIndex(hub.index_folder).search(Query(limit=0)).total == len(ids)
    assert hub.store.cursor(READER) == hub.store.head()


@pytest.mark.redis
async def test_a_worker_harvests_a_source_and_a_second_delivery_does_no_harm(
    live: Path, packages: Path, server: Server, broker: str
) -> None:
    asked, go = asyncio.Event(), asyncio.Event()

    async def slow(request: web.Request) -> web.StreamResponse:
        asked.set()
        await go.wait()
        return web.Response(body=listed([entry("1"), entry("2")]).encode(), content_type="application/json")

    server.on("/list.json", slow)
    with (
        open_hub(live, SystemClock()) as hub,
        Program(packages, "--data", live, "worker", "--concurrency", "2") as worker,
    ):
        # Two deliveries at once: while one is harvesting, the other lets be.
        send(hub, broker, (HARVEST, (SOURCE,)), (HARVEST, (SOURCE,)))
        await asyncio.wait_for(asked.wait(), 60)
        await until(lambda: f"{SOURCE} waits: its host is being asked" in worker.log(), worker)
        with pytest.raises(LeaseHeld), hub.store.lease(SOURCE):
            raise AssertionError
        go.set()
        await until(lambda: waiting(broker) == (0, 0), worker)
        assert_harvested(hub, "1", "2")
        assert len(hub.store.runs(SOURCE)) == 1
        row = hub.store.source(SOURCE)
        assert row is not None
        assert row.next_due is not None
        assert row.last_run is not None
        assert row.last_run.outcome == "complete"
        assert timedelta(minutes=40) < row.next_due - datetime.now(UTC) < timedelta(minutes=60)

        # And a third when it is long done: the same is said again.
        send(hub, broker, (HARVEST, (SOURCE,)))
        await until(lambda: len(hub.store.runs(SOURCE)) == 2 and waiting(broker) == (0, 0), worker)
        assert_harvested(hub, "1", "2")
        assert hub.store.runs(SOURCE)[0].unchanged == 2

        worker.process.terminate()
        assert worker.end() == 0
        assert "ERROR" not in worker.log()
        assert "Traceback" not in worker.log()
    with redis_client.Redis.from_url(broker) as client:
        assert not [key for key in client.scan_iter() if b"result" in key or b"meta" in key]


@pytest.mark.redis
async def test_a_task_whose_worker_was_killed_is_done_by_the_next(
    live: Path, packages: Path, server: Server, broker: str
) -> None:
    asked = asyncio.Event()

    async def never(request: web.Request) -> web.StreamResponse:
        asked.set()
        await asyncio.sleep(3600)
        raise AssertionError

    server.say("/list.json", listed([entry("1")], next="/second.json"))
    server.on("/second.json", never)
    with open_hub(live, SystemClock()) as hub:
        with Program(packages, "--data", live, "worker", "--concurrency", "1") as worker:
            send(hub, broker, (HARVEST, (SOURCE,)))
            await asyncio.wait_for(asked.wait(), 60)
            await until(lambda: isinstance(hub.store.get(SOURCE, "1"), Record), worker)
            for child in children(worker.process.pid):
                os.kill(child, 9)
            worker.process.kill()
            worker.end()
        cut = hub.store.unfinished(SOURCE)
        assert cut is not None
        assert waiting(broker) == (0, 1)  # with nobody, and not lost
        server.say("/second.json", listed([entry("2")]))
        with Program(packages, "--data", live, "worker", "--concurrency", "1") as worker:
            give_back(broker)
            await until(lambda: waiting(broker) == (0, 0), worker)
            worker.process.send_signal(signal.SIGINT)  # as good as SIGTERM
            assert worker.end() == 0
        (run,) = hub.store.runs(SOURCE)
        assert (run.run, run.outcome) == (cut.row.run, "complete")
        assert server.paths().count("/list.json") == 1
        assert_harvested(hub, "1", "2")


@pytest.mark.redis
async def test_a_source_that_somebody_else_harvests_is_left_to_them(
    live: Path, packages: Path, server: Server, broker: str
) -> None:
    with open_hub(live, SystemClock()) as hub, Program(packages, "--data", live, "worker") as worker:
        with hub.store.lease(SOURCE):
            send(hub, broker, (HARVEST, (SOURCE,)))
            await until(lambda: "is being harvested by somebody else" in worker.log(), worker)
            await until(lambda: waiting(broker) == (0, 0), worker)
        assert hub.store.runs(SOURCE) == []
        assert server.asked == []


@pytest.mark.redis
async def test_a_host_is_asked_by_one_worker_at_a_time(live: Path, packages: Path, server: Server, broker: str) -> None:
    other = "other.example.org"
    configure(live, {"base": server.url()}, {"id": other, "base": server.url()}, broker=broker)
    now, most, go = 0, 0, asyncio.Event()

    async def slow(request: web.Request) -> web.StreamResponse:
        nonlocal now, most
        now += 1
        most = max(most, now)
        await go.wait()
        now -= 1
        return web.Response(body=listed([entry("1")]).encode(), content_type="application/json")

    server.on("/list.json", slow)
    with (
        open_hub(live, SystemClock()) as hub,
        Program(packages, "--data", live, "worker", "--concurrency", "2") as worker,
    ):
        for source in (SOURCE, other):
            hub.store.register(hub.site(source))
        send(hub, broker, (HARVEST, (SOURCE,)), (HARVEST, (other,)))
        await until(lambda: "waits: its host is being asked" in worker.log(), worker)
        await until(lambda: now == 1, worker)
        waits = next(source for source in (SOURCE, other) if f"{source} waits" in worker.log())
        row = hub.store.source(waits)
        assert row is not None
        assert row.next_due is not None
        assert timedelta() < row.next_due - datetime.now(UTC) <= timedelta(minutes=1)
        go.set()
        await until(lambda: waiting(broker) == (0, 0), worker)
        send(hub, broker, (HARVEST, (waits,)))
        await until(lambda: bool(hub.store.runs(waits)) and waiting(broker) == (0, 0), worker)
        assert most == 1
        assert [len(hub.store.runs(source)) for source in (SOURCE, other)] == [1, 1]


def children(process: int) -> list[int]:
    """The processes that ``process`` started."""
    listed = Path(f"/proc/{process}/task/{process}/children").read_text()
    return [int(one) for one in listed.split()]


def give_back(broker: str) -> None:
    """Let the time pass after which Redis's transport gives back what nobody has acknowledged."""
    with redis_client.Redis.from_url(broker) as client:
        for tag, _ in client.zscan_iter("unacked_index"):
            client.zadd("unacked_index", {tag: 0})


@pytest.mark.redis
@pytest.mark.slow
async def test_beat_and_worker_together_keep_a_source_at_its_rhythm(
    live: Path, packages: Path, server: Server, broker: str
) -> None:
    with open_hub(live, SystemClock()) as hub:
        hub.store.register(hub.site(SOURCE))
        hub.store.set_next_due(SOURCE, datetime.now(UTC) - DAY)
        with (
            Program(packages, "--data", live, "worker", "--concurrency", "1") as worker,
            Program(packages, "--data", live, "beat") as beat,
        ):
            await until(lambda: [run.outcome for run in hub.store.runs(SOURCE)] == ["complete"], beat)
            await until(lambda: waiting(broker) == (0, 0), worker)
            server.say("/list.json", listed([entry("1"), entry("2"), entry("3")]))
            hub.store.set_next_due(SOURCE, datetime.now(UTC) - DAY)  # an hour has passed
            await until(lambda: len(hub.store.runs(SOURCE)) == 2, beat)
            await until(lambda: waiting(broker) == (0, 0), worker)
            await asyncio.sleep(1.0)
            assert len(hub.store.runs(SOURCE)) == 2
            assert_harvested(hub, "1", "2", "3")
            for program in (beat, worker):
                program.process.terminate()
                assert program.end() == 0
                assert "Traceback" not in program.log()
    assert not list(live.glob("celerybeat*"))
    assert not list(Path.cwd().glob("celerybeat*"))


@pytest.mark.redis
async def test_a_worker_tends_a_hub_that_nobody_serves(live: Path, packages: Path, broker: str) -> None:
    with open_hub(live, SystemClock()) as hub:
        with hub.store.lease(SOURCE):
            pass
        with Program(packages, "--data", live, "worker", "--concurrency", "1") as worker:
            send(hub, broker, (HARVEST, ("no.such.example.org",)), (TEND, ()))
            await until(lambda: waiting(broker) == (0, 0), worker)
            assert (hub.index_folder / "version").exists()
            worker.process.terminate()
            assert worker.end() == 0
            assert "'no.such.example.org' is no source of this hub" in worker.log()
            assert "Traceback" not in worker.log()


def test_what_is_sent_is_json(hub: Hub) -> None:
    app = make_app("memory://", lambda: hub)
    with app.connection_for_write() as connection:
        app.send_task(HARVEST, (SOURCE,), connection=connection)
        queue = connection.SimpleQueue(QUEUE)
        message = queue.get(timeout=5)
        assert message.content_type == "application/json"
        assert json.loads(message.body)[0] == [SOURCE]
        assert message.headers["task"] == HARVEST
        queue.close()
    assert celery_app.QUEUE == "folkmoot"
