"""Policy Compass: argument graphs, stories told with data, events and causal models of a copy of the platform."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, Final
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from folkmoot_connectors import _policy_compass_item as items
from folkmoot_connectors._pages import identified, offsets
from folkmoot_connectors._policy_compass_item import MANAGERS
from folkmoot_connectors._policy_compass_process import process
from folkmoot_connectors._private import sieve
from folkmoot_connectors._settings import several, switch, wrong
from folkmoot_connectors._values import address
from folkmoot_hub.connector import (
    Connector,
    Gone,
    Item,
    MappingError,
    ParseError,
    Request,
    Response,
    Run,
    Scope,
    Seen,
    Site,
    Total,
    WholeItem,
    Yielded,
)
from folkmoot_schema.process import Process

_PARTS: Final = (*MANAGERS, "comments")
_DEFAULT: Final = ("ags", "events", "stories")
_WEEK: Final = 7 * 86400
_COMMENTS: Final = "adhocracy_core.resources.comment.IComment"
_POOL: Final = "adhocracy_core.sheets.pool.IPool"


class PolicyCompass(Connector):
    """Argument graphs, stories, events and causal models of a copy of Policy Compass.

    Platform
        Policy Compass (FP7 project 612133, 2013 to 2016): citizens judge policies by open data, tell stories with
        charts, and draw their arguments. The project's own servers are gone; its software runs where someone runs it.
    Access
        Open REST of a copy, whose address is the site's ``base``. Setting ``parts``: ``ags`` (argument graphs, the
        whole list at once), ``events`` (pages of 100) and ``stories`` (pages, and one answer for each chapter) are the
        default; ``models`` are causal models, on a service of its own whose address is the setting ``models``;
        ``comments`` counts those of each story, at the discussion service whose address is the setting
        ``discussion``. Hosts other than that of ``base`` must be among the site's ``hosts``. ``pages`` is where the
        web application begins; without it, addresses lead to the data. No answer was ever recorded: the fields of
        graphs and events are those of seed data that ships with the platform; stories, chapters, models and comments
        are derived from its code alone.
    Caveats
        Nothing here has a status or an end, so the status is unknown. A graph is YAML inside a text; of one that cannot
        be read the name and the description are kept. Events that call themselves a test are left out, or marked as
        samples with the setting ``test_events``. When an event took place is told in its text, in UTC. A story has no
        text but that of its chapters, of which 40 are read. Policy domains are numbered in more than one way: they are
        read by the numbers of the platform's last seed, and of a copy that has others no event is asked for until the
        setting ``domains`` is false. Languages are numbered in two ways, too, and not read: the site's holds. Stars are
        an average and no support; places of events, charts, indicators, metrics and data sets are not read. A story
        that has no discussion answers 404, which is no comment and no error.
    Licence
        None is stated by the interface; each copy's terms apply.
    Personal data
        Drafts are not kept, and what becomes one again is removed. No creator, user number or user path is read, nor
        what a graph says about itself, which names the authors of its sources. E-mail addresses and telephone numbers
        inside texts are taken out.
    """

    id = "policy_compass"
    title = "Policy Compass"
    homepage = "https://github.com/policycompass"
    version = "1"
    fields: ClassVar[Mapping[str, frozenset[str]]] = items.FIELDS
    settings = frozenset({"parts", "models", "discussion", "pages", "domains", "test_events"})

    def start(self, run: Run) -> Iterator[Yielded]:
        """The list of each manager; before that of events, how the copy numbers its policy domains."""
        site = run.site
        parts = _parts(site)
        switch(site, "test_events", False)
        _service(site, "pages", needed=False)
        _service(site, "discussion", needed="comments" in parts)
        models = _service(site, "models", needed="models" in parts)
        numbered = switch(site, "domains", True)
        for name in MANAGERS:
            if name == "events" and name in parts and numbered:
                yield Request(site.url(items.DOMAINS_AT), then="parse_domains")
            elif name in parts:
                yield Request(_list_at(name, site, models))

    def parse(self, response: Response) -> Iterator[Yielded]:
        """A list: bare, or in pages, of which the first asks for all others."""
        name = _name_of(response.request.url)
        manager = MANAGERS[name]
        rows, total = _rows(response)
        yield Scope(name, exhaustive=True)
        if total is not None:
            yield Total(total, scope=name)
            yield from _other_pages(response.request.url, len(rows), total)
        for id, entry in identified(rows, lambda entry: items.identity(manager, entry, response.url)):
            known = entry if isinstance(entry, Mapping) else {}
            yield from self._entry(id, manager, known, response.run.site)

    def _entry(self, id: str, manager: items.Manager, entry: Mapping[str, Any], site: Site) -> Iterator[Yielded]:
        """A thing that is published; what must not be is counted, for the total's sake, and taken away."""
        draft, test = items.is_draft(entry), items.is_test(manager, entry)
        if draft or (test and not switch(site, "test_events", False)):
            if id:
                yield Seen(id)
                yield Gone(id, "it is a draft" if draft else "it is a test")
            return
        yield Item(id, items.item(manager, entry))
        if id and manager.type == "story":
            yield from _parts_of(id, entry, site)

    def parse_domains(self, response: Response) -> Iterator[Yielded]:
        """The policy domains: only if their numbers are those that we know, events are asked for.

        Else each would be told under a subject that is not its own.
        """
        rows, _ = _rows(response)
        named = {each.get("id"): str(each.get("title")).lower() for each in rows if isinstance(each, Mapping)}
        same = all(word in named.get(number, "") for number, (word, _) in enumerate(items.DOMAINS, 1))
        if not same or len(named) != len(items.DOMAINS):
            raise ParseError(
                f"{response.url} numbers its policy domains in its own way: the site needs domains = false"
            )
        yield Request(_list_at("events", response.run.site, None))

    def parse_chapter(self, response: Response) -> Iterator[Yielded]:
        """A chapter of a story."""
        answer = response.json()
        asked = response.request.url.rpartition("/")[2]
        if not isinstance(answer, Mapping) or str(answer.get("id")) != asked or not isinstance(answer.get("text"), str):
            raise ParseError(f"the answer of {response.url} is not the chapter {asked} with a 'text'")
        yield Item(str(response.request.item), sieve(answer, items.CHAPTER), part=response.request.part)

    def parse_comments(self, response: Response) -> Iterator[Yielded]:
        """How many comments a story has. The count is a text; 404 says that nobody ever wrote one."""
        count = "0" if response.status == 404 else _count(response.json())
        if count is None:
            raise ParseError(f"the answer of {response.url} does not count comments")
        yield Item(str(response.request.item), {"count": int(count)}, part="comments")

    def map(self, item: WholeItem, run: Run) -> Process:
        """A thing of any manager."""
        pages, models = (_service(run.site, name, needed=False) for name in ("pages", "models"))
        try:
            return process(item, run.site, pages, models, domains=switch(run.site, "domains", True))
        except ValueError as error:
            raise MappingError(f"{item.id}: {error}") from error


# Addresses


def _list_at(name: str, site: Site, models: str | None) -> str:
    manager = MANAGERS[name]
    url = f"{models.rstrip('/')}/{manager.path}" if name == "models" and models else site.url(manager.path)
    return f"{url}?{urlencode(manager.query)}" if manager.query else url


def _name_of(url: str) -> str:
    """The manager whose list ``url`` is; ``ParseError`` if it is none."""
    path = urlsplit(url).path
    for name, manager in MANAGERS.items():
        if path.endswith(f"/{manager.path}"):
            return name
    raise ParseError(f"{url} is not the address of a list")


def _other_pages(url: str, held: int, total: int) -> Iterator[Yielded]:
    """All pages but the first, which asks for them; the service counts them from 1."""
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query))
    if held and query.get("page", "1") == "1":
        for number, _ in enumerate(offsets(0, held, held, total), 2):
            yield Request(urlunsplit(parts._replace(query=urlencode({**query, "page": number}))))


def _parts_of(id: str, story: Mapping[str, Any], site: Site) -> Iterator[Yielded]:
    """A story's chapters, which hold its text, and its comments."""
    changed = story.get("date_modified")
    same = changed if isinstance(changed, str) else None
    for part, number in items.chapters(story).items():
        url = site.url(f"{items.CHAPTER_AT}{number}")
        yield Request(
            url, then="parse_chapter", item=id, part=part, unless_same=same and f"{number} {same}", max_age=_WEEK
        )
    discussion = _service(site, "discussion", needed=False)
    if discussion and "comments" in _parts(site):
        query = urlencode({"content_type": _COMMENTS, "count": "true", "depth": "all", "elements": "omit"})
        url = f"{discussion.rstrip('/')}/{items.DISCUSSION_AT}{id}?{query}"
        yield Request(url, then="parse_comments", item=id, part="comments", accept=(200, 404))


# Answers


def _rows(response: Response) -> tuple[list[Any], int | None]:
    """The things of a list and how many there are in all, which a bare list does not say."""
    answer = response.json()
    if isinstance(answer, list):
        return answer, None
    rows = answer.get("results") if isinstance(answer, Mapping) else None
    total = answer.get("count") if isinstance(answer, Mapping) else None
    if not isinstance(rows, list) or not isinstance(total, int) or isinstance(total, bool) or total < len(rows):
        raise ParseError(f"the answer of {response.url} is neither a list nor a page with 'count' and 'results'")
    return rows, total


def _count(answer: Any) -> str | None:
    """The digits of a count of comments, which is a text though it is a number."""
    for step in ("data", _POOL, "count"):
        answer = answer.get(step) if isinstance(answer, Mapping) else None
    return answer if isinstance(answer, str) and re.fullmatch(r"\d{1,9}", answer, re.ASCII) else None


# Settings


def _parts(site: Site) -> list[str]:
    return several(site, "parts", _DEFAULT, _PARTS, ", ".join(_PARTS), least=1)


def _service(site: Site, name: str, *, needed: bool) -> str | None:
    """The address at which another part of the platform is; ``ConfigError`` if it is none, or missed."""
    value = site.setting(name)
    if (value is None and needed) or (value is not None and address(value) != value):
        raise wrong(site, name, value, "an absolute http(s) address")
    return str(value) if value is not None else None
