"""What tests of archives share: captures that are invented, as WARC and WACZ files."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any

from folkmoot_hub.connector import Request, Site
from folkmoot_hub.fetch.recording import Recorded
from folkmoot_hub.site import Archive
from folkmoot_hub.testing.archiving import write_captures

BASE = "http://forum.sample.example"
FEED = f"{BASE}/rss.xml"
HTML = {"Content-Type": "text/html; charset=utf-8"}
RSS = {"Content-Type": "application/rss+xml"}

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


def warc(*captures: Captured, gzip: bool = True) -> bytes:
    file = io.BytesIO()
    write_captures(captures, file, gzip=gzip)
    return file.getvalue()


def put(folder: Path, *captures: Captured, name: str = "some.warc.gz") -> Path:
    """A WARC, or a WACZ with one in it, by the end of its ``name``."""
    content = warc(*captures, gzip=not name.endswith(".warc"))
    path = folder / name
    path.write_bytes(packed({"archive/data.warc.gz": content}) if name.endswith(".wacz") else content)
    return path


def packed(members: dict[str, bytes], method: int = zipfile.ZIP_STORED) -> bytes:
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
