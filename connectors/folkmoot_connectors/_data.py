"""The tables that ship with the connectors, in ``data/``."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from typing import TypeVar

import msgspec

from folkmoot_schema.codes import Topic

Typed = TypeVar("Typed")


class Theme(msgspec.Struct, frozen=True):
    """A subject of a source: its own word for it, and the EU data themes that it is of."""

    label: str
    topics: tuple[Topic, ...]


def table(name: str, type: type[Typed]) -> Typed:
    """``data/<name>.toml`` as a ``type``; ``ValidationError`` if it is none, since then the package is broken."""
    text = files("folkmoot_connectors").joinpath(f"data/{name}.toml").read_text("utf-8")
    return msgspec.convert(tomllib.loads(text), type)
