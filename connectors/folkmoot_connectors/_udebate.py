"""A thread of U-Debate from its print view: posts in a tree, each of the type that its icon tells."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any, Final

import msgspec

from folkmoot_connectors._traces import without_traces
from folkmoot_connectors._values import body, line, read
from folkmoot_hub import markup
from folkmoot_hub.connector import Page, ParseError, Site
from folkmoot_schema.codes import Kind, Level, Stage, Status, Topic, Unit
from folkmoot_schema.process import Place, Process, Support
from folkmoot_schema.texts import UNDETERMINED, Text

FIELDS: Final = frozenset({"title", "posts", "language"})
# Two types share the icon of a comment; a type without one gets that of an issue (ThreadsPostsPrintTreeView.aspx.cs).
# The names are those of the table of types, but for its fourth, which is German there.
_TYPES: Final = {
    "issue": "Issue",
    "alter": "Alternative",
    "pro": "Argument for",
    "con": "Argument against",
    "question": "Question",
    "answer": "Answer",
    "comments": "Comment",
}
_ICON: Final = re.compile(r"(?:^|/)(\w{1,20})_icon\.gif(?:[?#].*)?$", re.IGNORECASE)
_ICONS: Final = "//*[contains(@id, 'TreeView')]//img[contains(@src, '_icon.gif')]"
# Deeper is shown as deep as this, so that no page can cost by the square of its depth.
_DEEPEST: Final = 30
# libxml2 reads no element deeper than 256: what is below a post near there may be missing.
_CUT: Final = 240


class Post(msgspec.Struct, frozen=True):
    """A post: how deep in the tree, its type, subject and message. Its author is not in the print view."""

    depth: int
    type: str
    subject: str
    message: str = ""


class Thread(msgspec.Struct, frozen=True):
    """A thread with its posts in the order of the tree."""

    title: str
    posts: tuple[Post, ...] = ()
    language: str = UNDETERMINED


def thread(page: Page, language: str) -> dict[str, Any]:
    """What a print view tells; ``ParseError`` if it has no title, since then it is another page."""
    title = without_traces(line(page.string("//*[contains(@id, 'lbThreadTitle')]")))
    if not title:
        raise ParseError(f"{page.url} is not the print view of a thread: it has no title")
    return {"title": title, "posts": list(_posts(page)), "language": language}


def _posts(page: Page) -> Iterator[dict[str, Any]]:
    for icon in page.all(_ICONS):
        found = _ICON.search(icon.attribute("src") or "")
        row = icon.first("ancestor::tr[1]")
        if found is None or row is None or found[1].lower() not in _TYPES:
            continue
        told = next((text for text in row.strings(".//@title") if text), "")
        message = " ".join(without_traces(each) for each in markup.paragraphs(told))
        subject = without_traces(line(row.text))
        if subject or message:
            depth = len(list(icon.all("ancestor::div[contains(@id, 'Nodes')]")))
            yield {"depth": depth, "type": found[1].lower(), "subject": subject, "message": message}


def process(data: Mapping[str, Any], url: str, site: Site) -> Process:
    """A thread as a debate; what became of it is not in the print view."""
    told = read(data, Thread)
    return Process(
        kind=Kind.DEBATE,
        title=site.text(line(told.title), told.language),
        url=url,
        body=_body(told),
        authority=site.authority,
        place=site.place or Place(country="EU"),
        level=site.level or Level.SUPRANATIONAL,
        topics=(Topic.SOCI,),
        stage=Stage.AGENDA_SETTING,
        flag=Status.ENDED if site.ended else Status.UNKNOWN,
        support=_support(told.posts),
    )


def _support(posts: Sequence[Post]) -> tuple[Support, ...]:
    """How many posts there are; unknown if none can be read, since icons may be others, or if the view may be cut."""
    deepest = max((post.depth for post in posts), default=_CUT)
    return (Support(unit=Unit.COMMENTS, count=len(posts)),) if deepest < _CUT else ()


def _body(told: Thread) -> Text | None:
    content = body("".join(_nested(told.posts)))
    return Text({told.language: content}, told.language, html=True) if content else None


def _nested(posts: Sequence[Post]) -> Iterator[str]:
    """The tree as lists in lists; a post that is deeper by more than one level is one level deeper."""
    levels = [-1]
    for post in posts:
        levels.append(max(0, min(post.depth, levels[-1] + 1, _DEEPEST)))
    for post, (before, level) in zip(posts, pairwise(levels), strict=True):
        yield "<ul>" if level > before else "</li>" + "</ul></li>" * (before - level)
        yield f"<li><strong>{_TYPES.get(post.type, '')}</strong>: {_told(post)}"
    yield "</li></ul>" * (levels[-1] + 1)


def _told(post: Post) -> str:
    texts = [line(post.subject), line(post.message)]
    return " – ".join(html.escape(text) for text in dict.fromkeys(texts) if text)
