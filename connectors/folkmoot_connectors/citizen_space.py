"""Consultation hubs that run Citizen Space, the software of Delib."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

from folkmoot_connectors import _citizen_space_parts as parts
from folkmoot_connectors._pages import identified
from folkmoot_connectors._private import TEXT, sieve
from folkmoot_connectors._settings import several, switch, wrong
from folkmoot_connectors._values import address, by_language, excerpt, fuller, line, local_id
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
from folkmoot_schema.codes import Status
from folkmoot_schema.process import Organisation, Process

_API = "api/2.4"
_STATUSES = {"open": Status.OPEN, "forthcoming": Status.ANNOUNCED, "closed": Status.CLOSED}
_TERM = {"name": TEXT}
_SHAPE = {
    "id": None,
    "dept": None,
    "workspace_id": None,
    "workspace_title": TEXT,
    "department": TEXT,
    "title": TEXT,
    "status": None,
    "overview": TEXT,
    "why": TEXT,
    "what_happens_next": TEXT,
    "startdate": None,
    "enddate": None,
    "feedbackdate": None,
    "resultdate": None,
    "activity_type": None,
    "participate_url": TEXT,
    "related_links": {"url": TEXT, "title": TEXT},
    "related_consultations": {"url": TEXT, "title": TEXT},
    "supporting_documents": {"url": TEXT, "title": TEXT, "size": None},
    "audiences": _TERM,
    "interests": _TERM,
    "areas": _TERM,
}
# The vendor's documentation and its service disagree on two names (SOURCE.md): both are read, the served one is kept.
_SPELLINGS = {"participation_url": "participate_url", "resultsdate": "resultdate"}


class CitizenSpace(Connector):
    """Consultations and surveys of any public hub that runs Citizen Space.

    Platform
        Citizen Space by Delib: one software, one host for each public body.
    Access
        Open JSON without key, API 2.4: ``json_search_results?st=<status>&fields=all`` answers everything of a status
        at once, each an exhaustive scope. Settings: ``statuses`` (default open, forthcoming, closed) and ``details``
        (default false, since the list with all fields is complete).
    Caveats
        A misspelt parameter is ignored by the service; an answer with activities of another status than asked is
        refused. Ids are unique only inside a workspace. Dates are days, the closing day included. Forms without an
        end, or with more than two years, are standing forms. Outcomes ("We asked, you said, we did") exist as pages
        only, whose markup no source at hand shows: they are not read, and ``outcome_pages`` may only be false.
        A closed activity with a date for results is taken to be at the stage of evaluation.
    Licence
        None is stated by the interface; each hub's terms apply.
    Personal data
        No ``contact_*`` field is ever read, private activities are left out, e-mail addresses and telephone numbers
        inside texts are taken out, also those of functional mailboxes.
    """

    id = "citizen_space"
    title = "Citizen Space"
    homepage = "https://www.delib.net/citizen_space"
    version = "2"
    fields: ClassVar[Mapping[str, frozenset[str]]] = {LIST: frozenset(_SHAPE), "detail": frozenset(_SHAPE)}
    settings = frozenset({"statuses", "details", "outcome_pages"})

    def start(self, run: Run) -> Iterator[Yielded]:
        """One list for each status."""
        _details(run.site)
        if switch(run.site, "outcome_pages", False):
            raise wrong(run.site, "outcome_pages", True, "false, since such pages are not read")
        for status in several(run.site, "statuses", _STATUSES, _STATUSES, ", ".join(_STATUSES), least=1):
            yield Request(run.site.url(f"{_API}/json_search_results", st=status, fields="all"))

    def parse(self, response: Response) -> Iterator[Yielded]:
        """A list: all activities of the status that was asked for."""
        asked = parse_qs(urlsplit(response.request.url).query).get("st", [""])[0]
        answer = response.json()
        known = [entry for entry in answer if isinstance(entry, dict)] if isinstance(answer, list) else []
        if not isinstance(answer, list) or (answer and not known):
            raise ParseError(f"the answer of {response.url} is not a list of activities")
        for entry in known:
            if entry.get("status") != asked:
                found = entry.get("status")
                raise ParseError(f"{response.url} holds an activity with status {found!r}: the filter was ignored")
        yield Scope(asked, exhaustive=True)
        public = [entry for entry in answer if not isinstance(entry, dict) or entry.get("visibility") != "private"]
        for id, entry in identified(public, lambda entry: _local_id(entry, response.url)):
            yield from self._entry(id, entry, response)

    def _entry(self, whole: str, entry: Any, response: Response) -> Iterator[Yielded]:
        yield Item(whole, _item(entry) if isinstance(entry, dict) else {})
        if whole and _details(response.run.site):
            workspace, id = _identity(entry, response.url)
            url = response.run.site.url(f"{_API}/json_consultation_details", dept=workspace, id=id, fields="all")
            yield Request(url, then="parse_detail", item=whole)

    def parse_detail(self, response: Response) -> Iterator[Yielded]:
        """All fields of one activity, which must be the one that was asked for."""
        answer = response.json()
        if not isinstance(answer, dict):
            raise ParseError(f"the answer of {response.url} is not an activity")
        found = "/".join(_identity(answer, response.url))
        if found != response.request.item:
            raise ParseError(f"{response.url} is about {found}, not about {response.request.item}")
        yield Item(found, _item(answer), part="detail")

    def map(self, item: WholeItem, run: Run) -> Process:
        """An activity; where list and details differ, the details hold."""
        data = {**item.part(LIST), **item.part("detail")}
        try:
            return _process(item.id, data, run)
        except ValueError as error:
            raise MappingError(f"{item.id}: {error}") from error


def _details(site: Site) -> bool:
    return switch(site, "details", False)


def _identity(entry: Any, url: str) -> tuple[str, str]:
    known = entry if isinstance(entry, dict) else {}
    workspace, id = known.get("workspace_id") or known.get("dept"), known.get("id")
    if not (isinstance(workspace, str) and isinstance(id, str) and workspace.strip() and id.strip()):
        raise ParseError(f"an activity of {url} has no workspace ('workspace_id' or 'dept') or no 'id'")
    return workspace.strip(), id.strip()


def _local_id(entry: Any, url: str) -> str:
    return local_id("/".join(_identity(entry, url)), url)


def _item(entry: Mapping[str, Any]) -> dict[str, Any]:
    renamed = {_SPELLINGS.get(name, name): value for name, value in entry.items() if value not in (None, "")}
    return sieve(renamed, _SHAPE)


def _process(id: str, data: Mapping[str, Any], run: Run) -> Process:
    site = run.site
    language = site.languages[0]
    word = data.get("status")
    flag = _STATUSES.get(str(word))
    url = site.url(f"{parts.path(id)}/")
    kind = parts.kind(data, flag)
    summary = by_language({language: excerpt(data.get("overview"))}, language)
    return Process(
        kind=kind,
        title=site.text(line(data.get("title"))),
        url=url,
        summary=summary,
        body=fuller(by_language({language: parts.whole_text(data, language)}, language, html=True), summary),
        organiser=_organiser(data, run),
        authority=site.authority,
        place=site.place,
        level=site.level,
        keywords=parts.terms(data, "interests") + parts.terms(data, "areas"),
        audiences=parts.terms(data, "audiences"),
        stage=parts.stage(kind, flag, data),
        phases=parts.phases(data, site.zone),
        flag=flag,
        source_status=str(word) if word else None,
        participate_url=address(data.get("participate_url"), url) if flag is Status.OPEN else None,
        documents=parts.documents(data, url, language),
        links=parts.links(data, url, language),
    )


def _organiser(data: Mapping[str, Any], run: Run) -> Organisation | None:
    name = run.site.text_or_none(line(data.get("workspace_title") or data.get("department")))
    return Organisation(name=name) if name else run.site.authority
