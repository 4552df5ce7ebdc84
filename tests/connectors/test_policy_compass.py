"""The connector for Policy Compass: the traps of the platform, its seed data, and hostile answers.

| trap | test |
| --- | --- |
| drafts must not be republished | test_a_draft_is_no_item_and_goes, test_what_is_no_clear_no_is_a_draft |
| creators and users stand in every answer | test_no_creator_or_user_is_kept |
| a graph names the authors of its sources | test_what_a_graph_says_about_itself_is_dropped |
| a graph is YAML inside a JSON text | test_a_graph_is_read_from_the_yaml_in_its_text |
| statements are texts or mappings, labels stand in either place | test_both_forms_of_statements_are_read |
| YAML takes no and 12 for other things than texts | test_every_scalar_of_a_graph_is_a_text |
| YAML can refer to itself | test_what_is_no_graph_is_none |
| a graph that cannot be read | test_a_graph_that_cannot_be_read_keeps_its_name |
| a placeholder for no description | test_none_provided_is_no_description |
| events that are tests | test_an_event_that_calls_itself_a_test_goes, test_test_events_that_are_wanted_are_marked |
| each manager has its own paging | test_each_manager_is_asked_in_its_own_way, test_the_first_page_asks_for_all_others |
| paginate=false may be ignored | test_graphs_in_pages_are_read_all_the_same |
| a story's text is in its chapters | test_a_story_has_the_text_of_its_chapters_in_their_order |
| a chapter that a story has no more | test_a_chapter_that_the_story_has_no_more_is_not_told |
| the count of comments is a text | test_the_count_of_comments_is_read_from_its_text |
| 404 for no discussion is no error | test_no_discussion_is_no_comment |
| services on other hosts | test_other_services_are_asked_only_where_their_address_is_known |
| policy domains are numbered in two ways | test_domains_are_read_only_if_the_copy_has_the_numbers_that_we_know |
| languages are numbered in two ways | test_texts_are_in_the_language_of_the_site |
| no status, no end | test_there_is_no_status_and_no_date_of_taking_part |
"""

from __future__ import annotations

import contextlib
import json
import re
import sys
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors import traps
from connectors.damage import ANYTHING, damaged
from connectors.driving import NOW, answer, bundled, drive, under
from connectors.people import contacts_in
from folkmoot_connectors import _argument_graph as argument_graph
from folkmoot_connectors._policy_compass_item import DOMAINS
from folkmoot_connectors.policy_compass import PolicyCompass
from folkmoot_hub.connector import (
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
)
from folkmoot_hub.connector import WholeItem as Whole
from folkmoot_hub.errors import ConfigError
from folkmoot_schema.codes import Flag, Kind, LinkKind, Status, Topic, Unit
from folkmoot_schema.process import Process, to_json
from folkmoot_schema.validation import validate

TRAPS = (
    "drafts must not be republished",
    "creators and users stand in every answer",
    "a graph names the authors of its sources",
    "a graph is YAML inside a JSON text",
    "statements are texts or mappings, labels stand in either place",
    "YAML takes no and 12 for other things than texts",
    "YAML can refer to itself",
    "a graph that cannot be read",
    "a placeholder for no description",
    "events that are tests",
    "each manager has its own paging",
    "paginate=false may be ignored",
    "a story's text is in its chapters",
    "a chapter that a story has no more",
    "the count of comments is a text",
    "404 for no discussion is no error",
    "services on other hosts",
    "policy domains are numbered in two ways",
    "languages are numbered in two ways",
    "no status, no end",
)

SITE = bundled("policy-compass")
API = f"{SITE.base}/api/v1"
AGS = f"{API}/agmanager/ags?paginate=false"
EVENTS = f"{API}/eventsmanager/events?page_size=100"
STORIES = f"{API}/storymanager/stories?page=1"
TALK = "https://adhocracy-prod.policycompass.eu"
COMMENT = "adhocracy_core.resources.comment.IComment"
MODELS = "https://fcm-prod.policycompass.eu"
WHOLE = under(SITE, {"parts": ["stories", "comments"], "discussion": TALK})

YAML = """meta: {title: A, source: Nobodyson and Someone}
statements:
  yes: Build it.
  no: {text: Do not., label: out}
  12: It costs 12.
issues: {i1: {positions: [yes, no]}}
arguments:
  a1: {conclusion: no, premises: [12], undercutter: far}
  a2: {premises: [12]}
labels: {in: [yes], out: [12]}
"""
AG = {"id": 4, "name": "A graph", "description": "About it.", "data": YAML, "date_created": "2015-07-02T11:21:16.615Z"}
EVENT = {
    "id": 5,
    "title": "A flood",
    "description": "",
    "keywords": "river, flood, river",
    "startEventDate": "2014-06-30T22:00:00Z",
    "endEventDate": "2014-07-02T22:00:00Z",
    "detailsURL": "www.example.org/flood",
    "languageID": 1,
    "policy_domains": [3, 12, 3, 99],
    "is_draft": False,
}
STORY = {"id": 9, "title": "A story", "date_modified": "2016-05-02T09:00:00Z", "is_draft": False, "chapters": [22, 21]}
CHAPTER = {"id": 21, "title": "First", "text": "<p>One &amp; all.</p>", "number": 1, "contents": [31]}
PERSONAL = {
    "creator_path": "/principals/users/0000072/",
    "userPath": "/principals/users/0000073/",
    "userID": 4711072,
    "derivedFromId": 4711073,
}


def page(*rows: Any, count: int | None = None) -> dict[str, Any]:
    return {"count": len(rows) if count is None else count, "next": None, "previous": None, "results": list(rows)}


def read(url: str, body: Any, site: Site = SITE, **request: Any) -> list[Any]:
    return answer(PolicyCompass, site, url, body, **request)


def items(told: list[Any]) -> list[Item]:
    return [one for one in told if isinstance(one, Item)]


def asked(told: list[Any]) -> list[Request]:
    return [one for one in told if isinstance(one, Request)]


def mapped(item: Item, site: Site = SITE, **parts: Any) -> Process:
    return PolicyCompass().map(Whole(item.id, {"list": item.data, **parts}), Run(site=site, now=NOW))


def graph(site: Site = SITE, **fields: Any) -> Process:
    return mapped(items(read(AGS, [{**AG, **fields}], site))[0], site)


def event(site: Site = SITE, **fields: Any) -> Process:
    return mapped(items(read(EVENTS, page({**EVENT, **fields}), site))[0], site)


def chapter(id: int = 21, **fields: Any) -> Any:
    url = f"{API}/storymanager/chapters/{id}"
    told = read(url, {**CHAPTER, "id": id, **fields}, then="parse_chapter", item="story_9", part="chapter1")
    return items(told)[0].data


def comments(body: Any, status: int = 200) -> list[Any]:
    url = f"{TALK}/api/adhocracy/story_9"
    response = Response(
        run=Run(site=WHOLE, now=NOW),
        request=Request(url, then="parse_comments", item="story_9", part="comments", accept=(200, 404)),
        url=url,
        status=status,
        headers={},
        body=msgspec.json.encode(body),
        fetched_at=NOW,
    )
    return list(PolicyCompass().parse_comments(response))


def pool(count: Any) -> dict[str, Any]:
    return {"data": {"adhocracy_core.sheets.pool.IPool": {"count": count, "elements": []}}}


def started(**block: Any) -> list[str]:
    return [one.url for one in asked(list(PolicyCompass().start(Run(site=under(SITE, block), now=NOW))))]


def test_every_trap_has_its_test() -> None:
    assert traps.faults(sys.modules[__name__], TRAPS) == []


# Settings and requests


@pytest.mark.parametrize(
    ("block", "told"),
    [
        (
            {"parts": ["graphs"]},
            "setting parts: .* allowed: a list of one or more of ags, events, stories, models, com",
        ),
        ({"parts": []}, "setting parts"),
        ({"parts": ["models"]}, "setting models: None is wrong; allowed: an absolute http"),
        ({"parts": ["stories", "comments"]}, "setting discussion: None is wrong"),
        ({"parts": ["models"], "models": "ftp://x.example"}, "setting models: 'ftp://x.example' is wrong"),
        ({"pages": 5}, "setting pages: 5 is wrong"),
        ({"domains": "no"}, "setting domains: 'no' is wrong"),
        ({"test_events": 1}, "setting test_events: 1 is wrong"),
    ],
)
def test_settings_that_do_not_fit_are_refused(block: dict[str, Any], told: str) -> None:
    with pytest.raises(ConfigError, match=f"^policy-compass: {told}"):
        started(**block)


def test_each_manager_is_asked_in_its_own_way() -> None:
    assert started(parts=["ags", "events", "stories", "models"], models=f"{MODELS}/") == [
        AGS,
        f"{API}/references/policydomains",
        STORIES,
        f"{MODELS}/api/v1/fcmmanager/models",
    ]
    assert started(domains=False) == [AGS, EVENTS, STORIES]
    assert started(parts=["stories"]) == [STORIES]


def test_other_services_are_asked_only_where_their_address_is_known() -> None:
    told = [one.url for one in asked(read(STORIES, page(STORY), WHOLE))]
    assert told[2:] == [
        f"{TALK}/api/adhocracy/story_9?content_type={COMMENT}&count=true&depth=all&elements=omit",
    ]
    assert len(asked(read(STORIES, page(STORY)))) == 2
    assert len(asked(read(STORIES, page(STORY), under(SITE, {"discussion": TALK})))) == 2


def test_the_first_page_asks_for_all_others() -> None:
    told = read(EVENTS, page(EVENT, {**EVENT, "id": 6}, count=5))
    assert [one.url for one in asked(told)] == [f"{EVENTS}&page=2", f"{EVENTS}&page=3"]
    assert [one for one in told if isinstance(one, Total | Scope)] == [Scope("events", True), Total(5, "events")]
    stories = read(STORIES, page({**STORY, "chapters": []}, count=3))
    assert [one.url for one in asked(stories)] == [STORIES.replace("=1", "=2"), STORIES.replace("=1", "=3")]
    assert asked(read(f"{EVENTS}&page=2", page(EVENT, count=5))) == []
    assert asked(read(EVENTS, page(count=5))) == []


def test_graphs_in_pages_are_read_all_the_same() -> None:
    told = read(AGS, page(AG, count=2))
    assert [one.id for one in items(told)] == ["ag_4"]
    assert [one.url for one in asked(told)] == [f"{AGS}&page=2"]


def test_a_bare_list_is_whole() -> None:
    told = read(AGS, [AG])
    assert [type(one) for one in told] == [Scope, Item]
    assert told[0] == Scope("ags", exhaustive=True)


@pytest.mark.parametrize(
    "body", [{}, "x", None, 5, {"results": []}, {"results": [1, 2], "count": 1}, {"results": {}, "count": 0}]
)
def test_what_is_no_list_is_a_drift(body: Any) -> None:
    with pytest.raises(ParseError, match="neither a list nor a page"):
        read(EVENTS, body)


def test_a_list_of_things_without_ids_is_a_drift_and_one_of_them_is_put_aside() -> None:
    with pytest.raises(ParseError, match=r"a thing of .* has no 'id'"):
        read(AGS, [{"name": "x"}, "y"])
    assert [one.id for one in items(read(AGS, [{**AG, "id": True}, AG]))] == ["", "ag_4"]


# The door


def test_a_draft_is_no_item_and_goes() -> None:
    told = read(STORIES, page({**STORY, "is_draft": True}))
    assert told[2:] == [Seen("story_9"), Gone("story_9", "it is a draft")]
    assert items(read(AGS, [{**AG, "is_draft": True}])) == []


@pytest.mark.parametrize("value", [True, "false", "", 0.5, 1, [], {}])
def test_what_is_no_clear_no_is_a_draft(value: Any) -> None:
    assert items(read(AGS, [{**AG, "is_draft": value}])) == []


@pytest.mark.parametrize("value", [False, None])
def test_a_thing_of_before_there_were_drafts_is_public(value: Any) -> None:
    assert len(items(read(AGS, [{**AG, "is_draft": value}]))) == 1
    assert len(items(read(AGS, [AG]))) == 1


@pytest.mark.parametrize("title", ["Test Event 1", " test event", "TEST EVENTS of May", "Testevent"])
def test_an_event_that_calls_itself_a_test_goes(title: str) -> None:
    told = read(EVENTS, page({**EVENT, "title": title}))
    assert told[2:] == [Seen("event_5"), Gone("event_5", "it is a test")]


@pytest.mark.parametrize("title", ["Test ban treaty signed", "A test event", "Contest", ""])
def test_an_event_that_only_speaks_of_tests_is_read(title: str) -> None:
    assert len(items(read(EVENTS, page({**EVENT, "title": title})))) == 1


def test_test_events_that_are_wanted_are_marked() -> None:
    site = under(SITE, {"test_events": True})
    assert event(site, title="Test Event 1").flags == (Flag.SAMPLE,)
    assert event(site).flags == ()


def test_no_creator_or_user_is_kept() -> None:
    told = [
        *read(AGS, [{**AG, **PERSONAL}]),
        *read(EVENTS, page({**EVENT, **PERSONAL})),
        *read(STORIES, page({**STORY, **PERSONAL})),
        *read(f"{MODELS}/api/v1/fcmmanager/models", [{"id": 1, "title": "A", **PERSONAL}]),
    ]
    written = msgspec.json.encode([*(one.data for one in items(told)), chapter(21, **PERSONAL)]).decode()
    assert len(items(told)) == 4
    assert "principals" not in written
    assert "4711" not in written


def test_what_a_graph_says_about_itself_is_dropped() -> None:
    (item,) = items(read(AGS, [AG]))
    assert b"Nobodyson" not in msgspec.json.encode(item.data)
    assert "data" not in item.data


def test_contacts_inside_texts_are_taken_out() -> None:
    text = "Ask team@example.org or +44 1632 960001."
    data = f"statements: {{a: '{text}'}}"
    told = msgspec.json.encode(
        [
            items(read(AGS, [{**AG, "name": text, "description": text, "data": data}]))[0].data,
            items(read(EVENTS, page({**EVENT, "title": text, "keywords": text})))[0].data,
            chapter(title=text, text=text),
        ]
    ).decode()
    assert contacts_in(told) == []
    assert "960001" not in told


# Graphs


def test_a_graph_is_read_from_the_yaml_in_its_text() -> None:
    process = graph()
    assert (process.kind, process.url) == (Kind.MODEL, f"{API}/agmanager/ags/4")
    assert process.body is not None
    assert process.body.values["en"] == (
        "About it.\n<h3>Questions</h3><ul><li>Build it. (accepted) / Do not. (not accepted)</li></ul>\n"
        "<h3>Arguments</h3><ul><li>Do not. (not accepted)<ul><li>It costs 12. (not accepted)</li>"
        "<li>unless: far</li></ul></li></ul>"
    )
    assert validate(process).ok


def test_both_forms_of_statements_are_read() -> None:
    found = argument_graph.read(YAML)
    assert found is not None
    assert found["statements"] == {
        "yes": {"text": "Build it.", "label": "in"},
        "no": {"text": "Do not.", "label": "out"},
        "12": {"text": "It costs 12.", "label": "out"},
    }
    assert found["issues"] == [["yes", "no"]]
    assert found["arguments"] == [{"conclusion": "no", "premises": ["12"], "undercutter": "far"}]


def test_every_scalar_of_a_graph_is_a_text() -> None:
    found = argument_graph.read("statements: {no: 12, 2014-01-01: off, ~: null}")
    assert found is not None
    assert {name: said["text"] for name, said in found["statements"].items()} == {
        "no": "12",
        "2014-01-01": "off",
        "~": "null",
    }


def test_premises_may_have_roles_and_labels_in_is_stronger_than_out() -> None:
    found = argument_graph.read(
        "statements: {a: A, b: B}\narguments: {x: {conclusion: a, premises: {major: b}}}\nlabels: {in: [a], out: [a]}"
    )
    assert found is not None
    assert found["arguments"] == [{"conclusion": "a", "premises": ["b"]}]
    assert found["statements"]["a"] == {"text": "A", "label": "in"}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "just words",
        "a: [",
        "- 1\n- 2",
        "statements: []",
        "statements: {}",
        "statements: {'  ': x}",
        "? [a]\n: b\nstatements: {a: A}",
        "a: &x [1]\nb: [*x, *x]\nstatements: {a: A}",
        "[" * 5000,
        "{a: " * 3000,
        "statements: {a: A}\n" + "# long\n" * 20_000,
        "statements: {a: A}\n--- \nb: 1",
        "!!python/object/apply:os.getcwd []",
        "statements: {a: \x00}",
    ],
)
def test_what_is_no_graph_is_none(text: str) -> None:
    assert argument_graph.read(text) is None


def test_a_graph_that_cannot_be_read_keeps_its_name() -> None:
    unread: tuple[Any, ...] = ("a: [", None, 5, ["x"], {})
    for data in unread:
        process = graph(data=data)
        assert process.title.values == {"en": "A graph"}
        assert process.body is None
        assert process.summary is not None


def test_statements_in_no_argument_are_told_after_the_others() -> None:
    found = argument_graph.read("statements: {a: A, b: '<b>B</b>'}\narguments: {x: {conclusion: a}}")
    assert found is not None
    assert argument_graph.told(found, english=True) == (
        "<h3>Arguments</h3><ul><li>A</li></ul>\n<h3>Other statements</h3><ul><li>&lt;b&gt;B&lt;/b&gt;</li></ul>"
    )
    assert argument_graph.told(found, english=False).startswith("<ul><li>A</li></ul>\n<hr><ul>")


def test_none_provided_is_no_description() -> None:
    for said in ("none provided", "None provided."):
        process = graph(description=said)
        assert process.summary is None
        assert "provided" not in to_json(process).decode()


# Events, stories, models


def test_when_an_event_took_place_is_told_as_the_source_has_it() -> None:
    process = event()
    assert process.body is not None
    assert process.body.values["en"] == "<p>2014-06-30 22:00 UTC – 2014-07-02 22:00 UTC</p>"
    assert process.keywords == ("river", "flood")
    assert [(one.kind, one.value) for one in process.links] == [(LinkKind.WEBSITE, "https://www.example.org/flood")]
    assert event(startEventDate=None, endEventDate="").body is None
    with pytest.raises(MappingError, match="event_5: 'soon' is not a time"):
        event(startEventDate="soon")


def test_domains_are_read_only_if_the_copy_has_the_numbers_that_we_know() -> None:
    assert event().topics == (Topic.ENVI, Topic.JUST)
    assert event(under(SITE, {"domains": False})).topics == ()
    with pytest.raises(ParseError, match="numbers its policy domains in its own way: the site needs domains = false"):
        read(f"{API}/references/policydomains", [{"id": 1, "title": "Education"}], then="parse_domains")
    known = [{"id": number, "title": word} for number, (word, _) in enumerate(DOMAINS, 1)]
    assert [one.url for one in asked(read(f"{API}/references/policydomains", known, then="parse_domains"))] == [EVENTS]
    assert graph(policy_domains=[3]).topics == ()
    swapped = [{**row, "id": number} for row, number in zip(known, (2, 1, *range(3, 14)), strict=True)]
    for other in (swapped, [*known, {"id": 14, "title": "Space"}], known[:-1]):
        with pytest.raises(ParseError, match="in its own way"):
            read(f"{API}/references/policydomains", other, then="parse_domains")


def test_texts_are_in_the_language_of_the_site() -> None:
    site = under(SITE, {"languages": ["de"]})
    assert event(site, languageID=2).title.original == "de"
    process = graph(site)
    assert process.body is not None
    assert "accepted" not in process.body.values["de"]
    assert "<h3>" not in process.body.values["de"]


def test_a_story_has_the_text_of_its_chapters_in_their_order() -> None:
    told = read(STORIES, page(STORY))
    wanted = [(one.url, one.part, one.item) for one in asked(told)]
    assert wanted == [
        (f"{API}/storymanager/chapters/22", "chapter1", "story_9"),
        (f"{API}/storymanager/chapters/21", "chapter2", "story_9"),
    ]
    (item,) = items(told)
    process = mapped(item, chapter1=chapter(22, title="Second", number=2), chapter2=chapter(21))
    assert process.kind is Kind.DEBATE
    assert process.body is not None
    words = ["<h3>First</h3>", "<p>One &amp; all.</p>", "<h3>Second</h3>", "<p>One &amp; all.</p>"]
    assert process.body.values["en"].split("\n") == words
    assert mapped(item).body is None


def test_a_chapter_that_the_story_has_no_more_is_not_told() -> None:
    (item,) = items(read(STORIES, page({**STORY, "chapters": [21]})))
    process = mapped(item, chapter1=chapter(21), chapter2=chapter(22, text="<p>Gone.</p>", number=2))
    assert process.body is not None
    assert "Gone" not in process.body.values["en"]


def test_chapters_are_asked_again_when_the_story_changed_and_no_more_than_forty() -> None:
    told = asked(read(STORIES, page({**STORY, "chapters": [*range(1, 60), 1, "x", None, -3]})))
    assert len(told) == 40
    assert told[0].unless_same == "1 2016-05-02T09:00:00Z"
    assert asked(read(STORIES, page({**STORY, "date_modified": None})))[0].unless_same is None


@pytest.mark.parametrize("body", [[], {}, {"id": 22, "text": "x"}, {"id": 21, "text": None}, {"id": 21}, "x"])
def test_what_is_not_the_chapter_asked_for_is_a_drift(body: Any) -> None:
    with pytest.raises(ParseError, match="is not the chapter 21 with a 'text'"):
        read(f"{API}/storymanager/chapters/21", body, then="parse_chapter", item="story_9", part="chapter1")


def test_the_count_of_comments_is_read_from_its_text() -> None:
    (told,) = comments(pool("3"))
    assert told == Item("story_9", {"count": 3}, part="comments")
    (item,) = items(read(STORIES, page(STORY)))
    (support,) = mapped(item, comments=told.data).support
    assert (support.unit, support.count, support.part) == (Unit.COMMENTS, 3, "comments")
    assert mapped(item).support == ()


def test_no_discussion_is_no_comment() -> None:
    assert comments({"status": "error"}, 404) == [Item("story_9", {"count": 0}, part="comments")]


@pytest.mark.parametrize("body", [{}, [], pool(3), pool(None), pool("-1"), pool("x"), pool("٣"), {"data": []}])
def test_comments_that_are_not_counted_are_unknown_and_not_none(body: Any) -> None:
    with pytest.raises(ParseError, match="does not count comments"):
        comments(body)


def test_there_is_no_status_and_no_date_of_taking_part() -> None:
    for process in (graph(), event(), mapped(items(read(STORIES, page(STORY)))[0])):
        assert (process.flag, process.source_status) == (Status.UNKNOWN, None)
        assert (process.phases, process.outcomes, process.participate_url) == ((), (), None)


def test_a_page_of_the_web_application_is_the_address_where_it_is_known() -> None:
    site = under(SITE, {"pages": "https://compass.example/app/#!/", "models": MODELS})
    assert graph(site).url == "https://compass.example/app/#!/ags/4"
    url = f"{MODELS}/api/v1/fcmmanager/models"
    (model,) = items(read(url, [{"id": 1, "title": "A"}]))
    assert mapped(model, site).url == "https://compass.example/app/#!/models/1"
    assert mapped(model, under(SITE, {"models": MODELS})).url == f"{url}/1"


def test_an_address_that_is_no_list_and_an_id_of_another_kind_are_refused() -> None:
    with pytest.raises(ParseError, match="is not the address of a list"):
        read(f"{API}/datasetmanager/datasets", [])
    with pytest.raises(MappingError, match="'metric_1' is not the id"):
        mapped(Item("metric_1", {"title": "A"}))


# Hostile answers


def attempt(ags: Any, stories: Any, one: Any) -> list[Process]:
    """Parse and map; whatever is wrong may only be a drift or a record for quarantine."""
    found: list[Process] = []
    parts: dict[str, Any] = {}
    answers: list[tuple[str, Any, dict[str, Any]]] = [
        (AGS, ags, {}),
        (EVENTS, ags, {}),
        (f"{API}/storymanager/chapters/21", one, {"then": "parse_chapter", "item": "story_9", "part": "chapter1"}),
        (STORIES, stories, {}),
    ]
    for url, body, more in answers:
        try:
            for item in items(read(url, body, **more)):
                if item.part != "list":
                    parts[item.part] = item.data
                elif item.id:
                    found.append(mapped(item, **parts))
        except (ParseError, MappingError):
            pass
    return found


def test_the_good_answers_are_mapped() -> None:
    assert len(attempt([AG], page(STORY), CHAPTER)) == 3


@settings(max_examples=120, deadline=None)
@given(
    st.one_of(ANYTHING, damaged([{**EVENT, **AG}])),
    st.one_of(ANYTHING, damaged(page(STORY))),
    st.one_of(ANYTHING, damaged(CHAPTER)),
)
def test_whatever_comes_is_a_drift_or_a_record_for_quarantine(ags: Any, stories: Any, one: Any) -> None:
    attempt(ags, stories, one)


@settings(max_examples=120, deadline=None)
@given(damaged(argument_graph.read(YAML)))
def test_a_damaged_graph_is_told_or_put_aside(found: Any) -> None:
    with contextlib.suppress(MappingError):
        mapped(Item("ag_4", {"name": "A", "graph": found}))


@settings(max_examples=120, deadline=None)
@given(st.text(alphabet="abc:{}[]&*!-\n ?#|>'\"", max_size=80))
def test_any_text_is_a_graph_or_none(text: str) -> None:
    argument_graph.read(f"statements: {{a: A}}\n{text}")


# The seed of the platform, in the shape of its serializers


@pytest.mark.recordings
class TestSeed:
    """True values of the shipped seed; that the answers have this shape follows from the code of the platform."""

    def test_the_recording_is_read_whole_under_its_site(self, recordings: Path) -> None:
        driven = drive(SITE, recordings / "policy-compass")
        assert driven.complete
        assert driven.quarantined == {}
        assert sorted(driven.processes) == ["ag_1", "ag_2"]
        assert driven.totals == [Total(2, "events")]
        assert [one.url for one in driven.requests] == [AGS, f"{API}/references/policydomains", EVENTS]

    def test_the_graphs_have_all_statements_and_arguments_of_the_shipped_file(self, recordings: Path) -> None:
        shipped = json.loads((recordings / "policy-compass" / "ags.json").read_text())
        driven = drive(SITE, recordings / "policy-compass")
        figures = {}
        for id, parts in driven.items.items():
            told = parts["list"]["graph"]
            labels = [said.get("label") for said in told["statements"].values()]
            premises = sum(len(each["premises"]) for each in told["arguments"])
            figures[id] = (
                len(told["statements"]), len(told["issues"]), len(told["arguments"]), premises,
                labels.count("in"), labels.count("out"),
            )  # fmt: skip
        assert figures == {"ag_1": (13, 2, 4, 10, 10, 3), "ag_2": (4, 0, 2, 2, 3, 1)}
        assert [f"ag_{each['pk']}" for each in shipped] == list(driven.items)
        assert [each["fields"]["name"] for each in shipped] == [
            process.title.values["en"] for process in driven.processes.values()
        ]

    def test_one_graph_has_a_description_and_the_other_says_that_it_has_none(self, recordings: Path) -> None:
        processes = drive(SITE, recordings / "policy-compass").processes
        assert processes["ag_1"].summary is not None
        assert processes["ag_2"].summary is None

    def test_the_shipped_events_are_tests_and_left_out_or_marked(self, recordings: Path) -> None:
        driven = drive(SITE, recordings / "policy-compass", test_events=True)
        events = {id: process for id, process in driven.processes.items() if id.startswith("event")}
        assert sorted(events) == ["event_1", "event_2"]
        assert {process.flags for process in events.values()} == {(Flag.SAMPLE,)}
        told = [process.body.values["en"] for process in events.values() if process.body]
        assert ["2014-06-30 22:00 UTC – 2014-07-02 22:00 UTC" in text for text in told] == [True, False]
        assert ["2014-07-04 22:00 UTC – 2014-07-06 22:00 UTC" in text for text in told] == [False, True]

    def test_the_thirteen_shipped_domains_have_the_numbers_that_we_know_and_the_older_ten_have_not(
        self, recordings: Path
    ) -> None:
        for name, known in (("references-domains-languages-licences.json", True), ("full_referencepool.json", False)):
            shipped = json.loads((recordings / "policy-compass" / name).read_text())
            rows = [
                {"id": each["pk"], "title": each["fields"]["title"]}
                for each in shipped
                if each["model"].endswith("policydomain")
            ]
            assert len(rows) == (13 if known else 10)
            if known:
                assert len(asked(read(f"{API}/references/policydomains", rows, then="parse_domains"))) == 1
            else:
                with pytest.raises(ParseError):
                    read(f"{API}/references/policydomains", rows, then="parse_domains")

    def test_the_shapes_of_the_other_managers_are_read(self, recordings: Path) -> None:
        more = {"parts": ["stories", "models", "comments"], "models": MODELS, "discussion": TALK}
        driven = drive(SITE, recordings / "policy-compass", **more)
        assert driven.complete
        assert sorted(driven.processes) == ["model_1", "story_9"]
        assert set(driven.items["story_9"]) == {"list", "chapter1", "comments"}
        assert [one.count for one in driven.processes["story_9"].support] == [3]

    def test_nobody_who_is_named_there_is_kept(self, recordings: Path) -> None:
        more = {"parts": ["ags", "events", "stories", "models"], "models": MODELS, "test_events": True}
        driven = drive(SITE, recordings / "policy-compass", **more)
        assert len(driven.processes) == 6
        written = msgspec.json.encode([driven.items, list(driven.processes.values())]).decode()
        for each in json.loads((recordings / "policy-compass" / "ags.json").read_text()):
            told = each["fields"]["data"]
            source, _, rest = told.partition("source:")[2].partition("statements:")
            others = rest + each["fields"]["name"] + each["fields"]["description"]
            words = set(re.findall(r"\w{5,}", source)) - set(re.findall(r"\w{5,}", others))
            assert len(words) >= 4
            assert words & set(re.findall(r"\w{5,}", written)) == set()
        assert "principals" not in written
        assert contacts_in(written) == []
