"""Indexes of both dialects and TimeMaps of all forms give captures; what is none of them is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from folkmoot_hub.errors import Blocked, NotAllowed
from folkmoot_hub.fetch.archive import cdx, timemap
from folkmoot_hub.fetch.archive.capture import Capture, Span, ranked
from folkmoot_hub.fetch.archive.profiles import Dialect, profile_of
from folkmoot_hub.site import Archive
from hub.fetch.archive.making import at

PAGE = "http://forum.sample.example/topics"
LINE = f"example,sample,forum)/topics 20120301100000 {PAGE} text/html 200 AAAA 100"
OBJECT = (
    f'{{"timestamp": "20120301100000", "url": "{PAGE}", "mime": "text/html", "status": "200", "digest": "sha1:AAAA"}}'
)
ARRAYS = f'[["urlkey","timestamp","original","mimetype","statuscode","digest","length"],{list(LINE.split())!r}]'
CDXJ = "example,sample,forum)/topics 20120301100000 " + OBJECT.replace('"timestamp": "20120301100000", ', "")
A, DATED = "http://a.example/", 'datetime="Thu, 01 Mar 2012 10:00:00 GMT"'
CAPTURE = (PAGE, at(2012, 3, 1, 10), 200, "AAAA")


def told(capture: Capture) -> tuple[object, ...]:
    return capture.url, capture.at, capture.status, capture.digest


@pytest.mark.parametrize(
    ("body", "dialect", "resume"),
    [
        (LINE, "wayback", None),
        (f"{LINE} - - -", "wayback", None),
        (f"{LINE}\n\nexample%2Csample%29+2012\n", "wayback", "example%2Csample%29+2012"),
        (ARRAYS.replace("'", '"'), "wayback", None),
        (ARRAYS.replace("'", '"')[:-1] + ',[],["the key"]]', "wayback", "the key"),
        (OBJECT, "pywb", None),
        (CDXJ, "pywb", None),
    ],
    ids=["columns", "more columns", "columns and a key", "arrays", "arrays and a key", "ndjson", "cdxj"],
)  # fmt: skip
def test_each_form_gives_the_same_capture(body: str, dialect: Dialect, resume: str | None) -> None:
    found = cdx.read(body.encode(), dialect, "the index")
    assert [told(each) for each in found.captures] == [CAPTURE]
    assert found.resume == resume
    assert [told(each) for each in cdx.read_any(body.partition("\n\n")[0].encode(), "it")] == [CAPTURE]


@pytest.mark.parametrize(
    "body", ["<html><body>Sorry</body></html>", "one two", "[1, 2]", "[[", '{"url"', "a b c d e f g"]
)
def test_what_is_no_index_is_told(body: str) -> None:
    with pytest.raises((Blocked, NotAllowed), match="the index answers"):
        cdx.read(body.encode(), "wayback", "the index")


def test_the_other_dialect_is_refused_since_it_passes_over_parameters_in_silence() -> None:
    with pytest.raises(NotAllowed, match="dialect of pywb and passes over the parameters of wayback"):
        cdx.read(OBJECT.encode(), "wayback", "the index")
    with pytest.raises(NotAllowed, match="allowed: an archive with profile = 'wayback'"):
        cdx.read(LINE.encode(), "pywb", "the index")


def test_fields_that_were_passed_over_are_told() -> None:
    with pytest.raises(Blocked, match="its lines do not tell url"):
        cdx.read(b'{"timestamp": "20120301100000"}\n{"timestamp": "20130915083000"}', "pywb", "the index")


def test_a_line_that_is_none_costs_no_more_than_itself() -> None:
    body = f"nonsense\n{LINE}\nexample,sample)/ 20129999999999 http://x.example/ text/html 200 B 1"
    assert len(cdx.read(body.encode(), "wayback", "the index").captures) == 1


def test_an_unknown_status_stays_unknown() -> None:
    lines = [LINE.replace(" 200 ", f" {status} ").replace("AAAA", status * 3) for status in ("-", "", "²")]
    found = cdx.read("\n".join(lines).encode(), "wayback", "the index").captures
    assert [each.status for each in found] == [None] * len(found)


def test_the_dialects_are_asked_each_in_its_own_words() -> None:
    span = Span("2012", "2013-09-15")
    wayback, pywb = (
        profile_of(Archive()),
        profile_of(Archive(profile="pywb", url="http://a.example/", collection="demo")),
    )
    assert wayback is not None
    assert pywb is not None
    asked = "from=20120101000000&to=20130916000000"
    assert cdx.question(wayback, "http://x.example/?a=1", span, "k%2C") == (
        f"https://web.archive.org/cdx/search/cdx?url=http%3A%2F%2Fx.example%2F%3Fa%3D1&{asked}"
        "&limit=1000&showResumeKey=true&resolveRevisits=true&resumeKey=k%252C"
    )
    assert cdx.question(pywb, "http://x.example/", span) == (
        f"http://a.example/demo/cdx?url=http%3A%2F%2Fx.example%2F&{asked}&output=json"
    )


@pytest.mark.parametrize(
    "body",
    [
        f'<{PAGE}>; rel="original", <{A}20120301100000mp_/{PAGE}>; rel="memento"; {DATED}; collection="a, b"',
        f'<{A}web/20120301100000/{PAGE}>;rel="first last memento";{DATED}',
        f"<{A}20120301100000/{PAGE}>; rel=memento",
        f'<{PAGE}>; rel="memento"; {DATED}',
    ],
)
def test_a_timemap_tells_when_and_not_whether_it_was_good(body: str) -> None:
    [capture] = timemap.read(body.encode(), PAGE, "the map").captures
    assert told(capture) == (PAGE, at(2012, 3, 1, 10), None, "")


@pytest.mark.parametrize("body", ["<html>Sorry</html>", "<!DOCTYPE html><p>", "<http://a.example/>; rel=next", "words"])
def test_what_is_no_timemap_is_told(body: str) -> None:
    with pytest.raises(Blocked, match="the map answers"):
        timemap.read(body.encode(), PAGE, "the map")


class TestRecorded:
    """Lists that archives really answered with, by figures."""

    def read(self, recordings: Path, name: str, dialect: Dialect) -> cdx.Listed:
        return cdx.read((recordings / "web-archive" / "bodies" / name).read_bytes(), dialect, name)

    @pytest.mark.parametrize(
        ("name", "dialect", "lines", "once"),
        [
            ("wayback-cdx-plain-duplicate-lines.txt", "wayback", 3, 1),
            ("wayback-cdx-output-json.json", "wayback", 10, 10),
            ("wayback-cdx-resume-key-page1.txt", "wayback", 25, 7),
            ("wayback-cdx-resume-key-page2.txt", "wayback", 25, 7),
            ("commoncrawl-cdx-ndjson.ndjson", "pywb", 4, 4),
            ("demo-01-cdx-exact-cdxj.cdxj", "pywb", 4, 4),
            ("demo-02-cdx-exact-json.ndjson", "pywb", 4, 4),
            ("demo-06-cdx-prefix-fields.ndjson", "pywb", 10, 10),
            ("demo-14-cdx-page.cdxj", "pywb", 10, 10),
        ],
    )
    def test_each_line_is_a_capture_and_duplicates_are_one(
        self, name: str, dialect: Dialect, lines: int, once: int, recordings: Path
    ) -> None:
        found = self.read(recordings, name, dialect).captures
        assert len(found) == lines
        assert len({(each.url, each.at) for each in found}) == once

    def test_duplicates_are_ranked_once(self, recordings: Path) -> None:
        found = self.read(recordings, "wayback-cdx-plain-duplicate-lines.txt", "wayback").captures
        [capture] = ranked(found, "http://nasa.gov/", Span())
        assert (capture.stamp, capture.digest) == ("19961231235847", "MGIGF4GRGGF5GKV6VNCBAXOE3OR5BTZC")

    def test_resume_keys_lead_on(self, recordings: Path) -> None:
        first = self.read(recordings, "wayback-cdx-resume-key-page1.txt", "wayback")
        second = self.read(recordings, "wayback-cdx-resume-key-page2.txt", "wayback")
        assert (first.resume, second.resume) == ("com%2Ccnn%29%2F+2001041400593%3A", "com%2Ccnn%29%2F+20010503212619")
        assert first.captures[-1].at < second.captures[0].at

    def test_errors_are_never_good(self, recordings: Path) -> None:
        found = self.read(recordings, "wayback-cdx-filter.txt", "wayback").captures
        assert len(found) >= 6
        assert {each.status for each in found} == {404}
        assert [ranked(found, each.url, Span()) for each in found] == [[]] * len(found)

    def test_what_is_asked_in_the_other_dialect_comes_back_maimed_and_is_refused(self, recordings: Path) -> None:
        with pytest.raises(Blocked, match="do not tell url"):
            self.read(recordings, "demo-12-cdx-wayback-dialect-ignored.ndjson", "pywb")
        with pytest.raises(NotAllowed, match="passes over"):
            self.read(recordings, "demo-12-cdx-wayback-dialect-ignored.ndjson", "wayback")

    def test_the_three_timemaps_of_pywb_list_the_same(self, recordings: Path) -> None:
        url, folder = "http://forum.example.org/udebate.aspx", recordings / "web-archive" / "bodies"
        names = ("demo-20-timemap-link.link", "demo-21-timemap-json.ndjson", "demo-22-timemap-cdxj.cdxj")
        maps = [timemap.read((folder / name).read_bytes(), url, name).captures for name in names]
        stamps = [[each.stamp for each in captures] for captures in maps]
        assert stamps == [["20120301100000", "20130915083000", "20140602000000", "20160101000000"]] * 3
        assert [each.status for each in maps[1]] == [200, 200, 301, 404]

    def test_common_crawl_says_where_each_is(self, recordings: Path) -> None:
        found = self.read(recordings, "commoncrawl-cdx-ndjson.ndjson", "pywb").captures
        assert [each.status for each in ranked(found, "http://commoncrawl.org/", Span())] == [200, 200, 301, 301]
        assert [each.where["offset"] for each in found] == ["667474763", "71720", "138028", "128243158"]
