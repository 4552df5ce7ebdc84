"""Keys and addresses of processes, minted here and nowhere else.

A process is identified by its source and the source's own id for it (``local_id``), which may hold any
character. Two forms are derived: the key ``urn:folkmoot:<source>:<local_id>``, the same on every hub, and
the path ``<source>/<local_id>``, which a hub appends to its own address. In both the local id is
percent-encoded (RFC 3986, everything but unreserved characters) and never rewritten in any other way.
"""

from __future__ import annotations

import re
from functools import cache
from urllib.parse import quote, unquote

import msgspec

from folkmoot_schema import shipped

#: The namespace of our own terms.
NAMESPACE = "https://w3id.org/folkmoot#"
#: Below this stand our concept schemes: ``<CONCEPTS><list>/<value>``.
CONCEPTS = "https://w3id.org/folkmoot/"

_PREFIX = "urn:folkmoot:"
_SOURCE = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?")
# What stays as it is (RFC 3986, 2.3), and is not dots alone.
_UNRESERVED = re.compile(r"[A-Za-z0-9_~-][A-Za-z0-9_.~-]*")


def check_source(source: str) -> str:
    """``source`` if it is a valid source id (lower-case letters, digits, dots, hyphens); else ``ValueError``."""
    if not _SOURCE.fullmatch(source) or len(source) > 100:
        raise ValueError(
            f"{source!r} is not a source id: lower-case letters, digits, '.' and '-' are allowed, at most 100"
        )
    return source


def check_local_id(local_id: str) -> str:
    """``local_id`` if it can be one (1 to 500 characters of valid Unicode, no controls); else ``ValueError``."""
    if not 1 <= len(local_id) <= 500:
        raise ValueError(f"a local id has 1 to 500 characters, not {len(local_id)}")
    if any(ord(c) < 32 or ord(c) == 127 or 0xD800 <= ord(c) < 0xE000 for c in local_id):
        raise ValueError(f"the local id {local_id!r} holds a control character or a lone surrogate")
    return local_id


def encode(local_id: str) -> str:
    """``local_id`` percent-encoded for one path segment or URN part."""
    if _UNRESERVED.fullmatch(local_id):
        return local_id
    # A segment of dots alone would be resolved away by any client (RFC 3986, 5.2.4).
    encoded = quote(local_id, safe="")
    return encoded.replace(".", "%2E") if local_id in {".", ".."} else encoded


def key(source: str, local_id: str) -> str:
    """The process's key, the same on every hub: ``urn:folkmoot:<source>:<local_id>``."""
    return f"{_PREFIX}{source}:{encode(local_id)}"


def path(source: str, local_id: str) -> str:
    """The process's path below ``/id/`` or ``/process/`` of any hub: ``<source>/<local_id>``."""
    return f"{source}/{encode(local_id)}"


# What may stand in an IRI's path, query and fragment as it is (RFC 3986, 2.2 and 2.3), '%' apart.
_AS_IS = "!$&'()*+,;=:@/?-._~"
_SCHEME = re.compile(r"(?:(https?)://([^/?#]*)|([a-z][a-z0-9+.-]*):(?=.))", re.IGNORECASE)
_STRAY_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")


def is_prefix(word: str, definition: object) -> bool:
    """Whether ``word`` stands for a namespace, by its ``definition`` in a JSON-LD context (JSON-LD 1.1, 4.1.5)."""
    if word.startswith("@") or not isinstance(definition, str):
        return False
    return definition.startswith("http") and definition.endswith(("#", "/"))


@cache
def prefixes() -> frozenset[str]:
    """The prefixes of the shipped context."""
    context: dict[str, object] = msgspec.json.decode(shipped.context())["@context"]
    return frozenset(word for word, definition in context.items() if is_prefix(word, definition))


def is_compact(value: str) -> bool:
    """Whether JSON-LD reads ``value`` as short for another IRI (``geo:1,2``): a prefix, a colon, and not ``//``."""
    prefix, _, rest = value.partition(":")
    return prefix in prefixes() and not rest.startswith("//")


def iri(value: str) -> str | None:
    """``value`` as an IRI that RDF can hold: what RFC 3986 forbids in it is percent-encoded.

    None if it has no scheme, or one that is a prefix of our documents (:func:`is_compact`), where nothing could keep
    it from being read as another IRI. Sources give addresses with brackets, bars, stray per cent signs and letters of
    any script; a browser mends them in the same way. What is percent-encoded already stays as it is.
    """
    match = _SCHEME.match(value)
    if match is None or (match[3] is not None and is_compact(value)):
        return None
    head, rest = value[: match.end()], value[match.end() :]
    if _PLAIN_HEAD.fullmatch(head) and not _STRANGE.search(rest):
        return value
    rest, hash_, fragment = rest.partition("#")
    return _mended(head, "[]%#") + _mended(rest, "%") + hash_ + _mended(fragment, "%")


# A head that _mended would leave as it is; below, what it would change in the rest.
_PLAIN_HEAD = re.compile(r"[A-Za-z0-9.:/@\-_~\[\]!$&'()*+,;=]*")
_STRANGE = re.compile(r"[^A-Za-z0-9!$&'()*+,;=:@/?\-._~%#]|%(?![0-9A-Fa-f]{2})|#.*#", re.DOTALL)


def _mended(part: str, more: str) -> str:
    return quote(_STRAY_PERCENT.sub("%25", part), safe=_AS_IS + more)


def parse_key(value: str) -> tuple[str, str]:
    """``(source, local_id)`` of a key; ``ValueError`` for anything that is not one."""
    if not value.startswith(_PREFIX):
        raise ValueError(f"{value!r} is not a key: it starts with {_PREFIX}")
    source, colon, encoded = value[len(_PREFIX) :].partition(":")
    if not colon or not encoded:
        raise ValueError(f"{value!r} is not a key: {_PREFIX}<source>:<id>")
    return check_source(source), check_local_id(unquote(encoded, errors="strict"))
