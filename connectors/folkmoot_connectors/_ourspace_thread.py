"""A thread of OurSpace as a process, from what its service and its feeds tell of it."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

import msgspec

from folkmoot_connectors._private import TEXT, sieve
from folkmoot_connectors._traces import without_traces
from folkmoot_connectors._values import address, body, by_language, excerpt, fuller, line, read, shortened
from folkmoot_hub.connector import LIST, FeedEntry, MappingError, ParseError, Site, WholeItem
from folkmoot_schema.codes import Kind, Level, Stage, Status, Topic, Unit
from folkmoot_schema.process import Place, Process, Support
from folkmoot_schema.texts import UNDETERMINED, Text, is_tag

#: Which fields of a thread pass. FirstName and LastName are not among them.
THREAD: Final[dict[str, Any]] = {
    "Name": TEXT,
    "Subject": without_traces,
    "Body": without_traces,
    "Replies": None,
    "PhaseId": None,
    "ThreadLanguage": None,
}
_POST: Final[dict[str, Any]] = {"Body": without_traces, "ThumbsUp": None, "ThumbsDown": None, "IsSolution": None}
TOP: Final = "top"
FIELDS: Final = {
    LIST: frozenset(THREAD),
    # The list of the most read threads tells more of one than others may.
    TOP: frozenset(THREAD),
    "posts": frozenset({"solutions"}),
    "feed": frozenset({"title", "link", "text", "published", "phase"}),
}
#: The key of a list's array differs from list to list.
_ARRAYS: Final = ("TopTopics", "ThreadList", "ThreadListPhase")
#: What a page of the site is for, by its number (the addresses in the platform's own messages).
PHASES_OF_PAGES: Final = {73: 1, 62: 2, 200: 3, 196: 4}
_PHASES: Final = {1: "Propose", 2: "Discussion", 3: "Voting", 4: "Results"}
_TOPICS: Final = {
    "crime": Topic.JUST,
    "drugs and alcohol": Topic.HEAL,
    "economy": Topic.ECON,
    "education": Topic.EDUC,
    "employment": Topic.SOCI,
    "environment": Topic.ENVI,
    "health": Topic.HEAL,
    "human rights": Topic.JUST,
    "innovation": Topic.TECH,
    "politics": Topic.GOVE,
}
_PAGE: Final = re.compile(r"/tabid/(\d{1,6})/", re.IGNORECASE)
_THREAD: Final = re.compile(r"/(?:threadid|result)/(\d{1,9})(?:/|$)", re.IGNORECASE)
_LONGEST_OPTION: Final = 160


class Thread(msgspec.Struct, frozen=True, rename="pascal"):
    """A thread in a list of the service; ``phase_id`` is 1 to 4."""

    subject: str = ""
    body: str = ""
    name: str = ""
    replies: int | None = None
    phase_id: int | None = None
    thread_language: str = ""


class Solution(msgspec.Struct, frozen=True, rename="pascal"):
    """A post that proposes a solution, with what others think of it."""

    body: str = ""
    thumbs_up: int | None = None
    thumbs_down: int | None = None


class Posts(msgspec.Struct, frozen=True):
    """What is read of the posts of a thread."""

    solutions: tuple[Solution, ...] = ()


class Entry(msgspec.Struct, frozen=True):
    """A thread in a feed; ``phase`` is what the page that it links to is for."""

    title: str = ""
    link: str = ""
    text: str = ""
    published: str | None = None
    phase: int | None = None


# What the service and the feeds say


def listed(answer: Any, url: str) -> list[Any]:
    """The threads of a list of the service; ``ParseError`` if none of the arrays is there."""
    result = answer.get("result") if isinstance(answer, dict) else None
    found = next((result[key] for key in _ARRAYS if key in result), None) if isinstance(result, dict) else None
    if not isinstance(found, list):
        raise ParseError(f"the answer of {url} has no 'result' with one of {', '.join(_ARRAYS)}")
    return found


def identity(entry: Any, url: str) -> str:
    """The number of a thread, which two spellings have; ``ParseError`` if neither is there."""
    known = entry if isinstance(entry, dict) else {}
    number = known.get("ThreadId", known.get("ThreadID"))
    if type(number) is not int or number < 1:
        raise ParseError(f"a thread of {url} has no number (ThreadId or ThreadID)")
    return str(number)


def thread_item(entry: Any) -> dict[str, Any]:
    """The fields of a thread that may be kept, texts without what was escaped twice."""
    return {name: value for name, value in sieve(_plainly(entry), THREAD).items() if value != ""}


def posts_item(answer: Any, url: str) -> dict[str, Any]:
    """The solutions among the posts of a page; all other posts stay where they are."""
    result = answer.get("result") if isinstance(answer, dict) else None
    posts = result.get("Posts") if isinstance(result, dict) else None
    if not isinstance(posts, list):
        raise ParseError(f"the answer of {url} has no 'result' with 'Posts'")
    told = (sieve(_plainly(post), _POST) for post in posts)
    return {"solutions": [post for post in told if post.pop("IsSolution", None) is True]}


def forums(answer: Any, url: str) -> list[int]:
    """The numbers of the forums; ``ParseError`` if there is no list of them."""
    result = answer.get("result") if isinstance(answer, dict) else None
    found = result.get("ForumList") if isinstance(result, dict) else None
    if not isinstance(found, list):
        raise ParseError(f"the answer of {url} has no 'result' with 'ForumList'")
    numbers = (forum.get("ForumId") for forum in found if isinstance(forum, dict))
    return list(dict.fromkeys(number for number in numbers if type(number) is int))


def entry_id(entry: FeedEntry) -> str | None:
    """The number of the thread that an entry links to."""
    found = _THREAD.search(entry.get("link", ""))
    return found[1] if found else None


def entry_item(entry: FeedEntry) -> dict[str, Any]:
    """The fields of an entry that may be kept; its creator is not read at all."""
    link = entry.get("link", "")
    page = _PAGE.search(link)
    told = {
        "title": without_traces(unescaped(entry.get("title", ""))),
        "link": link,
        "text": without_traces(unescaped(entry.get("summary", ""))),
        "published": entry.get("published"),
        "phase": PHASES_OF_PAGES.get(int(page[1])) if page else None,
    }
    return {name: value for name, value in told.items() if value}


def unescaped(value: str) -> str:
    """A text whose HTML was escaped, even twice."""
    for _ in range(2):
        if "<" in value or "&" not in value:
            break
        value = html.unescape(value)
    return value


def _plainly(entry: Any) -> Any:
    if not isinstance(entry, Mapping):
        return entry
    return {name: unescaped(value) if isinstance(value, str) else value for name, value in entry.items()}


# As a process


def process(item: WholeItem, site: Site) -> Process:
    """A thread; where service and feed differ, the service holds."""
    thread = read({**item.part(TOP), **item.part(LIST)}, Thread)
    posts, entry = read(item.part("posts"), Posts), read(item.part("feed"), Entry)
    language = _language(thread.thread_language)
    title = line(thread.subject or entry.title)
    if not title:
        raise MappingError(f"thread {item.id} has no subject")
    text = thread.body or entry.text
    phase = thread.phase_id if thread.phase_id is not None else entry.phase
    summary = by_language({language: excerpt(text)}, language)
    solutions = [each for each in posts.solutions if line(each.body)]
    return Process(
        kind=Kind.DEBATE,
        title=site.text(title, language),
        url=address(entry.link) or _url(site, item.id, phase),
        summary=summary,
        body=_body(text, solutions, language, summary),
        authority=site.authority,
        place=site.place or Place(country="EU"),
        level=site.level or Level.SUPRANATIONAL,
        topics=tuple(filter(None, [_TOPICS.get(line(thread.name).casefold())])),
        keywords=tuple(filter(None, [line(thread.name)])),
        audiences=("Young people",),
        stage=Stage.AGENDA_SETTING,
        published=entry.published,
        flag=_flag(phase, site),
        source_status=_PHASES.get(phase) if phase is not None else None,
        support=(*_replies(thread, LIST if item.part(LIST) else TOP), *_support(solutions, language)),
    )


def _flag(phase: int | None, site: Site) -> Status:
    """Of a platform that has ended, nothing is open any more, whatever phase it was in."""
    if site.ended:
        return Status.ENDED
    return {1: Status.OPEN, 2: Status.OPEN, 3: Status.OPEN, 4: Status.CLOSED}.get(phase or 0, Status.UNKNOWN)


def _language(told: str) -> str:
    tag = told.partition("-")[0].strip().lower()
    return tag if is_tag(tag) else UNDETERMINED


def _url(site: Site, id: str, phase: int | None) -> str:
    """The thread's page in its phase, as the platform's own messages give it."""
    page = next((page for page, of in PHASES_OF_PAGES.items() if of == phase), 62)
    if phase == 4:
        return site.url(f"tabid/{page}/result/{id}/Default.aspx")
    return site.url(f"tabid/{page}/threadid/{id}/scope/posts/Default.aspx")


def _body(text: str, solutions: Iterable[Solution], language: str, summary: Text | None) -> Text | None:
    rows = "".join(f"<li>{html.escape(line(each.body))}</li>" for each in solutions)
    content = body(text) + (f"<ul>{rows}</ul>" if rows else "")
    return fuller(by_language({language: body(content)}, language, html=True), summary)


def _replies(thread: Thread, part: str) -> Iterator[Support]:
    if thread.replies is not None:
        yield Support(unit=Unit.COMMENTS, count=thread.replies, part=part)


def _support(solutions: Iterable[Solution], language: str) -> Iterator[Support]:
    """Thumbs up and down by solution; of two that begin with the same words, the first is counted."""
    seen = set()
    for each in solutions:
        label = shortened(line(each.body), _LONGEST_OPTION)
        if label in seen:
            continue
        seen.add(label)
        option = Text({language: label}, language)
        for unit, count in (
            (Unit.ENDORSEMENTS_FOR, each.thumbs_up),
            (Unit.ENDORSEMENTS_AGAINST, each.thumbs_down),
        ):
            if count is not None:
                yield Support(unit=unit, count=count, option=option, part="posts")
