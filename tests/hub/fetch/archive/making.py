"""What tests of archives share: captures that are invented, as WARC and WACZ files."""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from folkmoot_hub.connector import Request, Site
from folkmoot_hub.fetch.recording import Recorded
from folkmoot_hub.site import Archive
from folkmoot_hub.testing.archiving import write_captures

BASE = "http://forum.sample.example"
FEED = f"{BASE}/rss.xml"
HTML = {"Content-Type": "text/html; charset=utf-8"}
RSS = {"Content-Type": "application/rss+xml"}
#: Of a server that does not say in what its pages are written.
OLD = {"Content-Type": "text/html"}

Captured = tuple[Recorded, bytes, datetime]


def at(year: int, month: int = 1, day: int = 1, hour: int = 0) -> datetime:
    return datetime.fromisoformat(f"{year:04}-{month:02}-{day:02}T{hour:02}:00:00+00:00")


def captured(url: str, body: str | bytes, taken: datetime, status: int = 200, **headers: str) -> Captured:
    """One capture; ``_`` in the names of headers stands for ``-``."""
    named = HTML | {name.replace("_", "-"): value for name, value in headers.items()}
    raw = body.encode() if isinstance(body, str) else body
    return Recorded(url=url, status=status, headers=named), raw, taken


def page(words: str) -> str:
    return f"<!DOCTYPE html><html><head><title>{words}</title></head><body><p>{words}</p></body></html>"


def feed(*titles: str) -> str:
    """An RSS feed whose entries have these titles; each links to a page of its own."""
    items = "".join(
        f"<item><title>{title}</title><link>{BASE}/topic/{n}</link><guid isPermaLink='false'>{n}</guid></item>"
        for n, title in enumerate(titles, 1)
    )
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>Sample</title>{items}</channel></rss>'


def warc(*captures: Captured, packed: bool = True) -> bytes:
    file = io.BytesIO()
    write_captures(captures, file, gzip=packed)
    return file.getvalue()


def put(folder: Path, *captures: Captured, name: str = "some.warc.gz") -> Path:
    """A WARC, or a WACZ with one in it, by the end of its ``name``."""
    content = warc(*captures, packed=not name.endswith(".warc"))
    path = folder / name
    path.write_bytes(zipped({"archive/data.warc.gz": content}) if name.endswith(".wacz") else content)
    return path


def zipped(members: dict[str, bytes], method: int = zipfile.ZIP_STORED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as made:
        for name, content in members.items():
            made.writestr(name, content)
    return file.getvalue()


def site(**changes: Any) -> Site:
    """A site of feeds that is harvested from an archive."""
    values: dict[str, Any] = {
        "id": "forum.sample.example",
        "connector": "feed",
        "title": "Sample forum",
        "base": BASE,
        "languages": ("en",),
        "pace": 0,
        "via": "archive",
        "archive": Archive(profile="files", files=("some.warc.gz",)),
        "settings": {"url": FEED, "kind": "debate"},
    }
    return Site(**(values | changes))


def asking(url: str, **changes: Any) -> Request:
    return Request(url, **({"expect": "any"} | changes))


def forum(host: str = "forum.sample.example") -> bytes:
    """A WARC with what archives hold of an old forum: two versions of its list, the second packed; a discussion, and a
    revisit of it; a feed; a redirect; an error; a page in windows-1250 whose server does not say so."""
    base, file = f"http://{host}", io.BytesIO()
    topics, discussion = f"{base}/topics.aspx", f"{base}/discussion.aspx?Thread=7"
    talk = page("Night buses: should they run until three?").encode()
    two = page("<a href='/discussion.aspx?Thread=7'>Night buses</a> <a href='/discussion.aspx?Thread=8'>Park</a>")
    old = "<!DOCTYPE html><html><head><meta http-equiv='Content-Type' content='text/html; charset=windows-1250'></head>"
    early = [
        captured(topics, page("<a href='/discussion.aspx?Thread=7'>Night buses</a>"), at(2012, 3, 1)),
        captured(discussion, talk, at(2012, 3, 2)),
        captured(f"{base}/rss.xml", feed("Night buses"), at(2012, 3, 3), **RSS),
        captured(f"{base}/vest.html", f"{old}<h1>Što dalje? čšž</h1>".encode("cp1250"), at(2012, 3, 4), **OLD),
        captured(topics, gzip.compress(two.encode(), mtime=0), at(2013, 9, 15), Content_Encoding="gzip"),
    ]
    late = [
        captured(topics, b"", at(2014, 6, 2), 301, Location=f"{base}/closed.html"),
        captured(f"{base}/closed.html", page("It has closed"), at(2014, 6, 2, 1)),
        captured(topics, page("Not found"), at(2016), 404),
        captured(topics, page("Too many requests"), at(2016, 2), 429, Retry_After="3600"),
    ]
    write_captures(early, file)
    _revisit(file, discussion, talk, at(2013, 9, 16))
    write_captures(late, file)
    return file.getvalue()


def _revisit(file: io.BytesIO, url: str, body: bytes, taken: datetime) -> None:
    writer = WARCWriter(file, gzip=True)
    digest = f"sha1:{base64.b32encode(hashlib.sha1(body).digest()).decode()}"
    said = StatusAndHeaders("200 OK", [("Content-Type", HTML["Content-Type"])], protocol="HTTP/1.1")
    record = writer.create_revisit_record(url, digest, url, "2012-03-02T00:00:00Z", said)
    record.rec_headers.replace_header("WARC-Date", f"{taken:%Y-%m-%dT%H:%M:%SZ}")
    record.rec_headers.replace_header("WARC-Record-ID", "<urn:uuid:6a0f1c52-0000-5000-8000-000000000001>")
    writer.write_record(record)
