"""The connector for Your Priorities: the traps of the platform, the real recording, and hostile answers.

| trap | test |
| --- | --- |
| robots get a page with status 200 under any address | test_the_page_for_robots_is_no_answer |
| a request that calls itself JSON is answered with it | test_every_request_calls_itself_json |
| there is no list of all statuses | test_a_group_is_asked_for_its_four_lists |
| a list of another status answers 404 | test_an_answer_404_or_401_is_unknown |
| deleted, closed and unknown things all answer 401 | test_an_answer_404_or_401_is_unknown |
| a page holds twenty, the next is asked by offset | test_the_first_page_asks_for_all_others |
| a page may be shorter than twenty | test_a_short_page_is_gone_on_from |
| a list may end before its total | test_an_empty_page_ends_a_list_and_its_total_stands |
| an order by chance cannot be walked | test_settings_that_cannot_be_are_refused |
| the list of a community drops seven posts | test_broken_and_leaking_addresses_are_never_asked |
| the domain lists large or featured communities only | test_without_groups_the_sitemap_names_them |
| the answer of the authority is not in the post | test_what_the_authority_said_becomes_outcomes |
| a comment of the authority changes no status | test_what_the_authority_said_becomes_outcomes |
| statuses in activities are numbers as text | test_what_the_authority_said_becomes_outcomes |
| activities may be missing for a while | test_activities_without_words_are_asked_again |
| a decision may have no words | test_a_decision_without_words_is_told_as_one |
| activities come twenty a page | test_activities_are_walked_back_to_the_beginning |
| the cursor of activities is a date | test_a_cursor_that_does_not_go_back_is_a_drift |
| new points leak addresses and browsers | test_no_author_address_or_browser_passes |
| domains on a community's host leak addresses and browsers | test_broken_and_leaking_addresses_are_never_asked |
| authors are named | test_no_author_address_or_browser_passes |
| a location is an object or null | test_a_location_is_a_point_where_it_is_one |
| a language is mostly null | test_the_language_is_that_of_the_content |
| a description is plain text | test_plain_text_keeps_its_paragraphs |
| a group has more than a hundred switches | test_of_the_switches_only_those_that_matter_pass |
| a group may close its voting | test_an_open_idea_nobody_can_vote_on_is_closed |
| a group may hide its counts | test_hidden_counts_are_unknown |
| a group may ask for ratings | test_where_ideas_are_rated_nobody_endorses |
| a group may take no votes against | test_where_no_vote_against_is_taken_none_is_counted |
| answers to a group's questions hold anything | test_no_author_address_or_browser_passes |
| merged ideas are told as text | test_an_idea_that_was_merged_is_linked |
| two numbers mean in progress | test_each_status_has_its_word |
| compromised ideas are in no list | test_a_post_of_another_list_or_group_is_refused |
| moderators block posts | test_what_the_site_took_down_is_gone |
| groups and communities may be closed | test_what_is_not_public_is_left_out |
| an author's own vote counts | test_votes_and_points_are_counted_as_stated |
| sizes of a picture are JSON inside JSON | test_a_picture_is_read_out_of_its_sizes |
| participatory budgets are known by the name of their group | test_the_stage_is_that_of_the_group |
| dates are instants in UTC | test_dates_are_days_in_the_zone_of_the_site |
| an idea answers under every sub-domain | test_the_page_of_an_idea_is_below_the_base |
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors import traps
from connectors.damage import ANYTHING, damaged
from connectors.driving import NOW, answer, bundled, drive, under
from connectors.ideas import activities, activity, group, page, post, said
from folkmoot_connectors._pages import MOST_PAGES
from folkmoot_connectors.sites import bundled_samples
from folkmoot_connectors.your_priorities import YourPriorities
from folkmoot_hub.connector import (
    Gone,
    Item,
    MappingError,
    ParseError,
    Request,
    Run,
    Scope,
    Seen,
    Site,
    Total,
    WholeItem,
)
from folkmoot_hub.errors import ConfigError
from folkmoot_schema.codes import Kind, LinkKind, OutcomeKind, Stage, Status, Unit
from folkmoot_schema.process import Outcome, Process
from folkmoot_schema.texts import Text
from folkmoot_schema.validation import validate

TRAPS = (
    "robots get a page with status 200 under any address",
    "a request that calls itself JSON is answered with it",
    "there is no list of all statuses",
    "a list of another status answers 404",
    "deleted, closed and unknown things all answer 401",
    "a page holds twenty, the next is asked by offset",
    "a page may be shorter than twenty",
    "a list may end before its total",
    "an order by chance cannot be walked",
    "the list of a community drops seven posts",
    "the domain lists large or featured communities only",
    "the answer of the authority is not in the post",
    "a comment of the authority changes no status",
    "statuses in activities are numbers as text",
    "activities may be missing for a while",
    "a decision may have no words",
    "activities come twenty a page",
    "the cursor of activities is a date",
    "new points leak addresses and browsers",
    "domains on a community's host leak addresses and browsers",
    "authors are named",
    "a location is an object or null",
    "a language is mostly null",
    "a description is plain text",
    "a group has more than a hundred switches",
    "a group may close its voting",
    "a group may hide its counts",
    "a group may ask for ratings",
    "a group may take no votes against",
    "answers to a group's questions hold anything",
    "merged ideas are told as text",
    "two numbers mean in progress",
    "compromised ideas are in no list",
    "moderators block posts",
    "groups and communities may be closed",
    "an author's own vote counts",
    "sizes of a picture are JSON inside JSON",
    "participatory budgets are known by the name of their group",
    "dates are instants in UTC",
    "an idea answers under every sub-domain",
)

BASE = "https://betrireykjavik.is"
SITE = under(bundled("better-reykjavik"), {"groups": [3]})
ACTIVITIES = f"{BASE}/api/activities/posts/5"
JSON = {"content-type": "application/json"}


def address(status: str = "open", offset: int = 0) -> str:
    return f"{BASE}/api/groups/3/posts/newest/null/{status}?offset={offset}"


def listed(
    *posts: Any, status: str = "open", offset: int = 0, total: int | None = None, site: Site = SITE
) -> list[Any]:
    return answer(YourPriorities, site, address(status, offset), page(*posts, total=total))


def told(document: Any, url: str = ACTIVITIES, part: str = "activities", item: str = "5") -> list[Any]:
    return answer(YourPriorities, SITE, url, document, then="parse_activities", item=item, part=part)


def of(kind: type[Any], yielded: list[Any]) -> list[Any]:
    return [one for one in yielded if isinstance(one, kind)]


def mapped(status: str = "open", *, site: Site = SITE, words: list[Any] | None = None, **fields: Any) -> Process:
    """The process that a post becomes, through the items that the connector makes of it and of its activities."""
    (row,) = of(Item, listed(post(status=status, **fields), status=status, site=site))
    parts = {"list": row.data}
    for found in of(Item, told(activities(*words))) if words else []:
        parts[found.part] = found.data
    return YourPriorities().map(WholeItem(row.id, parts), Run(site=site, now=NOW))


def started(**site: Any) -> list[Request]:
    return of(Request, list(YourPriorities().start(Run(site=under(SITE, site), now=NOW))))


def test_every_trap_has_its_test() -> None:
    assert traps.faults(sys.modules[__name__], TRAPS) == []


# Asking


@pytest.mark.parametrize(
    ("name", "value", "allowed"),
    [
        *(("groups", value, "a list of one or more ids") for value in ([], [0], ["1"], [True], 3, "3", {}, [1.5])),
        *(("filter", value, "newest, oldest, alphabetical, top, most_debated") for value in ("random", "", 5, ["top"])),
        *(("answers", value, "decided, all, none") for value in ("some", None, True)),
        *(("budgets", value, "a list of beginnings of names") for value in ("x", [""], [5], {"a": 1})),
    ],
)
def test_settings_that_cannot_be_are_refused(name: str, value: Any, allowed: str) -> None:
    with pytest.raises(ConfigError, match=f"^better-reykjavik: setting {name}: .* allowed: {allowed}"):
        started(**{name: value})


def test_a_group_is_asked_for_its_four_lists() -> None:
    asked = [request.url for request in started()]
    assert asked == [address(status) for status in ("open", "in_progress", "successful", "failed")]
    assert len(started(groups=[3, 4, 3])) == 8
    assert started(filter="oldest")[0].url == address().replace("newest", "oldest")


def test_every_request_calls_itself_json() -> None:
    requests = [
        *started(),
        *started(groups=None),
        *of(Request, listed(post(), total=2)),
        *of(Request, listed(post(status="failed"), status="failed")),
        *of(Request, told(activities(*(activity(n) for n in range(20))))),
    ]
    assert len(requests) == 8
    assert {tuple(request.headers.items()) for request in requests} == {(("Content-Type", "application/json"),)}


def test_without_groups_the_sitemap_names_them() -> None:
    (request,) = started(groups=None)
    assert (request.url, request.expect) == (f"{BASE}/sitemap.xml", "xml")
    names = ["domain/1", "community/8", "group/3", "post/5", "group/12/", "group/3", "group/x"]
    places = "".join(f"<url><loc> https://better.example/{name}\n</loc></url>" for name in names)
    sitemap = f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{places}</urlset>'
    found = answer(YourPriorities, SITE, request.url, sitemap.encode(), then="parse_sitemap", expect="xml")
    assert [one.url.split("/")[5] for one in found] == ["3"] * 4 + ["12"] * 4
    assert found[:4] == started()


@pytest.mark.parametrize("sitemap", [b"<urlset/>", b"<rss><loc>https://x.example/group/1</loc></rss>", b"group/1"])
def test_a_sitemap_that_names_no_group_is_a_drift(sitemap: bytes) -> None:
    with pytest.raises(ParseError):
        answer(YourPriorities, SITE, f"{BASE}/sitemap.xml", sitemap, then="parse_sitemap", expect="xml")


def test_broken_and_leaking_addresses_are_never_asked() -> None:
    sample = next(each for each in bundled_samples() if each.site.connector == "your_priorities")
    asked = [request.url for request in drive(sample.site, sample.folder, answers="all").requests]
    assert len(asked) == 11
    for word in ("communities", "domains", "newPoints", "points", "/users", "search"):
        assert [url for url in asked if word in url] == []


# Lists


@pytest.mark.parametrize(
    "document",
    [
        [],
        None,
        {},
        {"posts": [], "totalPostsCount": None},
        {"posts": {}, "totalPostsCount": 1},
        {"posts": [], "totalPostsCount": -1},
        {"posts": [], "totalPostsCount": True},
        {"posts": []},
    ],
)
def test_a_list_of_another_shape_is_a_drift(document: Any) -> None:
    with pytest.raises(ParseError, match="has no 'posts' with 'totalPostsCount'"):
        answer(YourPriorities, SITE, address(), document)


@pytest.mark.parametrize("one", [None, 5, [], {}, {"id": "5"}, {"id": True}, {"id": 0}])
def test_a_post_that_nothing_identifies_is_a_drift(one: Any) -> None:
    with pytest.raises(ParseError, match="has no 'id'"):
        listed(one)


@pytest.mark.parametrize("one", [None, 5, [], {}, {"id": "5", "name": "An idea", "user_id": 7}])
def test_one_post_that_nothing_identifies_costs_itself_alone(one: Any) -> None:
    found = of(Item, listed(one, post(5), one))
    assert [each.id for each in found] == ["", "5", ""]
    assert found[0].data == ({"name": "An idea"} if isinstance(one, dict) and one else {})


@pytest.mark.parametrize("fields", [{"official_status": n} for n in (1, 2, -991, None, "0", False)])
def test_a_post_of_another_list_or_group_is_refused(fields: dict[str, Any]) -> None:
    with pytest.raises(ParseError, match="the filter was ignored"):
        listed(post(), post(6, **fields))
    with pytest.raises(ParseError, match="of another group"):
        listed(post(), post(6, group_id=4))


def test_a_list_is_a_scope_of_its_own_with_its_total() -> None:
    yielded = listed(post(status="failed"), status="failed", total=1)
    assert of(Scope, yielded) == [Scope("3/failed", exhaustive=True)]
    assert of(Total, yielded) == [Total(1, "3/failed")]


def asked(*posts: Any, offset: int = 0, total: int | None = None) -> list[str]:
    return [one.url for one in of(Request, listed(*posts, offset=offset, total=total))]


def test_the_first_page_asks_for_all_others() -> None:
    twenty = [post(n) for n in range(1, 21)]
    all_others = [address(offset=20), address(offset=40)]
    assert asked(*twenty, total=44) == all_others
    assert asked(total=44) == all_others
    assert asked(*twenty, offset=20, total=44) == [address(offset=40)]
    assert asked(*twenty[:4], offset=40, total=44) == []
    assert asked(*twenty, total=20) == []
    assert len(asked(*twenty, total=2**60)) == MOST_PAGES - 1


def test_a_short_page_is_gone_on_from() -> None:
    short = [post(n) for n in range(1, 18)]
    assert asked(*short, total=40) == [address(offset=17), address(offset=34)]
    assert asked(*short, offset=20, total=44) == [address(offset=37)]
    # What stands on no grid leads on only where it is short: or a list would be read over and over.
    assert asked(*short, post(18), post(19), post(20), offset=17, total=44) == []


def test_an_empty_page_ends_a_list_and_its_total_stands() -> None:
    yielded = listed(offset=20, total=24)
    assert yielded == [Scope("3/open", exhaustive=True), Total(24, "3/open")]


def test_what_the_site_took_down_is_gone() -> None:
    for down in ({"status": "blocked"}, {"deleted": True}):
        yielded = listed({**post(6), **down})
        assert [type(one) for one in yielded] == [Scope, Total, Seen, Gone]
        assert {one.id for one in yielded[2:]} == {"6"}


@pytest.mark.parametrize(
    "fields",
    [{"Group": group(access=1)}, {"Group": group(access=2)}, {"Group": group(community=1)}, {"content_type": 3}],
)
def test_what_is_not_public_is_left_out(fields: dict[str, Any]) -> None:
    assert listed(post(6, **fields))[2:] == [Seen("6")]
    assert of(Item, listed(post(6, Group=group(access=3))))


@pytest.mark.parametrize(("answers", "asked"), [("decided", [6, 7, 8]), ("all", [5, 6, 7, 8]), ("none", [])])
def test_activities_are_asked_of_what_the_authority_has_begun_to_look_at(answers: str, asked: list[int]) -> None:
    site = under(SITE, {"answers": answers})
    found: list[Any] = []
    for id, status in enumerate(("open", "in_progress", "successful", "failed"), 5):
        found += of(Request, listed(post(id, status), status=status, site=site))
    assert [(one.url, one.item, one.part) for one in found] == [
        (f"{BASE}/api/activities/posts/{id}", str(id), "activities") for id in asked
    ]
    assert all(one.unless_same and one.max_age == 7 * 86400 for one in found)


def test_a_new_status_lets_activities_be_asked_anew() -> None:
    (first,) = of(Request, listed(post(status="in_progress"), status="in_progress"))
    (other,) = of(Request, listed(post(status="in_progress", official_status=-1), status="in_progress"))
    assert first.unless_same != other.unless_same


@pytest.mark.parametrize("status", [404, 401])
def test_an_answer_404_or_401_is_unknown(status: int) -> None:
    good = [
        {"url": address(name), "headers": JSON, "content": page()} for name in ("open", "in_progress", "successful")
    ]
    bad = {"url": address("failed"), "status": status, "headers": {"content-type": "text/plain"}, "content": "No"}
    driven = drive(SITE, [*good, bad])
    assert list(driven.unanswered) == [address("failed")]
    assert [scope.name for scope in driven.scopes] == ["3/open", "3/in_progress", "3/successful"]


# Activities


@pytest.mark.parametrize("document", [[], None, {}, {"activities": None}, {"activities": [5]}])
def test_activities_of_another_shape_are_a_drift(document: Any) -> None:
    with pytest.raises(ParseError, match="has no 'activities'"):
        told(document)


def test_activities_of_another_idea_are_refused() -> None:
    with pytest.raises(ParseError, match="are not of 5"):
        told(activities(said(1, "Yes", "2"), said(2, "No", "-2", of=6)))


def test_activities_without_words_are_asked_again() -> None:
    assert told(activities()) == []
    silent = activities(activity(1), activity(2, "activity.post.new"))
    assert told(silent) == []  # no part is held, so that the next run asks


def test_activities_are_walked_back_to_the_beginning() -> None:
    oldest = "2026-01-10T08:00:00.123Z"
    full = [activity(n, at=oldest) for n in range(20)]
    (request,) = told(activities(*full))
    assert (request.url, request.part) == (f"{ACTIVITIES}?beforeDate=2026-01-10T08%3A00%3A00.123Z", "activities")
    item, request = told(activities(said(1, "Yes", "2"), *full[1:]))
    assert (item.part, request.part, request.item) == ("activities", "activities-2", "5")
    assert of(Request, told(activities(said(1, "Yes", "2"), *full[2:]))) == []
    (last,) = told(activities(said(1, "Yes", "2"), *full[1:]), part="activities-5")
    assert isinstance(last, Item)


@pytest.mark.parametrize("oldest", [None, 5, "soon", "2026-01-15T23:30:00.000Z", "2026-02-01T00:00:00.000Z"])
def test_a_cursor_that_does_not_go_back_is_a_drift(oldest: Any) -> None:
    full = {"activities": [activity(n) for n in range(20)], "oldestProcessedActivityAt": oldest}
    with pytest.raises(ParseError, match="does not say where it goes on"):
        told(full, f"{ACTIVITIES}?beforeDate=2026-01-15T23%3A30%3A00.000Z")


def spoken(process: Process) -> list[tuple[OutcomeKind, str, str | None]]:
    return [(one.kind, one.title.best("is")[1], one.date) for one in process.outcomes if one.title]


def test_what_the_authority_said_becomes_outcomes() -> None:
    words = [
        said(3, "It is being built.", None, at="2026-02-20T09:00:00.000Z"),
        said(2, "We do it.", "2", at="2026-02-10T09:00:00.000Z", subject="Decision"),
        said(1, "We look at it.", "1", at="2026-02-01T09:00:00.000Z"),
        said(4, "Taken back", "2", deleted=True),
        {**said(5, "Taken back", "2"), "deleted": True},
        activity(7),
    ]
    process = mapped("successful", words=words)
    assert spoken(process) == [
        (OutcomeKind.REPLY, "We look at it.", "2026-02-01"),
        (OutcomeKind.DECISION, "Decision: We do it.", "2026-02-10"),
        (OutcomeKind.REPLY, "It is being built.", "2026-02-20"),
    ]
    assert all(one.by == SITE.authority and one.url == f"{BASE}/post/5" for one in process.outcomes)
    assert spoken(mapped("failed", words=[said(1, "No.", "-2")]))[0][0] is OutcomeKind.REJECTED


def test_a_word_on_two_pages_is_told_once() -> None:
    (row,) = of(Item, listed(post(status="failed"), status="failed"))
    (words,) = of(Item, told(activities(said(1, "No.", "-2"))))
    parts = {"list": row.data, "activities": words.data, "activities-2": words.data}
    process = YourPriorities().map(WholeItem("5", parts), Run(site=SITE, now=NOW))
    assert len(process.outcomes) == 1


def test_what_was_said_has_the_day_on_which_it_was_published_and_an_end() -> None:
    published = said(1, "No. " * 300, "-2", at="2026-02-10T09:00:00.000Z", published_at="2026-02-12T09:00:00.000Z")
    ((_, words, date),) = spoken(mapped("failed", words=[published]))
    assert date == "2026-02-12"
    assert 900 < len(words) <= 1000


def test_a_decision_without_words_is_told_as_one() -> None:
    assert mapped("successful").outcomes[0].kind is OutcomeKind.DECISION
    (no,) = mapped("failed", words=[said(1, "", "-2", at="2026-02-10T09:00:00.000Z")]).outcomes
    assert (no.kind, no.date, no.title and no.title.values) == (OutcomeKind.REJECTED, "2026-02-10", {"en": "Rejected"})
    asked: tuple[Outcome, ...] = mapped("in_progress").outcomes + mapped().outcomes
    assert asked == ()
    both = spoken(mapped("failed", words=[said(1, "We ask around.", None)]))
    assert [kind for kind, _, _ in both] == [OutcomeKind.REPLY, OutcomeKind.REJECTED]


# Processes


@pytest.mark.parametrize(
    ("status", "number", "flag"),
    [
        ("open", 0, Status.OPEN),
        ("in_progress", 1, Status.UNDER_REVIEW),
        ("in_progress", -1, Status.UNDER_REVIEW),
        ("successful", 2, Status.ANSWERED),
        ("failed", -2, Status.REFUSED),
    ],
)
def test_each_status_has_its_word(status: str, number: int, flag: Status) -> None:
    process = mapped(status, official_status=number)
    assert (process.flag, process.source_status) == (flag, status)


def test_markup_in_a_title_is_taken_out_and_no_reason_to_put_it_aside() -> None:
    process = mapped(name="<b>bold</b> &amp; &lt;i&gt;done&lt;/i&gt;")
    assert list(process.title.values.values()) == ["bold & done"]
    assert validate(process).ok


def test_an_open_idea_nobody_can_vote_on_is_closed() -> None:
    closed = group(canVote=False)
    assert mapped(Group=closed).flag is Status.CLOSED
    assert mapped("in_progress", Group=closed).flag is Status.UNDER_REVIEW
    assert mapped(Group=group(canVote=None)).flag is Status.OPEN


def counts(process: Process) -> dict[Unit, int | None]:
    return {each.unit: each.count for each in process.support}


def test_votes_and_points_are_counted_as_stated() -> None:
    expected = {Unit.ENDORSEMENTS_FOR: 1, Unit.ENDORSEMENTS_AGAINST: 0, Unit.COMMENTS: 4}
    assert counts(mapped(counter_endorsements_up=1, counter_endorsements_down=0)) == expected
    wrong = mapped(counter_endorsements_up=-1, counter_endorsements_down=None, counter_points=2**60)
    assert set(counts(wrong).values()) == {None}


@pytest.mark.parametrize("switch", ["hideVoteCount", "hideVoteCountUntilVoteCompleted"])
def test_hidden_counts_are_unknown(switch: str) -> None:
    expected = {Unit.ENDORSEMENTS_FOR: None, Unit.ENDORSEMENTS_AGAINST: None, Unit.COMMENTS: 4}
    assert counts(mapped(Group=group(**{switch: True}))) == expected


def test_where_ideas_are_rated_nobody_endorses() -> None:
    assert counts(mapped(Group=group(customRatings=[{"name": "Stars"}]))) == {Unit.COMMENTS: 4}
    assert len(counts(mapped(Group=group(customRatings=[])))) == 3


def test_where_no_vote_against_is_taken_none_is_counted() -> None:
    expected = {Unit.ENDORSEMENTS_FOR: 7, Unit.COMMENTS: 4}
    assert counts(mapped(Group=group(hideDownVoteForPost=True))) == expected
    assert len(counts(mapped(Group=group(hidePointAgainst=True)))) == 3


def test_a_location_is_a_point_where_it_is_one() -> None:
    here = mapped(location={"latitude": 64.1, "longitude": -21, "map_zoom": 14}).place
    assert here is not None
    assert here.point is not None
    assert (here.country, here.point.latitude, here.point.longitude) == ("IS", 64.1, -21.0)
    wrong = [{"latitude": 91, "longitude": 0}, {"latitude": 64, "longitude": True}, {"latitude": "64", "longitude": 0}]
    for location in (None, {}, "here", *wrong):
        assert mapped(location=location).place == SITE.place


@pytest.mark.parametrize(
    ("stated", "languages", "tag"),
    [
        (None, ["is"], "is"),
        ("", ["is"], "is"),
        ("pl", ["is"], "pl"),
        ("PT_BR", ["is"], "pt-BR"),
        ("en-GB", ["is"], "en-GB"),
        ("en-US", ["is"], "is"),
        ("en-US", ["en"], "en-US"),
        ("und", ["is"], "is"),
        ("no language", ["de", "en"], "de"),
    ],
)
def test_the_language_is_that_of_the_content(stated: str | None, languages: list[str], tag: str) -> None:
    process = mapped(
        "failed", site=under(SITE, {"languages": languages}), language=stated, words=[said(1, "No.", "-2")]
    )
    titles = [process.title, process.summary, process.body, process.outcomes[0].title]
    assert [each and (each.original, set(each.values)) for each in titles] == [(tag, {tag})] * 4


def test_a_short_text_is_told_once() -> None:
    process = mapped(description="A bench, in the shade.")
    assert (process.summary, process.body) == (Text({"is": "A bench, in the shade."}, "is"), None)


def test_plain_text_keeps_its_paragraphs() -> None:
    process = mapped(description="Two < three & more.\r\nStill here.\n\n\n<3")
    assert process.body is not None
    assert process.body.html
    assert process.body.values["is"] == "<p>Two &lt; three &amp; more.<br>Still here.</p>\n<p>&lt;3</p>"
    half = mapped(description="If a <b and c\nholds").body
    assert half is not None
    assert half.values["is"] == "<p>If a &lt;b and c<br>holds</p>"
    marked = mapped(description="<p>One</p><p>Two</p><script>x</script>")
    assert marked.body is not None
    assert marked.body.values["is"] == "<p>One</p><p>Two</p>"
    assert mapped(description="").body is None
    assert mapped(description=None).summary is None


def test_an_idea_without_a_name_is_told_by_its_id() -> None:
    with pytest.raises(MappingError, match=r"^5 has no name"):
        mapped(name=" ")


def test_an_idea_that_was_merged_is_linked() -> None:
    text = f"*Merged with: {BASE}/post/12 and http://quarter.betrireykjavik.is/post/13, {BASE}/post/5 (this),\n"
    text += "http://[betrireykjavik.is/post/16\n"
    text += f"https://elsewhere.example/post/14 https://notbetrireykjavik.is/post/15 {BASE}/post/12"
    found = [(link.kind, link.value, link.url) for link in mapped(description=text).links]
    assert found == [
        (LinkKind.RELATED, "12", f"{BASE}/post/12"),
        (LinkKind.RELATED, "13", "http://quarter.betrireykjavik.is/post/13"),
    ]


def test_a_picture_is_read_out_of_its_sizes() -> None:
    sizes = json.dumps(["https://images.example/large.jpg", "https://images.example/small.jpg"])
    images = [{"formats": sizes}, {"formats": "no JSON"}, {"formats": "{}"}, {"formats": "[5]"}, {}, {"formats": sizes}]
    assert [each.url for each in mapped(PostHeaderImages=images).documents] == ["https://images.example/large.jpg"]


def test_the_stage_is_that_of_the_group() -> None:
    assert mapped().stage is Stage.AGENDA_SETTING
    assert mapped(Group=group("Hverfið mitt 2026")).stage is Stage.POLICY_DESIGN
    assert mapped(site=under(SITE, {"budgets": []}), Group=group("Hverfið mitt")).stage is Stage.AGENDA_SETTING


def test_dates_are_days_in_the_zone_of_the_site() -> None:
    (phase,) = mapped(site=under(SITE, {"zone": "Europe/Vienna"})).phases
    assert (phase.opens, phase.closes, phase.zone) == ("2026-01-16", None, "Europe/Vienna")
    assert mapped().phases[0].opens == "2026-01-15"
    assert mapped(created_at=None).phases == ()
    with pytest.raises(MappingError, match="created_at: 'yesterday' is not an instant"):
        mapped(created_at="yesterday")


def test_the_page_of_an_idea_is_below_the_base() -> None:
    assert mapped().url == f"{BASE}/post/5"


@pytest.mark.parametrize(
    ("number", "kind"), [(0, Kind.PROPOSAL), (None, Kind.PROPOSAL), (5, Kind.DEBATE), (6, Kind.SURVEY)]
)
def test_an_idea_is_a_proposal(number: int | None, kind: Kind) -> None:
    process = mapped(content_type=number, Category={"id": 1, "name": "Parks"})
    assert (process.kind, process.keywords) == (kind, ("Parks", "Our quarter"))
    assert process.organiser is not None
    assert process.organiser.name.values == {"is": "Better Exampleville"}
    nameless = {**group(), "Community": {"id": 2, "name": None, "access": 0}}
    assert mapped(Group=nameless).organiser == SITE.authority
    assert validate(process).ok


# Personal data


def test_no_author_address_or_browser_passes() -> None:
    raw = msgspec.json.encode([post(), said(1, "No.", "-2")]).decode()
    rows = of(Item, listed(post())) + of(Item, told(activities(said(1, "No.", "-2"), activity(2))))
    assert len(rows) == 2
    kept = msgspec.json.encode(rows).decode()
    for trace in ("Nobodyson", "203.0.113.9", "Browser/1.0"):
        assert trace in raw
        assert trace not in kept


def test_of_the_switches_only_those_that_matter_pass() -> None:
    (row,) = of(
        Item, listed(post(Group=group(theme="dark", moreContactInformation=True, customRatings=[{"name": "x"}])))
    )
    assert set(row.data["Group"]["configuration"]) == {"canVote", "hideVoteCount"}
    assert row.data["rated"] is True


def test_contacts_inside_texts_are_taken_out() -> None:
    text = "Ask team@council.example or +354 555 0100."
    words = [said(1, text, "-2", subject=text)]
    process = mapped("failed", name=text, description=text, Category={"name": text}, Group=group(text), words=words)
    written = msgspec.json.encode(process).decode()
    assert "council.example" not in written
    assert "555 0100" not in written


def test_traces_of_people_in_what_was_written_freely_are_taken_out() -> None:
    text = "Sími 555 1234 eða 845-9876, kt. 010190-2939, frá 192.0.2.177, um 1.234.567 kr. árin 2024-2025."
    process = mapped("failed", name=text, description=text, words=[said(1, text, "-2", subject=text)])
    left = "Sími […] eða […], kt. […], frá […], um 1.234.567 kr. árin 2024-2025."
    assert list(process.title.values.values()) == [left]
    assert process.summary is not None
    assert list(process.summary.values.values()) == [left]
    assert [list(one.title.values.values()) for one in process.outcomes if one.title] == [[f"{left}: {left}"]]


# Hostile answers

SAMPLE = next(sample for sample in bundled_samples() if sample.site.id == "sample.idee")
LISTS = {status: json.loads((SAMPLE.folder / f"posts_{status}.json").read_text()) for status in ("open", "successful")}
WORDS = json.loads((SAMPLE.folder / "activities_9.json").read_text())


def attempt(status: str, list_: Any, words: Any) -> list[Process]:
    """Parse and map; whatever is wrong may only be a drift or a record for quarantine."""
    site = SAMPLE.site
    rows, parts, processes = [], [], []
    try:
        url = site.url(f"api/groups/7/posts/newest/null/{status}", offset=0)
        rows = of(Item, answer(YourPriorities, site, url, list_))
        url = site.url("api/activities/posts/9")
        parts = of(Item, answer(YourPriorities, site, url, words, then="parse_activities", item="9", part="activities"))
    except ParseError:
        pass
    for row in rows:
        try:
            item = WholeItem(row.id, {"list": row.data, **{part.part: part.data for part in parts}})
            processes.append(YourPriorities().map(item, Run(site=site, now=NOW)))
        except MappingError:
            pass
    return processes


def test_the_good_answers_are_mapped() -> None:
    assert [len(attempt(status, list_, WORDS)) for status, list_ in LISTS.items()] == [4, 1]


@settings(max_examples=80, deadline=None)
@given(status=st.sampled_from(sorted(LISTS)), list_=ANYTHING, words=ANYTHING)
def test_any_json_in_place_of_an_answer_is_a_drift_or_nothing(status: str, list_: Any, words: Any) -> None:
    assert attempt(status, list_, words) == []


@settings(max_examples=200, deadline=None)
@given(data=st.data(), status=st.sampled_from(sorted(LISTS)))
def test_damaged_answers_give_sound_processes_or_named_errors(data: st.DataObject, status: str) -> None:
    list_ = data.draw(damaged(LISTS[status]))
    words = data.draw(damaged(WORDS))
    for process in attempt(status, list_, words):
        assert validate(process).ok


# The real recording (the platform's own software, run with made-up content)


@pytest.mark.recordings
def test_the_page_for_robots_is_no_answer(recordings: Path) -> None:
    page_ = (recordings / "better-reykjavik" / "local-instance" / "api-post-1-with-bot-useragent.200.html").read_text()
    html = {"content-type": "text/html; charset=utf-8"}
    driven = drive(SITE, [{"url": address(), "headers": html, "content": page_}])
    assert "text/html" in driven.unanswered[address()]
    assert driven.items == {}


@pytest.mark.recordings
class TestRecording:
    """Ids, numbers and digests of answers of the real software."""

    def test_every_idea_comes_with_its_status(self, recordings: Path) -> None:
        driven = drive(SITE, recordings / "better-reykjavik")
        assert driven.quarantined == {}
        assert set(driven.processes) == {str(n) for n in range(1, 30) if n != 24}
        statuses = Counter(process.flag for process in driven.processes.values())
        assert statuses == {Status.OPEN: 24, Status.UNDER_REVIEW: 2, Status.ANSWERED: 1, Status.REFUSED: 1}
        assert {total.scope: total.n for total in driven.totals} == {
            "1/open": 24,
            "1/in_progress": 2,
            "1/successful": 1,
            "1/failed": 1,
        }

    def test_the_authority_s_words_are_those_of_two_ideas(self, recordings: Path) -> None:
        driven = drive(SITE, recordings / "better-reykjavik")
        found = {id: [one.kind for one in each.outcomes] for id, each in driven.processes.items() if each.outcomes}
        assert found == {"1": [OutcomeKind.DECISION], "2": [OutcomeKind.REJECTED, OutcomeKind.REPLY]}
        folder = recordings / "better-reykjavik" / "local-instance"
        for id in ("1", "2"):
            done = json.loads((folder / f"activities-post-{id}.200.json").read_text())["activities"]
            words = [each["PostStatusChange"]["content"] for each in reversed(done) if each["PostStatusChange"]]
            titles = [each.title for each in driven.processes[id].outcomes]
            assert [each and each.values for each in titles] == [{"is": text} for text in words]
        assert {id: missing for id, missing in driven.missing.items() if missing} == {
            "3": {"activities"},
            "4": {"activities"},
        }

    def test_counts_and_places_are_those_of_the_lists(self, recordings: Path) -> None:
        processes = drive(SITE, recordings / "better-reykjavik").processes
        figures = {id: tuple(counts(processes[id]).values()) for id in ("1", "2", "3", "4", "29")}
        assert figures == {"1": (2, 2, 3), "2": (3, 1, 1), "3": (3, 1, 1), "4": (2, 2, 1), "29": (1, 0, 1)}
        points = [id for id, each in processes.items() if each.place and each.place.point]
        assert points == ["1"]

    def test_the_sitemap_names_the_group(self, recordings: Path) -> None:
        site = under(SITE, {"base": "http://localtest.is", "groups": None})
        body = (recordings / "better-reykjavik" / "local-instance" / "sitemap.200.xml").read_bytes()
        found = answer(YourPriorities, site, site.url("sitemap.xml"), body, then="parse_sitemap", expect="xml")
        assert [one.url for one in found][:1] == ["http://localtest.is/api/groups/1/posts/newest/null/open?offset=0"]
        assert len(found) == 4

    def test_nothing_is_concluded_from_an_absence(self, recordings: Path) -> None:
        driven = drive(SITE, recordings / "better-reykjavik")
        assert "24" not in driven.items
        assert not [request.url for request in driven.requests if "posts/24" in request.url]

    def test_the_sample_has_the_fields_of_the_recording(self, recordings: Path) -> None:
        real = recordings / "better-reykjavik" / "local-instance"
        (known,) = json.loads((real / "group-1-posts-top-null-successful.200.json").read_text())["posts"]
        for path in sorted(SAMPLE.folder.glob("posts_*.json")):
            for one in json.loads(path.read_text())["posts"]:
                assert set(one) == set(known)
                assert set(one["Group"]) == set(known["Group"])
                assert set(one["Group"]["configuration"]) <= set(known["Group"]["configuration"])
        activity_ = json.loads((real / "activities-post-1.200.json").read_text())["activities"][2]
        for path in sorted(SAMPLE.folder.glob("activities_*.json")):
            for one in json.loads(path.read_text())["activities"]:
                assert set(one) <= set(activity_)
                assert set(one["PostStatusChange"] or ()) <= set(activity_["PostStatusChange"])

    def test_the_command_line_stores_no_user_address_or_browser(self, recordings: Path, tmp_path: Path) -> None:
        folder = recordings / "better-reykjavik"
        traces = ("seed-user-", "seed-admin", "ip_address", "user_agent", "Mozilla/", "facebookexternalhit")
        for trace in traces:
            assert found_by_grep(trace, folder), f"the recording itself holds no {trace}"
        command = [sys.executable, "-m", "folkmoot_hub.cli", "--data", str(tmp_path), "--now", "2026-03-02"]
        replay = ["harvest", "better-reykjavik", "--replay", str(folder), "--json"]
        ended = subprocess.run([*command, *replay], capture_output=True, text=True, check=False)
        row = json.loads(ended.stdout)
        assert (ended.returncode, row["outcome"], row["items"], row["created"]) == (3, "partial", 28, 28)
        assert row["missing_parts"] == ["3: activities", "4: activities"]
        assert (row["quarantined"], row["drifted"]) == (0, "")
        posts = json.loads((folder / "local-instance" / "group-1-posts-newest-null-open.200.json").read_text())["posts"]
        assert found_by_grep(posts[0]["name"], tmp_path)
        assert [trace for trace in traces if found_by_grep(trace, tmp_path)] == []
        assert found_by_grep(r"\b([0-9]{1,3}\.){3}[0-9]{1,3}\b", tmp_path, "-E") == []


def found_by_grep(pattern: str, folder: Path, *options: str) -> list[str]:
    ended = subprocess.run(
        ["grep", "-rla", *options, pattern, str(folder)], capture_output=True, text=True, check=False
    )
    assert ended.returncode in (0, 1), ended.stderr
    return ended.stdout.splitlines()
