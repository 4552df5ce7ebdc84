"""Common Crawl says where a capture is and is asked for that part of a file alone."""

from __future__ import annotations

import msgspec
import pytest

from folkmoot_hub.errors import Blocked, FetchError, NotFound, NotRecorded
from folkmoot_hub.fetch.protocol import Fetched
from folkmoot_hub.site import Archive
from hub.fetch.archive import making
from hub.fetch.archive.making import asking, at, captured, page, warc
from hub.fetch.archive.standing_in import CAP, PAGE, Reply, StandIn, archived

INDEX = "https://index.commoncrawl.org/CC-MAIN-2025-33-index?"
DATA = "https://data.commoncrawl.org/"
#: What it says, with status 404, of a page that it never captured.
NOTHING = f'{{"message": "No Captures found for: {PAGE}"}}'
RECORD = warc(captured(PAGE, page("There"), at(2025, 8, 4)))
SITE = making.site(archive=Archive(profile="common-crawl", collection="CC-MAIN-2025-33"))


def line(**changes: str) -> str:
    fields = {
        "urlkey": "x", "timestamp": "20250804000000", "url": PAGE, "mime": "text/html", "status": "200", "digest": "D",
        "length": str(len(RECORD)), "offset": "1000", "filename": "crawl/some.warc.gz",
    }  # fmt: skip
    return msgspec.json.encode(fields | changes).decode()


async def got(lines: str, part: Reply = (206, {}, RECORD)) -> tuple[Fetched, StandIn]:
    web = StandIn({INDEX: (200, {}, lines), DATA: part})
    return await archived(web, SITE).fetch(asking(PAGE), SITE), web


@pytest.mark.parametrize(
    ("lines", "part", "error", "why"),
    [
        (line(offset="-1"), (206, {}, RECORD), NotRecorded, "does not say where"),
        (line(offset="²"), (206, {}, RECORD), NotRecorded, "does not say where"),
        (line(length="0"), (206, {}, RECORD), NotRecorded, "does not say where"),
        (line(filename=""), (206, {}, RECORD), NotRecorded, "does not say where"),
        (line(filename="../../x"), (206, {}, RECORD), NotRecorded, "does not say where"),
        (line(length=str(CAP + 1)), (206, {}, RECORD), NotRecorded, f"more than {CAP} bytes"),
        (line(), (206, {}, RECORD[:-20]), NotRecorded, "as it should"),
        (line(), (206, {}, b"<html>Sorry</html>"), NotRecorded, "as it should"),
        (line(), (206, {}, warc(captured("http://other.example/", "x", at(2025)))), NotRecorded, "of http://other.exampl"),
        (line(), (404, {}, ""), NotRecorded, "404"),
        ("<html>", (206, {}, RECORD), FetchError, "answers"),
    ],
)  # fmt: skip
async def test_what_is_no_capture_is_told(lines: str, part: Reply, error: type[FetchError], why: str) -> None:
    with pytest.raises(error, match=why):
        await got(lines, part)


async def test_an_index_that_fails_is_not_one_that_holds_nothing() -> None:
    web = StandIn({INDEX: (400, {}, "")})
    with pytest.raises(Blocked, match="400"):
        await archived(web, SITE).fetch(asking(PAGE), SITE)
    with pytest.raises(NotRecorded, match="holds no capture"):
        await archived(StandIn({INDEX: (404, {}, NOTHING)}), SITE).fetch(asking(PAGE), SITE)
    with pytest.raises(NotFound, match=r"shows no index there.*404.*; allowed: url, profile and collection"):
        await archived(StandIn({INDEX: (404, {}, "<h1>Not Found</h1>")}), SITE).fetch(asking(PAGE), SITE)


async def test_the_part_of_a_file_is_asked_and_unpacked() -> None:
    fetched, web = await got(f"{line()}\n{line(timestamp='20250101000000', offset='5')}")
    assert (fetched.url, fetched.body.decode()) == (PAGE, page("There"))
    assert fetched.captured_at == at(2025, 8, 4)
    assert web.asked[1] == f"{DATA}crawl/some.warc.gz"
    assert web.headers[1] == {"range": f"bytes=1000-{1000 + len(RECORD) - 1}"}
    assert (web.sites[0].base, web.sites[0].hosts) == ("https://index.commoncrawl.org", ("data.commoncrawl.org",))
