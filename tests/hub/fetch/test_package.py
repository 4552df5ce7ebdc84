"""Files shipped with a connector."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from folkmoot_hub.clock import FixedClock
from folkmoot_hub.connector import Request, Site
from folkmoot_hub.errors import Blocked, NotAllowed, NotFound, NotRecorded
from folkmoot_hub.fetch.package import PackageFetcher, WithPackages
from folkmoot_hub.fetch.replay import ReplayFetcher
from hub.fetch.serving import NOW

BASE = "https://sample.example.org"
SITE = Site(id="sample.example.org", connector="sample", title="Sample", base=BASE)
PACKAGE = "a_package_for_this_test"


@pytest.fixture
def fetcher(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[PackageFetcher]:
    """A fetcher of the files of a package, one of whose modules is the connector."""
    folder = tmp_path / PACKAGE
    (folder / "data").mkdir(parents=True)
    (folder / "__init__.py").touch()
    (folder / "connector.py").touch()
    (folder / "list.json").write_bytes(b"[1]")
    (folder / "data" / "list.csv").write_bytes("a,b\nü,2\n".encode())
    (folder / "empty.json").touch()
    (folder / "a%2Fb.json").write_bytes(b"[2]")
    (tmp_path / "outside.json").write_bytes(b"[]")
    monkeypatch.syspath_prepend(str(tmp_path))
    yield PackageFetcher(lambda site: f"{PACKAGE}.connector", FixedClock(NOW))
    for name in [name for name in sys.modules if name.startswith(PACKAGE)]:
        del sys.modules[name]


@pytest.mark.parametrize(
    "name",
    [
        "",
        ".",
        "..",
        "../outside.json",
        "data/../../outside.json",
        "/etc/passwd",
        "data//list.csv",
        "data/",
        "a\\b",
        "a\0b",
    ],
)
async def test_a_name_that_leaves_the_package_is_refused(fetcher: PackageFetcher, name: str) -> None:
    with pytest.raises(
        NotAllowed, match=r"names no file of the connector's package; allowed: such as package:data/list"
    ):
        await fetcher.fetch(Request(f"package:{name}", expect="any"), SITE)


@pytest.mark.parametrize("name", ["nothing.json", "data", "data/list.csv/x", "..%2Foutside.json"])
async def test_a_file_that_is_not_shipped_is_named(fetcher: PackageFetcher, name: str) -> None:
    with pytest.raises(NotFound, match=f"package:{name}: the package {PACKAGE} ships no such file"):
        await fetcher.fetch(Request(f"package:{name}", expect="any"), SITE)


async def test_a_package_that_is_not_there_is_named() -> None:
    fetcher = PackageFetcher(lambda site: "no_such_package.at_all", FixedClock(NOW))
    with pytest.raises(NotFound, match=r"the connector's package no_such_package\.at_all cannot be found"):
        await fetcher.fetch(Request("package:a.json"), SITE)


@pytest.mark.parametrize(("name", "expect"), [("empty.json", "json"), ("list.json", "feed"), ("data/list.csv", "json")])
async def test_content_is_judged_as_on_the_web(fetcher: PackageFetcher, name: str, expect: str) -> None:
    with pytest.raises(Blocked, match=f"package:{name} answered 200"):
        await fetcher.fetch(Request(f"package:{name}", expect=expect), SITE)  # type: ignore[arg-type] # parametrized


@pytest.mark.parametrize(
    ("name", "expect", "content_type", "body"),
    [
        ("list.json", "json", "application/json", b"[1]"),
        ("data/list.csv", "text", "text/csv; charset=utf-8", "a,b\nü,2\n".encode()),
        ("a%2Fb.json", "json", "application/json", b"[2]"),
        ("connector.py", "any", "application/octet-stream", b""),
    ],
)
async def test_a_file_is_an_answer(
    fetcher: PackageFetcher, name: str, expect: str, content_type: str, body: bytes
) -> None:
    fetched = await fetcher.fetch(Request(f"package:{name}", expect=expect), SITE)  # type: ignore[arg-type] # parametrized
    assert (fetched.url, fetched.status, fetched.body, fetched.size) == (f"package:{name}", 200, body, len(body))
    assert fetched.headers == {"content-type": content_type}
    assert fetched.fetched_at == NOW


@pytest.mark.parametrize("module", [PACKAGE, f"{PACKAGE}.connector"])
async def test_the_connector_may_be_a_package_or_a_module_in_it(fetcher: PackageFetcher, module: str) -> None:
    same = PackageFetcher(lambda site: module, FixedClock(NOW))
    assert (await same.fetch(Request("package:list.json"), SITE)).body == b"[1]"


async def test_beside_another_fetcher_it_answers_for_packages_alone(fetcher: PackageFetcher) -> None:
    web = ReplayFetcher([{"url": f"{BASE}/", "headers": {"content-type": "application/json"}, "content": "[3]"}])
    both = WithPackages(web, fetcher)
    assert (await both.fetch(Request("package:list.json"), SITE)).body == b"[1]"
    assert (await both.fetch(Request(f"{BASE}/"), SITE)).body == b"[3]"
    with pytest.raises(NotRecorded):
        await both.fetch(Request(f"{BASE}/package:list.json"), SITE)
    await both.close()


async def test_both_are_closed(fetcher: PackageFetcher) -> None:
    closed = []

    class Closing(PackageFetcher):
        async def close(self) -> None:
            closed.append(self)

    parts = [Closing(lambda site: PACKAGE, FixedClock(NOW)) for _ in range(2)]
    await WithPackages(*parts).close()
    assert closed == parts
