"""Kosova/Kosovo: copies of the pages of a news and dialogue site in Albanian, Serbian and English."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import ClassVar, Final
from urllib.parse import parse_qsl, urlencode, urlsplit

import msgspec

from folkmoot_connectors._captured import absolute, page
from folkmoot_connectors._private import OMITTED, without_contacts
from folkmoot_connectors._settings import addresses, wrong
from folkmoot_connectors._values import body, by_language, excerpt, fuller, line, local_id, read, shortened
from folkmoot_hub.connector import (
    Connector,
    Item,
    MappingError,
    Page,
    ParseError,
    Request,
    Response,
    Run,
    Site,
    WholeItem,
    Yielded,
)
from folkmoot_schema.codes import Kind, LinkKind, Stage, Status, Topic
from folkmoot_schema.process import Link, Process

_LANGUAGES: Final = ("en", "sq", "sr")
#: The words of the switch that stands on every page, by language.
_SWITCH: Final = {"english": "en", "shqip": "sq", "srpski": "sr"}
#: How an address says its language, if it does: as a step of the path, or as one of these in the query (inferred).
_MARKS: Final = {"en": "en", "eng": "en", "sq": "sq", "al": "sq", "alb": "sq", "sr": "sr", "srp": "sr", **_SWITCH}
_QUERY: Final = {"lang", "language", "lng", "l"}
# Bytes that no page declares are Windows' own for this region (inferred from one broken character); ë and ç are in it.
_FALLBACK: Final = "cp1250"
_DIALOGUE: Final = re.compile(r"di[aj]+log", re.IGNORECASE)
#: The operators' own words; all other pages are about people, and of these the title alone is kept.
_NOTICE: Final = re.compile(r"announce|njoftim|obave[sš]t", re.IGNORECASE)
_FILE: Final = re.compile(r"\.(?:jpe?g|gif|png|pdf|docx?|zip|mp3|css|js|swf)$", re.IGNORECASE)
_NAME: Final = r"[^\W\d_][\w'’.-]*(?:\s+[^\W\d_][\w'’.-]*){1,3}"
#: Who speaks, or who wrote: before a colon at the begin of a paragraph, or after a word for it.
_SPEAKER: Final = re.compile(rf"({_NAME})\s*:(?!\w)")
_BYLINE: Final = re.compile(rf"(?:by|author|nga|autor|piše|pise|shkruan)\s*:?\s+({_NAME})", re.IGNORECASE)
_DAY: Final = re.compile(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})\.?|(\d{4})-(\d\d)-(\d\d)", re.ASCII)
_LONGEST_TITLE: Final = 300
#: What the page is known by whose address is nothing but the host.
_FRONT: Final = "front"


class Told(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a page tells in one language. ``others`` are the same page in languages whose address shows no kinship."""

    url: str
    title: str
    section: str
    text: str | None = None
    day: str | None = None
    others: tuple[str, ...] = ()


class Kosovakosovo(Connector):
    """News and dialogue between Albanians and Serbs, each page in up to three languages, from a web archive.

    Platform
        kosovakosovo.com, the Albanian-Serb Information Exchange Forum, of January 2005 to mid-2006, by the Beta news
        agency (Belgrade), KosovaLive (Pristina) and CDRSEE. It had no feed, votes or comments; what it called dialogue
        were talks between public figures, not with its readers.
    Access
        Copies in a web archive only (Archive-It, collection 1068, names the site; no address of a capture was seen).
        Setting ``pages`` names the pages to read (default: the closing notice); ``indexes`` those whose links to the
        site's own pages are read, too (default none). A page is known by the switch of languages that stands on each;
        its links are followed. One page's structure is proven: its heading, the switch, no date. Everything else is
        inferred: that languages show in a step or parameter of the address, the dates, and the section of dialogues.
    Caveats
        It ended in 2006, and so did all it holds. Pages whose address is the same but for the language are one item in
        several languages; where the switch leads to an address that does not show it, they are items of their own, and
        linked. Bytes are read by what the page declares, else as UTF-8 if they are that, else as Windows-1250. Days are
        read where a text is nothing else (day.month.year). The place is Kosovo; Serbia, which is meant as well, stands
        among the keywords, since a place has one country.
    Licence
        None is stated; the terms of the operators and of the archive apply.
    Personal data
        Articles and dialogues are about people: of them no text is kept but the title, without those who speak or wrote
        where the page marks them as such (a name before a colon, or after "by"). Another name in a title is found by no
        rule; what is complained of, an operator erases. Only the operators' own notices are kept with their text,
        without e-mail addresses and telephone numbers.
    """

    id = "kosovakosovo"
    title = "Kosova/Kosovo"
    homepage = "http://kosovakosovo.com"
    version = "1"
    fields: ClassVar[Mapping[str, frozenset[str]]] = dict.fromkeys(_LANGUAGES, frozenset(Told.__struct_fields__))
    settings = frozenset({"pages", "indexes"})

    def start(self, run: Run) -> Iterator[Yielded]:
        """The pages and indexes that the site names."""
        pages, indexes = addresses(run.site, "pages", ["/announcement/"]), addresses(run.site, "indexes", ())
        if not (pages or indexes):
            raise wrong(run.site, "pages", [], "at least one address, unless indexes names any")
        for url in pages:
            yield Request(url, expect="html")
        for url in indexes:
            yield Request(url, then="parse_index", expect="html")

    def parse(self, response: Response) -> Iterator[Yielded]:
        """A page: one item in its language; the switch leads to the others."""
        found = page(response, _FALLBACK)
        switch = _switch(found)
        key, language = identity(response.request.url)
        part = language or _language(found, response, switch)
        others = {tag: url for tag, url in switch.items() if tag != part and response.run.site.allows(url)}
        kin = {tag: url for tag, url in others.items() if identity(url)[0] == key}
        strangers = {tag: url for tag, url in others.items() if tag not in kin}
        told = _told(found, response.request.url, tuple(strangers.values()))
        yield Item(local_id(key, response.url), msgspec.to_builtins(told), part=part)
        for tag, url in kin.items():
            yield Request(url, expect="html", item=key, part=tag)
        for tag, url in strangers.items():
            yield Request(url, expect="html", item=local_id(identity(url)[0], response.url), part=tag)

    def parse_index(self, response: Response) -> Iterator[Yielded]:
        """A list of pages, whatever it looks like: links to pages of the site, each asked for as an item."""
        found = page(response, _FALLBACK)
        switch = set(_switch(found).values())
        site = response.run.site
        for url in _links(found):
            key, language = identity(url)
            wanted = site.allows(url) and url not in switch and key != _FRONT and not _FILE.search(urlsplit(url).path)
            if wanted and url not in addresses(site, "indexes", ()):
                yield Request(url, expect="html", item=local_id(key, response.url), part=language or _LANGUAGES[0])

    def map(self, item: WholeItem, run: Run) -> Process:
        """A page in all languages that were found."""
        told = {tag: read(item.part(tag), Told) for tag in _LANGUAGES if item.part(tag)}
        if not told:
            raise MappingError(f"{item.id}: no language of it was found")
        try:
            return _process(item.id, told, run.site)
        except ValueError as error:
            raise MappingError(f"{item.id}: {error}") from error


# Addresses


def identity(url: str) -> tuple[str, str | None]:
    """What a page is known by, which is its address without the language, and the language if it shows one."""
    parts = urlsplit(url)
    steps = [step for step in parts.path.split("/") if step]
    query = parse_qsl(parts.query)
    marks = [_MARKS.get(step.lower()) for step in steps]
    marks += [_MARKS.get(value.lower()) for name, value in query if name.lower() in _QUERY]
    kept = "/".join(step for step in steps if step.lower() not in _MARKS)
    rest = urlencode([(name, value) for name, value in query if name.lower() not in _QUERY])
    return (f"{kept}?{rest}" if rest else kept) or _FRONT, next((mark for mark in marks if mark), None)


def _links(found: Page) -> list[str]:
    urls = (absolute(href, found.url) for href in found.strings("//body//a/@href"))
    return [url for url in dict.fromkeys(urls) if url]


# Pages


def _switch(found: Page) -> dict[str, str]:
    """Where the switch leads, by language; ``ParseError`` if the page has none, since then it is not of the site."""
    words = set(re.findall(r"\w+", " ".join(found.strings("//body")).lower()))
    if not words.issuperset(_SWITCH):
        raise ParseError(f"{found.url} has no switch of languages: it is no page of the site")
    links: dict[str, str] = {}
    for anchor in found.all("//body//a[@href]"):
        tag = _SWITCH.get(anchor.text.strip(" []").lower())
        url = absolute(anchor.attribute("href") or "", found.url)
        if tag and url:
            links.setdefault(tag, url)
    return links


def _language(found: Page, response: Response, switch: Mapping[str, str]) -> str:
    """By what the page declares, by the one language that its switch does not link, by what was asked for."""
    declared = found.string("/html/@lang").lower().split("-")[0]
    if declared in _LANGUAGES:
        return declared
    unlinked = [tag for tag in _LANGUAGES if tag not in switch]
    if len(unlinked) == 1:
        return unlinked[0]
    return response.request.part if response.request.part in _LANGUAGES else _LANGUAGES[0]


def _told(found: Page, url: str, others: tuple[str, ...]) -> Told:
    paragraphs = [text for text in found.strings("//body//p | //body//li | //body//td[not(.//p)]") if text]
    paragraphs = [text for text in paragraphs if not _is_switch(text)]
    heading = next(filter(None, (found.string(f"//{name}") for name in ("h1", "h2", "title"))), "")
    names = _names(paragraphs)
    title = shortened(line(without_contacts(_without(heading, names))), _LONGEST_TITLE)
    if not title:
        raise ParseError(f"{url} has no heading and no title")
    key = identity(url)[0]
    notice = _NOTICE.search(key) is not None
    section = "notice" if notice else "dialogue" if _DIALOGUE.search(key) else "news"
    days = [day for text in paragraphs if (day := _day(text))]
    kept = [_without(without_contacts(text), names) for text in paragraphs if not _BYLINE.match(text)]
    return Told(
        url=url,
        title=title,
        section=section,
        text="\n".join(kept) or None if notice else None,
        day=days[0] if days else None,
        others=others,
    )


def _names(paragraphs: list[str]) -> list[str]:
    """Who speaks or wrote, where a page marks it: words that all begin with a capital."""
    found = [each[1] for rule in (_SPEAKER, _BYLINE) for text in paragraphs if (each := rule.match(text))]
    return [name for name in found if all(word[0].isupper() for word in name.split())]


def _is_switch(text: str) -> bool:
    return set(re.findall(r"\w+", text.lower())) == set(_SWITCH)


def _without(text: str, names: list[str]) -> str:
    for name in names:
        text = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", OMITTED, text, flags=re.IGNORECASE)
    return text


def _day(text: str) -> str | None:
    found = _DAY.fullmatch(text)
    if found is None:
        return None
    year, month, day = (found[3], found[2], found[1]) if found[3] else (found[4], found[5], found[6])
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return None


# The process


def _process(id: str, told: Mapping[str, Told], site: Site) -> Process:
    original = next(iter(told))
    first = told[original]
    title = by_language({tag: line(each.title) for tag, each in told.items()}, original)
    if title is None:
        raise MappingError(f"{id}: it has no title")
    summary = by_language({tag: excerpt(_html(each.text)) for tag, each in told.items()}, original)
    whole = by_language({tag: body(_html(each.text)) for tag, each in told.items()}, original, html=True)
    return Process(
        kind=Kind.DEBATE if first.section == "dialogue" else Kind.NEWS,
        title=title,
        url=first.url,
        summary=summary,
        body=fuller(whole, summary),
        organiser=site.authority,
        authority=site.authority,
        place=site.place,
        level=site.level,
        topics=(Topic.INTR,),
        keywords=("Kosovo", "Serbia"),
        stage=Stage.AGENDA_SETTING,
        published=_published(told),
        flag=Status.ENDED,
        links=_related(id, told),
    )


def _html(text: str | None) -> str:
    """Paragraphs, a line each; what looks like a tag in them is words."""
    rows = (text or "").replace("&", "&amp;").replace("<", "&lt;").split("\n")
    return "".join(f"<p>{row}</p>" for row in rows if row)


def _published(told: Mapping[str, Told]) -> str | None:
    """The day, if a language of it says so: the earliest, since translations may follow."""
    return min((each.day for each in told.values() if each.day), default=None)


def _related(id: str, told: Mapping[str, Told]) -> tuple[Link, ...]:
    others = dict.fromkeys(url for each in told.values() for url in each.others)
    found = [Link(kind=LinkKind.RELATED, value=identity(url)[0], url=url) for url in others]
    return tuple(each for each in found if each.value != id)
