"""What is recorded replays to the same answers, and holds nothing that somebody else may not have."""

from __future__ import annotations

import asyncio
import json
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from folkmoot_hub.connector import Request, Site
from folkmoot_hub.errors import ConfigError, FetchError, GoneAtSource, NotFound, ServerTrouble
from folkmoot_hub.fetch import record
from folkmoot_hub.fetch.protocol import Fetched, Validators
from folkmoot_hub.fetch.record import RecordingFetcher
from folkmoot_hub.fetch.recording import GROWING, NAME, load, request_key
from folkmoot_hub.fetch.replay import ReplayFetcher
from folkmoot_hub.fetch.session import WebFetcher
from hub.fetch.serving import NOW, Server

Make = Callable[..., WebFetcher]

BASE = "https://sample.example.org"
SITE = Site(
    id="sample.example.org", connector="sample", title="Sample", base=BASE, settings={"groups": [1], "details": False}
)


Pair = tuple[Request, Fetched | FetchError]


class Canned:
    """A fetcher that gives what a test put into it; ``asked`` holds the validators that came with each request."""

    def __init__(self, *pairs: Pair) -> None:
        self.answers = {_name(request): answer for request, answer in pairs}
        self.asked: list[Validators | None] = []
        self.closed = False

    async def fetch(self, request: Request, site: Site, validators: Validators | None = None) -> Fetched:
        self.asked.append(validators)
        answer = self.answers[_name(request)]
        if isinstance(answer, FetchError):
            raise answer
        return answer

    async def close(self) -> None:
        self.closed = True


def _name(request: Request) -> str:
    return msgspec.json.encode(request).decode()


def fetched(url: str, body: bytes = b"{}", **rest: Any) -> Fetched:
    values = {"status": 200, "headers": {"content-type": "application/json"}, "fetched_at": NOW, "size": len(body)}
    return Fetched(url=url, body=body, **(values | rest))


async def recorded(folder: Path, *pairs: Pair) -> None:
    """Ask for each of ``pairs`` once, recording into ``folder``."""
    fetcher = RecordingFetcher(Canned(*pairs), folder, SITE)
    for request, answer in pairs:
        if isinstance(answer, FetchError):
            with pytest.raises(type(answer)):
                await fetcher.fetch(request, SITE)
        else:
            assert await fetcher.fetch(request, SITE) is answer
    await fetcher.close()


def written(folder: Path) -> bytes:
    """Everything on disk."""
    return b"\n".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


# What is refused


async def test_a_recording_of_another_site_is_not_gone_on_with(tmp_path: Path) -> None:
    request = Request(f"{BASE}/a")
    await recorded(tmp_path, (request, fetched(request.url)))
    before = written(tmp_path)
    other = msgspec.structs.replace(SITE, id="other.example.org")
    with pytest.raises(ConfigError, match=r"recording of another site; allowed: a new folder for other\.example\.org"):
        RecordingFetcher(Canned(), tmp_path, other)
    assert written(tmp_path) == before


async def test_a_broken_recording_is_not_written_over(tmp_path: Path) -> None:
    (tmp_path / NAME).write_text("{")
    with pytest.raises(ConfigError, match="this is not JSON"):
        RecordingFetcher(Canned(), tmp_path, SITE)
    assert (tmp_path / NAME).read_text() == "{"


# The same answers

paths = st.text(alphabet="ab/?&=1%C3", max_size=8)
requests = st.builds(
    Request,
    url=paths.map(lambda path: f"{BASE}/{path}"),
    method=st.sampled_from(["GET", "POST"]),
    body=st.none() | st.text(alphabet=st.characters(exclude_categories=("Cs",)), max_size=10),
    expect=st.sampled_from(["any", "text"]),
)
headers = st.dictionaries(st.sampled_from(["etag", "last-modified", "x-total", "link"]), st.text("aü\"'", max_size=5))
bodies = st.binary(max_size=60) | st.binary(min_size=1, max_size=3).map(lambda piece: piece * 40_000)


@given(st.lists(st.tuples(requests, headers, bodies, st.booleans()), max_size=6))
@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
def test_whatever_was_recorded_replays_to_the_same_bytes(
    asked: list[tuple[Request, dict[str, str], bytes, bool]],
) -> None:
    """Any requests that are not the same, any answers, some of them after a redirect."""
    pairs: dict[object, tuple[Request, Fetched]] = {}
    for number, (request, extra, body, redirected) in enumerate(asked):
        request = msgspec.structs.replace(request, expect="any")
        url = f"{BASE}/target/{number}" if redirected else request.url
        key = request_key(request.method, request.url, request.body)
        pairs.setdefault(key, (request, fetched(url, body, headers={"content-type": "text/plain"} | extra)))

    async def check(folder: Path) -> None:
        await recorded(folder, *pairs.values())
        fetcher = ReplayFetcher(folder) if pairs else None
        for request, answer in pairs.values():
            assert fetcher
            assert await fetcher.fetch(request, SITE) == answer

    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(check(Path(folder)))


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_an_answer_after_redirects_is_replayed_with_its_address(tmp_path: Path, method: str) -> None:
    request = Request(f"{BASE}/a", method=method, body="q=1" if method == "POST" else None)  # type: ignore[arg-type] # parametrized
    await recorded(tmp_path, (request, fetched(f"{BASE}/b?x=1", b"[1]")))
    again = await ReplayFetcher(tmp_path).fetch(request, SITE)
    assert (again.url, again.body) == (f"{BASE}/b?x=1", b"[1]")
    assert [entry.status for entry in load(tmp_path)[0].responses] == [302 if method == "GET" else 303, 200]


async def test_an_archived_answer_keeps_its_time(tmp_path: Path) -> None:
    request = Request(f"{BASE}/a")
    answer = fetched(request.url, captured_at=NOW - timedelta(days=5000))
    await recorded(tmp_path, (request, answer))
    assert await ReplayFetcher(tmp_path).fetch(request, SITE) == answer


async def test_an_accepted_failure_is_replayed(tmp_path: Path) -> None:
    request = Request(f"{BASE}/a", accept=(200, 404))
    answer = fetched(request.url, b'{"error": 1}', status=404)
    await recorded(tmp_path, (request, answer))
    assert await ReplayFetcher(tmp_path).fetch(request, SITE) == answer


@pytest.mark.parametrize(("error", "status"), [(NotFound("answered 404"), 404), (GoneAtSource("answered 410"), 410)])
async def test_not_found_and_gone_are_kept(tmp_path: Path, error: FetchError, status: int) -> None:
    request = Request(f"{BASE}/a")
    await recorded(tmp_path, (request, error))
    with pytest.raises(type(error), match=f"{BASE}/a answered {status}"):
        await ReplayFetcher(tmp_path).fetch(request, SITE)


async def test_passing_trouble_is_not_kept(tmp_path: Path) -> None:
    request = Request(f"{BASE}/a")
    await recorded(tmp_path, (request, ServerTrouble("down")))
    assert written(tmp_path) == b""


async def test_whole_answers_are_asked_for(tmp_path: Path) -> None:
    """ "Not modified" would leave a recording without a body."""
    request = Request(f"{BASE}/a")
    inner = Canned((request, fetched(request.url)))
    fetcher = RecordingFetcher(inner, tmp_path, SITE)
    await fetcher.fetch(request, SITE, Validators(etag='"x"'))
    await fetcher.close()
    assert inner.asked == [None]
    assert inner.closed


# On disk


async def test_small_bodies_stay_readable_and_large_ones_are_packed(tmp_path: Path) -> None:
    small, large, empty = (Request(f"{BASE}/{name}", expect="any") for name in ("small", "large", "empty"))
    big = b"x" * 100_000
    await recorded(
        tmp_path,
        (small, fetched(small.url, b"abc")),
        (large, fetched(large.url, big)),
        (empty, fetched(empty.url, b"")),
    )
    files = {entry.url: entry.file for entry in load(tmp_path)[0].responses}
    assert (tmp_path / (files[small.url] or "")).read_bytes() == b"abc"
    assert (files[large.url] or "").endswith(".bin.gz")
    assert (tmp_path / (files[large.url] or "")).stat().st_size < 1000
    assert files[empty.url] is None


async def test_the_recording_says_what_it_is_of(tmp_path: Path) -> None:
    request = Request(f"{BASE}/a")
    await recorded(tmp_path, (request, fetched(request.url)))
    document = json.loads((tmp_path / NAME).read_bytes())
    assert (document["platform"], document["evidence"]) == ("sample", "recorded")
    assert document["site"] == {"id": SITE.id, "base": BASE, "groups": [1], "details": False}
    assert document["responses"][0]["recorded"] == "2026-03-01T12:00:00Z"
    assert ReplayFetcher(tmp_path).site == document["site"]


async def test_nothing_half_written_is_left(tmp_path: Path) -> None:
    pairs = [(Request(f"{BASE}/{n}"), fetched(f"{BASE}/{n}", b"[%d]" % n)) for n in range(5)]
    await recorded(tmp_path, *pairs)
    names = {path.name for path in tmp_path.rglob("*") if path.is_file()}
    assert len(names) == 6
    assert not any(name.endswith(".draft") for name in names)


async def test_answers_that_come_at_the_same_time_are_written_one_after_the_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    active, most, put = 0, 0, record._put

    def slow(path: Path, content: bytes) -> None:
        nonlocal active, most
        active += 1
        most = max(most, active)
        time.sleep(0.002)
        put(path, content)
        active -= 1

    monkeypatch.setattr(record, "_put", slow)
    pairs = [(Request(f"{BASE}/{n}"), fetched(f"{BASE}/{n}", b"[%d]" % n)) for n in range(12)]
    fetcher = RecordingFetcher(Canned(*pairs), tmp_path, SITE)
    await asyncio.gather(*(fetcher.fetch(request, SITE) for request, _ in pairs))
    assert most == 1
    again = ReplayFetcher(tmp_path)
    for request, answer in pairs:
        assert await again.fetch(request, SITE) == answer


# Going on


async def test_a_recording_goes_on_where_it_stopped(tmp_path: Path) -> None:
    first, second = Request(f"{BASE}/a"), Request(f"{BASE}/b")
    await recorded(tmp_path, (first, fetched(first.url, b"[1]")), (second, fetched(second.url, b"[2]")))
    third = Request(f"{BASE}/c")
    await recorded(tmp_path, (second, fetched(second.url, b"[22]")), (third, fetched(third.url, b"[3]")))
    again = ReplayFetcher(tmp_path)
    assert [(await again.fetch(request, SITE)).body for request in (first, second, third)] == [b"[1]", b"[22]", b"[3]"]
    assert len(again.recording.responses) == 3


async def test_what_was_written_before_the_program_was_killed_is_there(tmp_path: Path) -> None:
    """As after a kill in the middle of a line: the fetcher is never closed."""
    pairs = [(Request(f"{BASE}/{n}"), fetched(f"{BASE}/{n}", b"[%d]" % n)) for n in range(3)]
    await recorded(tmp_path, pairs[0])
    killed = RecordingFetcher(Canned(*pairs, (pairs[0][0], fetched(pairs[0][0].url, b"[10]"))), tmp_path, SITE)
    for request, _ in pairs[:2]:
        await killed.fetch(request, SITE)
    with (tmp_path / GROWING).open("ab") as file:
        file.write(b'{"url":"https://sample.exa')
    again = ReplayFetcher(tmp_path)
    assert [(await again.fetch(request, SITE)).body for request, _ in pairs[:2]] == [b"[10]", b"[1]"]
    await recorded(tmp_path, pairs[2])
    assert not (tmp_path / GROWING).exists()
    again = ReplayFetcher(tmp_path)
    assert [(await again.fetch(request, SITE)).body for request, _ in pairs] == [b"[10]", b"[1]", b"[2]"]
    assert [entry.url for entry in again.recording.responses] == [request.url for request, _ in pairs]


async def test_a_recording_that_grows_and_is_damaged_is_not_written_over(tmp_path: Path) -> None:
    await recorded(tmp_path, (Request(f"{BASE}/a"), fetched(f"{BASE}/a")))
    for line, problem in (("{\n", "this is not JSON"), ('{"status": 200}\n', r"line 1: .*url")):
        (tmp_path / GROWING).write_text(line)
        with pytest.raises(ConfigError, match=problem):
            RecordingFetcher(Canned(), tmp_path, SITE)
        assert (tmp_path / GROWING).read_text() == line


async def test_an_answer_is_written_once_however_many_there_are(tmp_path: Path) -> None:
    pairs = [(Request(f"{BASE}/{n}"), fetched(f"{BASE}/{n}", b"[%d]" % n)) for n in range(50)]
    fetcher = RecordingFetcher(Canned(*pairs), tmp_path, SITE)
    sizes = []
    for request, _ in pairs:
        await fetcher.fetch(request, SITE)
        sizes.append((tmp_path / NAME).stat().st_size)
    assert len(set(sizes)) == 1
    await fetcher.close()
    assert len(load(tmp_path)[0].responses) == 50


async def test_what_people_wrote_into_a_recording_stays(tmp_path: Path) -> None:
    entries = [
        {"url": f"{BASE}/a", "variant": "old", "note": "before the move", "recorded": "2020"},
        {"url": f"{BASE}/a", "note": "the first without variant is the one that is given", "status": 404},
        {"url": f"{BASE}/a", "variant": "new", "status": 410},
        {"url": f"{BASE}/a", "note": "never given", "status": 410},
    ]
    document = {"site": {"id": SITE.id, "groups": [2]}, "note": "ours", "data": ["dump.csv"], "responses": entries}
    (tmp_path / NAME).write_text(json.dumps(document))
    request = Request(f"{BASE}/b")
    await recorded(tmp_path, (request, fetched(request.url)))
    after = json.loads((tmp_path / NAME).read_bytes())
    assert (after["note"], after["data"], after["site"]) == ("ours", ["dump.csv"], document["site"])
    assert [entry.get("variant") for entry in after["responses"]] == ["old", None, "new", None]
    assert after["responses"][0]["note"] == "before the move"
    with pytest.raises(NotFound):
        await ReplayFetcher(tmp_path).fetch(Request(f"{BASE}/a"), SITE)


# What is not kept


async def test_credentials_and_sessions_are_not_kept(tmp_path: Path) -> None:
    request = Request(
        f"{BASE}/a",
        headers={
            "Authorization": "Bearer one-by-hand",
            "Cookie": "session=two",
            "X-Key": "{secret:key}",
            "Accept": "application/x+json",
        },
    )
    private = {"set-cookie": "session=three", "www-authenticate": "Basic realm=four"}
    answer = fetched(request.url, headers={"content-type": "application/json", "etag": '"x"', **private})
    await recorded(tmp_path, (request, answer))
    for word in (b"one-by-hand", b"two", b"three", b"four", b"secret:key"):
        assert word not in written(tmp_path)
    (entry,) = load(tmp_path)[0].responses
    assert entry.request_headers == {"accept": "application/x+json"}
    assert entry.headers == {"content-type": "application/json", "etag": '"x"'}


async def test_no_secret_reaches_the_disk_and_the_replay_is_the_same(
    server: Server, web_fetcher: Make, site: Site, tmp_path: Path
) -> None:
    """Against a server that repeats the key wherever it can: address, header, redirect, body, cookie."""
    key = "k3y/of+ours"
    server.say("/a", b"", status=302, location="/b?token=k3y%2Fof%2Bours&page=1", set_cookie=f"key={key}")
    server.say(
        "/b", json.dumps({"key": key, "next": "/b?token=k3y%2Fof%2Bours&page=2"}), link=f"<{key}>", x_key="k3y/of+ours"
    )
    request = Request(
        server.url("/a?token={secret:key}"),
        method="POST",
        headers={"Authorization": "Bearer {secret:key}", "X-Key": "{secret:key}"},
        body="token={secret:key}",
    )
    fetcher = RecordingFetcher(web_fetcher(secrets={"key": key}), tmp_path, site)
    live = await fetcher.fetch(request, site)
    assert server.bodies[0] == f"token={key}"
    for spelling in (key, "k3y%2Fof%2Bours", "k3y\\/of+ours", "k3y"):
        assert spelling.encode() not in written(tmp_path)
    assert b"{secret:key}" in written(tmp_path)
    replayed = await ReplayFetcher(tmp_path).fetch(request, site)
    assert (replayed.url, replayed.body, replayed.headers) == (live.url, live.body, live.headers)


async def test_a_harvest_of_the_web_replays_the_same(
    server: Server, web_fetcher: Make, site: Site, tmp_path: Path
) -> None:
    server.say("/list", b'{"a": 1}', etag='"x"')
    server.say("/moved", status=301, location="/list")
    server.say("/gone", status=410)
    fetcher = RecordingFetcher(web_fetcher(), tmp_path, site)
    live = [await fetcher.fetch(Request(server.url(path)), site) for path in ("/list?b=1&a=2", "/moved")]
    with pytest.raises(GoneAtSource):
        await fetcher.fetch(Request(server.url("/gone")), site)
    urls = [server.url(path) for path in ("/list?a=2&b=1", "/moved", "/gone")]
    await server.server.close()
    again = ReplayFetcher(tmp_path)
    for url, answer in zip(urls[:2], live, strict=True):
        replayed = await again.fetch(Request(url), site)
        assert (replayed.status, replayed.body, replayed.fetched_at) == (200, answer.body, NOW)
        assert replayed.headers == answer.headers
    with pytest.raises(GoneAtSource):
        await again.fetch(Request(urls[2]), site)
