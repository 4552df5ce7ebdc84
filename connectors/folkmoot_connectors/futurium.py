"""Futurium, where the European Commission's discussion communities meet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, Final
from urllib.parse import parse_qs, unquote, urlsplit

import msgspec

from folkmoot_connectors import _drupal as drupal
from folkmoot_connectors._private import without_contacts
from folkmoot_connectors._settings import addresses, several, switch, wrong
from folkmoot_connectors._values import address, by_language, excerpt, fuller, line, local_id, read, shortened
from folkmoot_hub.connector import (
    LIST,
    Connector,
    FeedEntry,
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
from folkmoot_schema.codes import DocumentKind, Kind, Stage, Unit
from folkmoot_schema.process import Document, Organisation, Process, Support
from folkmoot_schema.texts import UNDETERMINED, Text, is_tag

# Sections of the present site and content types of the old one (SOURCE.md); what is in neither is news.
_KINDS: Final = {
    "community-content": Kind.DEBATE,
    "issue": Kind.DEBATE,
    "issues": Kind.DEBATE,
    "future": Kind.DEBATE,
    "futures": Kind.DEBATE,
    "idea": Kind.PROPOSAL,
    "ideas": Kind.PROPOSAL,
    "poll": Kind.SURVEY,
}
_OLD: Final = "futurium"
_DETAIL: Final = frozenset(drupal.Told.__struct_fields__)


class Listed(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a feed tells of a post, or the address alone under which a page is known."""

    link: str
    title: str = ""
    body: str = ""
    published: str | None = None
    categories: tuple[str, ...] = ()


class Futurium(Connector):
    """Posts, discussions and pages of the European Commission's communities on Futurium.

    Platform
        One site of the Commission on Drupal, in two generations: until about 2021 below ``ec.europa.eu/futurium``
        (Drupal 7), since then ``futurium.ec.europa.eu`` (Drupal 8 and later). Communities, such as the European AI
        Alliance, have a group each.
    Access
        Feeds, and the pages of what they list. Settings: ``feeds`` (default ``["/rss.xml"]``, the ten newest promoted
        posts), ``terms`` (numbers of tags, each of which has a feed ``/taxonomy/term/<number>/feed``; default none),
        ``pages`` (addresses to be read beside, of either generation; default none), ``details`` (default true: the
        page of each entry is read, too), ``groups`` (names of communities by their part of an address). No feed and no
        page of Futurium as it is was at hand: that feeds and RDFa are there follows from the site's own source of 2019
        and from what Drupal writes by default; reading a page by heading and paragraphs is proven on two composed ones
        (true words, made markup), that of feeds and RDFa only on made ones.
    Caveats
        Whether the site still serves feeds or RDFa is not verified, so it waits for an operator. There is no JSON to
        count on. A feed shows the newest entries alone: what is no longer in it is not gone. Nothing has a formal
        status or a deadline, so the status is unknown; comments are told as support where a page counts them. The
        language in an address is that of the interface, in which a text may not be at all: unless an element of the
        page states one, a text under an address of another language than the site's first is of no known language. A
        page that does not name its node's number is known by its address. What a section holds (debate, proposal,
        survey, else news) is our reading of its name. Votes on ideas stood in markup that nothing at hand shows.
    Licence
        None is stated by what was at hand; the Commission's legal notice applies.
    Personal data
        Who wrote a post or a comment is never kept: Drupal names the author inside a feed's description and beside a
        page's text, and both are passed over; a name that is marked so is taken out of the other texts, too. Comments
        are counted, not read. E-mail addresses and telephone numbers are taken out. A name that an author wrote into a
        text, and that nothing marks, cannot be told from other words.
    """

    id = "futurium"
    title = "Futurium"
    homepage = "https://futurium.ec.europa.eu"
    fields: ClassVar[Mapping[str, frozenset[str]]] = {LIST: frozenset(Listed.__struct_fields__), "detail": _DETAIL}
    settings = frozenset({"feeds", "terms", "pages", "details", "groups"})

    def start(self, run: Run) -> Iterator[Yielded]:
        """The feeds and the pages that are configured."""
        site = run.site
        switch(site, "details", True)
        _groups(site)
        terms = several(site, "terms", [], range(1, 10**9), "numbers of tags")
        feeds = [*addresses(site, "feeds", ["/rss.xml"]), *(site.url(f"taxonomy/term/{tid}/feed") for tid in terms)]
        pages = addresses(site, "pages", [])
        if not feeds and not pages:
            raise wrong(site, "feeds", [], "at least one address, unless terms or pages name any")
        yield from (Request(url, expect="feed") for url in dict.fromkeys(feeds))
        yield from (Request(url, then="parse_page", expect="html") for url in pages)

    def parse(self, response: Response) -> Iterator[Yielded]:
        """A feed. None promises to be complete."""
        site = response.run.site
        yield Scope("feeds", exhaustive=False)
        for entry in response.feed().entries():
            link = address(entry["link"], response.url)
            if link is None or without_contacts(link) != link:
                yield Item("", {})
                continue
            id = _entry_id(entry, link, response.url)
            yield Item(id, msgspec.to_builtins(_listed(entry, link)))
            if switch(site, "details", True) and site.allows(link):
                yield Request(link, then="parse_detail", expect="html", item=id)

    def parse_detail(self, response: Response) -> Iterator[Yielded]:
        """The page of an entry."""
        yield Item(response.request.item or "", msgspec.to_builtins(drupal.node(response.html())), part="detail")

    def parse_page(self, response: Response) -> Iterator[Yielded]:
        """A page that is configured; it is known by its node's number where it tells it."""
        page = response.html()
        told = drupal.node(page)
        number = drupal.number(page)
        url = response.request.url
        id = _id(number, url) if number else _path_id(url)
        yield Scope("pages", exhaustive=False)
        yield Item(local_id(id, url), {"link": url})
        yield Item(id, msgspec.to_builtins(told), part="detail")

    def map(self, item: WholeItem, run: Run) -> Process:
        """A post or page; where feed and page differ, the page holds."""
        listed = read(item.part(LIST), Listed)
        told = read(item.part("detail"), drupal.Told)
        try:
            return _process(item.id, listed, told, run.site)
        except ValueError as error:
            raise MappingError(f"{item.id}: {error}") from error


def _process(id: str, listed: Listed, told: drupal.Told, site: Site) -> Process:
    url = address(listed.link)
    if url is None:
        raise MappingError(f"{id}: {listed.link!r} is not an address")
    body = told.body or listed.body
    title = shortened(line(told.title or listed.title), 300) or excerpt(body, 120)
    if not title:
        raise MappingError(f"{id} has neither title nor text")
    language = _language(told.language, url, site)
    summary = by_language({language: excerpt(body)}, language)
    kind = _kind(url)
    return Process(
        kind=kind,
        title=Text({language: title}, language),
        url=url,
        summary=summary,
        body=fuller(by_language({language: body}, language, html=True), summary),
        organiser=_organiser(url, site),
        authority=site.authority,
        place=site.place,
        level=site.level,
        keywords=tuple(dict.fromkeys(word for each in (*told.tags, *listed.categories) if (word := line(each)))),
        stage=Stage.POLICY_DESIGN if kind is Kind.CONSULTATION else Stage.AGENDA_SETTING,
        published=told.created or listed.published,
        support=(Support(unit=Unit.COMMENTS, count=told.comments, part="detail"),) if told.comments is not None else (),
        documents=tuple(_document(each, language) for each in told.files),
    )


def _listed(entry: FeedEntry, link: str) -> Listed:
    words = (without_contacts(word) for word in entry.get("categories", []))
    return Listed(
        link=link,
        title=without_contacts(entry["title"]),
        body=drupal.described(entry.get("content") or entry.get("summary", ""), link),
        published=entry.get("published"),
        categories=tuple(dict.fromkeys(words)),
    )


def _entry_id(entry: FeedEntry, link: str, feed: str) -> str:
    """By the node's number in the entry's id, else by the path of its address."""
    found = drupal.guid(entry["id"])
    return local_id(_id(*found) if found else _path_id(link), feed)


def _id(number: str, url: str) -> str:
    """A node's own path in Drupal; numbers of the two generations are not the same nodes."""
    return f"{_OLD}/node/{number}" if _is_old(url) else f"node/{number}"


def _path_id(url: str) -> str:
    """The path of an address without its language, that of the old generation with its first step."""
    steps = _steps(url)
    if not steps:
        raise ParseError(f"{url} names no page")
    return "/".join([_OLD, *steps] if _is_old(url) else steps)


def _is_old(url: str) -> bool:
    return urlsplit(url).path.lstrip("/").partition("/")[0] == _OLD


def _steps(url: str) -> list[str]:
    """The steps of an address's path, without the generation's own first one and the language."""
    steps = [unquote(step) for step in urlsplit(url).path.split("/") if step]
    steps = steps[1:] if _is_old(url) else steps
    return steps[1:] if steps and len(steps[0]) == 2 else steps


def _interface(url: str) -> str | None:
    """The language that an address asks for: as the first step of its path, or as a parameter."""
    parts = urlsplit(url)
    asked = parse_qs(parts.query).get("language")
    if asked:
        return asked[0].lower()
    steps = [step for step in parts.path.split("/") if step]
    first = steps[1:2] if _is_old(url) else steps[:1]
    return first[0].lower() if first and len(first[0]) == 2 else None


def _language(stated: str | None, url: str, site: Site) -> str:
    """What the page's own element states, else the site's first if the address asks for no other."""
    if stated and is_tag(stated):
        return stated
    return site.languages[0] if _interface(url) in {None, site.languages[0]} else UNDETERMINED


def _kind(url: str) -> Kind:
    steps = _steps(url)
    if any("public-feedback" in step for step in steps):
        return Kind.CONSULTATION
    return next((_KINDS[step] for step in steps if step in _KINDS), Kind.NEWS)


def _organiser(url: str, site: Site) -> Organisation | None:
    """The community, by the first step of the address, where its name is configured."""
    name = _groups(site).get(next(iter(_steps(url)), ""))
    return Organisation(name=Text({site.languages[0]: name}, site.languages[0])) if name else site.authority


def _document(file: drupal.File, language: str) -> Document:
    kind = "application/pdf" if urlsplit(file.url).path.lower().endswith(".pdf") else None
    title = by_language({language: line(file.title)}, language)
    return Document(url=file.url, kind=DocumentKind.OTHER, title=title, media_type=kind)


def _groups(site: Site) -> dict[str, str]:
    value: Any = site.setting("groups", {})
    if not isinstance(value, dict) or not all(isinstance(name, str) and name.strip() for name in value.values()):
        raise wrong(site, "groups", value, "a table of names by the part of an address")
    return value
