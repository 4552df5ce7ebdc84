"""The connector for the ECI register: the traps of the platform, the real recording, and hostile answers.

| trap | test |
| --- | --- |
| the number in a list's path is an offset of entries, not a page | test_the_first_page_asks_for_all_others |
| a size of 0 returns everything | test_a_list_of_size_nought_is_the_whole |
| most statuses cannot be listed | test_a_list_that_the_register_does_not_have_is_refused |
| refused ones have no number | test_a_refused_one_is_known_by_the_register_s_own_id |
| refused ones are a list of their own | test_refused_ones_are_asked_by_option |
| a refusal may be reversed | test_one_refused_first_and_registered_then_is_registered |
| the latest update does not move with the count | test_a_new_count_asks_for_the_details_again |
| bookkeeping is no news | test_logo_internal_id_and_latest_update_are_left_behind |
| a count of zero means not reported | test_a_count_of_nought_is_unknown |
| list and details disagree about counts | test_counts_of_list_and_details_are_two_observations |
| rows after the submission are not in the total | test_what_came_after_the_submission_does_not_count |
| a running report becomes a verified submission | test_a_submission_is_verified_and_a_running_report_is_not |
| thresholds are those of the registration date | test_thresholds_are_those_of_the_day_of_registration |
| country codes are GR and GB in counts, lower case in members | test_countries_of_counts_and_of_the_committee |
| deadlines were prolonged, so none can be computed | test_a_deadline_is_taken_as_it_stands |
| dates may be empty texts | test_an_empty_date_is_no_date |
| last call | test_last_call_is_a_flag_while_it_is_open |
| words of the register and what they mean | test_every_word_of_the_register_has_a_status |
| the list is in no order | test_the_order_of_a_list_means_nothing |
| titles carry stray spaces | test_stray_spaces_of_titles_go |
| support links lack a scheme or are missing | test_a_support_link_gets_a_scheme_and_none_is_invented |
| texts in up to 24 languages, one of them original | test_titles_come_in_all_languages |
| numbers in addresses are padded to six digits | test_the_page_of_an_initiative_has_six_digits |
| numbers of answers stand in file names only | test_numbers_of_the_answer_are_read_from_addresses |
| document ids have up to 16 digits | test_a_document_id_of_sixteen_digits_survives |
| members and sponsors are natural persons | test_no_member_and_no_sponsor_passes |
| contact details inside texts | test_contacts_inside_texts_are_taken_out |
| the answer may be about another initiative | test_details_of_another_initiative_are_refused |
"""

from __future__ import annotations

import csv
import gzip
import json
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
from connectors.driving import NOW, answer, bundled, drive, driven_once, under
from connectors.people import contacts_in, texts
from folkmoot_connectors import _eci_support
from folkmoot_connectors._eci_process import STATUS
from folkmoot_connectors._pages import MOST_PAGES
from folkmoot_connectors._private import without_contacts
from folkmoot_connectors.eci import Eci
from folkmoot_connectors.sites import bundled_samples
from folkmoot_hub.connector import Item, MappingError, ParseError, Request, Run, Scope, Total, WholeItem
from folkmoot_hub.errors import ConfigError
from folkmoot_schema.codes import Flag, LinkKind, OutcomeKind, PhaseKind, Status
from folkmoot_schema.process import Process, Support
from folkmoot_schema.validation import validate

TRAPS = (
    "the number in a list's path is an offset of entries, not a page",
    "a size of 0 returns everything",
    "most statuses cannot be listed",
    "refused ones have no number",
    "refused ones are a list of their own",
    "a refusal may be reversed",
    "the latest update does not move with the count",
    "bookkeeping is no news",
    "a count of zero means not reported",
    "list and details disagree about counts",
    "rows after the submission are not in the total",
    "a running report becomes a verified submission",
    "thresholds are those of the registration date",
    "country codes are GR and GB in counts, lower case in members",
    "deadlines were prolonged, so none can be computed",
    "dates may be empty texts",
    "last call",
    "words of the register and what they mean",
    "the list is in no order",
    "titles carry stray spaces",
    "support links lack a scheme or are missing",
    "texts in up to 24 languages, one of them original",
    "numbers in addresses are padded to six digits",
    "numbers of answers stand in file names only",
    "document ids have up to 16 digits",
    "members and sponsors are natural persons",
    "contact details inside texts",
    "the answer may be about another initiative",
)

SITE = bundled("eci")
API = "https://register.eci.ec.europa.eu/core/api/register"
ENTRY: dict[str, Any] = {
    "id": 7,
    "pubRegNum": "ECI(2025)900007",
    "year": "2025",
    "number": "900007",
    "status": "ONGOING",
    "languageCode": "EN",
    "title": "A title",
    "totalSupporters": 5,
    "latestUpdateDate": "01/02/2025 10:00",
    "lastCall": False,
    "logo": {"id": 1, "name": "x.png", "mimeType": "image/png", "size": 3},
}
DETAIL: dict[str, Any] = {
    "comRegNum": "ECI(2025)900007",
    "status": "ONGOING",
    "registrationDate": "05/02/2025",
    "deadline": "05/03/2026",
    "startCollectionDate": "05/03/2025",
    "linguisticVersions": [{"original": True, "languageCode": "EN", "title": "A title", "objectives": "<p>What.</p>"}],
}


def listing(*entries: Any, total: int | None = None) -> dict[str, Any]:
    return {"recordsFound": len(entries) if total is None else total, "entries": list(entries)}


def yielded(document: Any, path: str = "search/ALL/EN/0/1000", **site: Any) -> list[Any]:
    """What the connector yields for a list."""
    return answer(Eci, under(SITE, site), f"{API}/{path}", document)


def requests(document: Any, path: str = "search/ALL/EN/0/1000", **site: Any) -> list[Request]:
    return [one for one in yielded(document, path, **site) if isinstance(one, Request)]


def mapped(entry: dict[str, Any] | None = None, detail: dict[str, Any] | None = None) -> Process:
    """The process that an entry and details become, through the items that the connector makes of them."""
    (item,) = (one for one in yielded(listing({**ENTRY, **(entry or {})})) if isinstance(one, Item))
    parts = {"list": item.data}
    if detail is not None:
        whole = {**DETAIL, **detail}
        url = f"{API}/details/2025/900007"
        (found,) = answer(Eci, SITE, url, whole, then="parse_detail", item=whole.get("comRegNum") or item.id)
        parts["detail"] = found.data
    return Eci().map(WholeItem(item.id, parts), Run(site=SITE, now=NOW))


def started(**site: Any) -> list[str]:
    return [one.url for one in Eci().start(Run(site=under(SITE, site), now=NOW)) if isinstance(one, Request)]


def test_every_trap_has_its_test() -> None:
    assert traps.faults(sys.modules[__name__], TRAPS) == []


# Lists


@pytest.mark.parametrize(
    "path",
    [5, "", "search/VERIFICATION/EN/0/50", "search/ALL/en/0/50", "search/ALL/EN/0", "details/1", "/search/ALL/EN/0/9"],
)
def test_a_list_that_the_register_does_not_have_is_refused(path: Any) -> None:
    with pytest.raises(ConfigError, match=r"^eci: setting list: .*allowed: search/<ALL, ONGOING, ANSWERED or REFUSED>"):
        started(list=path)


def test_refused_ones_are_asked_by_option() -> None:
    assert started() == [f"{API}/search/ALL/EN/0/1000", f"{API}/search/REFUSED/EN/0/1000"]
    assert started(refused=False) == [f"{API}/search/ALL/EN/0/1000"]


FIVE = [{**ENTRY, "pubRegNum": f"ECI(2025)90000{n}", "number": f"90000{n}"} for n in range(5)]


def test_the_first_page_asks_for_all_others() -> None:
    def asked(path: str, *entries: Any, total: int = 12) -> list[str]:
        found = requests(listing(*entries, total=total), path, details=False, list="search/ALL/EN/0/5")
        return [one.url.removeprefix(f"{API}/search/ALL/EN/") for one in found]

    assert asked("search/ALL/EN/0/5", *FIVE) == asked("search/ALL/EN/0/5") == ["5/5", "10/5"]
    assert asked("search/ALL/EN/0/5", *FIVE[:4]) == ["4/5", "8/5"]
    assert asked("search/ALL/EN/5/5", *FIVE) == ["10/5"]
    assert asked("search/ALL/EN/5/5", *FIVE[:3]) == ["8/5"]
    assert asked("search/ALL/EN/10/5", *FIVE[:2]) == []
    assert len(asked("search/ALL/EN/0/5", *FIVE, total=2**60)) == MOST_PAGES - 1


def test_one_entry_that_nothing_identifies_costs_itself_alone() -> None:
    found = yielded(listing(None, ENTRY, {**ENTRY, "id": None, "pubRegNum": None}))
    assert [(one.id, "title" in one.data) for one in found if isinstance(one, Item)] == [
        ("", False),
        (ENTRY["pubRegNum"], True),
        ("", True),
    ]
    assert len([one for one in found if isinstance(one, Request)]) == 1


def test_a_page_without_entries_is_the_last() -> None:
    assert requests(listing(total=12), "search/ALL/EN/5/5") == []


def test_a_list_of_size_nought_is_the_whole() -> None:
    assert requests(listing(ENTRY, total=2), "search/ALL/EN/0/0", details=False) == []


def test_a_list_says_its_scope_and_total() -> None:
    open_ = yielded(listing(ENTRY), "search/ONGOING/EN/0/1000")
    assert [one for one in open_ if isinstance(one, Scope | Total)] == [Scope("open", True), Total(1, "open")]
    assert Scope("all", True) in yielded(listing(), "search/ALL/EN/0/1000")


def test_the_order_of_a_list_means_nothing() -> None:
    other = {**ENTRY, "pubRegNum": "ECI(2012)900001", "year": "2012", "number": "900001"}
    one, two = yielded(listing(ENTRY, other)), yielded(listing(other, ENTRY))
    assert {each.id: each for each in one if isinstance(each, Item)} == {
        each.id: each for each in two if isinstance(each, Item)
    }
    assert sorted(each.url for each in requests(listing(ENTRY, other))) == sorted(
        each.url for each in requests(listing(other, ENTRY))
    )


@pytest.mark.parametrize(
    "document",
    [[], {}, {"entries": []}, {"entries": {}, "recordsFound": 1}, {"entries": [], "recordsFound": "1"}]
    + [{"entries": [], "recordsFound": n} for n in (True, -1, None, 1.5)],
)
def test_a_list_of_another_shape_is_a_drift(document: Any) -> None:
    with pytest.raises(ParseError, match="has no 'entries' with 'recordsFound'"):
        yielded(document)


@pytest.mark.parametrize("entry", [{}, None, 5, {"id": "7"}, {"id": True}, {"pubRegNum": " "}, {"pubRegNum": 4}])
def test_an_entry_that_nothing_identifies_is_a_drift(entry: Any) -> None:
    with pytest.raises(ParseError, match="has neither a registration number nor an id"):
        yielded(listing(entry))


def test_a_refused_one_is_known_by_the_register_s_own_id() -> None:
    entry = {"id": 90042, "status": "REJECTED", "title": "A refused one", "languageCode": "EN"}
    found = yielded(listing(entry), "search/REFUSED/EN/0/1000")
    (request,) = (one for one in found if isinstance(one, Request))
    assert [one.id for one in found if isinstance(one, Item)] == [request.item] == ["90042"]
    assert request.url == f"{API}/details/90042"


def test_details_are_asked_by_year_and_padded_number() -> None:
    (request,) = requests(listing({**ENTRY, "number": "7"}))
    assert request.url == f"{API}/details/2025/000007"
    (request,) = requests(listing({**ENTRY, "year": None, "number": None}))
    assert request.url == f"{API}/details/2025/900007"
    assert requests(listing(ENTRY), details=False) == []


def test_a_new_count_asks_for_the_details_again() -> None:
    (before,), (same,), (after,) = (requests(listing({**ENTRY, "totalSupporters": n})) for n in (5, 5, 6))
    assert before.unless_same == same.unless_same
    assert before.unless_same != after.unless_same


def test_logo_internal_id_and_latest_update_are_left_behind() -> None:
    (item,) = (one for one in yielded(listing(ENTRY)) if isinstance(one, Item))
    assert not {"logo", "id", "latestUpdateDate"} & set(item.data)
    (detail,) = answer(
        Eci, SITE, API, {**DETAIL, "latestUpdateDate": "x", "logo": {"id": 1}}, then="parse_detail", item="7"
    )
    assert not {"logo", "id", "latestUpdateDate"} & set(detail.data)


def test_every_field_of_an_item_is_declared() -> None:
    (item,) = (one for one in yielded(listing(ENTRY)) if isinstance(one, Item))
    assert set(item.data) <= Eci.fields["list"]
    (detail,) = answer(Eci, SITE, API, DETAIL, then="parse_detail", item="7")
    assert set(detail.data) <= Eci.fields["detail"]


def test_details_of_another_initiative_are_refused() -> None:
    with pytest.raises(ParseError, match=r"are those of ECI\(2025\)900007, not of ECI\(2024\)000001"):
        answer(Eci, SITE, API, DETAIL, then="parse_detail", item="ECI(2024)000001")


@pytest.mark.parametrize("document", [[], None, {}, {"linguisticVersions": {}}])
def test_details_of_another_shape_are_a_drift(document: Any) -> None:
    with pytest.raises(ParseError, match="have no 'linguisticVersions'"):
        answer(Eci, SITE, API, document, then="parse_detail", item="7")


# Processes


def test_markup_in_a_title_is_taken_out_and_no_reason_to_put_it_aside() -> None:
    process = mapped({"title": "<b>bold</b> &amp; &lt;i&gt;done&lt;/i&gt;"})
    assert process.title.values == {"en": "bold & done"}
    assert validate(process).ok


def test_stray_spaces_of_titles_go() -> None:
    assert mapped({"title": "  A title \n here "}).title.values == {"en": "A title here"}


@pytest.mark.parametrize("title", ["", "  ", None])
def test_without_a_title_there_is_no_process(title: Any) -> None:
    with pytest.raises(MappingError, match="has no title"):
        mapped({"title": title})


@pytest.mark.parametrize(
    ("link", "address"),
    [
        ("bees.example", "https://bees.example"),
        (" https://bees.example/a b ", "https://bees.example/a%20b"),
        (None, None),
        ("", None),
        ("javascript:alert(1)", None),
    ],
)
def test_a_support_link_gets_a_scheme_and_none_is_invented(link: str | None, address: str | None) -> None:
    assert mapped({"supportLink": link}).participate_url == address


def test_one_takes_part_only_while_it_is_open() -> None:
    assert mapped({"supportLink": "bees.example", "status": "ANSWERED"}).participate_url is None


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("REGISTERED", Status.ANNOUNCED),
        ("COLLECTION_START_DATE", Status.ANNOUNCED),
        ("ONGOING", Status.OPEN),
        ("CLOSED", Status.CLOSED),
        ("VERIFICATION", Status.UNDER_REVIEW),
        ("SUBMITTED", Status.UNDER_REVIEW),
        ("ANSWERED", Status.ANSWERED),
        ("INSUFFICIENT_SUPPORT", Status.UNSUCCESSFUL),
        ("INSUFFICIENT_SUPPORT_AFTER_VERIFICATION", Status.UNSUCCESSFUL),
        ("WITHDRAWN", Status.WITHDRAWN),
        ("REJECTED", Status.REFUSED),
        ("SOMETHING_NEW", None),
    ],
)
def test_every_word_of_the_register_has_a_status(word: str, status: Status | None) -> None:
    process = mapped({"status": word})
    assert process.flag == status
    assert process.source_status == word
    assert set(STATUS) | {"SOMETHING_NEW"} >= {word}


def test_one_refused_first_and_registered_then_is_registered() -> None:
    process = mapped(detail={"refusalDate": "01/01/2024", "registrationDate": "05/02/2025"})
    assert process.flag is Status.OPEN
    assert [outcome.kind for outcome in process.outcomes] == [OutcomeKind.REJECTED]


def test_a_refusal_is_an_outcome_with_its_document() -> None:
    entry = {"id": 42, "title": "A refused one", "status": None, "pubRegNum": None, "year": None, "number": None}
    detail = {
        "comRegNum": None,
        "status": None,
        "refusalDate": "30/04/2019",
        "refusalDocument": {"id": 9, "name": "x.pdf"},
    }
    process = mapped(entry, detail)
    assert process.flag is Status.REFUSED
    (outcome,) = process.outcomes
    assert (outcome.kind, outcome.date, outcome.url) == (OutcomeKind.REJECTED, "2019-04-30", f"{API}/document/9")
    assert process.support == ()


def test_last_call_is_a_flag_while_it_is_open() -> None:
    assert mapped({"lastCall": True}).flags == (Flag.LAST_CALL,)
    assert mapped({"lastCall": False}).flags == ()
    assert mapped({"lastCall": True, "status": "WITHDRAWN"}).flags == ()


def test_the_page_of_an_initiative_has_six_digits() -> None:
    assert mapped({"number": "4"}).url == "https://citizens-initiative.europa.eu/initiatives/details/2025/000004_en"


def test_titles_come_in_all_languages() -> None:
    versions = [
        {"languageCode": code, "title": f"Title {code}", "objectives": "", "original": code == "EL"}
        for code in ("EN", "EL", "SV")
    ]
    title = mapped(detail={"linguisticVersions": versions}).title
    assert title.values == {"en": "Title EN", "el": "Title EL", "sv": "Title SV"}
    assert title.original == "el"


def test_a_deadline_is_taken_as_it_stands() -> None:
    detail = {"startCollectionDate": "02/03/2020", "deadline": "02/09/2022"}
    assert participation(mapped(detail=detail)) == ("2020-03-02", "2022-09-02")


def test_an_early_closure_comes_before_the_deadline() -> None:
    assert participation(mapped(detail={"earlyClosureDate": "01/06/2025"})) == ("2025-03-05", "2025-06-01")


def test_an_empty_date_is_no_date() -> None:
    detail = {"deadline": "", "earlyClosureDate": "", "startCollectionDate": None}
    assert [phase.kind for phase in mapped(detail=detail).phases] == [PhaseKind.PREPARATION]


def test_a_date_of_another_form_is_told_by_name() -> None:
    with pytest.raises(MappingError, match="deadline: '2026-03-05' is not a day in the form"):
        mapped(detail={"deadline": "2026-03-05"})


def participation(process: Process) -> tuple[str | None, str | None]:
    (phase,) = (phase for phase in process.phases if phase.kind is PhaseKind.PARTICIPATION)
    return phase.opens, phase.closes


# Support


def test_a_count_of_nought_is_unknown() -> None:
    assert mapped({"totalSupporters": 0}).support[0].count is None
    report = {"totalSignatures": 0, "entry": [{"countryCodeType": "DE", "total": 0}]}
    assert [one.count for one in mapped({"totalSupporters": 0}, {"sosReport": report}).support] == [None, None]


def totals(process: Process) -> list[tuple[int | None, bool, str]]:
    return [(one.count, one.verified, one.part) for one in process.support if one.place is None]


def test_counts_of_list_and_details_are_two_observations() -> None:
    process = mapped(
        {"totalSupporters": 100}, {"sosReport": {"totalSignatures": 120, "updateDate": "01/03/2026", "entry": []}}
    )
    assert totals(process) == [(100, False, "list"), (120, False, "detail")]
    assert len({one.series for one in process.support}) == 2
    assert process.support[1].changed_at == "2026-03-01"


def test_a_submission_is_verified_and_a_running_report_is_not() -> None:
    entry = [{"countryCodeType": "DE", "total": 60}]
    both = {"sosReport": {"totalSignatures": 70, "entry": entry}, "submission": {"totalSignatures": 60, "entry": entry}}
    assert totals(mapped(detail=both)) == [(5, False, "list"), (70, False, "detail"), (60, True, "detail")]


def test_what_came_after_the_submission_does_not_count() -> None:
    entry = [
        {"countryCodeType": "FI", "total": 10000, "afterSubmission": True},
        {"countryCodeType": "DE", "total": 88783},
    ]
    for stated in ({"totalSignatures": 88783}, {}):
        process = mapped(detail={"submission": {**stated, "entry": entry}})
        assert (88783, True, "detail") in totals(process)
        late = by_country(process)["FI"]
        assert (late.count, late.verified, late.threshold) == (10000, False, None)
        assert by_country(process)["DE"].verified


def by_country(process: Process) -> dict[str, Support]:
    return {one.place: one for one in process.support if one.place is not None}


def test_countries_of_counts_and_of_the_committee() -> None:
    report = {"entry": [{"countryCodeType": code, "total": 20000} for code in ("GR", "GB")], "totalSignatures": 40000}
    members = [{"type": "MEMBER", "fullName": "x", "residenceCountry": code} for code in ("gr", "de", "de")]
    detail = {"registrationDate": "01/08/2014", "submission": report, "members": members}
    process = mapped(detail=detail)
    thresholds = {place: one.threshold.count for place, one in by_country(process).items() if one.threshold}
    assert thresholds == {"GR": 15750, "GB": 54750}
    assert process.organiser is not None
    assert process.organiser.name.values == {"en": "Citizens' committee (DE, GR)"}


@pytest.mark.parametrize(
    ("registered", "germany", "act"),
    [
        ("10/05/2012", 74250, "32012R0268"),
        ("30/06/2013", 74250, "32012R0268"),
        ("01/07/2013", 74250, "32013R0517"),
        ("01/07/2014", 72000, "32014R0531"),
        ("31/12/2019", 72000, "32014R0531"),
        ("01/01/2020", 72096, "32019R0788"),
        ("31/01/2020", 72096, "32019R0788"),
        ("01/02/2020", 67680, "32019R1673"),
        ("15/07/2024", 67680, "32019R1673"),
        ("16/07/2024", 69120, "32024R1082"),
    ],
)
def test_thresholds_are_those_of_the_day_of_registration(registered: str, germany: int, act: str) -> None:
    report = {"totalSignatures": 9, "entry": [{"countryCodeType": "DE", "total": 9}]}
    threshold = by_country(mapped(detail={"registrationDate": registered, "sosReport": report}))["DE"].threshold
    assert threshold is not None
    assert (threshold.count, threshold.celex) == (germany, act)


def test_the_headline_needs_a_million() -> None:
    (list_,) = mapped().support
    assert list_.threshold is not None
    assert (list_.threshold.count, list_.threshold.celex) == (1000000, "32019R0788")


# Outcomes, links, documents


def test_numbers_of_the_answer_are_read_from_addresses() -> None:
    links = [
        {"defaultName": "COMMUNICATION", "defaultLink": "https://x.example/?ref=C(2021)171&lang=en"},
        {"defaultName": "ANNEX", "defaultLink": "https://x.example/COM_2014_177_annex.pdf"},
        {"defaultName": "FOLLOW_UP", "defaultLink": "https://x.example/legal-content/EN/TXT/?uri=CELEX:32020L2184"},
    ]
    process = mapped({"status": "ANSWERED"}, {"answer": {"decisionDate": "14/01/2021", "links": links}})
    numbers = {(link.kind, link.value) for link in process.links}
    assert {(LinkKind.C, "C(2021)171"), (LinkKind.COM, "COM(2014)177"), (LinkKind.CELEX, "32020L2184")} <= numbers
    assert [(one.kind, one.date) for one in process.outcomes] == [
        (OutcomeKind.REPLY, "2021-01-14"),
        (OutcomeKind.REPLY, "2021-01-14"),
        (OutcomeKind.FOLLOW_UP, None),
    ]


def test_links_name_the_decision_the_basis_the_site_and_the_initiative_itself() -> None:
    decision = {"celex": " 32022d0482 ", "corrigendum": "32022D0482R(01)", "document": {"id": 3, "name": "x.pdf"}}
    own = {"commissionDecision": decision, "treaties": "Article 6", "website": "own.example"}
    versions = [
        {**DETAIL["linguisticVersions"][0], **own},
        {"languageCode": "FR", "title": "x", "treaties": "Article six"},
    ]
    found = {(link.kind, link.value) for link in mapped(detail={"linguisticVersions": versions}).links}
    assert found == {
        (LinkKind.INITIATIVE, "ECI(2025)900007"),
        (LinkKind.CELEX, "32022D0482"),
        (LinkKind.CELEX, "32022D0482R(01)"),
        (LinkKind.LEGAL_BASIS, "Article 6"),
        (LinkKind.WEBSITE, "https://own.example"),
    }


def test_categories_are_topics_and_keywords_and_a_new_one_is_kept() -> None:
    categories = [{"categoryType": code} for code in ("TRADE", "ENV", "SOMETHING_NEW")]
    process = mapped(detail={"categories": categories})
    assert process.topics == ("ECON", "INTR", "ENVI")
    assert process.keywords == ("External trade and relations", "Environment and climate", "SOMETHING_NEW")


def test_every_category_of_the_register_is_mapped() -> None:
    codes = "AGRI CULT DECO DEVCO EDU EMPL ENER ENV EURO JUST MARE MIGR REGIO RSH SANTE SEC TRA TRADE".split()
    for code in codes:
        assert mapped(detail={"categories": [{"categoryType": code}]}).topics, code


def test_an_answer_without_a_communication_is_still_an_outcome() -> None:
    process = mapped({"status": "ANSWERED"}, {"progress": [{"name": "ANSWERED", "date": "19/03/2014"}]})
    assert [(one.kind, one.date, one.url) for one in process.outcomes] == [(OutcomeKind.REPLY, "2014-03-19", None)]


def test_a_document_id_of_sixteen_digits_survives() -> None:
    version = {**DETAIL["linguisticVersions"][0], "draftLegal": {"id": 5653783734124293, "name": "x.pdf", "size": 3}}
    (document,) = mapped(detail={"linguisticVersions": [version]}).documents
    assert document.url == f"{API}/document/5653783734124293"


# Personal data

PERSON = "Somebody Nobodyson"


def test_no_member_and_no_sponsor_passes() -> None:
    members: list[dict[str, Any]] = [
        {
            "type": kind,
            "fullName": PERSON,
            "email": "somebody@mail.example",
            "privacyApplied": privacy,
            "residenceCountry": "se",
        }
        for kind in ("REPRESENTATIVE", "SUBSTITUTE", "MEMBER", "DPO", "LEGAL_ENTITY")
        for privacy in (True, None)
    ]
    members += [{"type": "MEMBER", "fullName": PERSON, "privacyApplied": False, "replacedMember": {"fullName": PERSON}}]
    funding = {"sponsors": [{"name": PERSON, "amount": 5}], "totalAmount": 5, "document": {"id": 5, "name": "x.pdf"}}
    detail = {"members": members, "funding": funding}
    (found,) = answer(Eci, SITE, API, {**DETAIL, **detail}, then="parse_detail", item="7")
    for written in (msgspec.json.encode(found.data), msgspec.json.encode(mapped(detail=detail))):
        assert b"Nobodyson" not in written
        assert b"mail.example" not in written
    assert found.data["committee"] == ["SE"]


def test_a_legal_entity_is_the_organiser() -> None:
    entity = {
        "type": "LEGAL_ENTITY",
        "fullName": " An association ",
        "privacyApplied": False,
        "email": "a@mail.example",
    }
    process = mapped(detail={"members": [entity]})
    assert process.organiser is not None
    assert process.organiser.name.values == {"en": "An association"}


def test_contacts_inside_texts_are_taken_out() -> None:
    text = "<p>Write to us@mail.example or call +32 2 299 00 00.</p>"
    version = {"languageCode": "EN", "title": "Ask us@mail.example", "objectives": text, "annexText": text}
    written = msgspec.json.encode(mapped({"title": "Ask us@mail.example"}, {"linguisticVersions": [version]}))
    assert b"mail.example" not in written
    assert b"299" not in written


# Hostile answers

SAMPLE = next(sample for sample in bundled_samples() if sample.site.connector == "eci")
GOOD_LIST = json.loads((SAMPLE.folder / "list_all_5.json").read_text())
GOOD_DETAILS = json.loads((SAMPLE.folder / "details_2019_900001.json").read_text())
GOOD_ROW = GOOD_LIST["entries"][0]


def attempt(list_: Any, details: Any) -> list[Process]:
    """Parse and map; whatever is wrong may only be a drift or a record for quarantine."""
    processes, rows = [], []
    try:
        rows = [one for one in yielded(list_) if isinstance(one, Item)]
        parts = answer(Eci, SITE, f"{API}/details/1", details, then="parse_detail", item="1")
    except ParseError:
        parts = []
    for row in rows:
        try:
            item = WholeItem(row.id, {"list": row.data, **{part.part: part.data for part in parts}})
            processes.append(Eci().map(item, Run(site=SITE, now=NOW)))
        except MappingError:
            pass
    return processes


def test_the_good_answers_are_mapped() -> None:
    assert len(attempt(GOOD_LIST, GOOD_DETAILS)) == 5


@settings(max_examples=150, deadline=None)
@given(st.one_of(ANYTHING, damaged(GOOD_LIST)), st.one_of(ANYTHING, damaged(GOOD_DETAILS)))
def test_whatever_comes_is_a_drift_or_a_record_for_quarantine(list_: Any, details: Any) -> None:
    assert len(attempt(list_, details)) <= 5


@settings(max_examples=100, deadline=None)
@given(damaged(GOOD_DETAILS))
def test_damaged_details_are_mapped_or_quarantined(details: Any) -> None:
    attempt(listing({**GOOD_ROW, "id": 1}), details)


# The real recording


@pytest.mark.recordings
class TestRecorded:
    """The list is a recorded answer. The details are composites: they prove our reading of them, not their shape."""

    def test_the_list_alone_gives_every_initiative_with_its_status(self, recordings: Path) -> None:
        driven = drive(SITE, recordings / "eci", details=False)
        assert driven.complete
        assert len(driven.requests) == 1
        assert len(driven.processes) == 121
        assert driven.totals == [Total(121, "all")]
        assert Counter(process.flag for process in driven.processes.values()) == {
            Status.UNSUCCESSFUL: 71,
            Status.WITHDRAWN: 27,
            Status.ANSWERED: 11,
            Status.OPEN: 7,
            Status.UNDER_REVIEW: 4,
            Status.ANNOUNCED: 1,
        }
        words = Counter(process.source_status for process in driven.processes.values())
        assert (words["VERIFICATION"], words["SUBMITTED"]) == (3, 1)

    def test_support_is_unknown_on_sixty_and_known_on_the_rest(self, recordings: Path) -> None:
        counts = [
            process.support[0].count for process in drive(SITE, recordings / "eci", details=False).processes.values()
        ]
        assert counts.count(None) == 60
        assert sum(filter(None, counts)) == 24_631_712
        assert 0 not in counts

    def test_traps_of_the_list_are_where_they_were_measured(self, recordings: Path) -> None:
        driven = drive(SITE, recordings / "eci", details=False)
        titles = [item["list"]["title"] for item in driven.items.values()]
        assert sum(title != title.strip() for title in titles) == 7
        assert all(
            text == text.strip() for process in driven.processes.values() for text in process.title.values.values()
        )
        links = [item["list"].get("supportLink") for item in driven.items.values()]
        assert links.count(None) == 35
        assert sum(link is not None and not link.strip().startswith("http") for link in links) == 3
        assert sum(Flag.LAST_CALL in process.flags for process in driven.processes.values()) == 2

    def test_composite_details_bring_texts_phases_and_counts_per_country(self, recordings: Path) -> None:
        driven = driven_once("eci", recordings / "eci")
        assert driven.complete
        assert driven.quarantined == {}
        assert len(driven.requests) == 122
        processes = driven.processes.values()
        assert len(processes) == 121
        assert all(process.summary and process.body and process.phases for process in processes)
        assert sum(len(by_country(process)) > 0 for process in processes) == 61

    def test_composite_details_hold_the_thresholds_of_their_day(self, recordings: Path) -> None:
        countries = by_country(driven_once("eci", recordings / "eci").processes["ECI(2012)000003"])
        assert len(countries) == 27
        assert {one.threshold.celex for one in countries.values() if one.threshold} == {"32012R0268"}
        assert (countries["AT"].count, countries["AT"].verified) == (57643, True)
        assert countries["AT"].threshold is not None
        assert countries["AT"].threshold.count == 14250

    def test_a_total_is_the_one_stated_also_where_countries_add_up_to_another(self, recordings: Path) -> None:
        process = driven_once("eci", recordings / "eci").processes["ECI(2017)000002"]
        assert (1_070_865, True, "detail") in totals(process)
        assert sum(one.count or 0 for one in by_country(process).values()) == 1_187_744

    def test_ids_and_processes_are_the_same_when_read_again(self, recordings: Path) -> None:
        first, second = driven_once("eci", recordings / "eci"), drive(SITE, recordings / "eci")
        assert first.processes == second.processes
        assert first.items == second.items

    def test_every_process_passes_the_schema(self, recordings: Path) -> None:
        whole = driven_once("eci", recordings / "eci").processes
        alone = drive(SITE, recordings / "eci", details=False).processes
        assert [id for found in (whole, alone) for id, one in found.items() if not validate(one).ok] == []

    def test_no_contact_is_in_any_item_or_process(self, recordings: Path) -> None:
        driven = driven_once("eci", recordings / "eci")
        read = [text for parts in driven.items.values() for text in texts(msgspec.to_builtins(parts))]
        written = [text for process in driven.processes.values() for text in texts(msgspec.to_builtins(process))]
        assert len(read) > 4000
        assert [found for text in read + written for found in contacts_in(text)] == []

    def test_the_strainer_takes_nothing_out_of_texts_without_contacts(self, recordings: Path) -> None:
        with gzip.open(recordings / "eci" / "initiatives_all_126_2026-02-09.csv.gz", "rt", encoding="utf-8") as corpus:
            cells = [cell for row in csv.DictReader(corpus) for cell in row.values() if cell]
        assert len(cells) > 2000
        assert [cell for cell in cells if without_contacts(cell) != cell] == []

    def test_our_thresholds_are_those_of_the_recording(self, recordings: Path) -> None:
        theirs = json.loads((recordings / "eci" / "thresholds.json").read_text())["tables"]
        ours = {each.since: (each.celex, sorted(each.countries.values())) for each in _eci_support._thresholds().table}
        assert ours == {
            each["applies_to_registrations_from"]: (each["celex"], sorted(each["threshold"].values()))
            for each in theirs
        }

    def test_the_composite_refusal_is_read(self, recordings: Path) -> None:
        document = json.loads((recordings / "eci" / "details_refused_composite_fixture.json").read_text())
        (item,) = answer(Eci, SITE, f"{API}/details/42", document, then="parse_detail", item="42")
        row = {"title": "", "status": "REJECTED"}
        process = Eci().map(WholeItem("42", {"list": row, "detail": item.data}), Run(site=SITE, now=NOW))
        assert process.flag is Status.REFUSED
        assert process.outcomes[0].date == "2019-04-30"

    def test_the_client_s_composite_details_are_read(self, recordings: Path) -> None:
        document = json.loads((recordings / "eci" / "details_composite_fixture.json").read_text())
        (item,) = answer(Eci, SITE, f"{API}/details/2024/000009", document, then="parse_detail", item="ECI(2024)000009")
        process = Eci().map(WholeItem("ECI(2024)000009", {"list": {}, "detail": item.data}), Run(site=SITE, now=NOW))
        assert process.flag is Status.OPEN
        assert by_country(process)["FI"].threshold is None
        assert (88783, False, "detail") in totals(process)
