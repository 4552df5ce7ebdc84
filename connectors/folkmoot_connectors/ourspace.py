"""OurSpace: what young people in Europe proposed, debated and voted on, as far as an archive or a copy has it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from urllib.parse import unquote, urlsplit

from folkmoot_connectors import _ourspace_thread as made
from folkmoot_connectors._pages import identified
from folkmoot_connectors._settings import addresses, choice, several, switch, wrong
from folkmoot_connectors._values import address
from folkmoot_hub.connector import (
    LIST,
    Connector,
    Item,
    MappingError,
    ParseError,
    Request,
    Response,
    Run,
    Site,
    WholeItem,
    Yielded,
)
from folkmoot_schema.process import Process

_PARTS: Final = ("service", "feeds")
_LANGUAGES: Final = ("any", "en", "el", "de", "cs")
_SERVICE: Final = "http://ws.joinourspace.eu"
#: The feed of all forums: page 62 is that of debates, 381 the forum's number in the platform's code.
_FEED: Final = "DesktopModules/Forum/Forum_Rss.aspx?forumid=-1&tabid=62&mid=381"
_READING: Final = frozenset(
    {
        "toptopics.aspx",
        "forumlist.aspx",
        "threadlist_phaseid.aspx",
        "threadlist_forumid.aspx",
        "threadandreplies.aspx",
        "forum_rss.aspx",
    }
)
#: What changes something at the platform although it is a GET: a reply, a vote, a login.
STATE_CHANGING: Final = frozenset({"forumpostadd.aspx", "forumpostthumbsupdate.aspx", "login.aspx"})


class OurSpace(Connector):
    """Debates of young people in four phases: propose, discuss, vote, results.

    Platform
        OurSpace (joinourspace.eu), a project of the EU's programme CIP, to 2013: a forum of DotNetNuke for young people
        and decision makers in English, German, Greek and Czech, and a JSON service for its application.
    Access
        Everything is known from the platform's code and that of its application alone; no answer was seen. ``parts``
        (default both): "service", the lists of the JSON service and each thread's posts; "feeds", the forum's RSS.
        Settings: ``service`` (its base; a copy may have its own), ``language`` (of the lists: any by default, en, el,
        de, cs), ``forums`` (whether each forum's lists are asked, too; true by default), ``posts`` (whether solutions
        are read; true by default), ``feeds`` (addresses of feeds, or paths below ``base``).
    Caveats
        Voting, replying and logging in are GET requests there: addresses by these names (ForumPostThumbsUpdate,
        ForumPostAdd, LogIn) are refused, also in settings and where a path follows them, and no link of an answer is
        ever asked. The number of the page that an address is of tells the phase (73, 62, 200, 196) where no list does.
        Of a thread's posts the first page is read, and of these only solutions, with their thumbs; a list's array and
        the number of a thread have several names, and texts are escaped up to twice. When a post was written (its field
        is misspelt, its form inferred) is not read; when a thread was published only a feed tells, and nothing when it
        began or ended. What a feed calls ``comments`` is an address and no count. Where no list tells the language, it
        stays unknown.
    Licence
        None is stated, neither by the platform nor in its public code.
    Personal data
        No first or last name, picture or country of anybody is ever read, nor a feed's creator; replies are counted
        and not shown. Out of texts are taken e-mail addresses, telephone numbers and IP addresses; names in free texts
        cannot be found by rule.
    """

    id = "ourspace"
    title = "OurSpace"
    homepage = "https://github.com/pbrigdenatc/PlatformModules"
    fields = made.FIELDS
    settings = frozenset({"parts", "service", "language", "forums", "posts", "feeds"})

    def start(self, run: Run) -> Iterator[Yielded]:
        """The lists of the service, and the feeds."""
        site = run.site
        parts = several(site, "parts", _PARTS, _PARTS, ", ".join(_PARTS), least=1)
        service, language = _service(site), _language(site)
        feeds = _feeds(site) if "feeds" in parts else []
        by_forum = switch(site, "forums", True)
        _with_posts(site)
        if "service" in parts:
            yield reading(f"{service}/TopTopics.aspx?lang={language}")
            for phase in range(1, 5):
                yield reading(f"{service}/ThreadList_PhaseId.aspx?phaseId={phase}&lang={language}")
            if by_forum:
                words = "en" if language == "any" else language
                yield reading(f"{service}/ForumList.aspx?lang={words}", then="parse_forums")
        for feed in feeds:
            yield reading(feed, then="parse_feed", expect="feed")

    def parse_forums(self, response: Response) -> Iterator[Yielded]:
        """The forums, whose lists are asked for each phase that has one."""
        service, language = _service(response.run.site), _language(response.run.site)
        for forum in made.forums(response.json(), response.url):
            for phase in range(2, 5):
                url = f"{service}/ThreadList_ForumId.aspx?lang={language}&forumId={forum}&phaseId={phase}"
                yield reading(url)

    def parse(self, response: Response) -> Iterator[Yielded]:
        """A list of threads. None is said to be whole."""
        site = response.run.site
        entries = made.listed(response.json(), response.url)
        part = made.TOP if _name(response.request.url) == "toptopics.aspx" else LIST
        for id, entry in identified(entries, lambda entry: made.identity(entry, response.url)):
            told = made.thread_item(entry) if id else {}
            yield Item(id, told, part)
            phase = told.get("PhaseId")
            if id and _with_posts(site) and type(phase) is int:
                query = f"threadId={id}&phaseId={phase}&showAll=true&page=1&lastPage=false"
                url = f"{_service(site)}/ThreadAndReplies.aspx?{query}"
                yield reading(url, then="parse_posts", item=id, part="posts")

    def parse_posts(self, response: Response) -> Iterator[Yielded]:
        """The first page of a thread's posts."""
        yield Item(response.request.item or "", made.posts_item(response.json(), response.url), part="posts")

    def parse_feed(self, response: Response) -> Iterator[Yielded]:
        """A feed of threads, each known by the number in its address."""
        entries = response.feed().entries()
        if entries and not any(map(made.entry_id, entries)):
            raise ParseError(f"no entry of {response.url} links to a thread")
        for entry in entries:
            yield Item(made.entry_id(entry) or "", made.entry_item(entry), part="feed")

    def map(self, item: WholeItem, run: Run) -> Process:
        """A thread, by whichever of them told of it."""
        try:
            return made.process(item, run.site)
        except ValueError as error:
            raise MappingError(f"{item.id}: {error}") from error


def reading(url: str, **more: str) -> Request:
    """A request for what only reads; ``ParseError`` for any other, so that nothing is ever voted or written by us."""
    name = _name(url)
    if name not in _READING:
        raise ParseError(f"{url} is not asked: {_why(name)}")
    return Request(url, **more)  # type: ignore[arg-type]  # texts among its fields, by name


def _name(url: str) -> str:
    """The page that the server runs: the first step that names one, whatever follows it (ASP.NET's path info)."""
    steps = unquote(urlsplit(url).path).lower().split("/")
    return next((step for step in steps if ".aspx" in step), "")


def _why(name: str) -> str:
    return f"{name} changes something" if name in STATE_CHANGING else f"allowed: {', '.join(sorted(_READING))}"


def _service(site: Site) -> str:
    base = site.setting("service", _SERVICE)
    if address(base) != base or urlsplit(base).query or _name(base):
        raise wrong(site, "service", base, "an absolute http(s) address, of no page and without a query")
    return str(base).rstrip("/")


def _language(site: Site) -> str:
    return choice(site, "language", _LANGUAGES, "any")


def _with_posts(site: Site) -> bool:
    return switch(site, "posts", True)


def _feeds(site: Site) -> list[str]:
    """The addresses of the setting ``feeds``, each of which must be one of a feed."""
    urls = addresses(site, "feeds", [_FEED], least=1)
    for url in urls:
        name = _name(url)
        if name != "forum_rss.aspx":
            why = f" ({_why(name)})" if name in STATE_CHANGING else ""
            raise wrong(site, "feeds", url, f"addresses of Forum_Rss.aspx{why}")
    return urls
