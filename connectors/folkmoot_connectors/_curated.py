"""Records that ship with a connector: facts in our own words, each with the sources that tell them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePosixPath
from typing import TypeVar

import msgspec

from folkmoot_connectors._settings import wrong
from folkmoot_hub.connector import ParseError, Response, Site
from folkmoot_schema.codes import LinkKind
from folkmoot_schema.process import Link
from folkmoot_schema.texts import Text

Typed = TypeVar("Typed")


class Source(msgspec.Struct, frozen=True):
    """Where a fact of a record was read: its address, and in English what it is."""

    url: str
    title: str


def package_url(site: Site, default: str) -> str:
    """The address of the package's file that the setting ``records`` names; ``ConfigError`` if it can be none."""
    name = site.setting("records", default)
    path = PurePosixPath(name) if isinstance(name, str) else None
    if path is None or path.suffix != ".json" or path.is_absolute() or ".." in path.parts or str(path) != name:
        raise wrong(site, "records", name, f"a JSON file of the package, such as {default!r}")
    return f"package:{name}"


def file(response: Response, type: type[Typed]) -> Typed:
    """The file that was asked for; ``ParseError`` that names what in it is wrong."""
    try:
        return msgspec.convert(response.json(), type)
    except msgspec.ValidationError as error:
        raise ParseError(f"{response.url} is no file of records: {error}") from error


def citations(sources: Iterable[Source]) -> tuple[Link, ...]:
    """The sources of a record as links, each once."""
    each = {source.url: source for source in sources}
    return tuple(
        Link(kind=LinkKind.WEBSITE, value=url, url=url, title=Text({"en": f"Source: {source.title}"}, "en"))
        for url, source in each.items()
    )
