"""The files that the schema ships: the JSON-LD context, the vocabulary and the shapes."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

_FOLDER = files("folkmoot_schema")


@cache
def context() -> bytes:
    """The JSON-LD context, as it is served at :data:`folkmoot_schema.jsonld.CONTEXT` and by every hub."""
    return (_FOLDER / "context.jsonld").read_bytes()


@cache
def names() -> tuple[str, ...]:
    """The names of the vocabulary's files, sorted: ``folkmoot.ttl``, ``shapes.ttl``, one for each controlled list."""
    folder = _FOLDER / "vocabulary"
    return tuple(sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".ttl")))


@cache
def vocabulary(name: str) -> bytes:
    """One file of the vocabulary (Turtle, UTF-8); ``KeyError`` if there is none of that name."""
    if name not in names():
        raise KeyError(f"{name!r} is not in the vocabulary: {', '.join(names())}")
    return (_FOLDER / "vocabulary" / name).read_bytes()
