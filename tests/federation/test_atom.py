"""The Atom channel: what subscribers get of a listing, read back by feedparser and by lxml."""

from __future__ import annotations

import calendar
import re
import time
from datetime import UTC, datetime
from typing import Any

import feedparser
import pytest
from hypothesis import given
from lxml import etree

from federation import making
from federation.atom_rules import AT, ATOM, XML, broken
from federation.making import HUB, generously, listing, process, record
from folkmoot_federation.atom import Atom
from folkmoot_hub.publisher import Tombstone
from folkmoot_hub.registry import load_plugins
from folkmoot_schema import identifiers
from folkmoot_schema.codes import Availability, Flag, Kind, OutcomeKind, PhaseKind, Stage, Status, Unit
from folkmoot_schema.process import Licence, Organisation, Outcome, Phase, Place, Standing, Support
from folkmoot_schema.texts import Text
from schema import generating


def parsed(*records: Any, **changes: Any) -> etree._Element:
    return etree.fromstring(Atom().publish(listing(*records, **changes)))


def the_entry(*records: Any, **changes: Any) -> etree._Element:
    found = parsed(*records, **changes).find(f"{ATOM}entry")
    assert found is not None
    return found


def text(element: etree._Element, name: str) -> str:
    found = element.find(ATOM + name)
    assert found is not None
    return found.text or ""


def links(element: etree._Element) -> list[tuple[str | None, str | None]]:
    return [(link.get("rel"), link.get("href")) for link in element.iterfind(f"{ATOM}link")]


def categories(element: etree._Element) -> list[tuple[str | None, str | None]]:
    return [(found.get("scheme"), found.get("term")) for found in element.iterfind(f"{ATOM}category")]


def standing(**changes: Any) -> Standing:
    return Standing(**({"status": Status.OPEN} | changes))


def test_the_plugin_brings_the_channel() -> None:
    registry = load_plugins()
    assert [(one.id, one.path, one.media_type) for one in registry.publishers if one.id == "atom"] == [
        ("atom", "/atom.xml", "application/atom+xml; charset=utf-8")
    ]
    assert [one for one in registry.broken if "federation" in one.name] == []


class TestAnyListing:
    @generously
    @given(making.listings())
    def test_keeps_every_rule_of_the_standards(self, given: Any) -> None:
        assert broken(etree.fromstring(Atom().publish(given))) == []

    @generously
    @given(making.listings())
    def test_is_read_by_feedparser_without_complaint(self, given: Any) -> None:
        feed = feedparser.parse(Atom().publish(given))
        assert not feed.bozo, feed.get("bozo_exception")
        assert feed.version == "atom10"
        assert [entry.id for entry in feed.entries] == [one.key for one in given.records]
        for entry, one in zip(feed.entries, given.records, strict=True):
            assert _instant(entry.updated_parsed) == one.updated
            assert _instant(entry.published_parsed) == one.first_seen
            assert entry.link == f"{HUB}/process/{one.path}"

    @generously
    @given(making.listings())
    def test_gives_the_same_bytes_for_equal_listings(self, given: Any) -> None:
        turned = making.turned(given)
        assert turned == given
        assert Atom().publish(turned) == Atom().publish(given)

    @generously
    @given(making.listings())
    def test_moves_no_date_and_no_word_when_only_counts_or_harvests_do(self, given: Any) -> None:
        later = making.later(given)
        assert Atom().publish(later) == Atom().publish(given)

    @generously
    @given(making.listings())
    def test_tells_of_each_process_that_is_gone(self, given: Any) -> None:
        feed = etree.fromstring(Atom().publish(given))
        told = [(gone.get("ref"), gone.get("when")) for gone in feed.iterfind(f"{AT}deleted-entry")]
        assert told == [(gone.key, gone.at.strftime("%Y-%m-%dT%H:%M:%SZ")) for gone in given.tombstones]


def _instant(parsed: time.struct_time) -> datetime:
    return datetime.fromtimestamp(calendar.timegm(parsed), UTC)


@given(generating.sources(), generating.local_ids())
def test_every_key_is_a_valid_urn(source: str, local_id: str) -> None:
    """RFC 8141, 2: the namespace-specific string is pchar, after which "/" may follow; no "?" and no "#"."""
    key = identifiers.key(source, local_id)
    assert re.fullmatch(r"urn:[a-z0-9-]{2,32}:([A-Za-z0-9._~!$&'()*+,;=:@-]|%[0-9A-F]{2})+", key)
    assert identifiers.iri(key) == key


@generously
@given(making.STRANGE)
def test_no_character_of_a_source_breaks_the_document(strange: str) -> None:
    data = Atom().publish(making.strange(strange))
    assert broken(etree.fromstring(data)) == []
    assert not feedparser.parse(data).bozo


@pytest.mark.parametrize("forbidden", ["\x00", "\x08", "\x0b", "\x1f", "\ufffe", "\uffff", "\ud800"])
def test_what_xml_cannot_hold_is_replaced_and_the_rest_stays(forbidden: str) -> None:
    feed = parsed(title=f"a{forbidden}b")
    assert text(feed, "title") == "a\ufffdb"


class TestTheFeed:
    def test_names_itself_and_its_page(self) -> None:
        feed = parsed(record())
        assert text(feed, "id") == f"{HUB}/atom.xml?kind=consultation"
        assert links(feed) == [
            ("self", f"{HUB}/atom.xml?kind=consultation"),
            ("alternate", f"{HUB}/?kind=consultation"),
        ]
        assert [link.get("type") for link in feed.iterfind(f"{ATOM}link")] == ["application/atom+xml", "text/html"]
        assert text(feed, "title") == "Folkmoot: kind consultation"
        assert text(feed, "generator") == "Folkmoot"

    def test_says_that_it_carries_what_is_live_unless_asked_for_more(self) -> None:
        subtitle = text(parsed(), "subtitle")
        assert "live at their sources" in subtitle
        assert "availability" in subtitle

    def test_is_good_and_has_the_date_of_the_listing_when_empty(self) -> None:
        feed = parsed(updated=datetime(2026, 1, 2, 3, 4, 5, 678, tzinfo=UTC))
        assert broken(feed) == []
        assert text(feed, "updated") == "2026-01-02T03:04:05Z"
        assert feed.find(f"{ATOM}entry") is None

    def test_has_the_date_of_the_listing_and_not_of_its_newest_entry(self) -> None:
        gone = datetime(2026, 4, 9, tzinfo=UTC)
        assert text(parsed(record(), updated=gone), "updated") == "2026-04-09T00:00:00Z"

    def test_of_samples_says_so_in_title_subtitle_and_category(self) -> None:
        feed = parsed(sample=True)
        assert text(feed, "title") == "Folkmoot: kind consultation (sample data)"
        assert "invented" in text(feed, "subtitle")
        assert categories(feed) == [("https://w3id.org/folkmoot/flag", "sample")]

    def test_of_real_processes_says_nothing_of_samples(self) -> None:
        assert b"ample data" not in Atom().publish(listing(record()))
        assert b"nvented" not in Atom().publish(listing(record()))


class TestAnEntry:
    def test_has_the_key_and_the_dates_of_the_record(self) -> None:
        entry = the_entry(record())
        assert text(entry, "id") == "urn:folkmoot:exampleville.example:42"
        assert text(entry, "updated") == "2026-04-02T09:30:15Z"
        assert text(entry, "published") == "2026-03-01T08:00:00Z"

    def test_leads_to_its_page_and_to_its_source(self) -> None:
        one = record(
            process(participate_url="https://talk.exampleville.example/answer"), origin="https://peer.example/1"
        )
        assert links(the_entry(one)) == [
            ("alternate", f"{HUB}/process/exampleville.example/42"),
            ("via", "https://talk.exampleville.example/park"),
            ("related", "https://talk.exampleville.example/answer"),
            ("related", "https://peer.example/1"),
            ("license", "https://creativecommons.org/licenses/by/4.0/"),
        ]

    def test_percent_encodes_what_an_address_may_not_hold(self) -> None:
        entry = the_entry(record(process(url="https://talk.exampleville.example/a|b?c[]=ä"), local_id="0123/2020"))
        assert ("via", "https://talk.exampleville.example/a%7Cb?c%5B%5D=%C3%A4") in links(entry)
        assert ("alternate", f"{HUB}/process/exampleville.example/0123%2F2020") in links(entry)

    def test_is_sorted_by_our_concepts_and_those_of_the_union(self) -> None:
        entry = the_entry(record(process(flags=(Flag.LAST_CALL,), stage=Stage.POLICY_DESIGN)))
        authority = "http://publications.europa.eu/resource/authority"
        assert categories(entry) == [
            ("https://w3id.org/folkmoot/kind", "consultation"),
            ("https://w3id.org/folkmoot/status", "open"),
            ("https://w3id.org/folkmoot/stage", "policy-design"),
            ("https://w3id.org/folkmoot/flag", "last-call"),
            (f"{authority}/data-theme", "ENVI"),
            (f"{authority}/data-theme", "REGI"),
            (f"{authority}/country", "IRL"),
        ]
        assert [found.get("label") for found in entry.iterfind(f"{ATOM}category")][:2] == ["Consultation", "Open"]

    @pytest.mark.parametrize("kind", Kind)
    def test_has_a_label_for_every_kind(self, kind: Kind) -> None:
        labels = [found.get("label") for found in the_entry(record(process(kind=kind))).iterfind(f"{ATOM}category")]
        assert labels[0]
        assert labels[0] != kind

    def test_is_in_the_readers_language_where_there_is_one(self) -> None:
        title = the_entry(record(), languages=("fr", "en")).find(f"{ATOM}title")
        assert title is not None
        assert (title.get(f"{XML}lang"), title.text) == ("fr", "Un parc au bord de l’eau")

    def test_marks_a_machine_translation_in_the_language_tag(self) -> None:
        translated = Text({"el": "Πάρκο", "en": "Park"}, "el", machine=("en",))
        entry = the_entry(record(process(title=translated, summary=None, body=translated)))
        tags = {etree.QName(found).localname: found.get(f"{XML}lang") for found in entry if found.get(f"{XML}lang")}
        assert (tags["title"], tags["content"]) == ("en-t-el-t0-und", "en-t-el-t0-und")

    def test_is_by_its_organiser(self) -> None:
        author = the_entry(record()).find(f"{ATOM}author")
        assert author is not None
        assert (text(author, "name"), text(author, "uri")) == ("Exampleville Council", "https://exampleville.example/")

    def test_leads_to_the_iri_of_an_organiser_without_a_page(self) -> None:
        by = Organisation(name=Text({"en": "Council"}, "en"), iri="https://exampleville.example/id/council")
        author = the_entry(record(process(organiser=by))).find(f"{ATOM}author")
        assert author is not None
        assert text(author, "uri") == "https://exampleville.example/id/council"

    @pytest.mark.parametrize(
        ("sources", "name"),
        [({"exampleville.example": "Talk to Exampleville"}, "Talk to Exampleville"), ({}, "exampleville.example")],
    )
    def test_without_an_organiser_is_by_its_source(self, sources: dict[str, str], name: str) -> None:
        author = the_entry(record(process(organiser=None)), sources=sources).find(f"{ATOM}author")
        assert author is not None
        assert (text(author, "name"), text(author, "uri")) == (name, f"{HUB}/sources/exampleville.example")

    @pytest.mark.parametrize(
        ("licence", "line"),
        [
            (Licence(), "Licence: not stated by the source."),
            (Licence(id="OGL-UK-3.0", name="Open Government Licence"), "Licence: Open Government Licence, OGL-UK-3.0."),
            (
                Licence(name="Own terms", url="https://a.example/terms", attribution="© A"),
                "Licence: Own terms, https://a.example/terms. © A",
            ),
            (
                Licence(id="https://a.example/l", name="L", url="https://a.example/l"),
                "Licence: L, https://a.example/l.",
            ),
        ],
    )
    def test_carries_licence_and_credit(self, licence: Licence, line: str) -> None:
        assert text(the_entry(record(licence=licence)), "rights") == line

    def test_is_marked_as_a_sample_where_it_alone_is_one(self) -> None:
        one, other = record(process(flags=(Flag.SAMPLE,))), record(local_id="43")
        sample, real = parsed(one, other).findall(f"{ATOM}entry")
        assert text(sample, "title").startswith("[Sample] ")
        assert "nobody can take part" in text(sample, "content")
        assert ("https://w3id.org/folkmoot/flag", "sample") in categories(sample)
        assert "ample]" not in text(real, "title")
        assert "nobody can take part" not in text(real, "content")

    @pytest.mark.parametrize("flags", [(), (Flag.SAMPLE,)])
    def test_is_marked_once_as_a_sample_in_a_listing_of_samples(self, flags: tuple[Flag, ...]) -> None:
        entry = the_entry(record(process(flags=flags)), sample=True)
        assert text(entry, "title") == "[Sample] A park by the river"
        assert categories(entry).count(("https://w3id.org/folkmoot/flag", "sample")) == 1

    def test_is_not_marked_a_second_time_where_its_title_says_that_it_is_a_sample(self) -> None:
        entry = the_entry(record(process(title=Text({"en": "Sample: a park"}, "en"), flags=(Flag.SAMPLE,))))
        assert text(entry, "title") == "Sample: a park"

    def test_has_the_beginning_of_a_title_of_great_length(self) -> None:
        shown = text(the_entry(record(process(title=Text({"en": "many words " * 500}, "en")))), "title")
        assert len(shown) <= 300
        assert shown.endswith(("many…", "words…"))

    def test_without_any_letter_in_its_title_is_called_by_its_key(self) -> None:
        assert text(the_entry(record(process(title=Text({"en": " "}, "en")))), "title") == record().key


class TestTheContent:
    def test_begins_with_the_facts_and_goes_on_with_the_text(self) -> None:
        content = the_entry(record()).find(f"{ATOM}content")
        assert content is not None
        assert content.get("type") == "html"
        assert content.get(f"{XML}base") == "https://talk.exampleville.example/park"
        assert content.text == (
            '<p lang="en">Consultation · Status: Open · Opening date: 2 March 2026 · '
            "Closing date: 31 July 2026, 17:00 Dublin time</p><p>Tell us <b>where</b>.</p>"
        )

    def test_is_sanitised_again_whatever_the_store_holds(self) -> None:
        hostile = '<script>x()</script><p onclick="x()">a<img src=x onerror=x()><a href="javascript:x()">b</a></p>'
        content = text(the_entry(record(process(body=Text({"en": hostile}, "en", html=True)))), "content")
        assert not re.search("script|onclick|onerror|<img", content)

    def test_has_whole_addresses_in_its_links(self) -> None:
        linked = (
            '<p><a href="/a?b&amp;c">1</a> <a href="d">2</a> <a href="https://x.example/">3</a> <a href="[">4</a></p>'
        )
        one = record(process(body=Text({"en": linked}, "en", html=True), url="https://talk.exampleville.example/x/y"))
        assert re.findall('href="([^"]*)"', text(the_entry(one), "content")) == [
            "https://talk.exampleville.example/a?b&amp;c",
            "https://talk.exampleville.example/x/d",
            "https://x.example/",
            "https://talk.exampleville.example/x/[",
        ]

    def test_escapes_plain_text(self) -> None:
        one = record(process(body=Text({"en": "a < b & c\n\nd <script>"}, "en")))
        assert text(the_entry(one), "content").endswith("<p>a &lt; b &amp; c</p><p>d &lt;script&gt;</p>")

    def test_tells_what_came_of_it(self) -> None:
        outcomes = (
            Outcome(
                kind=OutcomeKind.REPLY, date="2026-09", title=Text({"fr": "Oui & non"}, "fr"), url="https://a.example/r"
            ),
            Outcome(kind=OutcomeKind.REPORT, title=Text({"en": "Report"}, "en")),
            Outcome(kind=OutcomeKind.DECISION, url="https://a.example/d"),
            Outcome(kind=OutcomeKind.FORWARDED),
        )
        content = text(the_entry(record(process(outcomes=outcomes))), "content")
        assert content.partition("<ul")[2] == (
            ' lang="en"><li>Reply, September 2026: <a href="https://a.example/r" rel="external noopener nofollow">'
            '<span lang="fr">Oui &amp; non</span></a></li><li>Report: <span lang="en">Report</span></li>'
            '<li>Decision: <a href="https://a.example/d" rel="external noopener nofollow">its page</a></li>'
            "<li>Forwarded</li></ul>"
        )

    def test_tells_of_no_counts_since_those_are_not_news(self) -> None:
        counted = process(support=(Support(unit=Unit.SIGNATURES, count=987654),), keywords=("benchword",))
        assert Atom().publish(listing(record(counted))) == Atom().publish(listing(record()))

    def test_says_that_a_copy_is_one(self) -> None:
        content = text(the_entry(record(process(availability=Availability.ARCHIVED))), "content")
        assert "rchived" in content

    def test_says_which_status_the_hub_worked_out(self) -> None:
        content = text(the_entry(record(standing=standing(status=Status.CLOSED, derived=True))), "content")
        assert "Status: Closed (worked out by the hub)" in content

    @pytest.mark.parametrize(
        ("deadline", "zone", "words"),
        [
            ("2026", "UTC", "Closing date: 2026<"),
            ("2026-07", "UTC", "Closing date: July 2026<"),
            ("2026-07-31", "Europe/Brussels", "Closing date: 31 July 2026<"),
            ("2026-07-31T23:59:59", "Europe/Brussels", "Closing date: 31 July 2026, 23:59 Brussels time<"),
            ("2026-08-01T00:00", "America/New_York", "Closing date: end of 31 July 2026, New York time<"),
            ("2026-07-31T22:00:00Z", "Europe/Brussels", "Closing date: end of 31 July 2026, Brussels time<"),
            ("2026-07-31T12:00Z", "UTC", "Closing date: 31 July 2026, 12:00 UTC<"),
            ("9999-12-31T23:59Z", "Pacific/Apia", "Closing date: 31 December 9999, 23:59 Apia time<"),
            ("0001-01-01T00:00", "UTC", "Closing date: 1 January 1, 00:00 UTC<"),
        ],
    )
    def test_gives_the_deadline_as_exactly_as_the_source(self, deadline: str, zone: str, words: str) -> None:
        one = record(standing=standing(deadline=deadline, deadline_zone=zone))
        assert words in text(the_entry(one), "content")

    def test_gives_the_opening_of_taking_part_and_of_nothing_else(self) -> None:
        before = Phase(kind=PhaseKind.PREPARATION, opens="2026-03", zone="UTC")
        about = process(phases=(before, Phase(opens="2026-03-01", zone="UTC")))
        opens = standing(opens_at=datetime(2026, 3, 1, tzinfo=UTC))
        assert "Opening date: 1 March 2026<" in text(the_entry(record(about, standing=opens)), "content")

    def test_says_nothing_of_dates_that_nobody_knows(self) -> None:
        content = text(the_entry(record(process(phases=()), standing=standing())), "content")
        assert content.startswith('<p lang="en">Consultation · Status: Open</p>')

    def test_and_the_summary_are_never_relative_to_the_time_they_are_read_at(self) -> None:
        quiet = process(title=Text({"en": "T"}, "en"), summary=None, body=None, phases=(Phase(opens="2026-03-02"),))
        entry = the_entry(record(quiet))
        assert text(entry, "summary") == (
            "Consultation. Status: Open. Opening date: 2 March 2026. Closing date: 31 July 2026, 17:00 Dublin time."
        )
        for part in ("summary", "content"):
            assert not re.search(r"\b(today|tomorrow|yesterday|ago|soon|left|now|in \d+)\b", text(entry, part))

    def test_has_a_summary_without_markup(self) -> None:
        one = record(process(summary=Text({"mt": "<p>a &amp; b</p><p>c</p>"}, "mt", html=True)))
        summary = the_entry(one).find(f"{ATOM}summary")
        assert summary is not None
        assert (summary.get(f"{XML}lang"), summary.text) == ("mt", "a & b c")


class TestTombstones:
    def test_say_why_where_that_is_known(self) -> None:
        gone = Tombstone(source="a.example", local_id="0123/2020", at=making.UPDATED, reason="its source deleted it")
        feed = parsed(tombstones=(gone, Tombstone(source="a.example", local_id="2", at=making.SEEN)))
        first, second = feed.findall(f"{AT}deleted-entry")
        assert dict(first.attrib) == {"ref": "urn:folkmoot:a.example:0123%2F2020", "when": "2026-04-02T09:30:15Z"}
        assert first.findtext(f"{AT}comment") == "its source deleted it"
        assert len(second) == 0

    def test_are_read_past_by_those_who_do_not_know_them(self) -> None:
        gone = Tombstone(source="a.example", local_id="1", at=making.UPDATED)
        feed = feedparser.parse(Atom().publish(listing(record(), tombstones=(gone,))))
        assert [entry.id for entry in feed.entries] == [record().key]


def test_a_country_that_iso_does_not_know_has_the_code_of_the_unions_table() -> None:
    entry = the_entry(record(process(place=Place(country="XK"))))
    assert ("http://publications.europa.eu/resource/authority/country", "1A0") in categories(entry)
