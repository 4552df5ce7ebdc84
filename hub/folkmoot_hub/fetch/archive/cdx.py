"""Indexes of captures (CDX): two dialects of asking and answering, one :class:`Capture`.

The Wayback dialect answers with lines of columns, or with one JSON array whose first row names them, and gives a resume
key where more is to come. The pywb dialect, which Common Crawl speaks too, answers with a JSON object a line, alone or
behind key and instant (CDXJ), and with all of it at once. Each passes over the other's parameters in silence: an answer
in the wrong dialect may lack what was asked for, and is refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple
from urllib.parse import urlencode

import msgspec

from folkmoot_hub.errors import Blocked, NotAllowed
from folkmoot_hub.fetch.archive.capture import REVISIT, Capture, Span, instant
from folkmoot_hub.fetch.archive.profiles import Dialect, Profile
from folkmoot_schema import dates

#: So many captures are asked for at a time.
LIMIT: Final = 1000
_COLUMNS: Final = ("urlkey", "timestamp", "original", "mimetype", "statuscode", "digest", "length")
#: What the dialects call the same thing.
_NAMES: Final = {"original": "url", "mimetype": "mime", "statuscode": "status"}
#: What a line must tell, so that it names a capture.
_NEEDED: Final = ("timestamp", "url")
_STAMP: Final = "%Y%m%d%H%M%S"

Row = Mapping[str, Any]


class Listed(NamedTuple):
    """What an index says: captures, and the key with which to go on, None at the end."""

    captures: list[Capture]
    resume: str | None = None


def question(profile: Profile, url: str, span: Span, resume: str | None = None) -> str:
    """The address that asks the index for all captures of ``url`` within ``span``."""
    asked = {"url": url}
    if span.since is not None:
        asked["from"] = dates.begins(span.since, "UTC").strftime(_STAMP)
    if span.until is not None:
        asked["to"] = dates.ends(span.until, "UTC").strftime(_STAMP)  # a second too much, which is told apart later
    if profile.dialect == "pywb":
        asked["output"] = "json"
    else:
        asked |= {"limit": str(LIMIT), "showResumeKey": "true", "resolveRevisits": "true"}
        if resume is not None:
            asked["resumeKey"] = resume
    return f"{profile.index}?{urlencode(asked)}"


def read(body: bytes, dialect: Dialect, name: str) -> Listed:
    """What the index ``name`` answered; ``Blocked`` if that is no index, ``NotAllowed`` if it is in another dialect."""
    text = body.decode("utf-8", errors="replace").strip()
    if not text:
        return Listed([])
    spoken, rows, resume = _rows(text, name)
    if spoken != dialect:
        raise NotAllowed(
            f"{name} answers in the dialect of {spoken} and passes over the parameters of {dialect}; "
            f"allowed: an archive with profile = '{spoken}'"
        )
    return Listed(_captures(rows, name), resume)


def read_any(body: bytes, name: str) -> list[Capture]:
    """The captures in an answer in either dialect that is whole in itself, as a TimeMap is."""
    text = body.decode("utf-8", errors="replace").strip()
    return _captures(_rows(text, name)[1], name) if text else []


def _rows(text: str, name: str) -> tuple[Dialect, list[Row | None], str | None]:
    """The dialect, each line by the names of its fields (None if it is none), the resume key."""
    if text.startswith("["):
        return ("wayback", *_arrays(text, name))
    lines = text.split("\n")
    if lines[0].startswith("{") or " {" in lines[0]:
        return "pywb", [_object(line) for line in lines if line.strip()], None
    resume = None
    if len(lines) > 2 and not lines[-2].strip():
        resume = lines[-1].strip()
        lines = lines[:-2]
    return "wayback", [_columns(line.split()) for line in lines if line.strip()], resume


def _arrays(text: str, name: str) -> tuple[list[Row | None], str | None]:
    try:
        rows = msgspec.json.decode(text.encode(), type=list[list[str | None]])
    except msgspec.MsgspecError as error:
        raise Blocked(f"{name} answers with what is no index: {error}") from None
    head, *rest = rows or [[]]
    resume = None
    if len(rest) > 1 and not rest[-2] and len(rest[-1]) == 1:
        resume, rest = rest[-1][0], rest[:-2]
    return [dict(zip(map(str, head), row, strict=False)) for row in rest], resume


def _columns(words: Sequence[str]) -> Row | None:
    return dict(zip(_COLUMNS, words, strict=False)) if len(words) >= len(_COLUMNS) - 1 else None


def _object(line: str) -> Row | None:
    """A line of JSON, or of CDXJ, whose instant stands before it."""
    before, brace, rest = line.partition("{")
    try:
        fields = msgspec.json.decode(f"{brace}{rest}".encode(), type=dict[str, Any])
    except msgspec.MsgspecError:
        return None
    words = before.split()
    return {"timestamp": words[1], **fields} if len(words) == 2 else fields


def _captures(rows: Iterable[Row | None], name: str) -> list[Capture]:
    """The captures; a line that is none costs no more than itself, unless they all are."""
    named = [None if row is None else {_NAMES.get(key, key): value for key, value in row.items()} for row in rows]
    lacking = sorted({key for row in named if row is not None for key in _NEEDED if not row.get(key)})
    found = list(_found(named))
    if named and not found:
        why = f"its lines do not tell {', '.join(lacking)}" if lacking else "no line of it names a capture"
        raise Blocked(f"{name} answers with what is no index: {why}")
    return found


def _found(rows: Iterable[Row | None]) -> Iterator[Capture]:
    for row in rows:
        at = instant(str(row.get("timestamp"))) if row is not None else None
        if row is None or at is None or not isinstance(row.get("url"), str):
            continue
        mime, status = str(row.get("mime") or ""), str(row.get("status") or "")
        known = status.isascii() and status.isdigit() and not (mime == REVISIT and status == "304")
        yield Capture(
            url=row["url"],
            at=at,
            status=int(status) if known else None,
            digest=str(row.get("digest") or "").rpartition(":")[2].strip("-"),
            where={key: str(row[key]) for key in ("filename", "offset", "length") if row.get(key) is not None},
        )
