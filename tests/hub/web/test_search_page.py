"""The search page: what it lists, counts, links to, and says when there is nothing."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import parse_qsl, urlsplit

import pytest

from folkmoot_hub.search.query import FACETS
from folkmoot_schema.codes import Kind, Status
from hub.web import examples
from hub.web.building import NOW, record
from hub.web.hubs import Answer, Hub
from hub.web.publishing import Closing, Lines, Quiet

TITLES = "//ol[contains(@class, 'cards')]//h3"


def counts(answer: Answer, group: str) -> dict[str, int]:
    """The counts beside the boxes of a group."""
    rows = answer.page.xpath(f"//input[@type='checkbox'][@name='{group}']/..")
    return {row.xpath("input/@value")[0]: int(row.xpath("*[@class='count']")[0].text) for row in rows}


def checked(answer: Answer) -> set[tuple[str, str]]:
    """The boxes that are ticked."""
    return {(box.get("name"), box.get("value")) for box in answer.page.xpath("//input[@type='checkbox'][@checked]")}


async def test_the_home_page_shows_what_is_open_the_nearest_deadline_first(town: Hub) -> None:
    answer = await town.ask("/")
    assert answer.status == 200
    assert answer.texts("//h1") == ["What do you want a say in?"]
    shown = answer.texts(TITLES)
    assert sorted(shown[:2]) == ["An invented thing", "Shade for the market square"]
    assert shown[2:] == ["A park in the square", "Garður við höfnina"]
    assert checked(answer) == {("status", "open")}
    assert answer.texts("//ul[@class='leaves']//h3") == [title for title in shown if title != "Garður við höfnina"]
    assert answer.texts("//ul[@class='answers']//h3") == ["Bees on roofs"]
    everything = answer.page.xpath("//ul[@class='chips']//a[@class='chip']/@href")[0]
    assert len((await town.ask(everything)).texts(TITLES)) == len(examples.ALL)


async def test_closing_soon_shows_the_next_four_of_all_kinds_but_standing_forms_within_a_year(hub: Hub) -> None:
    hub.put(*(record(f"form{n}", f"Form {n}", kind=Kind.STANDING_FORM, closes="2026-07-29") for n in range(45)))
    hub.put(
        record("far", "Beyond a year", closes="2027-07-29"),
        record("year", "In a year", closes="2027-07-27"),
        record("survey", "A survey", kind=Kind.SURVEY, closes="2026-07-30"),
        record("none", "No end", closes=None),
    )
    soon = "//ul[@class='leaves']//h3"
    assert (await hub.ask("/")).texts(soon) == ["A survey", "In a year"]
    hub.put(*(record(f"{n}", f"Number {n}", closes=f"2026-08-1{n}") for n in range(4)))
    assert (await hub.ask("/")).texts(soon) == ["A survey", "Number 0", "Number 1", "Number 2"]


async def test_closing_soon_shows_nothing_that_has_closed_since_the_hub_last_looked(hub: Hub) -> None:
    hub.put(record("over", "Over", closes="2026-07-28T13:00"), record("next", "Next", closes="2026-07-28T15:00"))
    hub.clock.move(timedelta(hours=2))
    assert (await hub.ask("/")).texts("//ul[@class='leaves']//h3") == ["Next"]


async def test_a_search_lists_what_is_closed_too(town: Hub) -> None:
    answer = await town.ask("/?q=trams")
    assert answer.texts("//h1") == ["1 result for “trams”"]
    assert answer.texts(TITLES) == ["Trams after ten"]
    assert answer.page.xpath("//input[@type='search']/@value") == ["trams"]
    assert answer.texts("//title") == ["1 result for “trams” – Folkmoot"]


async def test_the_counts_of_status_add_up_to_everything(town: Hub) -> None:
    found = counts(await town.ask("/?status=open"), "status")
    assert sum(found.values()) == len(examples.ALL)
    assert set(found) == set(Status)


async def test_a_box_gives_what_its_count_promised(town: Hub) -> None:
    before = await town.ask("/?q=square")
    promised = counts(before, "country")["ES"]
    after = await town.ask("/?q=square&country=ES")
    assert ("country", "ES") in checked(after)
    assert len(after.texts(TITLES)) == promised == 1
    assert counts(after, "country") == counts(before, "country")


async def test_the_form_of_filters_carries_words_and_other_filters_on(town: Hub) -> None:
    answer = await town.ask("/?q=square&closes_before=2027-02-01&sort=newest&hl=de&page=1&kind=petition")
    form = answer.page.xpath("//form[@aria-label='Filters']")[0]
    assert form.get("method") == "get"
    carried = {(field.get("name"), field.get("value")) for field in form.xpath(".//input[@type='hidden']")}
    assert carried == {("q", "square"), ("closes_before", "2027-02-01T00:00:00Z"), ("sort", "newest"), ("hl", "de")}
    assert form.xpath(".//button")[0].text_content() == "Show results"


async def test_each_chip_removes_one_filter_and_says_so(town: Hub) -> None:
    answer = await town.ask("/?q=square&country=ES&country=BE&closes_before=2027-01-31")
    assert answer.texts("//a[@class='chip']") == [
        "Belgium, remove this filter",
        "Spain, remove this filter",
        "Closes before 31 January 2027, remove this filter",
    ]
    links = answer.page.xpath("//a[@class='chip']/@href")
    assert dict(parse_qsl(urlsplit(links[0]).query)) == {
        "q": "square",
        "country": "ES",
        "closes_before": "2027-01-31T00:00:00Z",
    }
    assert ("q", "square") in parse_qsl(urlsplit(answer.page.xpath("//a[text()='Clear all']/@href")[0]).query)


async def test_a_source_is_called_by_its_title(town: Hub) -> None:
    answer = await town.ask("/?source=town.example.org")
    assert answer.texts("//a[@class='chip']") == ["Exampleton, remove this filter"]
    assert answer.texts("(//a[@class='badge'])[1]") == ["Exampleton"]


@pytest.mark.parametrize("query", ["q=square&status=open&country=BE", "country=BE&q=square&status=open"])
async def test_any_order_of_parameters_answers_and_names_the_canonical_one(town: Hub, query: str) -> None:
    answer = await town.ask(f"/?{query}")
    assert answer.status == 200
    [canonical] = answer.page.xpath("//link[@rel='canonical']/@href")
    assert urlsplit(canonical).query == "q=square&status=open&country=BE"


async def test_the_feed_and_the_data_of_a_search_carry_its_filters(town: Hub) -> None:
    answer = await town.ask("/?q=square&country=BE&sort=newest&page=1")
    feeds = answer.page.xpath("//p[@class='follow']/a/@href")
    alternates = answer.page.xpath("//link[@rel='alternate']/@href")
    assert feeds == ["/lines.txt?q=square&country=BE"]
    assert alternates == [*feeds, "/api/v1/processes?q=square&country=BE&sort=newest"]
    for address in alternates:
        assert (await town.ask(address)).status == 200
    assert answer.text.index('<p class="follow">') < answer.text.index('<li class="card">')


async def test_the_strip_offers_each_channel_that_has_a_word_and_the_head_all_of_them(town: Hub) -> None:
    await town.start(publishers=[Lines(), Quiet(), Closing()])
    answer = await town.ask("/?country=BE&hl=de")
    strip = answer.page.xpath("//p[@class='follow']/a")
    assert [(" ".join(one.text_content().split()), one.get("href")) for one in strip] == [
        ("Follow by lines", "/lines.txt?country=BE&hl=de"),
        ("By deadline", "/closing.ics?country=BE&hl=de"),
    ]
    feed, calendar = (one.xpath("string(.//*[local-name()='path']/@d)") for one in strip)
    assert feed != calendar
    alternates = answer.page.xpath("//link[@rel='alternate']")
    assert [(one.get("type"), one.get("title"), one.get("href")) for one in alternates[:3]] == [
        ("text/plain", "Lines", "/lines.txt?country=BE&hl=de"),
        ("text/plain", "Quiet", "/quiet.txt?country=BE&hl=de"),
        ("text/calendar", "Deadlines", "/closing.ics?country=BE&hl=de"),
    ]
    assert answer.texts("//footer//li/a")[:3] == ["Lines", "Quiet", "Deadlines"]


async def test_the_orders_are_links_and_the_present_one_is_marked(town: Hub) -> None:
    answer = await town.ask("/?q=square")
    assert answer.texts("//p[@class='sort']/a") == ["Best match", "Closing soonest", "Newest", "Most support"]
    assert answer.texts("//p[@class='sort']/a[@aria-current]") == ["Best match"]
    newest = await town.ask(answer.page.xpath("//p[@class='sort']/a[text()='Newest']/@href")[0])
    assert newest.texts("//p[@class='sort']/a[@aria-current]") == ["Newest"]
    without = await town.ask("/?country=BE")
    assert "Best match" not in without.texts("//p[@class='sort']/a")


async def test_the_pages_of_a_result_show_everything_once(hub: Hub) -> None:
    hub.put(*(record(str(n), f"Bench number {n}") for n in range(45)))
    seen: list[str] = []
    address: str | None = "/?q=bench"
    while address:
        answer = await hub.ask(address)
        seen += answer.texts(TITLES)
        address = next(iter(answer.page.xpath("//a[@rel='next']/@href")), None)
    assert len(seen) == 45
    assert len(set(seen)) == 45
    assert answer.texts("//nav[@class='pager']/p") == ["41 to 45 of 45"]
    assert answer.page.xpath("//a[@rel='prev']")
    assert answer.page.xpath("//ol[contains(@class, 'cards')]/@start") == ["41"]


async def test_a_page_past_the_end_leads_back(hub: Hub) -> None:
    hub.put(record("1"))
    answer = await hub.ask("/?country=BE&page=7")
    assert answer.status == 200
    [link] = answer.page.xpath("//p[@class='lead']/a/@href")
    assert (await hub.ask(link)).texts(TITLES) == ["Shade for the market square"]
    assert not answer.page.xpath("//a[@rel='next' or @rel='prev']")


async def test_nothing_found_offers_only_what_gives_results(town: Hub) -> None:
    answer = await town.ask("/?q=bees+unicorn&country=EU&status=open")
    assert answer.texts("//h1") == ["Nothing found for “bees unicorn”"]
    assert answer.texts("//a[@class='chip']") == ["Open, remove this filter", "European Union, remove this filter"]
    offers = answer.page.xpath("//ul[@class='wider']/li")
    assert 1 <= len(offers) <= 3
    for offer in offers:
        promised = offer.xpath("span")[0].text_content()
        found = await town.ask(offer.xpath("a/@href")[0])
        assert found.texts("//h1")[0].startswith(promised)
        assert not promised.startswith("0")
    assert answer.page.xpath("//p[@class='follow']")
    assert not answer.page.xpath("//li[@class='card']")


async def test_a_word_that_nobody_used_offers_nothing_it_does_not_have(hub: Hub) -> None:
    answer = await hub.ask("/?q=unicorn")
    assert answer.texts("//h1") == ["Nothing found for “unicorn”"]
    assert not answer.page.xpath("//ul[@class='wider']")


async def test_a_hub_that_has_read_nothing_says_so(hub: Hub) -> None:
    answer = await hub.ask("/")
    assert "Nothing has been read yet." in answer.text
    assert answer.texts("//h1") == ["What do you want a say in?"]


async def test_a_title_is_in_the_readers_language_and_the_original_stands_under_it(town: Hub) -> None:
    for asked, headers, title, lang, note in (
        ("&hl=es", {}, "Parque en la plaza", "es", "In Spanish"),
        ("&hl=de", {}, "Park am Platz", "de", "Title translated by machine from Spanish"),
        ("", {"Accept_Language": "fr, de;q=0.8"}, "Park am Platz", "de", "Title translated by machine from Spanish"),
        ("", {"Accept_Language": "fr"}, "A park in the square", None, "In English"),
    ):
        answer = await town.ask(f"/?country=ES{asked}", **headers)
        [link] = answer.page.xpath(f"{TITLES}/a")
        assert (link.text_content(), link.get("lang")) == (title, lang)
        assert answer.texts("//span[@class='tag']") == [note]
        originals = [(one.text_content(), one.get("lang")) for one in answer.page.xpath("//p[@class='original']")]
        assert originals == ([] if lang == "es" else [("Parque en la plaza", "es")])
        assert "Accept-Language" in answer.headers["Vary"]


async def test_the_language_of_the_interface_changes_neither_count_nor_order(town: Hub) -> None:
    plain, german = await town.ask("/?sort=closing"), await town.ask("/?sort=closing&hl=de")
    addresses = [urlsplit(one).path for one in plain.page.xpath(f"{TITLES}/a/@href")]
    assert [urlsplit(one).path for one in german.page.xpath(f"{TITLES}/a/@href")] == addresses
    assert all(urlsplit(one).query == "hl=de" for one in german.page.xpath(f"{TITLES}/a/@href"))


async def test_support_is_a_bar_only_where_it_is_known(town: Hub) -> None:
    known = await town.ask("/?q=shade")
    assert known.texts("//p[@class='support']") == ["40,955 of 1,000,000 signatures (4.1 %, 28 July 2026)"]
    assert known.page.xpath("//rect[@class='fill']/@width") == ["4.1"]
    unknown = await town.ask("/?country=ES")
    assert not unknown.page.xpath("//li[@class='card']//*[local-name()='svg'][contains(@class, 'bar')]")
    assert not unknown.page.xpath("//p[@class='support']")


async def test_what_is_selected_is_never_cut_from_its_group(hub: Hub) -> None:
    hub.put(*(record(code, country=code) for code in ("AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI")))
    answer = await hub.ask("/?country=SE&country=FI")
    shown = answer.page.xpath("//details[summary='Country']/fieldset/ul//input/@value")
    assert shown[:2] == ["FI", "SE"]
    assert answer.texts("//details[summary='Country']//details/summary") == ["All 11 countries"]
    assert counts(answer, "country")["SE"] == 0


async def test_every_group_is_there(town: Hub) -> None:
    answer = await town.ask("/?sort=closing")
    found = list(dict.fromkeys(answer.page.xpath("//form[@aria-label='Filters']//input[@type='checkbox']/@name")))
    assert found == list(FACETS)


async def test_a_sample_says_so(hub: Hub) -> None:
    hub.put(examples.SAMPLE)
    assert (await hub.ask("/")).texts("//span[contains(@class, 'sample')]") == ["Sample"]
    assert "Sample data." in (await hub.ask("/process/town.example.org/sample")).texts("//p[@class='banner']")[0]
    await hub.start(sample=True)
    for path in ("/", "/sources", "/nothing"):
        assert "Sample data." in (await hub.ask(path, Accept="text/html")).texts("//p[@class='banner']")[0]


async def test_the_clock_alone_changes_the_words(hub: Hub) -> None:
    hub.put(record("1", closes="2026-07-31"))
    tile = "//li[@class='card']//div[contains(@class, 'due')]"
    assert (await hub.ask("/")).texts(tile)[0].startswith("Closes in 3 days")
    hub.clock.move_to(NOW.replace(day=30))
    assert (await hub.ask("/")).texts(tile)[0].startswith("Closes tomorrow")
    hub.clock.move_to(NOW.replace(month=8, day=2))
    assert (await hub.ask("/")).texts(tile)[0] == "Closed 31 July 2026"


async def test_what_was_found_is_marked_in_titles_in_each_of_their_languages(town: Hub) -> None:
    for words, marks in (
        ("squares", ["square"]),
        ("park+-unicorn", ["park"]),
        ("%22the+square%22", ["the square"]),
        ("country", []),
    ):
        answer = await town.ask(f"/?q={words}&country=ES")
        assert answer.texts(f"{TITLES}//mark") == marks
    german = await town.ask("/?q=parks&country=ES&hl=de")
    assert german.texts(f"{TITLES}//mark") == ["Park"]
    spanish = await town.ask("/?q=parques&country=ES&hl=de")
    assert spanish.texts("//p[@class='original']//mark") == ["Parque"]
    assert not (await town.ask("/?country=ES")).page.xpath("//mark")


async def test_marks_make_no_title_into_markup(hub: Hub) -> None:
    title = '<b>Trams</b> & <script>trams</script> "tram\'s"'
    hub.put(record("1", title))
    answer = await hub.ask("/?q=tram")
    assert answer.texts(TITLES) == [title]
    assert answer.texts(f"{TITLES}//mark") == ["Trams", "trams", "tram"]
    assert not answer.page.xpath(f"{TITLES}//b | {TITLES}//script")


async def test_values_are_named_in_the_readers_language_and_say_which_it_is(town: Hub) -> None:
    asked = "/?kind=proposal&country=ES"
    for address, headers in ((f"{asked}&hl=de", {}), (asked, {"Accept_Language": "nb, de-AT;q=0.8, en;q=0.5"})):
        answer = await town.ask(address, **headers)
        assert answer.texts("//li[@class='card']//p[@class='kind']/span[@lang='de']") == ["Vorschlag"]
        assert answer.texts("//a[@class='chip']/span[@lang]") == ["Vorschlag", "Spanien"]
        assert "Spanien" in answer.texts("//label/span[@lang='de']")
        assert answer.page.xpath("//html/@lang") == ["en"]
    english = await town.ask(asked, Accept_Language="en-GB, de;q=0.5")
    assert english.texts("//a[@class='chip']") == ["Proposal, remove this filter", "Spain, remove this filter"]
    assert not english.page.xpath("//label/span[@lang]")
