"""The channels beside each other: the same processes, under the same keys, addresses and titles."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from hypothesis import given
from lxml import etree

from federation import making
from federation.calendar_rules import read
from federation.making import HUB, generously, listing, record
from folkmoot_federation import words
from folkmoot_federation.atom import ATOM, Atom
from folkmoot_federation.calendar import Deadlines
from folkmoot_federation.json_feed import JsonFeed
from folkmoot_federation.rss import Rss
from folkmoot_hub.publisher import Listing
from folkmoot_hub.registry import load_plugins


class Told(NamedTuple):
    """What every channel says of a process."""

    key: str
    address: str
    title: str
    lang: str


_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def of_atom(given: Listing) -> list[Told]:
    return [
        Told(
            entry.findtext(f"{{{ATOM}}}id") or "",
            entry.xpath("string(a:link[@rel='alternate']/@href)", namespaces={"a": ATOM}),
            entry.findtext(f"{{{ATOM}}}title") or "",
            entry.find(f"{{{ATOM}}}title").get(_LANG),
        )
        for entry in _tree(Atom().publish(given)).iter(f"{{{ATOM}}}entry")
    ]


def of_rss(given: Listing) -> list[Told]:
    return [
        Told(
            item.findtext("guid") or "",
            item.findtext("link") or "",
            item.findtext("title") or "",
            item.find("title").get(_LANG),
        )
        for item in _tree(Rss().publish(given)).iter("item")
    ]


def of_json_feed(given: Listing) -> list[Told]:
    items = json.loads(JsonFeed().publish(given))["items"]
    return [Told(item["id"], item["url"], item["title"], item["language"]) for item in items]


def of_calendar(given: Listing) -> list[Told]:
    return [
        Told(event["UID"].text, event["URL"].value, event["SUMMARY"].text, event["SUMMARY"].params["LANGUAGE"])
        for event in read(Deadlines().publish(given)).events()
        if "URL" in {one.name for one in event.properties}  # what is gone has none
    ]


def _tree(data: bytes) -> Any:
    return etree.fromstring(data)


@generously
@given(making.listings())
def test_every_feed_tells_the_same_and_the_calendar_what_closes_on_a_day(given: Listing) -> None:
    told = of_atom(given)
    assert [(one.key, one.address) for one in told] == [(one.key, f"{HUB}/process/{one.path}") for one in given.records]
    assert of_rss(given) == told
    assert of_json_feed(given) == told
    dated = [one.key for one in given.records if len(one.standing.deadline or "") >= len("2026-07-31")]
    assert of_calendar(given) == [one for one in told if one.key in dated]


def test_they_have_names_ids_and_addresses_of_their_own() -> None:
    ours = [one for one in load_plugins().publishers if type(one).__module__.startswith("folkmoot_federation")]
    assert [(one.path, one.word) for one in ours] == [
        ("/atom.xml", "Feed"),
        ("/rss.xml", ""),
        ("/feed.json", ""),
        ("/deadlines.ics", "Calendar"),
    ]
    assert len({one.title for one in ours}) == len(ours)


def test_all_of_them_say_that_they_carry_what_is_live_unless_asked_for_others() -> None:
    for publisher in load_plugins().publishers:
        document = publisher.publish(listing(record())).decode()
        assert words.LIVE_ONLY in document.replace("\r\n ", "").replace("\\,", ","), publisher.id
    assert "live" not in words.NEWS + words.DEADLINES  # which are said also of what was asked for by availability
