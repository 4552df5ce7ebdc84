"""The connector for OpenKratio: the traps of both interfaces, the Congress's real payloads, and hostile answers.

| trap | test |
| --- | --- |
| initiatives are numbered anew in each legislature | test_an_id_begins_with_the_legislature |
| the legislature of a vote stands in its address alone | test_a_vote_whose_address_names_no_legislature_is_a_drift |
| dates have no leading noughts | test_days_have_no_leading_noughts |
| a result and its day are one text with a line break | test_a_result_and_its_day_are_taken_apart |
| steps and deadlines are one text with line breaks inside | test_steps_are_dated, test_deadlines_are_minutes |
| deadlines are for deputies | test_nothing_is_open_for_anybody |
| an initiative that is closed is so in several ways | test_a_closed_initiative_is_what_its_result_says |
| votes by assent have no counts | test_an_assent_is_no_vote_of_nought_to_nought |
| a vote does not say whether it was won | test_a_counted_vote_tells_no_outcome |
| votes hold the names of who voted | test_no_deputy_is_kept |
| texts name deputies | test_whoever_has_a_title_is_taken_out, test_texts_that_name_nobody_stay |
| authors may be deputies | test_only_bodies_are_authors |
| names of files change every day | test_a_page_links_to_the_files_of_today |
| the Congress is off | test_the_congress_is_asked_only_where_it_is_wanted |
| Colibrí's commissions are its groups once more | test_commissions_are_not_read |
| Colibrí's terms have wrong dates | test_terms_are_not_asked |
| Colibrí refuses a query for all votes of deputies | test_votes_are_asked_one_by_one |
| Colibrí says nothing of what became of it | test_an_initiative_of_colibri_has_no_status |
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from time import process_time
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors import traps
from connectors.damage import ANYTHING, damaged
from connectors.driving import NOW, Driven, answer, bundled, drive, under
from folkmoot_connectors._deputies import bodies, without_deputies
from folkmoot_connectors.openkratio import OpenKratio
from folkmoot_connectors.sites import bundled_samples
from folkmoot_hub.connector import Item, MappingError, ParseError, Request, Run, Site, Total, WholeItem
from folkmoot_hub.errors import ConfigError
from folkmoot_schema.codes import Kind, LinkKind, OutcomeKind, PhaseKind, Status, Unit
from folkmoot_schema.process import Process
from folkmoot_schema.validation import validate

TRAPS = (
    "initiatives are numbered anew in each legislature",
    "the legislature of a vote stands in its address alone",
    "dates have no leading noughts",
    "a result and its day are one text with a line break",
    "steps and deadlines are one text with line breaks inside",
    "deadlines are for deputies",
    "an initiative that is closed is so in several ways",
    "votes by assent have no counts",
    "a vote does not say whether it was won",
    "votes hold the names of who voted",
    "texts name deputies",
    "authors may be deputies",
    "names of files change every day",
    "the Congress is off",
    "Colibrí's commissions are its groups once more",
    "Colibrí's terms have wrong dates",
    "Colibrí refuses a query for all votes of deputies",
    "Colibrí says nothing of what became of it",
)

SITE = bundled("openkratio")
CONGRESS = bundled("openkratio.congreso")
API = "http://proyectocolibri.es/api/v1"
OPEN_DATA = "https://www.congreso.es/webpublica/opendata"
FILE = f"{OPEN_DATA}/iniciativas/ProyectosDeLey__00000000000000.json"
VOTE = f"{OPEN_DATA}/votaciones/Leg15/Sesion159/20260212/Votacion001/VOT_00000000000000.json"
BILL: dict[str, Any] = {
    "LEGISLATURA": "Leg.15",
    "NUMEXPEDIENTE": "121/000009/0000",
    "OBJETO": "A law on \nfountains",
    "TIPO": "Proyecto de ley",
    "AUTOR": "Gobierno",
    "SITUACIONACTUAL": "Pleno",
}
COUNTED = {"asentimiento": "No", "presentes": 9, "afavor": 5, "enContra": 3, "abstenciones": 1, "noVotan": 2}


def items(url: str, document: Any, then: str, item: str | None = None, site: Site = SITE) -> list[Item]:
    found = answer(OpenKratio, site, url, document, then=then, item=item)
    return [one for one in found if isinstance(one, Item)]


def mapped(id: str, parts: Mapping[str, Mapping[str, Any]], site: Site = SITE) -> Process:
    return OpenKratio().map(WholeItem(id, parts), Run(site=site, now=NOW))


def bill(**fields: Any) -> Process:
    (item,) = items(FILE, [{**BILL, **fields}], "parse_file")
    return mapped(item.id, {"list": item.data})


def vote(totals: Any = COUNTED, url: str = VOTE, **fields: Any) -> Process:
    told = {"sesion": 159, "numeroVotacion": 1, "fecha": "12/2/2026", "titulo": "Laws", "textoExpediente": "A law"}
    (item,) = items(url, {"informacion": {**told, **fields}, "totales": totals, "votaciones": []}, "parse_vote")
    return mapped(item.id, {"list": item.data})


def started(**wanted: Any) -> list[str]:
    site = under(SITE, wanted)
    return [one.url for one in OpenKratio().start(Run(site=site, now=NOW)) if isinstance(one, Request)]


def test_every_trap_has_its_test() -> None:
    assert traps.faults(sys.modules[__name__], TRAPS) == []


# What is asked


@pytest.mark.parametrize(
    ("wanted", "told"),
    [
        ({"colibri": "no"}, "colibri: 'no' is wrong; allowed: true or false"),
        ({"congress": 1}, "congress: 1 is wrong; allowed: true or false"),
        ({"terms": 10}, "terms: 10 is wrong; allowed: a list of one or more of numbers of legislatures, 0 to 99"),
        ({"terms": ["10"]}, "numbers of legislatures"),
        ({"terms": []}, "terms: .* one or more of numbers of legislatures"),
        ({"congress_pages": []}, "congress_pages: .* one or more http"),
        ({"congress_pages": ["file:///etc/passwd"]}, "congress_pages"),
        ({"congress_pages": "https://www.congreso.es"}, "congress_pages"),
        ({"congress_kinds": [".*"]}, "congress_kinds: .* such as ProyectosDeLey"),
        ({"congress_kinds": []}, "congress_kinds"),
        ({"colibri": False}, "colibri: False is wrong; allowed: true, unless congress is true"),
        ({"colibri": False, "congress": False, "terms": []}, "colibri: False"),
    ],
)
def test_settings_that_do_not_fit_are_refused(wanted: dict[str, Any], told: str) -> None:
    with pytest.raises(ConfigError, match=rf"^openkratio: setting .*{told}"):
        started(**wanted)


def test_the_congress_is_asked_only_where_it_is_wanted() -> None:
    colibri = [f"{API}/initiative/?term=10&limit=20&offset=0", f"{API}/session/?order_by=-date"]
    assert started() == colibri
    bare = msgspec.structs.replace(SITE, settings={})
    assert [one.url for one in OpenKratio().start(Run(site=bare, now=NOW)) if isinstance(one, Request)] == colibri
    pages = [f"https://www.congreso.es/es/opendata/{name}" for name in ("iniciativas", "votaciones")]
    assert started(congress=True) == [*colibri, *pages]
    assert started(congress=True, colibri=False, congress_pages=[FILE, VOTE]) == [FILE, VOTE]
    found = OpenKratio().start(Run(site=CONGRESS, now=NOW))
    assert [one.url for one in found if isinstance(one, Request)] == pages


def test_what_is_gone_and_what_is_live_are_two_sources() -> None:
    assert (SITE.reach, SITE.evidence, SITE.via) == ("unreachable", "shape", "archive")
    assert (CONGRESS.reach, CONGRESS.evidence, CONGRESS.via) == ("live", "recorded", "web")
    assert [site.settings["congress"] for site in (SITE, CONGRESS)] == [False, True]


def test_the_base_of_colibri_is_the_operator_s() -> None:
    assert started(base="https://colibri.example/app", terms=[9])[0].startswith("https://colibri.example/app/api/v1/")


def test_terms_are_not_asked() -> None:
    assert not [url for url in started(congress=True) if "/term/" in url]


def test_votes_are_asked_one_by_one() -> None:
    session = {"session": 78, "date": "2012-06-19", "votings": ["/api/v1/voting_full/7/", "/api/v1/voting/8/", 5, "x"]}
    page = {"meta": {"limit": 20, "total_count": 1}, "objects": [session]}
    found = answer(OpenKratio, SITE, f"{API}/session/?order_by=-date", page, then="parse_sessions")
    asked = [(one.url, one.item, one.if_failed) for one in found if isinstance(one, Request)]
    assert asked == [(f"{API}/voting/{n}/", f"votacion/{n}", "skip") for n in (7, 8)]
    assert not [url for url, _, _ in asked if "/vote/" in url]


@pytest.mark.parametrize(("limit", "offsets"), [(20, [20, 40]), (50, []), (1, list(range(1, 41)))])
def test_the_first_page_asks_for_all_others_by_the_size_that_is_allowed(limit: int, offsets: list[int]) -> None:
    page = {"meta": {"limit": limit, "total_count": 41}, "objects": []}
    found = answer(OpenKratio, SITE, f"{API}/initiative/?term=10&limit=20&offset=0", page)
    assert [one.url for one in found if isinstance(one, Request)] == [
        f"{API}/initiative/?term=10&limit=20&offset={offset}" for offset in offsets
    ]
    assert Total(41, "term 10") in found
    other = answer(OpenKratio, SITE, f"{API}/initiative/?term=10&limit=20&offset=20", page)
    assert not [one for one in other if isinstance(one, Request)]


@pytest.mark.parametrize("page", [None, [], {"objects": []}, {"meta": {"limit": 20, "total_count": -1}, "objects": []}])
@pytest.mark.parametrize("then", ["parse", "parse_sessions"])
def test_a_list_of_another_shape_is_a_drift(page: Any, then: str) -> None:
    with pytest.raises(ParseError, match="has no 'objects'"):
        answer(OpenKratio, SITE, f"{API}/initiative/?term=10", page, then=then)


def page_of(*links: str, **wanted: Any) -> list[Request]:
    html = "<html><body>" + "".join(f'<a href="{link}">x</a>' for link in links) + "</body></html>"
    url = "https://www.congreso.es/es/opendata/iniciativas"
    return list(answer(OpenKratio, under(SITE, wanted), url, html.encode(), then="parse_page", expect="html"))


def test_a_page_links_to_the_files_of_today() -> None:
    law = "/webpublica/opendata/iniciativas/ProyectosDeLey__20260212050027.json"
    other = "/webpublica/opendata/iniciativas/PropuestasDeReforma__20260212050027.json"
    ballot = "/webpublica/opendata/votaciones/Leg15/Sesion159/20260212/Votacion001/VOT_20260212114304.json"
    found = page_of(law, other, law.replace("json", "csv"), ballot, "/es/home", "javascript:x")
    assert [(one.url, one.then) for one in found] == [
        (f"https://www.congreso.es{law}", "parse_file"),
        (f"https://www.congreso.es{ballot}", "parse_vote"),
    ]
    assert [one.url[-52:] for one in page_of(law, other, congress_kinds=["PropuestasDeReforma"])] == [other[-52:]]


def test_a_page_without_files_is_a_drift_and_never_nothing() -> None:
    with pytest.raises(ParseError, match=r"links to no file of initiatives \(ProyectosDeLey, ProposicionesDeLey\)"):
        page_of("/es/home")


# Ids


def test_an_id_begins_with_the_legislature() -> None:
    (old,) = items(FILE, [{**BILL, "LEGISLATURA": "Leg.9"}], "parse_file")
    (new,) = items(FILE, [BILL], "parse_file")
    assert (old.id, new.id) == ("9/121/000009/0000", "15/121/000009/0000")


@pytest.mark.parametrize(
    "wrong", [{"LEGISLATURA": ""}, {"LEGISLATURA": None}, {"NUMEXPEDIENTE": "9"}, {"NUMEXPEDIENTE": 9}]
)
def test_an_initiative_that_nothing_identifies_costs_itself_alone(wrong: dict[str, Any]) -> None:
    with pytest.raises(ParseError, match="has no legislature or no number"):
        items(FILE, [{**BILL, **wrong}], "parse_file")
    assert [item.id for item in items(FILE, [{**BILL, **wrong}, BILL, 5], "parse_file")] == [
        "",
        "15/121/000009/0000",
        "",
    ]


def test_a_vote_whose_address_names_no_legislature_is_a_drift() -> None:
    assert [item.id for item in items(VOTE, {"informacion": {"sesion": 1, "numeroVotacion": 2}}, "parse_vote")] == [
        "15/votacion/1/2"
    ]
    with pytest.raises(ParseError, match="its address does not name a legislature"):
        vote(url=f"{OPEN_DATA}/votaciones/VOT_1.json")


@pytest.mark.parametrize(
    "document", [None, [], {}, {"informacion": []}, {"informacion": {"sesion": "1", "numeroVotacion": 1}}]
)
def test_a_vote_of_another_shape_is_a_drift(document: Any) -> None:
    with pytest.raises(ParseError):
        items(VOTE, document, "parse_vote")


# Initiatives of the Congress


@pytest.mark.parametrize(("told", "day"), [("7/2/2024", "2024-02-07"), ("07/02/2024", "2024-02-07")])
def test_days_have_no_leading_noughts(told: str, day: str) -> None:
    assert bill(FECHAPRESENTACION=told).phases[0].opens == day
    assert vote(fecha=told).phases[0].opens == day


@pytest.mark.parametrize("told", ["31/02/2024", "2024-02-07", "soon", "12/2"])
def test_a_day_of_another_form_is_told_by_name(told: str) -> None:
    with pytest.raises(MappingError, match=f"FECHAPRESENTACION: '{told}' is not a day"):
        bill(FECHAPRESENTACION=told)
    with pytest.raises(MappingError, match="fecha"):
        vote(fecha=told)


@pytest.mark.parametrize(
    ("told", "word", "day"),
    [
        ("Aprobado con modificaciones \n10/09/2024", "Aprobado con modificaciones", "2024-09-10"),
        ("Aprobado con \nmodificaciones 1/9/2024", "Aprobado con modificaciones", "2024-09-01"),
        ("Subsumido en otra iniciativa", "Subsumido en otra iniciativa", None),
        ("Rechazado \n01/01/2024", "Rechazado", "2024-01-01"),
    ],
)
def test_a_result_and_its_day_are_taken_apart(told: str, word: str, day: str | None) -> None:
    (outcome,) = bill(SITUACIONACTUAL="Cerrado", RESULTADOTRAMITACION=told).outcomes
    assert outcome.title is not None
    assert (outcome.title.values["es"], outcome.date) == (word, day)
    assert (outcome.kind is OutcomeKind.REJECTED) == word.startswith("Rechazado")


def test_a_result_that_is_no_day_of_the_calendar_is_put_aside() -> None:
    with pytest.raises(MappingError, match="RESULTADOTRAMITACION: '31/02/2024' is not a day"):
        bill(RESULTADOTRAMITACION="Aprobado \n31/02/2024")


@pytest.mark.parametrize(
    ("result", "flag"),
    [
        ("Aprobado sin modificaciones \n1/1/2024", Status.ANSWERED),
        ("Rechazado \n1/1/2024", Status.REFUSED),
        ("Retirado \n1/1/2024", Status.WITHDRAWN),
        ("Caducado \n1/1/2024", Status.ENDED),
        ("Subsumido en otra iniciativa \n1/1/2024", Status.CLOSED),
        ("", Status.CLOSED),
    ],
)
def test_a_closed_initiative_is_what_its_result_says(result: str, flag: Status) -> None:
    process = bill(SITUACIONACTUAL="Cerrado", RESULTADOTRAMITACION=result)
    assert process.flag is flag
    assert process.source_status == ": ".join(filter(None, ["Cerrado", result.partition(" \n")[0]]))
    assert len(process.outcomes) == (bool(result) and flag not in {Status.WITHDRAWN, Status.ENDED})


def test_where_it_is_now_is_told_by_body_and_step() -> None:
    process = bill(SITUACIONACTUAL="Comisión de Parques \nInforme")
    assert (process.flag, process.source_status) == (Status.UNDER_REVIEW, "Comisión de Parques: Informe")
    assert bill(SITUACIONACTUAL="").flag is None


def labelled(process: Process, kind: PhaseKind) -> list[tuple[str, str | None, str | None]]:
    return [(one.label.values["es"], one.opens, one.closes) for one in process.phases if one.kind is kind and one.label]


def test_steps_are_dated() -> None:
    told = (
        "Comisión \nPublicación \ndesde 12/12/2023 hasta 15/12/2023 \nSenado \ndesde 27/06/2024 hasta 17/07/2024 \n"
        "Concluido - (Aprobado) \ndesde 1/8/2024 hasta 2/8/2024 \nPleno \nde \nla casa \ndesde 3/8/2024 \nand more"
    )
    process = bill(TRAMITACIONSEGUIDA=told)
    assert labelled(process, PhaseKind.REVIEW) == [
        ("Comisión: Publicación", "2023-12-12", "2023-12-15"),
        ("Senado", "2024-06-27", "2024-07-17"),
        ("Pleno: de la casa", "2024-08-03", None),
    ]
    assert labelled(process, PhaseKind.DECISION) == [("Concluido - (Aprobado)", "2024-08-01", "2024-08-02")]


def test_deadlines_are_minutes() -> None:
    told = "Hasta: 03/02/2024 (14:00) De enmiendas \nHasta: 21/06/2024 Para votos en \nPleno \nHasta: soon"
    assert labelled(bill(PLAZOS=told), PhaseKind.REVIEW) == [
        ("Plazo: De enmiendas", None, "2024-02-03T14:00"),
        ("Plazo: Para votos en Pleno", None, "2024-06-21"),
    ]
    with pytest.raises(MappingError, match="25:00"):
        bill(PLAZOS="Hasta: 03/02/2024 (25:00) De enmiendas")


def test_nothing_is_open_for_anybody() -> None:
    process = bill(PLAZOS="Hasta: 03/02/2030 (14:00) De enmiendas", TRAMITACIONSEGUIDA="Pleno \ndesde 1/1/2026")
    assert PhaseKind.PARTICIPATION not in {phase.kind for phase in process.phases}
    assert process.participate_url is None


def test_documents_are_the_files_that_are_linked() -> None:
    first, second = "https://x.example/BOCG-1.PDF#page=1", "https://x.example/BOCG-2.PDF"
    told = f"{first} \n {second} \n {first} \n no"
    process = bill(ENLACESBOCG=told, ENLACESDS="javascript:x \n https://x.example/page")
    assert [document.url for document in process.documents] == [first, second]
    assert process.url == first
    assert bill().url == "https://www.congreso.es/es/opendata/iniciativas"


def test_related_initiatives_are_of_the_same_legislature() -> None:
    process = bill(INICIATIVASRELACIONADAS="025/000031/0000 \n 025/000032/0000", INICIATIVASDEORIGEN="130/000001/0000")
    assert [(link.kind, link.value) for link in process.links] == [
        (LinkKind.RELATED, f"15/{number}") for number in ("025/000031/0000", "025/000032/0000", "130/000001/0000")
    ]


def test_an_initiative_of_citizens_is_one() -> None:
    assert bill(TIPO="Proposición de ley de \niniciativa legislativa popular").kind is Kind.CITIZENS_INITIATIVE
    assert bill().kind is Kind.PROPOSAL


# Votes


def counts(process: Process) -> list[tuple[Unit, str | None, int | None]]:
    return [(one.unit, one.option.values["es"] if one.option else None, one.count) for one in process.support]


def test_the_counts_of_a_vote_are_by_option() -> None:
    assert counts(vote()) == [
        (Unit.PARTICIPANTS, None, 9),
        (Unit.VOTES, "A favor", 5),
        (Unit.VOTES, "En contra", 3),
        (Unit.VOTES, "Abstención", 1),
    ]


def test_a_vote_of_nobody_against_has_a_nought() -> None:
    assert (Unit.VOTES, "En contra", 0) in counts(vote({**COUNTED, "enContra": 0}))
    assert len(counts(vote({**COUNTED, "enContra": None}))) == 3


@pytest.mark.parametrize(
    "totals",
    [
        {"asentimiento": "Sí"},
        {"asentimiento": "Sí", "presentes": 0, "afavor": 0, "enContra": 0, "abstenciones": 0},
        {"asentimiento": " SÍ ", "presentes": 340, "afavor": None},
        {"asentimiento": "No", "presentes": 0, "afavor": 0, "enContra": 0, "abstenciones": 0},
        {},
        None,
    ],
)
def test_an_assent_is_no_vote_of_nought_to_nought(totals: Any) -> None:
    process = vote(totals)
    assert process.support == ()
    assented = bool(totals) and totals["asentimiento"].strip().casefold() == "sí"
    titles = [one.title.values["es"] for one in process.outcomes if one.title]
    assert titles == (["Aprobado por asentimiento"] if assented else [])


def test_an_assent_that_was_counted_all_the_same_has_its_counts() -> None:
    process = vote({**COUNTED, "asentimiento": "Sí"})
    assert (len(process.support), len(process.outcomes)) == (4, 1)


def test_a_counted_vote_tells_no_outcome() -> None:
    process = vote()
    assert process.outcomes == ()
    assert (process.kind, process.flag) == (Kind.BALLOT, Status.CLOSED)


def test_a_long_subject_is_cut_in_the_title_and_whole_in_the_body() -> None:
    process = vote(textoExpediente="Ley " * 100, tituloSubGrupo="Enmienda", textoSubGrupo="Enmienda 1.")
    assert process.title.values["es"].endswith("… · Enmienda · Enmienda 1.")
    assert len(process.title.values["es"]) < 300
    assert process.body is not None
    assert len(process.body.values["es"]) == 399
    assert vote().body is None


# Colibrí

OLD: dict[str, Any] = {"record": "122/000001/0000", "term": 10, "title": "A law", "url": "http://www.congreso.es/1"}


def colibri(**fields: Any) -> Process:
    page = {"meta": {"limit": 20, "total_count": 1}, "objects": [{**OLD, **fields}]}
    (item,) = items(f"{API}/initiative/?term=10", page, "parse")
    return mapped(item.id, {"list": item.data})


def colibri_vote(**fields: Any) -> Process:
    told = {"number": 1, "title": "Laws", "record_text": "A law", "assent": False, "for_votes": 5, **fields}
    (item,) = items(f"{API}/voting/7/", told, "parse_voting", "votacion/7")
    return mapped(item.id, {"list": {"session": 78, "date": "2012-06-19"}, "detail": item.data})


def test_commissions_are_not_read() -> None:
    groups = [{"name": "Grupo Uno (Sra. Nadie Nunca)"}]
    process = colibri(authors_group=groups, commissions=[{"name": "Grupo Dos"}])
    assert process.organiser is not None
    assert process.organiser.name.values == {"es": "Grupo Uno"}
    assert b"Grupo Dos" not in msgspec.json.encode(process)


def test_an_initiative_of_colibri_has_no_status() -> None:
    process = colibri(register_date="2012-01-17", votings=["/api/v1/voting/7/"])
    assert (process.flag, process.outcomes) == (Status.UNKNOWN, ())
    assert [link.value for link in process.links] == ["votacion/7"]


@pytest.mark.parametrize("fields", [{"term": None}, {"term": "10"}, {"record": ""}, {"record": None}])
def test_an_initiative_of_colibri_that_nothing_identifies_is_a_drift(fields: dict[str, Any]) -> None:
    with pytest.raises(ParseError, match="has no 'term' or no 'record'"):
        colibri(**fields)


def test_an_assent_of_colibri_has_no_counts_either() -> None:
    assert counts(colibri_vote()) == [(Unit.VOTES, "A favor", 5)]
    assented = colibri_vote(assent=True, for_votes=0, against_votes=0)
    assert assented.support == ()
    assert [outcome.date for outcome in assented.outcomes] == ["2012-06-19"]


@pytest.mark.parametrize("document", [None, [], {}, {"title": "x"}])
def test_a_vote_of_colibri_of_another_shape_is_a_drift(document: Any) -> None:
    with pytest.raises(ParseError, match="is not a vote"):
        items(f"{API}/voting/7/", document, "parse_voting", "votacion/7")


# Personal data


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        ("Enmienda del Grupo Mixto (Sra. Nadie Nunca)", "Enmienda del Grupo Mixto"),
        ("Enmienda (Sr. \nde la Nada y Sra. Nunca) 3", "Enmienda 3"),
        ("por el Sr. Nadie de la Nada.", "por el […]."),
        ("pregunta de D.ª Nadie Nunca, y más", "pregunta de […], y más"),
        ("según don Nadie Nunca y otros", "según […] y otros"),
        ("por el Sr. D. Nadie Nunca.", "por el […]."),
        ("del Excmo. Sr. don Nadie de la Nada, hoy", "del Excmo. […], hoy"),
        ("por la Sra. N. Nunca y otros", "por la […] y otros"),
        ("write to a@b.example", "write to […]"),
    ],
)
def test_whoever_has_a_title_is_taken_out(told: str, kept: str) -> None:
    assert without_deputies(told) == kept


@pytest.mark.parametrize(
    "told",
    [
        "Ley Orgánica 10/1995, de 23 de noviembre (antes denominada Proposición de Ley)",
        "Grupo Parlamentario Plurinacional SUMAR (GSUMAR)",
        "el municipio de Don Benito",
        "las letras a) y d) del artículo 3",
    ],
)
def test_texts_that_name_nobody_stay(told: str) -> None:
    assert without_deputies(told) == told


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        ("Gobierno", "Gobierno"),
        ("Grupo Parlamentario Mixto (Sra. Nunca) \nNadie Nunca, Nunca (GX)", "Grupo Parlamentario Mixto"),
        ("Nunca Nadie, Nunca (GX)", ""),
        ("Parlamento de Galicia \n Comunidad Autónoma", "Parlamento de Galicia\nComunidad Autónoma"),
    ],
)
def test_only_bodies_are_authors(told: str, kept: str) -> None:
    assert bodies(told) == kept
    organiser = bill(AUTOR=told).organiser
    assert (organiser.name.values["es"] if organiser else "") == kept.replace("\n", "; ")


def test_no_deputy_is_kept() -> None:
    person = "Nobodyson"
    law = {**BILL, "PONENTES": person, "AUTOR": f"{person}, N. (GX)", "OBJETO": f"Ley (Sra. {person})"}
    ballot = {
        "informacion": {"sesion": 1, "numeroVotacion": 1, "tituloSubGrupo": f"Grupo Mixto (Sr. {person})"},
        "totales": COUNTED,
        "votaciones": [{"asiento": "1", "diputado": person, "voto": "Sí"}],
    }
    old = {**OLD, "authors": [{"name": person, "email": "x@y.example"}]}
    page = {"meta": {"limit": 20, "total_count": 1}, "objects": [old]}
    kept = [
        *items(FILE, [law], "parse_file"),
        *items(VOTE, ballot, "parse_vote"),
        *items(f"{API}/initiative/", page, "parse"),
    ]
    assert len(kept) == 3
    assert person not in json.dumps([dict(item.data) for item in kept])
    assert not {"PONENTES", "votaciones", "authors", "authors_group"} & {
        n for part in OpenKratio.fields.values() for n in part
    }


# Hostile answers

SAMPLE = next(sample for sample in bundled_samples() if sample.site.id == "sample.cortes")
BILLS, BALLOT, OLDER = (
    json.loads((SAMPLE.folder / name).read_text())
    for name in ("ProyectosDeLey.json", "votacion_1.json", "initiatives.json")
)


def attempt(document: Any, url: str, then: str) -> list[Process]:
    """Parse and map; whatever is wrong may only be a drift or a record for quarantine."""
    processes = []
    try:
        found = items(url, document, then)
    except ParseError:
        return []
    for item in found:
        with suppress(MappingError):
            processes.append(mapped(item.id, {"list": item.data}))
    return processes


def test_the_good_answers_are_mapped() -> None:
    good = [(BILLS, FILE, "parse_file"), (BALLOT, VOTE, "parse_vote"), (OLDER, f"{API}/initiative/", "parse")]
    assert [len(attempt(*each)) for each in good] == [4, 1, 2]


@settings(max_examples=100, deadline=None)
@given(
    st.one_of(ANYTHING, damaged(BILLS)),
    st.one_of(ANYTHING, damaged(BALLOT)),
    st.one_of(ANYTHING, damaged(OLDER)),
)
def test_whatever_comes_is_a_drift_or_a_record_for_quarantine(bills: Any, ballot: Any, older: Any) -> None:
    attempt(bills, FILE, "parse_file")
    attempt(ballot, VOTE, "parse_vote")
    attempt(older, f"{API}/initiative/?term=10", "parse")


@pytest.mark.parametrize("field", ["OBJETO", "PLAZOS", "TRAMITACIONSEGUIDA", "RESULTADOTRAMITACION", "AUTOR"])
@pytest.mark.parametrize("piece", ["Sra. ", "(Sra. ", "desde ", "Hasta: 1/1/2020 ", "\n", "1/1/2020 ", "A de la "])
def test_a_text_of_any_length_takes_time_by_its_length(field: str, piece: str) -> None:
    began = process_time()
    attempt([{**BILL, field: piece * 20_000}], FILE, "parse_file")
    assert process_time() - began < 2


# The real payloads


@pytest.fixture(scope="module")
def real(recordings: Path) -> Driven:
    folder = recordings / "openkratio"
    return drive(CONGRESS, folder, congress_pages=[FILE, VOTE])


@pytest.mark.recordings
class TestRecorded:
    """Three initiatives and one vote of the Congress."""

    def test_three_initiatives_and_a_vote(self, real: Driven) -> None:
        assert real.complete
        assert real.quarantined == {}
        assert set(real.processes) == {*(f"15/121/00000{n}/0000" for n in (1, 2, 3)), "15/votacion/159/1"}
        assert [id for id, one in real.processes.items() if not validate(one).ok] == []

    def test_one_is_approved_with_its_day_and_two_are_in_committee(self, real: Driven) -> None:
        flags = {id: one.flag for id, one in real.processes.items() if one.kind is Kind.PROPOSAL}
        assert list(flags.values()) == [Status.ANSWERED, Status.UNDER_REVIEW, Status.UNDER_REVIEW]
        (outcome,) = real.processes["15/121/000001/0000"].outcomes
        assert (outcome.kind, outcome.date) == (OutcomeKind.DECISION, "2024-09-10")
        assert outcome.title is not None
        assert not any(each.isdigit() for each in outcome.title.values["es"])
        assert [real.processes[f"15/121/00000{n}/0000"].outcomes for n in (2, 3)] == [(), ()]

    def test_steps_deadlines_documents_and_links_are_all_there(self, real: Driven) -> None:
        found = {}
        for n in (1, 2, 3):
            process = real.processes[f"15/121/00000{n}/0000"]
            deadlines = [phase for phase in process.phases if phase.opens is None]
            found[n] = (len(process.phases), len(deadlines), len(process.documents), len(process.links))
        assert found == {1: (25, 14, 25, 1), 2: (9, 5, 5, 1), 3: (9, 5, 4, 1)}
        first = real.processes["15/121/000001/0000"]
        assert (first.phases[0].opens, first.phases[0].closes) == ("2023-12-07", "2023-12-12")
        assert [phase.closes for phase in first.phases if phase.opens is None][-1] == "2024-06-21T15:30"

    def test_the_vote_has_its_day_and_its_counts(self, real: Driven) -> None:
        ballot = real.processes["15/votacion/159/1"]
        assert [(phase.opens, phase.closes) for phase in ballot.phases] == [("2026-02-12", "2026-02-12")]
        assert [count for _, _, count in counts(ballot)] == [345, 49, 289, 7]
        assert ballot.outcomes == ()

    def test_the_deputy_in_the_title_of_the_vote_is_nowhere(self, recordings: Path, real: Driven) -> None:
        told = json.loads((recordings / "openkratio" / "congreso-votacion-20260212.json").read_text())
        name = told["informacion"]["tituloSubGrupo"].partition("(")[2].removeprefix("Sra. ").rstrip(")")
        assert len(name.split()) == 2
        written = json.dumps([real.items, msgspec.to_builtins(list(real.processes.values()))], ensure_ascii=False)
        assert not [part for part in name.split() if part in written]
        assert "Sra." not in written

    def test_the_shapes_of_colibri_are_read_as_their_code_gives_them(self, recordings: Path) -> None:
        driven = drive(SITE, recordings / "openkratio")
        assert set(driven.processes) == {"10/122/000001/0000", "votacion/7"}
        assert sorted(driven.unanswered) == [f"{API}/initiative/?term=10&limit=20&offset={n}" for n in (20, 40)]
        assert [count for _, _, count in counts(driven.processes["votacion/7"])] == [340, 180, 150, 10]
