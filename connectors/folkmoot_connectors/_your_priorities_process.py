"""The parts of a process, made from an idea and what the authority said of it."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

import msgspec

from folkmoot_connectors._values import address, body, by_language, excerpt, line, shortened
from folkmoot_connectors._your_priorities_item import LISTS, QUESTION, SURVEY, Change, Post
from folkmoot_hub import markup
from folkmoot_hub.connector import MappingError, Site
from folkmoot_schema import dates
from folkmoot_schema.codes import Kind, LinkKind, OutcomeKind, Stage, Status, Unit
from folkmoot_schema.process import Document, Link, Outcome, Phase, Place, Point, Support
from folkmoot_schema.texts import Text, is_tag

#: The list an idea stands in, and our word. "failed" is the authority's no, "successful" its yes.
STATUS = {
    "open": Status.OPEN,
    "in_progress": Status.UNDER_REVIEW,
    "successful": Status.ANSWERED,
    "failed": Status.REFUSED,
}
_KINDS = {QUESTION: Kind.DEBATE, SURVEY: Kind.SURVEY}
_DECISIONS = {
    "2": (OutcomeKind.DECISION, "Accepted"),
    "-2": (OutcomeKind.REJECTED, "Rejected"),
}
# What the software writes where nobody said a language (seen in SOURCE.md's recording on Icelandic texts).
_UNSAID = "en-US"
_LONGEST = 1000
_IDEA = re.compile(r"https?://[^\s<>\"']{1,200}?/post/(\d{1,18})(?!\d)")


def word(post: Post) -> str | None:
    """The name of the list that the idea stands in."""
    return next((name for name, numbers in LISTS.items() if post.official_status in numbers), None)


def flag(post: Post) -> Status | None:
    """Where the idea stands; an open one in a group that lets nobody vote any more is closed."""
    found = STATUS.get(word(post) or "")
    return Status.CLOSED if found is Status.OPEN and post.group.configuration.can_vote is False else found


def kind(post: Post) -> Kind:
    """An idea is a proposal."""
    return _KINDS.get(post.content_type or 0, Kind.PROPOSAL)


def stage(post: Post, budgets: Iterable[str]) -> Stage:
    """Agenda setting; in a group of a participatory budget, known by how its name begins, policy design."""
    name = line(post.group.name).casefold()
    budget = any(name.startswith(each.casefold()) for each in budgets)
    return Stage.POLICY_DESIGN if budget else Stage.AGENDA_SETTING


def language(post: Post, site: Site) -> str:
    """The language of an idea if it is stated, else the site's.

    ``en-US`` is believed where the site speaks English only: elsewhere it says no more than that nobody chose.
    """
    stated = (post.language or "").strip().replace("_", "-")
    primary, _, rest = stated.partition("-")
    tag = "-".join(filter(None, (primary.lower(), rest)))
    english = any(each.partition("-")[0] == "en" for each in site.languages)
    return tag if is_tag(tag) and tag != "und" and (tag != _UNSAID or english) else site.languages[0]


def title(post: Post, tag: str, id: str) -> Text:
    """The name of the idea; ``MappingError`` if it has none."""
    found = by_language({tag: line(post.name)}, tag)
    if found is None:
        raise MappingError(f"{id} has no name")
    return found


def summary(post: Post, tag: str) -> Text | None:
    """The beginning of the description."""
    return by_language({tag: excerpt(_whole(post.description))}, tag)


def whole_text(post: Post, tag: str) -> Text | None:
    """The description, with the paragraphs that it has."""
    return by_language({tag: body(_whole(post.description))}, tag, html=True)


def _whole(value: str | None) -> str:
    """Plain text with its lines as HTML; what is HTML already stays so."""
    text = (value or "").replace("\r\n", "\n").strip()
    if markup.looks_like_html(text):
        return text
    blocks = (html.escape(block.strip(), quote=False) for block in re.split(r"\n\s*\n", text))
    return "\n".join(f"<p>{block.replace(chr(10), '<br>')}</p>" for block in blocks if block)


def phases(post: Post, zone: str) -> tuple[Phase, ...]:
    """An idea is open from the day on which it was written, and says no end."""
    opens = _day(post.created_at, zone, "created_at")
    return (Phase(opens=opens, zone=zone),) if opens else ()


def place(post: Post, site: Site) -> Place | None:
    """The site's place, with the point on the map that the idea has."""
    latitude, longitude = post.location.latitude, post.location.longitude
    if site.place is None or latitude is None or longitude is None:
        return site.place
    try:
        return msgspec.structs.replace(site.place, point=Point(latitude=latitude, longitude=longitude))
    except ValueError:
        return site.place


def keywords(post: Post) -> tuple[str, ...]:
    """The names of category and group."""
    return tuple(dict.fromkeys(filter(None, (line(post.category.name), line(post.group.name)))))


def support(post: Post) -> tuple[Support, ...]:
    """Endorsements for and against, and points.

    What a group hides from its readers is unknown here. Where it takes no votes against there are none to count, and
    where it asks for ratings nobody endorses.
    """
    shown = post.group.configuration
    hidden = shown.hide_vote_count or shown.hide_vote_count_until_vote_completed
    counts = [] if post.rated else [(Unit.ENDORSEMENTS_FOR, None if hidden else post.counter_endorsements_up)]
    if not (post.rated or shown.hide_down_vote_for_post):
        counts.append((Unit.ENDORSEMENTS_AGAINST, None if hidden else post.counter_endorsements_down))
    counts.append((Unit.COMMENTS, post.counter_points))
    return tuple(Support(unit=unit, count=_count(count)) for unit, count in counts)


def _count(value: int | None) -> int | None:
    return value if value is not None and 0 <= value < 2**53 else None


def outcomes(post: Post, changes: Iterable[Change], site: Site, tag: str, url: str) -> tuple[Outcome, ...]:
    """What the authority said, oldest first; a decision that the list tells alone has no date and no words."""
    once = {each.id if each.id is not None else (each.at, each.content): each for each in changes}
    ordered = sorted(once.values(), key=lambda each: (each.at or "", str(each.id)))
    found = [made for each in ordered if (made := _outcome(each, site, tag, url))]
    kind, label = _DECISIONS.get(str(post.official_status), (None, ""))
    if kind is not None and kind not in {each.kind for each in found}:
        found.append(Outcome(kind=kind, title=Text({"en": label}, "en"), url=url, by=site.authority))
    return tuple(found)


def _outcome(change: Change, site: Site, tag: str, url: str) -> Outcome | None:
    kind, label = _DECISIONS.get(str(change.status_changed_to), (OutcomeKind.REPLY, ""))
    said = ": ".join(filter(None, (line(change.subject), line(change.content))))
    title = by_language({tag: shortened(said, _LONGEST)}, tag) or (Text({"en": label}, "en") if label else None)
    if title is None:
        return None
    date = _day(change.published_at or change.at, site.zone, "date of an answer")
    return Outcome(kind=kind, date=date, title=title, url=url, by=site.authority)


def _day(value: str | None, zone: str, what: str) -> str | None:
    if not value:
        return None
    try:
        return dates.parse_instant(value).astimezone(dates.zone(zone)).date().isoformat()
    except (ValueError, OverflowError) as error:
        raise MappingError(f"{what}: {value!r} is not an instant") from error


def documents(post: Post) -> tuple[Document, ...]:
    """The picture of the idea in its first size; the list of sizes is JSON inside JSON."""
    found = (_first(each.formats) for each in post.images)
    return tuple(Document(url=url) for url in dict.fromkeys(filter(None, found)))


def _first(formats: str | None) -> str | None:
    try:
        sizes = msgspec.json.decode(formats or "null")
    except msgspec.DecodeError:
        return None
    return next(filter(None, map(address, sizes)), None) if isinstance(sizes, list) else None


def links(id: str, post: Post, site: Site) -> tuple[Link, ...]:
    """Other ideas of this site that the description names: what was merged is told in no other way."""
    return tuple({link.value: link for link in _ideas(post, site) if link.value != id}.values())


def _ideas(post: Post, site: Site) -> Iterator[Link]:
    ours = urlsplit(site.base).hostname or ""
    for found in _IDEA.finditer(html.unescape(post.description or "")):
        host = urlsplit(found[0]).hostname if address(found[0]) else None
        if host is not None and (host == ours or host.endswith(f".{ours}")):
            yield Link(kind=LinkKind.RELATED, value=found[1], url=found[0])
