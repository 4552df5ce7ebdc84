"""Ideas on sites that run Your Priorities, the software of the Citizens Foundation: Better Reykjavik and its kin."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

from folkmoot_connectors import _your_priorities_process as made
from folkmoot_connectors._pages import further, identified, offsets
from folkmoot_connectors._settings import choice, wrong
from folkmoot_connectors._values import fuller, line, read
from folkmoot_connectors._your_priorities_item import (
    ANSWERS,
    FIELDS,
    LISTS,
    Answers,
    Change,
    Post,
    changes,
    post_item,
    taken,
    taken_down,
)
from folkmoot_hub.connector import (
    LIST,
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
from folkmoot_schema.dates import parse_instant
from folkmoot_schema.process import Organisation, Process

# With it the answer is JSON for robots, too; without it they get a page, with status 200 (SOURCE.md).
_JSON = {"Content-Type": "application/json"}
_POSTS = re.compile(r"/api/groups/(\d{1,18})/posts/\w+/null/(\w+)$", re.ASCII)
_GROUP = re.compile(r"/group/(\d{1,18})/?$", re.ASCII)
_LOCAL = "*[local-name()='urlset']/*[local-name()='url']/*[local-name()='loc']"
#: The orders in which a list can be walked; "random" has none.
_FILTERS = ("newest", "oldest", "alphabetical", "top", "most_debated")
#: Of which ideas the authority's words are asked: those it has begun to look at, all, none.
_ANSWERED = ("decided", "all", "none")
#: So many ideas, or activities, are on a page of them.
_PAGE = 20
# An authority may add to its words without a change of status, which no list shows.
_WEEK = 7 * 86400


class YourPriorities(Connector):
    """Ideas of citizens with votes for and against, arguments, and what the authority made of them.

    Platform
        Your Priorities by the Citizens Foundation, of Better Reykjavik (betrireykjavik.is) and others: a domain holds
        communities, these hold groups, and these hold ideas ("posts").
    Access
        Open JSON without key: ``groups/<id>/posts/<order>/null/<status>?offset=`` lists, 20 a page, once for each of
        four statuses, each an exhaustive scope. Settings: ``groups`` (a list of ids; without it, every public group
        that the sitemap names), ``filter`` (the order: newest by default, oldest, alphabetical, top, most_debated),
        ``answers`` (of which ideas the authority's words are asked: decided by default, all, none), ``budgets`` (how
        the names of groups begin that are participatory budgets).
    Caveats
        Robots get a page with status 200 in place of JSON, unless they send a content type. Some of them the software
        allows no more than 30 requests in a quarter of an hour: a site that answers 429 wants a ``pace`` of 30. A
        deleted, a closed and a wrong address all answer 401, from which nothing is concluded. There is no list of all:
        what is "compromised" is in none of the four. The list of a community is broken and never asked. The authority's
        words stand in an idea's activities and may come there late; they are read again after a week, of the newest
        five pages that hold any. An author's own vote counts: it starts at 1. Counts that a group hides stay unknown.
        "Failed" is told as refused, "successful" as answered with a decision; whether it was built is not told. The
        language ``en-US`` is what the software writes when nobody chose one. Answers to a group's own questions,
        ratings, videos and recordings are not read.
    Licence
        None is stated by the interface; each site's terms apply.
    Personal data
        No author, user, picture of a user, address or browser is ever read; the interfaces that leak some of these
        are not asked. Out of ideas and answers are taken e-mail addresses, telephone numbers (international, national,
        after a word for a telephone, and Iceland's seven digits where they are no sum, count, range or number of
        a case), Icelandic personal numbers and IP addresses. What people write is their own: a name or a street in
        a free text cannot be found by rule, nor can a number that looks like another thing; what is complained of,
        an operator erases.
    """

    id = "your_priorities"
    title = "Your Priorities"
    homepage = "https://github.com/CitizensFoundation/your-priorities-app"
    version = "1"
    fields = FIELDS
    settings = frozenset({"groups", "filter", "answers", "budgets"})

    def start(self, run: Run) -> Iterator[Yielded]:
        """Four lists of each group, or the sitemap that names the groups."""
        groups = _groups(run.site)
        _order(run.site)
        _answers(run.site)
        _budgets(run.site)
        if groups is None:
            yield Request(run.site.url("sitemap.xml"), then="parse_sitemap", headers=_JSON, expect="xml")
        for group in groups or ():
            yield from _lists(run.site, group)

    def parse_sitemap(self, response: Response) -> Iterator[Yielded]:
        """Every public group, by its page's address."""
        addresses = response.xml().strings(f"/{_LOCAL}")
        groups = [found[1] for each in addresses if (found := _GROUP.search(urlsplit(each).path))]
        if not groups:
            raise ParseError(f"the sitemap {response.url} names no group")
        for group in dict.fromkeys(groups):
            yield from _lists(response.run.site, int(group))

    def parse(self, response: Response) -> Iterator[Yielded]:
        """A page of a list: its ideas, its total, and with the first page all others.

        So whatever one of them says costs itself alone. What a short one leaves out is asked from where it ended.
        """
        group, status, offset = _position(response.request.url)
        answer = response.json()
        posts = answer.get("posts") if isinstance(answer, dict) else None
        total = answer.get("totalPostsCount") if isinstance(answer, dict) else None
        if not isinstance(posts, list) or not isinstance(total, int) or isinstance(total, bool) or total < 0:
            raise ParseError(f"the list {response.url} has no 'posts' with 'totalPostsCount'")
        found = identified(posts, lambda post: _identity(post, response.url))
        for id, post in found:
            if id:
                _check_asked(id, post, group, status, response.url)
        scope = f"{group}/{status}"
        yield Scope(scope, exhaustive=True)
        yield Total(total, scope)
        for begins in further(offset, len(posts), _PAGE, total) if offset else offsets(0, len(posts), _PAGE, total):
            yield _list(response.run.site, group, status, begins)
        for id, post in found:
            yield from self._post(id, post, status, response.run.site)

    def _post(self, id: str, post: Any, status: str, site: Site) -> Iterator[Yielded]:
        if not id:
            yield Item(id, post_item(post) if isinstance(post, dict) else {})
            return
        if taken_down(post):
            yield from (Seen(id), Gone(id, "its site took it down"))
            return
        if not taken(post):
            yield Seen(id)
            return
        yield Item(id, post_item(post))
        wanted = _answers(site)
        if wanted == "all" or (wanted == "decided" and status != "open"):
            stands = str(post.get("official_status"))
            url = site.url(f"api/activities/posts/{id}")
            yield _activities(url, id, ANSWERS[0], unless_same=stands, max_age=_WEEK)

    def parse_activities(self, response: Response) -> Iterator[Yielded]:
        """A page of an idea's activities: what the authority said, and the next page if it is not all."""
        answer = response.json()
        activities = answer.get("activities") if isinstance(answer, dict) else None
        if not isinstance(activities, list) or not all(isinstance(each, dict) for each in activities):
            raise ParseError(f"the answer of {response.url} has no 'activities'")
        item, part = response.request.item or "", response.request.part
        if any(str(each.get("post_id")) != item for each in activities):
            raise ParseError(f"{response.url} holds activities that are not of {item}")
        said = changes(activities)
        if said:
            yield Item(item, {"changes": said}, part=part)
        left = ANSWERS[ANSWERS.index(part) + 1 :] if said else ANSWERS[ANSWERS.index(part) :]
        if left and len(activities) >= _PAGE:
            before = _before(response, answer.get("oldestProcessedActivityAt"))
            url = response.run.site.url(f"api/activities/posts/{item}", beforeDate=before)
            yield _activities(url, item, left[0])

    def map(self, item: WholeItem, run: Run) -> Process:
        """An idea with its counts and what the authority said."""
        post = read(item.part(LIST), Post)
        said = [change for name in ANSWERS for change in read(item.part(name), Answers).changes]
        try:
            return _process(item.id, post, said, run)
        except ValueError as error:
            raise MappingError(f"{item.id}: {error}") from error


def _process(id: str, post: Post, said: list[Change], run: Run) -> Process:
    site = run.site
    tag = made.language(post, site)
    url = site.url(f"post/{id}")
    summary = made.summary(post, tag)
    return Process(
        kind=made.kind(post),
        title=made.title(post, tag, id),
        url=url,
        summary=summary,
        body=fuller(made.whole_text(post, tag), summary),
        organiser=_organiser(post, site),
        authority=site.authority,
        place=made.place(post, site),
        level=site.level,
        keywords=made.keywords(post),
        stage=made.stage(post, _budgets(site)),
        phases=made.phases(post, site.zone),
        flag=made.flag(post),
        source_status=made.word(post),
        support=made.support(post),
        outcomes=made.outcomes(post, said, site, tag, url),
        documents=made.documents(post),
        links=made.links(id, post, site),
    )


def _organiser(post: Post, site: Site) -> Organisation | None:
    """The community that asked for ideas: who has one is a private person."""
    name = site.text_or_none(line(post.group.community.name))
    return Organisation(name=name) if name else site.authority


# What is asked


def _lists(site: Site, group: int) -> Iterator[Request]:
    # The open ones first: an idea that is decided meanwhile is then found twice, and not missed.
    for status in LISTS:
        yield _list(site, group, status, 0)


def _list(site: Site, group: int, status: str, offset: int) -> Request:
    order = _order(site)
    return Request(site.url(f"api/groups/{group}/posts/{order}/null/{status}", offset=offset), headers=_JSON)


def _activities(url: str, item: str, part: str, **keeping: Any) -> Request:
    return Request(url, then="parse_activities", headers=_JSON, item=item, part=part, **keeping)


def _before(response: Response, oldest: Any) -> str:
    """Where the next page of activities begins: further back than this one did."""
    asked = parse_qs(urlsplit(response.request.url).query).get("beforeDate", [None])[0]
    try:
        if isinstance(oldest, str):
            begins = parse_instant(oldest)
            if asked is None or begins < parse_instant(asked):
                return oldest
    except ValueError:
        pass
    raise ParseError(f"{response.url} is full and does not say where it goes on ('oldestProcessedActivityAt')")


# What is read


def _position(url: str) -> tuple[int, str, int]:
    """``(group, status, offset)`` of a list."""
    parts = urlsplit(url)
    found = _POSTS.search(parts.path)
    if found is None or found[2] not in LISTS:
        raise ParseError(f"{url} is not the address of a list")
    return int(found[1]), found[2], int(parse_qs(parts.query).get("offset", ["0"])[0])


def _identity(post: Any, url: str) -> str:
    """The id of a post; ``ParseError`` if it has none."""
    id = post.get("id") if isinstance(post, dict) else None
    if not isinstance(id, int) or isinstance(id, bool) or id < 1:
        raise ParseError(f"a post of {url} has no 'id'")
    return str(id)


def _check_asked(id: str, post: Mapping[str, Any], group: int, status: str, url: str) -> None:
    """``ParseError`` for a post that is not of the group and status that were asked for: this is another list."""
    if post.get("group_id") != group:
        raise ParseError(f"{url} holds the post {id} of another group")
    if post.get("official_status") not in LISTS[status] or isinstance(post.get("official_status"), bool):
        raise ParseError(f"{url} holds the post {id} with another official_status: the filter was ignored")


# Settings


def _groups(site: Site) -> list[int] | None:
    groups = site.setting("groups")
    if groups is None:
        return None
    known = isinstance(groups, (list, tuple)) and all(type(each) is int and each > 0 for each in groups)
    if not known or not groups:
        allowed = "a list of one or more ids of groups, such as [1, 17], or nothing for all that the sitemap names"
        raise wrong(site, "groups", groups, allowed)
    return list(dict.fromkeys(groups))


def _order(site: Site) -> str:
    return choice(site, "filter", _FILTERS, default="newest")


def _answers(site: Site) -> str:
    return choice(site, "answers", _ANSWERED, default="decided")


def _budgets(site: Site) -> tuple[str, ...]:
    budgets = site.setting("budgets", [])
    if not isinstance(budgets, (list, tuple)) or not all(isinstance(each, str) and each for each in budgets):
        raise wrong(site, "budgets", budgets, "a list of beginnings of names")
    return tuple(budgets)
