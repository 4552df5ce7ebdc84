"""The contract suite for authors of connectors: a good connector keeps it, and each of its tests sees what it is for.

Beside the good one stand connectors that are wrong in one way each, and the test of the contract that must say so.
"""

from __future__ import annotations

import inspect
import json
import sys
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple
from uuid import uuid4

import msgspec
import pytest

from folkmoot_hub.connector import Item, MappingError, Request, Response, Run, Scope, Site, WholeItem, Yielded
from folkmoot_hub.errors import PluginError
from folkmoot_hub.testing.connectors import ConnectorContract
from folkmoot_schema.process import Process
from hub.testing.exampleville import Exampleville

RECORDING = Path(__file__).parent / "recording"
SITE = Site(
    id="exampleville.example",
    connector="exampleville",
    title="Exampleville",
    base="https://www.exampleville.example",
    languages=("en",),
    sample=True,
)
NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)


class TestExampleville(ConnectorContract):
    """A good connector keeps the contract."""

    connector = Exampleville
    site = SITE
    recording = RECORDING
    now = NOW


Body = dict[str, Any]
Change = Callable[[list[Body]], Iterable[Body]]


class Wrong(NamedTuple):
    """A connector that is wrong, the test that must see it, what this says, and how the recording is changed."""

    connector: type[Exampleville]
    test: str
    told: str
    change: Change = list
    site: Site = SITE


def page_two_is_missing(answers: list[Body]) -> list[Body]:
    return [answer for answer in answers if "page=2" not in answer["url"]]


def nothing_is_listed(answers: list[Body]) -> Iterator[Body]:
    for answer in answers:
        if "list" in answer["url"]:
            yield {**answer, "content": {"total": 0, "next": None, "entries": []}}


def details_lie_elsewhere(answers: list[Body]) -> Iterator[Body]:
    for answer in answers:
        yield {**answer, "url": answer["url"].replace("www.exampleville.example/api/detail", "elsewhere.example/d")}


def details_are_redirected(answers: list[Body]) -> Iterator[Body]:
    for answer in answers:
        if "detail" not in answer["url"]:
            yield answer
            continue
        target = answer["url"].replace("www.exampleville.example", "elsewhere.example")
        yield {"url": answer["url"], "status": 302, "headers": {"location": target}}
        yield {**answer, "url": target}


class Async(Exampleville):
    async def parse(self, response: Response) -> Any: ...


class UnknownPlugin(Exampleville):
    settings = frozenset()


class Undocumented(Exampleville):
    """Consultations.

    Platform
        A platform.
    Access
    Caveats
        None.
    Licence: none.
    """


class Refusing(Exampleville):
    def map(self, item: WholeItem, run: Run) -> Process:
        if item.id == "c-2":
            raise MappingError("not this one")
        return super().map(item, run)


def changed(found: Iterable[Yielded], change: Callable[[Item], Item]) -> Iterator[Yielded]:
    """What was yielded, its items changed and without requests for details."""
    for each in found:
        if isinstance(each, Item):
            yield change(each)
        elif not (isinstance(each, Request) and each.item):
            yield each


class NewIds(Exampleville):
    def parse(self, response: Response) -> Iterator[Yielded]:
        return changed(super().parse(response), lambda item: msgspec.structs.replace(item, id=str(uuid4())))


class Hashed(Exampleville):
    def parse(self, response: Response) -> Iterator[Yielded]:
        return changed(
            super().parse(response), lambda item: msgspec.structs.replace(item, id=str(hash(item.data["title"])))
        )


class Remembering(Exampleville):
    """It leaves out what it has told before."""

    def __init__(self) -> None:
        self.told = TOLD

    def parse(self, response: Response) -> Iterator[Yielded]:
        for each in super().parse(response):
            if isinstance(each, Scope):
                continue
            if not isinstance(each, Item) or each.id not in self.told:
                yield each
            if isinstance(each, Item):
                self.told.add(each.id)


TOLD: set[str] = set()


class Titled(Exampleville):
    """Keeps the titles of the list to itself, until the details come."""

    def __init__(self) -> None:
        self.titles: dict[str, str] = {}

    def parse(self, response: Response) -> Iterator[Yielded]:
        for each in super().parse(response):
            if isinstance(each, Item):
                self.titles[each.id] = each.data["title"]
            yield each

    def parse_detail(self, response: Response) -> Iterator[Yielded]:
        title = self.titles[response.request.item or ""]
        yield Item(response.request.item or "", {"text": title}, part="detail")


class ForEver(Exampleville):
    """Numbers its items by page, and asks for the next page whatever came."""

    def parse(self, response: Response) -> Iterator[Yielded]:
        page = int(response.request.url.rpartition("=")[2])
        for each in changed(super().parse(response), lambda item: item):
            if isinstance(each, Item):
                yield msgspec.structs.replace(each, id=f"{page}-{each.id}")
        yield Request(response.run.site.url("/api/list", page=page + 1))


class Trusting(Exampleville):
    """Takes whatever comes, and finds nothing in it."""

    def start(self, run: Run) -> Iterator[Yielded]:
        for request in super().start(run):
            assert isinstance(request, Request)
            yield msgspec.structs.replace(request, expect="any")

    def parse(self, response: Response) -> Iterator[Yielded]:
        return super().parse(response) if response.body.startswith(b"{") else iter(())


class Emptying(Trusting):
    """Takes HTML for a list that has become empty, and then goes wrong."""

    def parse(self, response: Response) -> Iterator[Yielded]:
        if response.body.startswith(b"{"):
            yield from super().parse(response)
        else:
            yield Item("c-1", {"title": "One moment"})
            yield Request(response.run.site.url("/none"))


class Demanding(Exampleville):
    def map(self, item: WholeItem, run: Run) -> Process:
        if not item.part("detail")["text"]:
            raise MappingError("no text")
        return super().map(item, run)


class Dropping(Exampleville):
    def map(self, item: WholeItem, run: Run) -> Process:
        made = super().map(item, run)
        return msgspec.structs.replace(made, body=None) if "detail" in item.missing else made


class Straying(Exampleville):
    def parse(self, response: Response) -> Iterator[Yielded]:
        for each in super().parse(response):
            if isinstance(each, Request) and each.item:
                yield msgspec.structs.replace(each, url=f"https://elsewhere.example/d?id={each.item}")
            else:
                yield each


class Keyed(Exampleville):
    def start(self, run: Run) -> Iterator[Yielded]:
        for each in super().start(run):
            yield msgspec.structs.replace(each, headers={"X-Key": run.secret("key")})


class Configured(Exampleville):
    def start(self, run: Run) -> Iterator[Yielded]:
        if run.site.setting("pages", 1):
            yield from super().start(run)


class NoPart(Exampleville):
    fields = {"list": Exampleville.fields["list"]}  # noqa: RUF012 - as an author would write it


class Looking(Exampleville):
    def map(self, item: WholeItem, run: Run) -> Process:
        made = super().map(item, run)
        return msgspec.structs.replace(made, keywords=tuple(item.get("keywords", ())))


class LookingFurther(Exampleville):
    def map(self, item: WholeItem, run: Run) -> Process:
        made = super().map(item, run)
        return msgspec.structs.replace(made, keywords=tuple(item.part("outcome").get("words", ())))


class Telling(Exampleville):
    fields = {**Exampleville.fields, "list": frozenset({"title", "closes", "contact"})}  # noqa: RUF012 - as above


class Writing(Exampleville):
    def map(self, item: WholeItem, run: Run) -> Process:
        body = run.site.html_or_none("<p>Write to office&#64;exampleville.example</p>")
        return msgspec.structs.replace(super().map(item, run), body=body)


class Consuming(Exampleville):
    def map(self, item: WholeItem, run: Run) -> Process:
        assert isinstance(item.data, dict)
        item.data.setdefault("seen", True)
        return super().map(item, run)


class Counting(Exampleville):
    counted = iter(range(sys.maxsize))

    def map(self, item: WholeItem, run: Run) -> Process:
        return msgspec.structs.replace(super().map(item, run), keywords=(f"number {next(self.counted)}",))


class Dating(Exampleville):
    def map(self, item: WholeItem, run: Run) -> Process:
        return msgspec.structs.replace(super().map(item, run), keywords=(f"{run.now:%Y}",))


class Leaving(Exampleville):
    def map(self, item: WholeItem, run: Run) -> Process:
        if item.get("title") == "":
            sys.exit("a title is empty")
        return super().map(item, run)


class Carrying(Exampleville):
    """What one item says becomes the default of all that follow."""

    def __init__(self) -> None:
        self.default = "Sample"

    def map(self, item: WholeItem, run: Run) -> Process:
        title = item["title"]
        if not isinstance(title, str) or not title:
            self.default = f"Sample: {title!r}"
            raise MappingError("no title")
        return msgspec.structs.replace(super().map(item, run), keywords=(self.default,))


class Wordy(Exampleville):
    def map(self, item: WholeItem, run: Run) -> Process:
        summary = run.site.text(f"Closes on {item.get('closes', 'a day to come') or 'a day to come'}")
        if "closes" in item.data:
            summary = run.site.text(f"Closes on {item.get('closes')}")
        return msgspec.structs.replace(super().map(item, run), summary=summary)


WRONG = [
    Wrong(Async, "it_keeps_the_rules_of_plugins", "parse is async"),
    Wrong(
        UnknownPlugin,
        "it_keeps_the_rules_of_plugins",
        "settings.page",
        site=msgspec.structs.replace(SITE, settings={"page": 1}),
    ),
    Wrong(Undocumented, "its_docstring_tells_what_users_need", "no paragraph Access, Licence, Personal data"),
    Wrong(Exampleville, "the_recording_is_harvested_completely", "page=2", page_two_is_missing),
    Wrong(Exampleville, "the_recording_is_harvested_completely", "no process at all: complete", nothing_is_listed),
    Wrong(Refusing, "the_recording_is_harvested_completely", "not this one"),
    Wrong(NewIds, "ids_and_records_are_the_same_in_a_second_run", "ids of the second run are others"),
    Wrong(Hashed, "ids_and_records_are_the_same_in_a_second_run", "ids of the second run are others"),
    Wrong(Remembering, "ids_and_records_are_the_same_in_a_second_run", "items"),
    Wrong(Titled, "a_run_cut_off_anywhere_goes_on_with_the_same_result", "cut off at request 2 of 5"),
    Wrong(ForEver, "a_source_that_repeats_itself_comes_to_an_end", "it goes on asking: 2000 requests"),
    Wrong(Trusting, "html_in_place_of_an_answer_is_blocked_and_changes_nothing", "is taken for an answer"),
    Wrong(Emptying, "html_in_place_of_an_answer_is_blocked_and_changes_nothing", "changed what is known"),
    Wrong(Demanding, "a_part_that_cannot_be_had_costs_nothing_that_is_known", "cannot be mapped: .*c-1"),
    Wrong(
        Dropping,
        "a_part_that_cannot_be_had_costs_nothing_that_is_known",
        "c-1: what detail told in an earlier run is lost",
    ),
    Wrong(
        Straying, "only_hosts_that_are_declared_are_asked", "elsewhere.example is not declared", details_lie_elsewhere
    ),
    Wrong(
        Exampleville,
        "only_hosts_that_are_declared_are_asked",
        "elsewhere.example is not declared",
        details_are_redirected,
    ),
    Wrong(Keyed, "only_secrets_that_are_named_are_asked_for", "Keyed.secrets does not name key"),
    Wrong(Configured, "only_settings_that_are_named_are_read", "Configured.settings does not name pages"),
    Wrong(NoPart, "the_recording_is_harvested_completely", "fields names no part 'detail'"),
    Wrong(Looking, "only_fields_that_are_named_are_kept_and_read", "fields\\['list'\\] does not name keywords"),
    Wrong(LookingFurther, "only_fields_that_are_named_are_kept_and_read", "fields names no part outcome"),
    Wrong(Telling, "no_mail_address_is_kept", "c-1 keeps 'office@exampleville.example'"),
    Wrong(Writing, "no_mail_address_is_kept", "c-1 tells 'office@exampleville.example'"),
    Wrong(Consuming, "mapping_is_pure", "mapping changed c-1"),
    Wrong(Counting, "mapping_is_pure", "c-1: not twice"),
    Wrong(Dating, "mapping_is_pure", "c-1: not later"),
    Wrong(Leaving, "a_damaged_item_is_put_aside_and_harms_no_other", "a title is empty"),
    Wrong(Carrying, "a_damaged_item_is_put_aside_and_harms_no_other", "others are different"),
    Wrong(Wordy, "what_is_missing_is_not_told_in_words", "without list.closes, c-1 says 'None'"),
]


@pytest.mark.parametrize("wrong", WRONG, ids=lambda wrong: f"{wrong.connector.__name__}-{wrong.change.__name__}")
def test_what_is_wrong_is_seen_by_the_test_that_is_for_it(
    wrong: Wrong, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    TOLD.clear()
    whole = json.loads((RECORDING / "recording.json").read_text("utf-8"))
    recording = tmp_path / "recording.json"
    recording.write_text(json.dumps({**whole, "responses": list(wrong.change(whole["responses"]))}))
    attributes = {"connector": wrong.connector, "site": wrong.site, "recording": recording, "now": NOW}
    contract = type("Contract", (ConnectorContract,), attributes)()
    test = getattr(contract, f"test_{wrong.test}")
    given = {"tmp_path": tmp_path / "data", "monkeypatch": monkeypatch}
    (tmp_path / "data").mkdir()
    with pytest.raises((AssertionError, PluginError, SystemExit), match=wrong.told):
        test(**{name: given[name] for name in inspect.signature(test).parameters})


def test_every_test_of_the_contract_has_been_seen_failing() -> None:
    tests = {name.removeprefix("test_") for name in vars(ConnectorContract) if name.startswith("test_")}
    assert {wrong.test for wrong in WRONG} == tests
