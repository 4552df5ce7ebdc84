"""Local archive files: broken, hostile and odd ones first, then what they hold."""

from __future__ import annotations

import gzip
import hashlib
import zipfile
from pathlib import Path

import pytest

from folkmoot_hub.clock import FixedClock
from folkmoot_hub.errors import ConfigError, FetchError, NotRecorded
from folkmoot_hub.fetch.archive import files as archive_files
from folkmoot_hub.fetch.archive import warc as records
from folkmoot_hub.fetch.archive.capture import Span
from folkmoot_hub.fetch.archive.fetcher import ArchiveFetcher
from folkmoot_hub.fetch.archive.files import Files
from folkmoot_hub.fetch.protocol import Fetched
from hub.fetch.archive.making import BASE, Captured, asking, at, captured, forum, page, put, site, warc, zipped
from hub.fetch.serving import NOW

CAP = 100_000
PAGE = f"{BASE}/topics.aspx"
TALK = f"{BASE}/discussion.aspx?Thread=7"
ONE = captured(PAGE, page("One"), at(2012))
TWO = captured(f"{BASE}/two", page("Two"), at(2013))


def written(folder: Path, content: bytes, name: str = "some.warc.gz") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


async def got(path: Path, url: str = PAGE, span: Span | None = None) -> Fetched:
    fetcher = ArchiveFetcher(Files([path], CAP), span=span, hosts=frozenset(), clock=FixedClock(NOW))
    return await fetcher.fetch(asking(url), site())


def raw(url: str, head: str, body: bytes, **fields: str) -> bytes:
    """One record as it stands in a ``.warc``, with whatever head; ``_`` in the names of fields stands for ``-``."""
    block = head.replace("\n", "\r\n").encode() + b"\r\n\r\n" + body
    named = {
        "WARC-Type": "response",
        "WARC-Target-URI": url,
        "WARC-Date": "2012-03-01T10:00:00Z",
        "Content-Length": str(len(block)),
    } | {name.replace("_", "-"): value for name, value in fields.items()}
    said = "".join(f"{name}: {value}\r\n" for name, value in named.items())
    return f"WARC/1.0\r\n{said}\r\n".encode() + block + b"\r\n\r\n"


OK = "HTTP/1.1 200 OK\nContent-Type: text/html"


class TestBroken:
    async def test_a_file_that_breaks_off_counts_up_to_there_and_says_so(self, tmp_path: Path) -> None:
        whole = warc(ONE, TWO)
        path = written(tmp_path, whole[:-40])
        assert (await got(path)).body.decode() == page("One")
        with pytest.raises(NotRecorded, match=r"some.warc.gz cannot be read beyond its answer number 1: .* breaks off"):
            await got(path, f"{BASE}/two")

    async def test_packing_that_is_broken_in_the_middle_counts_up_to_there(self, tmp_path: Path) -> None:
        first, second = len(warc(ONE)), bytearray(warc(ONE, TWO))
        second[first + 60 : first + 90] = b"\xff" * 30
        path = written(tmp_path, bytes(second))
        assert (await got(path)).status == 200
        with pytest.raises(NotRecorded, match="beyond its answer number 1"):
            await got(path, f"{BASE}/two")

    async def test_a_file_that_is_packed_as_a_whole_is_told(self, tmp_path: Path) -> None:
        path = written(tmp_path, gzip.compress(warc(ONE, TWO, packed=False)))
        with pytest.raises(NotRecorded, match="beyond its answer number 1: non-chunked gzip"):
            await got(path, f"{BASE}/two")

    @pytest.mark.parametrize("digest", ["sha1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", f"sha256:{'0' * 64}"])
    async def test_a_body_with_another_digest_is_none(self, digest: str, tmp_path: Path) -> None:
        path = written(tmp_path, raw(PAGE, OK, b"changed", WARC_Payload_Digest=digest), "some.warc")
        with pytest.raises(NotRecorded, match=f"another digest than {digest}"):
            await got(path)

    @pytest.mark.parametrize("name", ["sha1", "sha-256", "SHA256", "md5", "of-our-own"])
    async def test_a_digest_that_fits_or_that_nobody_knows_harms_nothing(self, name: str, tmp_path: Path) -> None:
        plain = name.lower().replace("-", "")
        made = hashlib.new(plain, b"body").hexdigest() if plain in hashlib.algorithms_available else "x"
        path = written(tmp_path, raw(PAGE, OK, b"body", WARC_Payload_Digest=f"{name}:{made}"), "some.warc")
        assert (await got(path)).body == b"body"

    @pytest.mark.parametrize(
        "record",
        [
            raw(PAGE, OK, b"x" * 50, Content_Length="200"),
            raw(PAGE, OK, b"x" * 50, Content_Length="-1"),
            raw(PAGE, OK, b"x" * 50, Content_Length="many"),
            raw(PAGE, OK, b"x" * 50, Content_Length="60"),
        ],
        ids=["too long", "less than nothing", "no number", "too short"],
    )
    async def test_a_wrong_length_ends_the_file_there(self, record: bytes, tmp_path: Path) -> None:
        path = written(tmp_path, warc(TWO, packed=False) + record, "some.warc")
        assert (await got(path, f"{BASE}/two")).status == 200
        with pytest.raises(NotRecorded):
            await got(path)

    @pytest.mark.parametrize(
        "record",
        [
            raw("", OK, b"x"),
            raw("dns:forum.sample.example", "x", b"x"),
            raw("http://[", OK, b"x"),
            raw("file:///etc/passwd", OK, b"x"),
            raw(PAGE, OK, b"x", WARC_Date="yesterday"),
            raw(PAGE, "no status line", b"x"),
            raw(PAGE, "HTTP/1.1 many OK", b"x"),
            raw(PAGE, OK, b"x", WARC_Type="request"),
            raw(PAGE, OK, b"x", WARC_Type="of-our-own"),
            raw(PAGE, OK, b"x", WARC_Truncated="length"),
            raw(PAGE, OK, b"x", WARC_Segment_Number="1"),
        ],
    )
    async def test_an_odd_record_costs_no_more_than_itself(self, record: bytes, tmp_path: Path) -> None:
        path = written(tmp_path, record + warc(TWO, packed=False), "some.warc")
        assert (await got(path, f"{BASE}/two")).body.decode() == page("Two")
        with pytest.raises(NotRecorded):
            await got(path)


class TestHostile:
    def test_a_bomb_is_told_and_not_held_in_memory(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(records, "_FREE", 1_000_000)
        bomb = gzip.compress(raw(PAGE, OK, bytes(20_000_000)))
        with pytest.raises(ConfigError, match="unpacks to more than 200 times its size"):
            Files([written(tmp_path, bomb)], CAP)

    def test_a_bomb_in_a_zip_is_told(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(archive_files, "_FREE", 1_000_000)
        content = {"archive/bomb.warc": bytes(20_000_000), "archive/good.warc.gz": warc(ONE)}
        path = written(tmp_path, zipped(content, zipfile.ZIP_DEFLATED), "some.wacz")
        found = Files([path], CAP)
        assert found.broken == ["some.wacz: archive/bomb.warc unpacks to more than 200 times its size"]

    @pytest.mark.parametrize("head", [f"HTTP/1.1 200 OK\nX: {'x' * 2_000_000}", "HTTP/1.1 200 OK" + "\nX: y" * 400_000])
    def test_header_lines_without_an_end_are_told(self, head: str, tmp_path: Path) -> None:
        path = written(tmp_path, raw(PAGE, head, b"x"), "some.warc")
        with pytest.raises(ConfigError, match="bytes of header lines"):
            Files([path], CAP)

    @pytest.mark.parametrize(
        "name",
        ["../escaped.warc", "archive/../../escaped.warc", "/archive/escaped.warc", "archive/sub/escaped.warc",
         "archive\\escaped.warc", "indexes/escaped.warc", "archive/escaped.warc.gz.exe"],
    )  # fmt: skip
    async def test_only_what_lies_in_archive_is_read_and_nothing_is_written(self, name: str, tmp_path: Path) -> None:
        folder = tmp_path / "deep" / "here"
        folder.mkdir(parents=True)
        content = {name: warc(ONE, packed=False), "archive/good.warc.gz": warc(TWO)}
        path = written(folder, zipped(content), "some.wacz")
        with pytest.raises(NotRecorded):
            await got(path)
        assert (await got(path, f"{BASE}/two")).status == 200
        assert [each.name for each in tmp_path.rglob("*") if each.is_file()] == ["some.wacz"]

    @pytest.mark.parametrize("content", [zipped({"datapackage.json": b"{}"}), zipped({}), b"PK\x03\x04rubbish"])
    def test_a_wacz_without_an_archive_is_told(self, content: bytes, tmp_path: Path) -> None:
        with pytest.raises(ConfigError, match="this is no WACZ"):
            Files([written(tmp_path, content, "some.wacz")], CAP)

    async def test_what_is_too_large_is_not_read(self, tmp_path: Path) -> None:
        with pytest.raises(FetchError, match=f"more than {CAP} bytes"):
            await got(put(tmp_path, captured(PAGE, "x" * (CAP + 1), at(2012))))

    async def test_what_unpacks_to_too_much_is_not_read(self, tmp_path: Path) -> None:
        packed = captured(PAGE, gzip.compress(bytes(CAP + 1)), at(2012), Content_Encoding="gzip")
        with pytest.raises(FetchError, match=f"more than {CAP} bytes"):
            await got(put(tmp_path, packed))

    def test_more_answers_than_can_be_held_are_told(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(archive_files, "MOST", 1)
        with pytest.raises(ConfigError, match="more than 1 answers"):
            Files([put(tmp_path, ONE, TWO)], CAP)

    async def test_a_revisit_of_nothing_is_told(self, tmp_path: Path) -> None:
        revisit = raw(PAGE, OK, b"", WARC_Type="revisit", WARC_Payload_Digest="sha1:NONE")
        with pytest.raises(NotRecorded, match=r"repeats by .* what it does not hold"):
            await got(written(tmp_path, revisit, "some.warc"))


class TestHeld:
    """What the forum of ``making`` holds."""

    @pytest.fixture
    def path(self, tmp_path: Path) -> Path:
        return written(tmp_path, forum())

    async def test_a_packed_page_is_unpacked(self, path: Path) -> None:
        fetched = await got(path)
        assert b"Thread=8" in fetched.body
        assert fetched.captured_at == at(2013, 9, 15)
        assert "content-encoding" not in fetched.headers

    async def test_a_revisit_of_a_redirect_leads_where_it_says_itself(self, tmp_path: Path) -> None:
        moved, digest = "HTTP/1.1 301 Moved\nLocation: ", "sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ"  # of nothing
        first = raw(f"{BASE}/old", f"{moved}/closed", b"", WARC_Payload_Digest=digest)
        again = raw(PAGE, f"{moved}/two", b"", WARC_Type="revisit", WARC_Payload_Digest=digest)
        path = written(tmp_path, first + again + warc(TWO, packed=False), "some.warc")
        assert (await got(path)).body.decode() == page("Two")

    async def test_a_revisit_gives_what_it_repeats_at_its_own_time(self, path: Path) -> None:
        fetched = await got(path, TALK)
        assert b"until three" in fetched.body
        assert fetched.captured_at == at(2013, 9, 16)

    async def test_errors_are_passed_over_and_a_redirect_is_followed_where_nothing_else_is(self, path: Path) -> None:
        fetched = await got(path, span=Span("2014"))
        assert (fetched.url, fetched.captured_at) == (f"{BASE}/closed.html", at(2014, 6, 2, 1))
        with pytest.raises(NotRecorded):
            await got(path, span=Span("2015"))

    @pytest.mark.parametrize(
        "url",
        ["https://forum.sample.example/topics.aspx", "http://www.forum.sample.example:80/topics.aspx/",
         "http://FORUM.sample.example/Topics.ASPX", "http://forum.sample.example/topics%2Easpx"],
    )  # fmt: skip
    async def test_a_page_is_found_under_each_of_its_spellings(self, url: str, path: Path) -> None:
        assert (await got(path, url)).captured_at == at(2013, 9, 15)

    @pytest.mark.parametrize("query", ["?Thread=8", "?thread=77", "", "?Thread=7&page=2"])
    async def test_another_query_is_another_page(self, query: str, path: Path) -> None:
        with pytest.raises(NotRecorded):
            await got(path, f"{BASE}/discussion.aspx{query}")

    async def test_a_value_keeps_its_case_and_the_exact_path_goes_before_another(self, tmp_path: Path) -> None:
        captures: list[Captured] = [
            captured(f"{BASE}/a?id=aB", "lower", at(2012)),
            captured(f"{BASE}/A?id=aB", "upper", at(2013)),
        ]
        path = put(tmp_path, *captures)
        assert (await got(path, f"{BASE}/a?ID=aB")).body == b"upper"
        assert (await got(path, f"{BASE}/a?id=aB")).body == b"lower"
        with pytest.raises(NotRecorded):
            await got(path, f"{BASE}/a?id=Ab")

    async def test_chunks_are_put_together(self, tmp_path: Path) -> None:
        head = f"{OK}\nTransfer-Encoding: chunked"
        for body in (b"4\r\nbody\r\n0\r\n\r\n", b"body"):
            fetched = await got(written(tmp_path, raw(PAGE, head, body), "some.warc"))
            assert (fetched.body, "transfer-encoding" in fetched.headers) == (b"body", False)

    async def test_a_resource_is_an_answer_too(self, tmp_path: Path) -> None:
        record = raw(PAGE, "", b"", WARC_Type="resource", Content_Type="text/html")
        assert (await got(written(tmp_path, record, "some.warc"))).headers["content-type"] == "text/html"

    async def test_several_files_are_one_archive(self, tmp_path: Path) -> None:
        first, second = put(tmp_path, ONE), put(tmp_path, TWO, name="other.wacz")
        found = ArchiveFetcher(Files([first, second], CAP))
        for url in (PAGE, f"{BASE}/two"):
            assert (await found.fetch(asking(url), site())).status == 200


class TestDemo:
    """The demo of the recordings: its ten captures."""

    @pytest.mark.parametrize("name", ["demo.warc.gz", "demo.wacz"])
    async def test_each_page_is_had_as_it_was(self, name: str, recordings: Path) -> None:
        base, path = "http://forum.example.org", recordings / "web-archive" / name
        wanted = {
            "/udebate.aspx": ("20130915083000", 341),
            "/udebatediscussion.aspx?Thread=7": ("20130915083004", 331),
            "/Forum_Rss.aspx?forumid=2&tabid=62&mid=381": ("20120301100009", 409),
            "/ws/TopTopics.aspx?lang=any": ("20120301100012", 219),
            "/sr/vest-1.html": ("20120301100020", 265),
            "/closed.html": ("20140602000001", 180),
        }
        for place, (stamp, size) in wanted.items():
            fetched = await got(path, f"{base}{place}")
            assert fetched.captured_at is not None
            assert (fetched.captured_at.strftime("%Y%m%d%H%M%S"), len(fetched.body)) == (stamp, size), place
        with pytest.raises(NotRecorded):
            await got(path, f"{base}/never-captured")


def test_a_file_without_an_end_of_an_archive_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"this is no archive; allowed: \.warc, \.warc\.gz, \.wacz"):
        Files([written(tmp_path, b"", "some.txt")], CAP)
