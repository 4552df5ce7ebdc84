"""Single values as sources write them, made ours: addresses, dates, sizes, texts in several languages."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, TypeVar
from urllib.parse import quote, urljoin

import msgspec

from folkmoot_connectors._private import OMITTED
from folkmoot_hub import markup
from folkmoot_hub.connector import MappingError, ParseError
from folkmoot_schema import dates
from folkmoot_schema.identifiers import check_local_id
from folkmoot_schema.process import canonical_json, check_url
from folkmoot_schema.texts import Text, is_tag

Typed = TypeVar("Typed")

_SCHEME = re.compile(r"^[a-z][a-z0-9+.-]*:(?!\d)", re.IGNORECASE)
_HOST = re.compile(r"^[a-z0-9-]+(\.[a-z0-9-]+)*\.[a-z]{2,}([:/?#]|$)", re.IGNORECASE)
# What looks like a host and is none, where a relative address may stand.
_FILE = re.compile(
    r"^[^/?#]+\.(pdf|docx?|xlsx?|pptx?|odt|ods|csv|html?|php|aspx?|jpe?g|png|zip)([?#].*)?$", re.IGNORECASE
)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_MINUTE = re.compile(r"\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}", re.ASCII)
_SIZE = re.compile(r"^\s*(\d+(?:\.\d+)?)\s*(bytes|[kmg]?b)\s*$", re.IGNORECASE)
_FACTOR = {"b": 1, "bytes": 1, "kb": 1024, "mb": 1024**2, "gb": 1024**3}


def address(value: object, base: str | None = None) -> str | None:
    """``value`` as an absolute http(s) address, None if it cannot be one.

    Stray spaces go, inner ones are percent-encoded, a bare host (``wesavebees.eu``) gets ``https://``; anything
    relative is read from ``base``. Other schemes (``javascript:``, ``mailto:``) are no addresses here, and one from
    which a contact was taken out leads nowhere.
    """
    if not isinstance(value, str) or not value.strip() or OMITTED in value:
        return None
    text = quote(value.strip(), safe=":/?#[]@!$&'()*+,;=%~")
    if _SCHEME.match(text) is None:
        if _HOST.match(text) and not (base and _FILE.match(text)):
            text = f"https://{text}"
        elif base is None:
            return None
        else:
            text = urljoin(base, text)
    try:
        check_url(text, "address")
    except ValueError:
        return None
    return text


def day(value: object, form: str, what: str) -> str | None:
    """A calendar day written in ``form`` (of ``strptime``) as ``YYYY-MM-DD``; None if empty.

    ``MappingError`` naming ``what`` if it is anything else.
    """
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    try:
        return datetime.strptime(str(value).strip(), form).date().isoformat()  # noqa: DTZ007 - a day has no zone
    except ValueError:
        raise MappingError(f"{what}: {value!r} is not a day in the form {form}") from None


def moment(value: str | None, what: str) -> str | None:
    """A time as platforms write it, with a blank or a T and any fraction, to the second; a day stays a day.

    None if empty; ``MappingError`` naming ``what`` for anything else.
    """
    if not value or not value.strip():
        return None
    text = value.strip()
    try:
        if _DAY.fullmatch(text):
            return dates.check(text)
        if _MINUTE.match(text):
            return dates.check(datetime.fromisoformat(text).isoformat(timespec="seconds"))
    except ValueError:
        pass
    raise MappingError(f"{what}: {value!r} is not a time in the form YYYY-MM-DD hh:mm:ss")


def local_id(value: str, url: str) -> str:
    """``value`` as the id of an item in the answer of ``url``; ``ParseError`` if it cannot be one."""
    try:
        return check_local_id(value)
    except ValueError as error:
        raise ParseError(f"{url}: {error}") from None


def digest(told: Mapping[str, Any]) -> str:
    """A digest of what a list tells of an item: if it is another, the details may be, too."""
    return hashlib.sha256(canonical_json(told)).hexdigest()


def size_in_bytes(value: object) -> int | None:
    """``"219.2 KB"`` as a number of bytes (about, the source rounds); None for anything else."""
    found = _SIZE.match(value) if isinstance(value, str) else None
    return round(float(found[1]) * _FACTOR[found[2].lower()]) if found else None


def excerpt(value: str | None, limit: int = 600) -> str:
    """The first paragraphs of ``value`` (plain or HTML) as plain text of at most ``limit`` characters."""
    kept = ""
    for paragraph in markup.paragraphs((value or "").replace("&#13;", "")):
        if kept and len(kept) + len(paragraph) >= limit:
            break
        kept = f"{kept} {paragraph}".strip()
        if len(kept) >= limit // 2:
            break
    return shortened(kept, limit)


def shortened(value: str, limit: int) -> str:
    """``value`` cut at a word so that it has at most ``limit`` characters, with an ellipsis if it was cut."""
    if len(value) <= limit:
        return value
    cut = value[: limit - 1]
    return f"{cut.rsplit(' ', 1)[0] or cut}…"


def body(value: str | None) -> str:
    """``value`` as sanitised HTML, empty if no words are left of it."""
    content = markup.sanitise((value or "").replace("&#13;", ""))
    return content if markup.plain(content) else ""


def fuller(whole: Text | None, brief: Text | None) -> Text | None:
    """``whole`` (HTML) if it holds more than the summary ``brief``: words, paragraphs or links; else None.

    So a short text is told once, as summary: that is what lists show.
    """
    if whole is None or brief is None or whole.values.keys() != brief.values.keys():
        return whole
    told = all(
        markup.paragraphs(text) == [brief.values[tag]] and "<a " not in text for tag, text in whole.values.items()
    )
    return None if told else whole


def line(value: str | None) -> str:
    """``value`` (plain or HTML) as one clean line, without tags also where they were escaped."""
    return markup.line((value or "").replace("&#13;", " "))


def by_language(values: Mapping[str, str], original: str, *, html: bool = False) -> Text | None:
    """A text of those ``values`` that are not empty; ``original`` gives way to the first one if it has none.

    ``MappingError`` if a key is no language tag.
    """
    kept = {tag: value for tag, value in values.items() if value}
    for tag in kept:
        if not is_tag(tag):
            raise MappingError(f"{tag!r} is not a language tag")
    if not kept:
        return None
    return Text(kept, original if original in kept else next(iter(kept)), html=html)


def texts(part: Mapping[str, Any], names: Iterable[str]) -> dict[str, str]:
    """The texts of ``part`` called so, each empty if it is missing; ``MappingError`` naming one that is no text."""
    told = {name: "" if part.get(name) is None else part[name] for name in names}
    for name, value in told.items():
        if not isinstance(value, str):
            raise MappingError(f"{name}: {value!r} is not a text")
    return told


def read(part: Mapping[str, Any], type: type[Typed]) -> Typed:
    """``part`` of an item as a ``type``; ``MappingError`` that names the field which does not fit."""
    try:
        return msgspec.convert(part, type)
    except msgspec.ValidationError as error:
        raise MappingError(f"{type.__name__.lower()}: {error}") from error
