"""Projects that the Union paid for: their records as CORDIS writes them (XML), or as we wrote them from sources."""

from __future__ import annotations

import re
from html import escape
from typing import Final

import msgspec

from folkmoot_connectors._bodies import COMMISSION
from folkmoot_connectors._curated import Source, citations
from folkmoot_connectors._private import without_contacts
from folkmoot_connectors._values import address, body, by_language, excerpt, fuller, line
from folkmoot_hub.connector import MappingError, Page, ParseError, Site
from folkmoot_schema.codes import Availability, Kind, Level, LinkKind, PhaseKind, Status, Topic
from folkmoot_schema.process import Link, Organisation, Phase, Place, Process
from folkmoot_schema.texts import Text, is_tag

_NAMESPACE: Final = "http://cordis.europa.eu"
_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
#: Words for a project that is over. CORDIS has them in its data, but the record at hand has no status (inferred).
_OVER: Final = frozenset({"CLOSED", "TERMINATED"})
_LABEL: Final = Text({"en": "Duration of the project", "de": "Laufzeit des Projekts", "fr": "Durée du projet"}, "en")
_EU: Final = Place(country="EU")


class Project(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """A project. ``title`` (plain) and ``objective`` (HTML) are by language; dates are partial.

    ``url`` is a page about it that can be followed, ``website`` the project's own, which may be gone; ``over`` says
    that it has ended, ``status`` is the source's own word. ``sources`` are those of a record of ours, told ``as_of``.
    """

    id: str
    title: dict[str, str]
    url: str
    acronym: str = ""
    objective: dict[str, str] = {}
    start: str | None = None
    end: str | None = None
    programme: tuple[str, ...] = ()
    coordinator: str = ""
    website: str | None = None
    status: str | None = None
    over: bool = False
    keywords: tuple[str, ...] = ()
    sources: tuple[Source, ...] = ()
    as_of: str | None = None


class Projects(msgspec.Struct, frozen=True):
    """A file of records of ours."""

    projects: tuple[Project, ...]


def of_xml(page: Page, id: str, url: str) -> Project:
    """The project ``id`` from its record; ``ParseError`` if the document is none, or that of another project."""

    def told(xpath: str) -> str:
        return without_contacts(page.string(xpath, c=_NAMESPACE))

    found = told("/c:project/c:id")
    if found != id:
        raise ParseError(f"{url} is {f'about the project {found}' if found else 'no record of a project'}, not {id}")
    language = told("/c:project/c:language")
    tag = language if is_tag(language) else "en"
    objective = told("/c:project/c:objective")
    status = told("/c:project/c:status") or None
    return Project(
        id=id,
        title={tag: told("/c:project/c:title")},
        url=url,
        acronym=told("/c:project/c:acronym"),
        objective={tag: f"<p>{escape(objective)}</p>"} if objective else {},
        start=_day(told("/c:project/c:startDate")),
        end=_day(told("/c:project/c:endDate")),
        programme=_all(page, "//c:programme[@type='relatedLegalBasis' or @type='relatedTopic']/c:code"),
        coordinator=told("//c:organization[@type='coordinator']/c:legalName"),
        website=address(told("//c:webLink[@type='relatedWebsite'][@represents='project']/c:physUrl")),
        status=status,
        over=status in _OVER,
        keywords=_all(page, "//c:category[@classification='euroSciVoc']/c:title"),
    )


def _all(page: Page, xpath: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(without_contacts(each) for each in page.strings(xpath, c=_NAMESPACE) if each))


def _day(value: str) -> str | None:
    return value if _DAY.fullmatch(value) else None


def process(project: Project, site: Site) -> Process:
    """The project as a process: one in which nobody takes part any more, or ever could."""
    original = site.languages[0] if site.languages[0] in project.title else min(project.title, default="en")
    title = by_language({tag: _title(project, text) for tag, text in project.title.items()}, original)
    if title is None:
        raise MappingError(f"the project {project.id} has no title")
    summary = by_language({tag: excerpt(text) for tag, text in project.objective.items()}, original)
    whole = by_language({tag: body(text) for tag, text in project.objective.items()}, original, html=True)
    named = line(project.coordinator)
    website = address(project.website)
    return Process(
        kind=Kind.PROJECT,
        title=title,
        url=project.url,
        summary=summary,
        body=fuller(whole, summary),
        organiser=Organisation(name=Text({original: named}, original)) if named else None,
        authority=site.authority or COMMISSION,
        place=site.place or _EU,
        level=site.level or Level.SUPRANATIONAL,
        topics=(Topic.GOVE, Topic.TECH),
        keywords=tuple(dict.fromkeys(filter(None, map(line, (*project.programme, *project.keywords))))),
        phases=_phases(project, site.zone),
        flag=Status.ENDED if project.over else None,
        source_status=project.status,
        links=(
            *((Link(kind=LinkKind.WEBSITE, value=website),) if website else ()),
            *citations(project.sources),
        ),
        # Of a project that only we have a record of, nothing else is left, also where the register itself is live.
        availability=Availability.RECORD_ONLY if project.sources else Availability.LIVE,
        observed_at=project.as_of,
    )


def _title(project: Project, title: str) -> str:
    acronym, name = line(project.acronym), line(title)
    return f"{acronym}: {name}" if acronym and name and acronym.casefold() != name.casefold() else name or acronym


def _phases(project: Project, zone: str) -> tuple[Phase, ...]:
    if not (project.start or project.end):
        return ()
    return (Phase(kind=PhaseKind.IMPLEMENTATION, opens=project.start, closes=project.end, zone=zone, label=_LABEL),)
