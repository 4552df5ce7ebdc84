"""CORDIS, the European Commission's register of the research projects that the Union pays for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import ClassVar, Final

import msgspec

from folkmoot_connectors import _projects as projects
from folkmoot_connectors._curated import file, package_url
from folkmoot_connectors._projects import Project, Projects
from folkmoot_connectors._settings import wrong
from folkmoot_connectors._values import local_id, read
from folkmoot_hub.connector import (
    LIST,
    Connector,
    Item,
    MappingError,
    ParseError,
    Request,
    Response,
    Run,
    Scope,
    Site,
    WholeItem,
    Yielded,
)
from folkmoot_schema.process import Process

_NUMBER: Final = re.compile(r"\d{4,12}", re.ASCII)
_NAME: Final = re.compile(r"[a-z0-9-]{1,100}", re.ASCII)
_ASKED: Final = re.compile(r"/project/id/(\d+)\?", re.ASCII)


class Cordis(Connector):
    """Records of projects on e-participation that the Union paid for.

    Platform
        The Commission's register of projects under the framework programmes for research. Platforms that came of such
        projects are mostly gone; what they were to do, for how long and by whom stays in their records.
    Access
        One XML document for each of ``projects`` (numbers of grant agreements, default none), at
        ``/project/id/<number>?format=xml``. For projects that CORDIS has no record of (those of the Competitiveness and
        Innovation Programme are not in it), records of ours, with their sources cited, ship with the connector:
        ``curated`` names those that are told (default none), ``records`` another file of the package. The format is
        proven on one recorded document, of a project on medicine, shortened by whoever kept it; its address is
        inferred. Bulk files of whole programmes are not read.
    Caveats
        The records of Policy Compass and of FUPOL themselves were not at hand; the number of the first is known, that
        of FUPOL is not. Whether a project is over is told by its status alone, whose words (``CLOSED``,
        ``TERMINATED``) are inferred; without one the status is unknown, whatever the dates say, since in a project
        nobody takes part by its dates. What a record of ours does not know (the end of two projects, of which only
        the length is told) is left out.
    Licence
        CORDIS states its own terms of reuse; none were at hand with the record. The records of ours are ours.
    Personal data
        Of a partner only the coordinator's legal name is read: no contact, department, address or tax number. E-mail
        addresses and telephone numbers in texts are taken out. A coordinator who is a natural person cannot be told
        from a body.
    """

    id = "cordis"
    title = "CORDIS project records"
    homepage = "https://cordis.europa.eu"
    fields: ClassVar[Mapping[str, frozenset[str]]] = {LIST: frozenset(Project.__struct_fields__)}
    settings = frozenset({"projects", "curated", "records"})

    def start(self, run: Run) -> Iterator[Yielded]:
        """A record for each project, and the file of ours if one of its records is wanted."""
        numbers = _several(run.site, "projects", _NUMBER, "numbers of grant agreements in quotes, such as '612133'")
        curated = _several(run.site, "curated", _NAME, "names of records, such as 'ourspace'")
        if not numbers and not curated:
            raise wrong(run.site, "projects", [], "at least one number, unless curated names a record")
        for number in numbers:
            yield Request(run.site.url(f"project/id/{number}", format="xml"), expect="xml")
        if curated:
            yield Request(package_url(run.site, "data/projects.json"), then="parse_curated")

    def parse(self, response: Response) -> Iterator[Yielded]:
        """The record of one project, which must be the one that was asked for."""
        asked = _ASKED.search(response.request.url)
        number = asked[1] if asked else ""
        yield Scope(f"project {number}", exhaustive=False)
        page_url = response.request.url.partition("?")[0]
        yield Item(number, msgspec.to_builtins(projects.of_xml(response.xml(), number, page_url)))

    def parse_curated(self, response: Response) -> Iterator[Yielded]:
        """The records of ours that are wanted."""
        wanted = _several(response.run.site, "curated", _NAME, "names of records")
        held = {project.id: project for project in file(response, Projects).projects}
        if missing := [name for name in wanted if name not in held]:
            raise ParseError(f"{response.url} holds no record {', '.join(missing)}; it holds {', '.join(held)}")
        yield Scope("curated", exhaustive=False)
        for name in wanted:
            yield Item(local_id(name, response.url), msgspec.to_builtins(held[name]))

    def map(self, item: WholeItem, run: Run) -> Process:
        """A project."""
        try:
            return projects.process(read(item.part(LIST), Project), run.site)
        except ValueError as error:
            raise MappingError(f"{item.id}: {error}") from error


def _several(site: Site, name: str, form: re.Pattern[str], allowed: str) -> list[str]:
    values = site.setting(name, [])
    if not isinstance(values, (list, tuple)) or not all(
        isinstance(each, str) and form.fullmatch(each) for each in values
    ):
        raise wrong(site, name, values, f"a list of {allowed}")
    return list(dict.fromkeys(values))
