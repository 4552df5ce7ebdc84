"""The page of one process, at every status."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from folkmoot_hub.store.protocol import Cause, Observation
from folkmoot_schema.codes import Availability, Level, OutcomeKind, Status, Topic
from folkmoot_schema.process import RESOURCE_TYPES, Outcome, Record
from hub.web import examples
from hub.web.building import DAY, NOW, changed, phase, record, signatures, text
from hub.web.hubs import Answer, Hub


def address(of: Record) -> str:
    """The page of a process."""
    return f"/process/{of.path}"


def section(answer: Answer, name: str) -> list[str]:
    """What stands in the section with that id of its heading."""
    return answer.texts(f"//section[@aria-labelledby='{name}']")


SENTENCES = {
    Status.ANNOUNCED: ("Announced (worked out from its dates)", "Nothing yet: it has not opened."),
    Status.OPEN: ("Open (worked out from its dates)", "Nothing yet: it is still open."),
    Status.CLOSED: ("Closed (worked out from its dates)", "Closed 141 days ago. No answer has been published"),
    Status.UNDER_REVIEW: ("Under review", "It is being looked at."),
    Status.ANSWERED: ("Answered", "Reply"),
    Status.UNSUCCESSFUL: ("Not enough support", "It did not get the support it needed"),
    Status.REFUSED: ("Refused", "It was refused."),
    Status.WITHDRAWN: ("Withdrawn by its organisers", "Its organisers withdrew it"),
    Status.SUSPENDED: ("On hold", "No answer has been published that we could find."),
    Status.ENDED: ("Ended", "No answer has been published that we could find."),
    Status.UNKNOWN: ("Status unknown", "No answer has been published that we could find."),
}


@pytest.mark.parametrize("status", list(Status))
async def test_every_status_has_its_page(town: Hub, status: Status) -> None:
    of = examples.BY_STATUS[status]
    assert of.standing.status is status
    answer = await town.ask(address(of))
    assert answer.status == 200
    words, next_ = SENTENCES[status]
    assert answer.texts("//p[@class='status']") == [f"Status: {words}"]
    [happened] = section(answer, "next")
    assert happened.startswith("What happened next")
    assert next_ in happened
    assert section(answer, "from")
    assert section(answer, "changes")
    types = answer.page.xpath("//link[@rel='alternate']/@type")
    assert types == ["application/ld+json", "text/turtle", "application/n-triples", "application/json"]
    [button] = answer.page.xpath("//div[@class='act']/a")
    takes_part = "Take part" in button.text_content()
    assert takes_part == (status is Status.OPEN)
    assert (button.get("class") == "brand-button") == takes_part
    assert button.get("rel") == "external noopener"


def captured(url: str | None, process: str = "https://town.example.org/ended") -> Record:
    """A copy of a list, which an archive shows at ``url``, of a process at ``process``."""
    of = examples.ENDED
    told = msgspec.structs.replace(
        of.provenance, url=url, original="https://town.example.org/list", captured_at=NOW - 4000 * DAY
    )
    return msgspec.structs.replace(of, provenance=told, process=msgspec.structs.replace(of.process, url=process))


async def test_a_copy_in_a_file_leads_nowhere_and_says_where_it_was(hub: Hub) -> None:
    of = captured(None)
    hub.put(of)
    answer = await hub.ask(address(of))
    assert answer.texts("//div[@class='act']/*") == [
        "The copy is in a file that this hub has read. It was at https://town.example.org/ended"
    ]
    assert not [link for link in answer.page.xpath("//main//a/@href") if link.startswith("https://town.example.org")]
    assert "in a copy of Exampleton that was taken on 15 August 2015." in section(answer, "from")[0]


@pytest.mark.parametrize(
    ("url", "process"),
    [
        ("https://archive.example/2015/https://town.example.org/list", "https://archive.example/2015/ended"),
        (None, "https://elsewhere.example/ended"),
    ],
)
async def test_a_copy_that_can_be_read_is_led_to(hub: Hub, url: str | None, process: str) -> None:
    of = captured(url, process)
    hub.put(of)
    answer = await hub.ask(address(of))
    assert answer.page.xpath("//div[@class='act']/a/@href") == [process]
    [origin] = answer.page.xpath("//div[@class='provenance']/p[1]/a/@href")
    assert origin == (url or process)


async def test_the_button_names_the_platform_and_leads_to_where_one_takes_part(town: Hub) -> None:
    answer = await town.ask(address(examples.OPEN))
    [button] = answer.page.xpath("//div[@class='act']/a")
    assert button.text_content() == "Take part on Exampleton"
    assert button.get("href") == "https://town.example.org/sign"
    assert answer.texts("//h1") == ["Shade for the market square"]
    assert answer.texts("//p[@class='big']") == ["Closes in 3 days"]
    assert answer.page.xpath("//div[contains(@class, 'state')]//time/@datetime") == ["2026-07-31"]
    assert "urgent" in answer.page.xpath("//div[contains(@class, 'state')]/@class")[0]


@pytest.mark.parametrize(
    ("read_at", "process", "origin"),
    [
        ("https://town.example.org/list", "https://town.example.org/ended", []),
        ("https://files.example/questions.json", "https://makers.example", ["https://files.example/questions.json"]),
    ],
)
async def test_what_is_gone_and_was_not_captured_is_called_no_copy_and_has_no_button(
    hub: Hub, read_at: str, process: str, origin: list[str]
) -> None:
    of = examples.ENDED
    told = msgspec.structs.replace(of.provenance, url=read_at)
    of = msgspec.structs.replace(
        of, provenance=told, process=msgspec.structs.replace(of.process, url=process, observed_at=None)
    )
    hub.put(of)
    answer = await hub.ask(address(of))
    assert answer.texts("//div[@class='act']/*") == [
        f"No archive shows it. It was read at {read_at}, or in a recording of that."
    ]
    assert "copy" not in answer.texts("//main")[0]
    assert "Its platform cannot be had any more" in answer.texts("//div[contains(@class, 'state')]")[0]
    assert answer.page.xpath("//div[@class='provenance']/p[1]/a/@href") == origin


async def test_an_archived_process_leads_to_its_copy_and_nowhere_else(town: Hub) -> None:
    answer = await town.ask(address(examples.ENDED))
    assert answer.texts("//div[@class='act']/a") == ["Open the archived copy"]
    assert "arch" in answer.page.xpath("//div[contains(@class, 'state')]/@class")[0]
    assert "Take part" not in answer.text


async def test_an_answered_process_shows_first_what_happened(town: Hub) -> None:
    answer = await town.ask(address(examples.ANSWERED))
    headings = answer.texts("//main//section/h2")
    assert headings[0] == "What happened next"
    rows = answer.texts("//section[@aria-labelledby='next']//li")
    assert [row.split(":")[0] for row in rows] == [
        "10 October 2025 Hearing",
        "7 December 2025 Reply Read it",
    ]
    assert answer.texts("//p[@class='big']") == ["Answered 7 December 2025"]
    opened = await town.ask(address(examples.OPEN))
    assert opened.texts("//main//section/h2")[-3:] == ["What happened next", "Changes", "Where this comes from"]


async def test_support_is_told_with_its_goal_and_by_country(town: Hub) -> None:
    answer = await town.ask(address(examples.ANSWERED))
    [line] = answer.texts("//section[@aria-labelledby='support']/p[@class='support']")
    assert line == "1,502,319 of 1,000,000 signatures (150 % ✓, 28 July 2026, verified)"
    assert answer.texts("//section[@aria-labelledby='support']/h3") == [
        "Each country against its own minimum: 1 of 3 over it"
    ]
    assert answer.texts("//ul[@class='multiples']/li") == [
        "Latvia 1,137 % ✓ 64,162 of 5,640",
        "Romania 99 % 23,160 of 23,265",
        "Malta not known of 4,230",
    ]
    bars = answer.page.xpath("//ul[@class='multiples']//svg")
    assert len(bars) == 2  # what is not known has none
    assert [bar.xpath("./rect[@class='mark']/@x") for bar in bars] == [["49.5"], ["49.5"]]
    latvia, romania = [bar.xpath("./*[@class='fill']")[0] for bar in bars]
    assert latvia.tag == "path"  # it goes on behind the end
    assert float(romania.get("width")) == 49.8


async def test_the_scale_ends_at_the_minimum_until_a_country_is_over_it(hub: Hub) -> None:
    readings = [
        signatures(n, 100, place=code, changed_at="2026-02-09") for n, code in ((99, "FR"), (5, "DE"), (0, "IT"))
    ]
    hub.put(record("1", support=tuple(readings)))
    answer = await hub.ask("/process/town.example.org/1")
    assert answer.texts("//ul[@class='multiples']/li") == [
        "France 99 % 99 of 100",
        "Germany 5 % 5 of 100",
        "Italy 0 % 0 of 100",
    ]
    assert answer.page.xpath("//ul[@class='multiples']//rect[@class='mark']/@x") == ["99.0"] * 3
    assert answer.page.xpath("//ul[@class='multiples']//rect[@class='fill']/@width") == ["99.0", "5.0", "0.0"]
    [said] = [one for one in answer.texts("//p") if one.startswith("The mark")]
    assert said == "The mark at the right end is the minimum of that country. Counted 9 February 2026."


async def test_two_countries_are_drawn_where_they_have_a_minimum(hub: Hub) -> None:
    hub.put(record("1", support=(signatures(7, 10, place="FR"), signatures(5, 10, place="DE"))))
    answer = await hub.ask("/process/town.example.org/1")
    assert answer.texts("//ul[@class='multiples']/li") == ["France 70 % 7 of 10", "Germany 50 % 5 of 10"]
    assert not answer.texts("//p[@class='support']")


async def test_two_countries_without_a_minimum_are_lines(hub: Hub) -> None:
    two = tuple(signatures(n, place=code) for n, code in ((7, "FR"), (5, "DE")))
    hub.put(record("two", support=two), record("three", support=(*two, signatures(3, place="IT"))))
    lines, many = [await hub.ask(f"/process/town.example.org/{name}") for name in ("two", "three")]
    assert [line.split(" (")[0] for line in lines.texts("//p[@class='support']")] == [
        "France: 7 signatures",
        "Germany: 5 signatures",
    ]
    assert not lines.page.xpath("//ul[@class='multiples']")
    assert many.texts("//ul[@class='multiples']/li") == ["France 7", "Germany 5", "Italy 3"]
    assert many.texts("//section[@aria-labelledby='support']/h3") == ["By country"]


async def test_many_countries_are_shown_in_two_steps_until_it_is_answered(hub: Hub) -> None:
    codes = ("AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR")
    readings = tuple(signatures(n + 1, 100, place=code) for n, code in enumerate(codes))
    hub.put(record("1", support=readings), record("2", support=readings, flag=Status.ANSWERED))
    going, answered = [await hub.ask(f"/process/town.example.org/{n}") for n in (1, 2)]
    assert len(going.texts("//section/ul[@class='multiples']/li")) == 8
    assert going.texts("//details[@class='rest']/summary") == ["The other 3 countries"]
    assert len(going.texts("//details[@class='rest']//li")) == 3
    assert len(answered.texts("//section/ul[@class='multiples']/li")) == len(codes)


def readings_of(days: Sequence[tuple[float, float, int]], goal: int | None = None) -> list[Observation]:
    """Observations as (first day, last day, number), counted from the present."""
    return [
        Observation(
            support=msgspec.structs.replace(signatures(number, goal), read_at=NOW + first * DAY),
            read_at=NOW + first * DAY,
            last_read_at=NOW + last * DAY,
        )
        for first, last, number in days
    ]


async def test_support_over_time_is_a_picture_a_sentence_and_a_table(hub: Hub) -> None:
    of = record("1", support=(signatures(30, 40),))
    hub.put(of)
    days = [(-40, -40, 5), (-39, -38, 10), (-37, -15, 20), (-14, 0, 30)]
    hub.store.observe(of, readings_of(days, 40))
    answer = await hub.ask(address(of))
    label = "Signatures rose from 5 on 18 June 2026 to 30 on 28 July 2026."
    assert answer.page.xpath("//svg[@role='img']/@aria-label") == [label, label]
    assert [one.get("viewbox") for one in answer.page.xpath("//svg[@role='img']")] == ["0 0 720 270", "0 0 358 230"]
    for chart in answer.page.xpath("//svg[@role='img']"):
        assert len(chart.xpath("./path[@class='line still']")) == 2
        assert chart.xpath("./path[@class='goal']")
        texts = ["".join(one.itertext()) for one in chart.xpath("./text")]
        assert {"0", "40", "40 needed", "3028 Jul"} <= set(texts)
    assert answer.texts("//figure//summary") == ["Show the numbers"]
    assert answer.texts("//figure//tbody/tr") == [
        "14 July 202628 July 2026304075 %",
        "21 June 202613 July 2026204050 %",
        "19 June 202620 June 2026104025 %",
        "18 June 202618 June 202654012 %",
    ]
    assert "The source last changed the number on 14 July 2026." in section(answer, "support")[0]
    [data] = answer.page.xpath("//figure//a/@href")
    assert (await hub.ask(data)).status == 200


async def test_four_readings_are_no_picture(hub: Hub) -> None:
    of = record("1", support=(signatures(4),))
    hub.put(of)
    hub.store.observe(of, readings_of([(n, n, n) for n in range(4)]))
    assert not (await hub.ask(address(of))).page.xpath("//figure | //svg[@role='img']")


async def test_the_page_with_a_year_of_daily_numbers_is_light(hub: Hub) -> None:
    codes = ("AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IT", "LT", "LU")
    of = record("1", support=(signatures(9, 10), *(signatures(5, 100, place=code) for code in codes)))
    hub.put(of)
    hub.store.observe(of, readings_of([(n, n, n * n) for n in range(-365, 1)], 10**6))
    answer = await hub.ask(address(of), Accept_Encoding="gzip")
    assert len(answer.body) < 15_000


async def test_a_number_that_stands_still_is_said_to(hub: Hub) -> None:
    hub.put(
        record("still", support=(signatures(5, 10, changed_at="2026-07-14"),)),
        record("moving", support=(signatures(5, 10, changed_at="2026-07-15"),)),
    )
    still, moving = [
        section(await hub.ask(f"/process/town.example.org/{id}"), "support")[0] for id in ("still", "moving")
    ]
    assert "The source last changed the number on 14 July 2026." in still
    assert "last changed" not in moving


async def test_a_summary_that_begins_the_text_is_not_shown_twice(hub: Hub) -> None:
    hub.put(
        record("twice", summary=text("Trees."), body=text("Trees. And shade.")),
        record("both", summary=text("Shade."), body=text("Trees. And benches.")),
    )
    twice, both = [section(await hub.ask(f"/process/town.example.org/{id}"), "about")[0] for id in ("twice", "both")]
    assert twice == "What it is about Trees. And shade."
    assert both == "What it is about Shade.Trees. And benches."


async def test_unknown_support_is_said_to_be_unknown(town: Hub) -> None:
    answer = await town.ask(address(examples.SPANISH))
    assert answer.texts("//p[@class='support']") == ["Signatures: number not known (500 needed)"]
    assert not answer.page.xpath("//rect")
    assert " 0 " not in section(answer, "support")[0]
    without = await town.ask(address(examples.CLOSED))
    assert not section(without, "support")


async def test_the_title_is_quoted_in_its_own_language_and_leads_to_the_others(town: Hub) -> None:
    answer = await town.ask(f"{address(examples.SPANISH)}?hl=de")
    [h1] = answer.page.xpath("//h1")
    assert (h1.text_content(), h1.get("lang")) == ("Park am Platz", "de")
    [original] = answer.page.xpath("//p[@class='original']")
    assert (original.text_content(), original.get("lang")) == ("Parque en la plaza", "es")
    assert "Title translated by machine from Spanish. Also in Spanish, English." in " ".join(answer.texts("//p"))
    assert answer.page.xpath("//a[@hreflang='es']/@href") == [f"{address(examples.SPANISH)}?hl=es"]


async def test_documents_links_and_licence_are_there(town: Hub) -> None:
    answer = await town.ask(address(examples.ANSWERED))
    assert answer.texts("//ul[@class='references']/li") == [
        "The plan Main document, English, PDF, 1.2 MB",
        "32025R0001 Legal act (CELEX)",
    ]
    [origin] = section(answer, "from")
    assert "Read today at 09:12 UTC at Exampleton" in origin
    assert "The source’s own word for the status: “REPLIED”." in origin
    assert "CC BY 4.0" in origin
    assert "Exampleton Town Hall" in origin
    assert "town, version 3" in origin
    for link in answer.page.xpath("//p[@class='forms']/a/@href"):
        assert (await town.ask(link)).status == 200


async def test_phases_and_cycle_mark_where_it_is(town: Hub) -> None:
    answer = await town.ask(address(examples.OPEN))
    assert answer.texts("//ol[@class='cycle']/li[@aria-current='step']") == ["1Agenda setting It is here."]
    assert answer.texts("//section[@aria-labelledby='stands']//ol[@class='dated']/li[@class='now']") == [
        "1 July 2026 to 31 July 2026 Taking part (now)"
    ]


@pytest.mark.parametrize("left", [{"flag": Status.ENDED}, {"availability": Availability.ARCHIVED}])
async def test_the_cycle_of_what_is_over_is_nowhere_now(hub: Hub, left: dict[str, Any]) -> None:
    of = changed(examples.OPEN, **left)
    hub.put(of)
    answer = await hub.ask(address(of))
    assert answer.texts("//ol[@class='cycle']/li[@aria-current='step']") == []
    assert answer.texts("//ol[@class='cycle']/li")[0] == "1Agenda setting It was here when it ended."
    assert "It is here" not in answer.text


async def test_what_is_listed_no_longer_is_said(town: Hub) -> None:
    answer = await town.ask(address(examples.UNKNOWN))
    assert "Not listed by its source since 20 July 2026." in section(answer, "from")[0]
    assert "Last seen at its source 9 days ago, which is longer ago than promised." in answer.texts(
        "//p[@class='note']"
    )


async def test_a_moved_deadline_and_a_new_status_stand_in_the_changes(hub: Hub) -> None:
    first = record("1", closes="2026-08-14")
    hub.put(first, at=NOW - 9 * DAY)
    second = changed(first, NOW - 5 * DAY, phases=(phase("2026-07-01", "2026-08-28"),))
    hub.put(second, at=NOW - 5 * DAY)
    outcome = Outcome(kind=OutcomeKind.REPLY, date="2026-07-27", title=text("Yes, with trees"))
    third = changed(second, NOW - DAY, title=text("Shade for both squares"), flag=Status.ANSWERED, outcomes=(outcome,))
    hub.put(third, at=NOW - DAY)
    answer = await hub.ask(address(first))
    assert answer.texts("//section[@aria-labelledby='changes']//li") == [
        (
            "27 July 2026 Status: open → answered. "
            "Title changed from “Shade for the market square” to “Shade for both squares”. "
            "Outcome: reply of 27 July 2026: Yes, with trees."
        ),
        "23 July 2026 Closing date moved from 14 August 2026 to 28 August 2026.",
        "19 July 2026 First seen, as open.",
    ]


async def test_older_changes_stand_on_pages_of_their_own(hub: Hub) -> None:
    one = record("1")
    for day in range(45, 0, -1):
        hub.put(one, at=NOW - day * DAY)
    seen: list[str] = []
    page = f"{address(one)}?hl=de"
    for older, newer in (("changes=2", None), ("changes=3", "?hl=de#changes"), (None, "changes=2")):
        answer = await hub.ask(page)
        seen += answer.texts("//section[@aria-labelledby='changes']//li//time/@datetime")
        links = {link.text: link.get("href") for link in answer.page.xpath("//p[@class='pages']/a")}
        assert set(links) == {*(["Older changes"] if older else []), *(["Newer changes"] if newer else [])}
        assert not older or f"?hl=de&{older}#changes" in links["Older changes"]
        assert not newer or newer in links["Newer changes"]
        page = links.get("Older changes", "").partition("#")[0]
    assert seen == [(NOW - day * DAY).isoformat() for day in range(1, 46)]
    assert (await hub.ask(f"{address(one)}?changes=0")).status == 400


async def test_the_types_of_act_lead_to_the_vocabulary(hub: Hub) -> None:
    hub.put(record("1", act_types=(RESOURCE_TYPES + "REG_DEL", RESOURCE_TYPES + "SWD")))
    answer = await hub.ask(address(record("1")))
    links = {link.text: link.get("href") for link in answer.page.xpath("//dt[.='Type of act to come (EU)']/../dd/a")}
    assert links == {"REG_DEL": RESOURCE_TYPES + "REG_DEL", "SWD": RESOURCE_TYPES + "SWD"}


@pytest.mark.parametrize(
    ("date", "told"), [("2016", "2016"), ("2016-04", "April 2016"), ("2016-04-07", "7 April 2016")]
)
async def test_when_it_was_published_is_told_as_exactly_as_it_is_known(hub: Hub, date: str, told: str) -> None:
    hub.put(record("1", published=date))
    assert (await hub.ask(address(record("1")))).texts("//dt[.='Published']/../dd") == [told]


async def test_of_what_is_not_known_to_be_published_nothing_is_told(hub: Hub) -> None:
    hub.put(record("1"))
    assert (await hub.ask(address(record("1")))).texts("//dt[.='Published']") == []


async def test_what_time_alone_changed_is_told_apart(hub: Hub) -> None:
    before = record("1", closes="2026-07-20", at=NOW - 9 * DAY)
    hub.put(before, at=NOW - 9 * DAY)
    hub.store.put(record("1", closes="2026-07-20"), NOW, Cause.CLOCK)
    answer = await hub.ask(address(before))
    assert answer.texts("//section[@aria-labelledby='changes']//li")[0] == (
        "28 July 2026 Status: open → closed. (because time went by)"
    )


async def test_counts_are_no_change(hub: Hub) -> None:
    first = record("1", support=(signatures(1, 10),))
    hub.put(first, at=NOW - DAY)
    answer = await hub.ask(address(first))
    assert len(answer.texts("//section[@aria-labelledby='changes']//li")) == 1


async def test_a_process_that_is_gone_answers_410_and_why(hub: Hub) -> None:
    hub.put(record("1"))
    hub.remove("1", reason="its organiser took it down", at=NOW - timedelta(hours=1))
    answer = await hub.ask("/process/town.example.org/1", Accept="text/html")
    assert answer.status == 410
    assert answer.texts("//h1") == ["This was taken down"]
    assert "removed on 2026-07-28: its organiser took it down" in answer.text
    assert answer.page.xpath("//form[@role='search']")


async def test_a_process_that_never_was_answers_404(hub: Hub) -> None:
    answer = await hub.ask("/process/town.example.org/none", Accept="text/html")
    assert answer.status == 404
    assert answer.texts("//h1") == ["We have nothing at this address"]
    assert answer.page.xpath("//form[@role='search']")


async def test_kind_topics_and_level_are_named_in_the_readers_language(hub: Hub) -> None:
    hub.put(record("1", topics=(Topic.ENVI,), level=Level.LOCAL))
    answer = await hub.ask(f"{address(record('1'))}?hl=fr")
    assert answer.texts("//p[@class='kind']") == ["Consultation · Belgique · 1"]
    assert answer.texts("//a[@href='/?topic=ENVI&hl=fr'][@lang='fr']") == ["Environnement"]
    assert answer.texts("//dd/span[@lang='fr']") == ["Local"]


async def test_of_a_title_of_great_length_the_page_shows_the_beginning_and_the_interface_all(town: Hub) -> None:
    long = "many words " * 500
    town.put(of := record("long", long, summary=None))
    answer = await town.ask(address(of), Accept="text/html")
    [heading] = answer.texts("//h1")
    assert len(heading) <= 300
    assert heading.endswith("…")
    assert answer.texts("//h1/following-sibling::details[1]/p") == [long.strip()]
    assert long.strip() in (await town.ask(f"/api/v1/processes/{of.path}")).text
    [card] = [text for text in (await town.ask("/?q=many")).texts("//li[@class='card']//h3") if "many" in text]
    assert len(card) <= 300
