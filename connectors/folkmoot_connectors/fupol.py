"""FUPOL, a research project on policy modelling with pilots in Barnsley, Zagreb and Pegeia."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar, Final

import msgspec

from folkmoot_connectors import _projects as projects
from folkmoot_connectors._curated import file, package_url
from folkmoot_connectors._projects import Project, Projects
from folkmoot_connectors._settings import addresses
from folkmoot_connectors._values import read
from folkmoot_connectors.feed import FeedReader, kind
from folkmoot_hub.connector import (
    Item,
    MappingError,
    ParseError,
    Request,
    Response,
    Run,
    Scope,
    WholeItem,
    Yielded,
)
from folkmoot_schema.process import Process
from folkmoot_schema.texts import UNDETERMINED

_RECORD: Final = "fupol"
_PROJECT: Final = "project"


class Fupol(FeedReader):
    """The record of the FUPOL project, and what a pilot's blog told.

    Platform
        FUPOL (Future Policy Modeling, Seventh Framework Programme, 2011 to 2015) made tools for cities to design
        policies with: reading what people say on the web, and simulating. Its platform is gone.
    Access
        No interface, data or code of FUPOL was ever public. Its record is ours: facts in our own words with their
        sources cited, in a file that ships with the connector; ``records`` names another one of the package.
        ``feeds`` (default none) are the feeds of pilots' blogs. That the pilot in Zagreb's blog has one, at the address
        where Blogger has them, is inferred: neither feed nor blog was seen. ``kind`` is what a post is (default
        ``news``).
    Caveats
        What citizens discussed in the pilots was never public, so no topic, opinion or simulation is told, and none is
        made up. The number of its record in CORDIS was in no source at hand; an operator who knows it asks the
        connector ``cordis`` for it. Years are all that is told of its dates. A feed of that kind states no language, so
        that of a post is not known; it shows the newest posts only.
    Licence
        The record is ours. A blog states its own terms; none were at hand.
    Personal data
        Authors of posts are never read. E-mail addresses and telephone numbers inside texts are taken out. The record
        names bodies only.
    """

    id = "fupol"
    title = "FUPOL"
    homepage = "http://www.fupol.eu/"
    version = "1"
    fields: ClassVar[Mapping[str, frozenset[str]]] = {
        **FeedReader.fields,
        _PROJECT: frozenset(Project.__struct_fields__),
    }
    settings = frozenset({"records", "feeds", "kind"})

    def start(self, run: Run) -> Iterator[Yielded]:
        """The record, and the feeds that are configured."""
        kind(run)
        yield Request(package_url(run.site, "data/projects.json"), then="parse_record")
        yield from (Request(url, expect="feed") for url in addresses(run.site, "feeds", []))

    def parse_record(self, response: Response) -> Iterator[Yielded]:
        """The one record of the file that is the project's."""
        found = next((each for each in file(response, Projects).projects if each.id == _RECORD), None)
        if found is None:
            raise ParseError(f"{response.url} holds no record {_RECORD!r}")
        yield Scope("record", exhaustive=False)
        yield Item(f"project/{_RECORD}", msgspec.to_builtins(found), part=_PROJECT)

    def parse(self, response: Response) -> Iterator[Yielded]:
        """The posts of a blog; where its feed states no language, none is taken for it."""
        for each in super().parse(response):
            if isinstance(each, Item):
                yield Item(each.id, {**each.data, "language": each.data.get("language") or UNDETERMINED})
            else:
                yield each

    def map(self, item: WholeItem, run: Run) -> Process:
        """The project, or a post."""
        if not item.part(_PROJECT):
            return super().map(item, run)
        try:
            return projects.process(read(item.part(_PROJECT), Project), run.site)
        except ValueError as error:
            raise MappingError(f"{item.id}: {error}") from error
