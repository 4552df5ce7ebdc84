"""The connector for OurSpace: traps of its service and feeds. No answer of them was recorded: all shapes are from code.

| trap | test |
| --- | --- |
| voting, replying and logging in are GET requests | test_what_changes_something_is_refused_by_name |
| addresses that change something stand in answers | test_no_link_of_an_answer_is_asked |
| the number of a page tells the phase | test_the_number_of_the_page_tells_the_phase |
| the number of a thread has two spellings | test_a_thread_is_known_by_either_spelling |
| the array of a list has a name of its own | test_each_list_has_its_own_array |
| lists may tell less than that of the top threads | test_what_a_list_leaves_out_the_top_threads_tell |
| texts are escaped twice | test_texts_are_read_however_often_they_are_escaped |
| dates of posts are misspelt and of inferred form | test_no_date_of_a_post_is_read |
| comments of a feed are an address | test_comments_of_a_feed_are_no_count |
| phases are numbers | test_a_phase_has_its_name, test_nothing_is_open_on_a_platform_that_has_ended |
| languages are locales | test_the_language_is_that_of_the_thread |
| names of young people are in every list | test_nobody_is_kept |
| thumbs are of posts, and only solutions are put to a vote | test_solutions_have_their_thumbs |
| a feed has no language | test_a_thread_of_a_feed_alone_has_no_language |
| a reply is not shown | test_replies_are_counted_and_not_shown |
"""

from __future__ import annotations

import json
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors import traps
from connectors.damage import ANYTHING, damaged
from connectors.driving import NOW, answer, bundled, drive, under
from folkmoot_connectors.ourspace import STATE_CHANGING, OurSpace, reading
from folkmoot_connectors.sites import bundled_samples
from folkmoot_hub.connector import Item, MappingError, ParseError, Request, Run, Site, WholeItem
from folkmoot_hub.errors import ConfigError
from folkmoot_schema.codes import Kind, Status, Topic, Unit
from folkmoot_schema.process import Process
from folkmoot_schema.validation import validate

TRAPS = (
    "voting, replying and logging in are GET requests",
    "addresses that change something stand in answers",
    "the number of a page tells the phase",
    "the number of a thread has two spellings",
    "the array of a list has a name of its own",
    "lists may tell less than that of the top threads",
    "texts are escaped twice",
    "dates of posts are misspelt and of inferred form",
    "comments of a feed are an address",
    "phases are numbers",
    "languages are locales",
    "names of young people are in every list",
    "thumbs are of posts, and only solutions are put to a vote",
    "a feed has no language",
    "a reply is not shown",
)

SITE = bundled("ourspace")
ALIVE = under(SITE, {"ended": None, "via": "web"})
WS = "http://ws.joinourspace.eu"
LIST = f"{WS}/ThreadList_PhaseId.aspx?phaseId=1&lang=any"
TOP = f"{WS}/TopTopics.aspx?lang=any"
FEED = "http://www.joinourspace.eu/DesktopModules/Forum/Forum_Rss.aspx?forumid=-1&tabid=62&mid=381"
THREAD: dict[str, Any] = {
    "ThreadId": 101,
    "ForumId": 7,
    "Name": "Human Rights",
    "Subject": "A thread",
    "Replies": 12,
    "Body": "<p>What do you think?</p>",
    "PhaseId": 2,
    "ThreadLanguage": "en-GB",
    "FirstName": "Nobody",
    "LastName": "Nobodyson",
}


def listed(*threads: Any, url: str = LIST, array: str = "ThreadListPhase", site: Site = SITE) -> list[Any]:
    return answer(OurSpace, site, url, {"result": {array: list(threads)}})


def item_of(found: list[Any]) -> Item:
    (item,) = (one for one in found if isinstance(one, Item))
    return item


def posts(*told: dict[str, Any]) -> Item:
    url = f"{WS}/ThreadAndReplies.aspx?threadId=101"
    document = {"result": {"prevPage": 0, "nextPage": 2, "Posts": list(told)}}
    return item_of(answer(OurSpace, SITE, url, document, then="parse_posts", item="101", part="posts"))


def feed(link: str, **more: str) -> list[Any]:
    rows = "".join(f"<{name}>{value}</{name}>" for name, value in {"title": "A thread", "link": link, **more}.items())
    body = (
        f'<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><item>{rows}</item></channel></rss>'
    )
    return answer(OurSpace, SITE, FEED, body.encode(), then="parse_feed", expect="feed")


def mapped(*items: Item, site: Site = SITE) -> Process:
    parts = {item.part: item.data for item in items}
    return OurSpace().map(WholeItem(items[0].id, parts), Run(site=site, now=NOW))


def thread(site: Site = SITE, **fields: Any) -> Process:
    return mapped(item_of(listed({**THREAD, **fields})), site=site)


def started(**wanted: Any) -> list[str]:
    run = Run(site=under(SITE, wanted), now=NOW)
    return [one.url for one in OurSpace().start(run) if isinstance(one, Request)]


def test_every_trap_has_its_test() -> None:
    assert traps.faults(sys.modules[__name__], TRAPS) == []


# What is asked, and what is not


@pytest.mark.parametrize("name", ["ForumPostThumbsUpdate.aspx", "ForumPostAdd.aspx", "LogIn.aspx", "FORUMPOSTADD.ASPX"])
@pytest.mark.parametrize(
    "path",
    [
        "{}?postId=5&sessionId=x",
        "/a/{}",
        "http://ws.joinourspace.eu/{}?x=Forum_Rss.aspx",
        # What follows the name of a page is its path info: the server runs the page all the same.
        "/{}/Forum_Rss.aspx?postId=5",
        "/{}%2FForum_Rss.aspx",
    ],
)
def test_what_changes_something_is_refused_by_name(name: str, path: str) -> None:
    assert name.lower() in STATE_CHANGING
    told = r"feeds: .* addresses of Forum_Rss.aspx \(\w+.aspx changes something\)"
    with pytest.raises(ConfigError, match=told):
        started(feeds=[path.format(name)])
    with pytest.raises(ConfigError, match=r"service: .* of no page and without a query"):
        started(service=f"{WS}/{name}")
    with pytest.raises(ParseError, match=rf"is not asked: {name.lower()} changes something"):
        reading(f"{WS}/{name}?postId=5&x=TopTopics.aspx")
    with pytest.raises(ParseError, match=rf"is not asked: {name.lower()} changes something"):
        reading(f"{WS}/{name}/TopTopics.aspx")


def test_only_what_is_known_to_read_is_asked() -> None:
    with pytest.raises(ParseError, match=r"is not asked: allowed: .*toptopics.aspx"):
        reading(f"{WS}/Another.aspx")
    assert reading(TOP).url == TOP


@pytest.mark.parametrize(
    ("wanted", "told"),
    [
        ({"parts": []}, "parts"),
        ({"parts": ["votes"]}, "parts: .* service, feeds"),
        ({"language": "fr"}, "language: 'fr' is wrong; allowed: any, en, el, de, cs"),
        ({"service": "ws.joinourspace.eu"}, "service"),
        ({"service": f"{WS}/LogIn.aspx?u=x"}, "service"),
        ({"feeds": "Forum_Rss.aspx"}, "feeds"),
        ({"feeds": ["Default.aspx"]}, "feeds: 'http.*/Default.aspx' is wrong; allowed: addresses of Forum_Rss.aspx"),
        ({"feeds": []}, r"feeds: \[\] is wrong; allowed: a list of one or more addresses"),
        ({"forums": "no"}, "forums"),
        ({"posts": 0}, "posts"),
    ],
)
def test_settings_that_do_not_fit_are_refused(wanted: dict[str, Any], told: str) -> None:
    with pytest.raises(ConfigError, match=rf"^ourspace: setting {told}"):
        started(**wanted)


def test_the_lists_of_all_phases_and_the_feed_are_asked() -> None:
    phases = [f"{WS}/ThreadList_PhaseId.aspx?phaseId={n}&lang=any" for n in (1, 2, 3, 4)]
    assert started() == [TOP, *phases, f"{WS}/ForumList.aspx?lang=en", FEED]
    assert started(parts=["feeds"], feeds=["DesktopModules/Forum/Forum_Rss.aspx?forumid=7"]) == [
        "http://www.joinourspace.eu/DesktopModules/Forum/Forum_Rss.aspx?forumid=7"
    ]
    copy = started(parts=["service"], service="https://copy.example/ws/", language="cs", forums=False)
    assert copy[0] == "https://copy.example/ws/TopTopics.aspx?lang=cs"
    assert len(copy) == 5
    assert started(parts=["service"], feeds=[]) == started(parts=["service"])


def test_each_forum_is_asked_for_the_phases_that_have_one() -> None:
    document = {"result": {"ForumList": [{"ForumId": 7}, {"ForumId": "8"}, 9, {"ForumId": 7}]}}
    found = answer(OurSpace, SITE, f"{WS}/ForumList.aspx?lang=en", document, then="parse_forums")
    assert [one.url for one in found] == [
        f"{WS}/ThreadList_ForumId.aspx?lang=any&forumId=7&phaseId={phase}" for phase in (2, 3, 4)
    ]


def test_posts_are_asked_with_the_phase_of_their_thread() -> None:
    (request,) = (one for one in listed(THREAD) if isinstance(one, Request))
    assert request.url == f"{WS}/ThreadAndReplies.aspx?threadId=101&phaseId=2&showAll=true&page=1&lastPage=false"
    assert (request.item, request.part, request.if_failed) == ("101", "posts", "keep")
    assert not [one for one in listed({**THREAD, "PhaseId": None}) if isinstance(one, Request)]
    assert not [one for one in listed(THREAD, site=under(SITE, {"posts": False})) if isinstance(one, Request)]


def test_no_link_of_an_answer_is_asked() -> None:
    vote = f"{WS}/ForumPostThumbsUpdate.aspx?postId=5"
    entry = feed(f"http://www.joinourspace.eu/tabid/62/threadid/101/x.aspx?next={vote}", comments=vote, guid=vote)
    assert not [one for one in entry if isinstance(one, Request)]
    asked = [one.url for one in listed({**THREAD, "Body": f'<a href="{vote}">vote</a>'}) if isinstance(one, Request)]
    assert len(asked) == 1
    assert not [url for url in asked if any(name in url.lower() for name in STATE_CHANGING)]


# Lists


@pytest.mark.parametrize("array", ["TopTopics", "ThreadList", "ThreadListPhase"])
def test_each_list_has_its_own_array(array: str) -> None:
    assert item_of(listed(THREAD, array=array)).id == "101"


@pytest.mark.parametrize("document", [None, [], {}, {"result": []}, {"result": {}}, {"result": {"ThreadList": 5}}])
def test_a_list_of_another_shape_is_a_drift(document: Any) -> None:
    with pytest.raises(ParseError, match="has no 'result'"):
        answer(OurSpace, SITE, LIST, document)
    with pytest.raises(ParseError, match="has no 'result' with 'Posts'"):
        answer(OurSpace, SITE, LIST, document, then="parse_posts", item="101")
    with pytest.raises(ParseError, match="has no 'result' with 'ForumList'"):
        answer(OurSpace, SITE, LIST, document, then="parse_forums")


def test_a_thread_is_known_by_either_spelling() -> None:
    other = {name: value for name, value in THREAD.items() if name != "ThreadId"}
    assert item_of(listed({**other, "ThreadID": 102})).id == "102"
    with pytest.raises(ParseError, match=r"has no number \(ThreadId or ThreadID\)"):
        listed(other)
    found = [one for one in listed(other, THREAD, None) if isinstance(one, Item)]
    assert [one.id for one in found] == ["", "101", ""]


def test_what_a_list_leaves_out_the_top_threads_tell() -> None:
    top, bare = item_of(listed(THREAD, url=TOP)), item_of(listed({**THREAD, "Body": "", "Replies": 13}))
    assert (top.part, bare.part) == ("top", "list")
    process = mapped(bare, top)
    assert process.summary is not None
    assert process.summary.values == {"en": "What do you think?"}
    assert [one.count for one in process.support] == [13]
    assert mapped(top).title.values == {"en": "A thread"}


# Threads


@pytest.mark.parametrize(
    "told",
    ["<p>You <b>&amp;</b> me</p>", "&lt;p&gt;You &lt;b&gt;&amp;amp;&lt;/b&gt; me&lt;/p&gt;", "You &amp;amp; me"],
)
def test_texts_are_read_however_often_they_are_escaped(told: str) -> None:
    process = thread(Body=told, Subject=told)
    assert process.title.values == {"en": "You & me"}
    assert process.summary is not None
    assert process.summary.values == {"en": "You & me"}
    twice = thread(Body="&amp;lt;script&amp;gt;x&amp;lt;/script&amp;gt;&amp;lt;p&amp;gt;Yes&amp;lt;/p&amp;gt;")
    assert twice.summary is not None
    assert twice.summary.values["en"].endswith("Yes")
    assert validate(twice).ok


@pytest.mark.parametrize(("phase", "word"), [(1, "Propose"), (2, "Discussion"), (3, "Voting"), (4, "Results")])
def test_a_phase_has_its_name(phase: int, word: str) -> None:
    assert thread(PhaseId=phase).source_status == word
    assert thread(ALIVE, PhaseId=phase).flag is (Status.CLOSED if phase == 4 else Status.OPEN)


@pytest.mark.parametrize("phase", [None, 0, 5, -1])
def test_an_unknown_phase_stays_unknown(phase: int | None) -> None:
    process = thread(ALIVE, PhaseId=phase)
    assert (process.source_status, process.flag) == (None, Status.UNKNOWN)


def test_nothing_is_open_on_a_platform_that_has_ended() -> None:
    assert {thread(PhaseId=phase).flag for phase in (1, 2, 3, 4, None)} == {Status.ENDED}
    assert thread().kind is Kind.DEBATE


@pytest.mark.parametrize(
    ("told", "tag"), [("en-GB", "en"), ("de-AT", "de"), ("cs-CZ", "cs"), ("", "und"), ("Greek", "und"), (None, "und")]
)
def test_the_language_is_that_of_the_thread(told: str | None, tag: str) -> None:
    assert thread(ThreadLanguage=told).title.original == tag


def test_a_forum_is_a_subject() -> None:
    assert (thread().topics, thread().keywords) == ((Topic.JUST,), ("Human Rights",))
    assert (thread(Name="Other").topics, thread(Name="").keywords) == ((), ())


def test_replies_are_counted_and_not_shown() -> None:
    reply = {"PostId": 1, "Body": "Just a reply", "ThumbsUp": 4, "ThumbsDown": 1, "IsSolution": False}
    process = mapped(item_of(listed(THREAD)), posts(reply))
    assert [(one.unit, one.count) for one in process.support] == [(Unit.COMMENTS, 12)]
    assert b"Just a reply" not in msgspec.json.encode(process)
    assert thread(Replies=None).support == ()
    assert [one.count for one in thread(Replies=0).support] == [0]


def test_solutions_have_their_thumbs() -> None:
    told = [
        {"Body": "&amp;lt;p&amp;gt;One room&amp;lt;/p&amp;gt;", "ThumbsUp": 14, "ThumbsDown": 0, "IsSolution": True},
        {"Body": "One room", "ThumbsUp": 1, "ThumbsDown": 1, "IsSolution": True},
        {"Body": "None", "ThumbsUp": None, "ThumbsDown": 2, "IsSolution": True},
        {"Body": " ", "ThumbsUp": 5, "ThumbsDown": 5, "IsSolution": True},
        {"Body": "Perhaps", "ThumbsUp": 9, "ThumbsDown": 9, "IsSolution": "yes"},
    ]
    process = mapped(item_of(listed({**THREAD, "Replies": None})), posts(*told))
    counts = [(one.unit, one.count, one.option.values["en"]) for one in process.support if one.option]
    assert counts == [
        (Unit.ENDORSEMENTS_FOR, 14, "One room"),
        (Unit.ENDORSEMENTS_AGAINST, 0, "One room"),
        (Unit.ENDORSEMENTS_AGAINST, 2, "None"),
    ]
    assert process.body is not None
    assert process.body.values["en"].count("<li>") == 3
    assert not validate(process).errors


def test_no_date_of_a_post_is_read() -> None:
    post = {"Body": "A room", "ThumbsUp": 1, "ThumbsDown": 0, "IsSolution": True, "UpadedDate": "20130305 1015"}
    item = posts(post)
    assert "20130305" not in json.dumps(dict(item.data))
    assert mapped(item_of(listed(THREAD)), item).phases == ()


# Feeds


@pytest.mark.parametrize(("page", "phase"), [(73, 1), (62, 2), (200, 3), (196, 4)])
def test_the_number_of_the_page_tells_the_phase(page: int, phase: int) -> None:
    kind = "result" if page == 196 else "threadid"
    link = f"http://www.joinourspace.eu/tabid/{page}/{kind}/101/scope/posts/Default.aspx"
    item = item_of(feed(link))
    process = mapped(item)
    assert (item.id, item.part, process.url) == ("101", "feed", link)
    assert process.source_status == {1: "Propose", 2: "Discussion", 3: "Voting", 4: "Results"}[phase]
    assert thread(PhaseId=phase).url.startswith(f"http://www.joinourspace.eu/tabid/{page}/{kind}/101/")
    assert mapped(item_of(listed({**THREAD, "PhaseId": 1})), item).source_status == "Propose"


def test_an_unknown_page_tells_no_phase() -> None:
    assert mapped(item_of(feed("http://www.joinourspace.eu/tabid/5/threadid/101/x.aspx"))).source_status is None


def test_comments_of_a_feed_are_no_count() -> None:
    link = "http://www.joinourspace.eu/tabid/62/threadid/101/x.aspx"
    assert mapped(item_of(feed(link, comments=link))).support == ()


def test_a_thread_of_a_feed_alone_has_no_language() -> None:
    link = "http://www.joinourspace.eu/tabid/62/threadid/101/x.aspx"
    item = item_of(feed(link, pubDate="Mon, 04 Mar 2013 09:00:00 GMT", description="&lt;p&gt;Yes&lt;/p&gt;"))
    process = mapped(item)
    assert process.title.original == "und"
    assert (process.published, process.phases) == ("2013-03-04T09:00:00Z", ())
    assert mapped(item_of(listed(THREAD)), item).title.original == "en"


def test_a_feed_that_links_to_no_thread_is_a_drift() -> None:
    with pytest.raises(ParseError, match=r"no entry of .* links to a thread"):
        feed("http://www.joinourspace.eu/home.aspx")


def test_a_thread_without_a_subject_is_put_aside() -> None:
    with pytest.raises(MappingError, match="thread 101 has no subject"):
        thread(Subject="<p></p>")


# Personal data


def test_nobody_is_kept() -> None:
    post = {"Body": "A room", "IsSolution": True, "FirstName": "Nobody", "LastName": "Nobodyson", "ImgUrl": "/me.png"}
    link = "http://www.joinourspace.eu/tabid/62/threadid/101/x.aspx"
    kept = [item_of(listed(THREAD)), posts(post), item_of(feed(link, **{"dc:creator": "Nobodyson"}))]
    written = json.dumps([dict(item.data) for item in kept])
    assert not [each for each in ("Nobody", "me.png") if each in written]
    text = "Write to a@b.example, +30 210 1234567 or 192.168.100.7"
    told = msgspec.json.encode(thread(Subject=text, Body=text)).decode()
    assert not [each for each in ("b.example", "1234567", "192.168") if each in told]


# Hostile answers

SAMPLE = next(sample for sample in bundled_samples() if sample.site.id == "sample.youth")
GOOD, TOLD = (json.loads((SAMPLE.folder / name).read_text()) for name in ("top.json", "posts_103.json"))


def attempt(document: Any, told: Any) -> list[Process]:
    """Parse and map; whatever is wrong may only be a drift or a record for quarantine."""
    processes, parts = [], []
    with suppress(ParseError):
        parts = [
            one
            for one in answer(OurSpace, SITE, LIST, told, then="parse_posts", item="103", part="posts")
            if isinstance(one, Item)
        ]
    with suppress(ParseError):
        for item in answer(OurSpace, SITE, LIST, document):
            if isinstance(item, Item):
                with suppress(MappingError):
                    processes.append(mapped(item, *parts))
    return processes


def test_the_good_answers_are_mapped() -> None:
    assert len(attempt(GOOD, TOLD)) == 2


@settings(max_examples=150, deadline=None)
@given(st.one_of(ANYTHING, damaged(GOOD)), st.one_of(ANYTHING, damaged(TOLD)))
def test_whatever_comes_is_a_drift_or_a_record_for_quarantine(document: Any, told: Any) -> None:
    assert len(attempt(document, told)) <= 4


# The shapes that others derived from the code


@pytest.mark.recordings
class TestShapes:
    """Nothing here was recorded: these tests say that what others read in the code is what we read."""

    def test_the_lists_are_read_as_their_shapes(self, recordings: Path) -> None:
        folder = recordings / "ourspace" / "shape"
        found = {}
        for path in sorted(folder.glob("T*_lang_*.json")):
            for one in answer(OurSpace, SITE, LIST, json.loads(path.read_text())):
                if isinstance(one, Item):
                    found[one.id] = (mapped(one).title.original, one.data["PhaseId"])
        assert found == {"101": ("en", 2), "102": ("el", 2), "103": ("cs", 1)}

    def test_the_recording_is_harvested_as_far_as_it_goes(self, recordings: Path) -> None:
        path = "DesktopModules/Forum/Forum_Rss.aspx?forumid=7&tabid=62&mid=381"
        driven = drive(SITE, recordings / "ourspace", base="http://www.example.org", feeds=[path], forums=False)
        assert set(driven.items) == {"101"}
        assert set(driven.items["101"]) == {"top", "posts", "feed"}
        assert driven.quarantined == {}
        assert len(driven.unanswered) == 4
        process = driven.processes["101"]
        assert {one.part for one in process.support} == {"top", "posts"}
        assert [(one.unit, one.count) for one in process.support] == [
            (Unit.COMMENTS, 12),
            (Unit.ENDORSEMENTS_FOR, 4),
            (Unit.ENDORSEMENTS_AGAINST, 1),
        ]
        assert "Example" not in msgspec.json.encode([driven.items, process]).decode()
        assert "demo" not in msgspec.json.encode(process).decode()
