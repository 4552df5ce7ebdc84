"""What the open data of the Spanish Congress say of an initiative or a vote: texts taken apart, nothing added."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

import msgspec

from folkmoot_connectors._deputies import bodies, without_deputies
from folkmoot_connectors._private import TEXT, sieve
from folkmoot_connectors._values import address, day, line, local_id
from folkmoot_hub.connector import ParseError

#: Which fields of an initiative pass. PONENTES, who are deputies, is not among them.
INITIATIVE: Final[dict[str, Any]] = {
    "LEGISLATURA": TEXT,
    "NUMEXPEDIENTE": TEXT,
    "TIPO": TEXT,
    "TIPOTRAMITACION": TEXT,
    "OBJETO": without_deputies,
    "AUTOR": bodies,
    "COMISIONCOMPETENTE": without_deputies,
    "FECHAPRESENTACION": TEXT,
    "FECHACALIFICACION": TEXT,
    "PLAZOS": without_deputies,
    "TRAMITACIONSEGUIDA": without_deputies,
    "SITUACIONACTUAL": without_deputies,
    "RESULTADOTRAMITACION": without_deputies,
    "ENLACESBOCG": TEXT,
    "ENLACESDS": TEXT,
    "INICIATIVASRELACIONADAS": TEXT,
    "INICIATIVASDEORIGEN": TEXT,
}
#: Which fields of a vote pass. "votaciones", who voted how, is not among them.
VOTE: Final[dict[str, Any]] = {
    "informacion": {
        "sesion": None,
        "numeroVotacion": None,
        "fecha": None,
        "titulo": without_deputies,
        "textoExpediente": without_deputies,
        "tituloSubGrupo": without_deputies,
        "textoSubGrupo": without_deputies,
    },
    "totales": dict.fromkeys(("asentimiento", "presentes", "afavor", "enContra", "abstenciones")),
}
_DAY: Final = r"\d{1,2}/\d{1,2}/\d{4}"
_NUMBER: Final = re.compile(r"\d{3}/\d{6}(?:/\d{4})?", re.ASCII)
_TERM: Final = re.compile(r"Leg\.?\s?(\d{1,3})", re.ASCII)
_SPAN: Final = re.compile(rf"\bdesde\s+({_DAY})(?:\s+hasta\s+({_DAY}))?", re.ASCII)
_UNTIL: Final = re.compile(rf"\s*({_DAY})\s*(?:\((\d{{1,2}}):(\d{{2}})\))?", re.ASCII)
_DATED: Final = re.compile(_DAY, re.ASCII)


class Initiative(msgspec.Struct, frozen=True, rename="upper"):
    """An initiative as the Congress lists it: all texts, with line breaks inside."""

    numexpediente: str
    objeto: str
    tipo: str = ""
    tipotramitacion: str = ""
    autor: str = ""
    comisioncompetente: str = ""
    fechapresentacion: str = ""
    fechacalificacion: str = ""
    plazos: str = ""
    tramitacionseguida: str = ""
    situacionactual: str = ""
    resultadotramitacion: str = ""
    enlacesbocg: str = ""
    enlacesds: str = ""
    iniciativasrelacionadas: str = ""
    iniciativasdeorigen: str = ""
    page: str = msgspec.field(name="page", default="")


class Step(NamedTuple):
    """A dated step or deadline: days, or a minute as ``closes``."""

    label: str
    opens: str | None
    closes: str | None


def initiative_id(entry: Any, url: str) -> str:
    """``<term>/<number>``, since numbers begin anew with each legislature; ``ParseError`` if either is missing."""
    known = entry if isinstance(entry, dict) else {}
    term = _TERM.search(str(known.get("LEGISLATURA")))
    number = str(known.get("NUMEXPEDIENTE")).strip()
    if term is None or not _NUMBER.fullmatch(number):
        raise ParseError(f"an initiative of {url} has no legislature or no number (LEGISLATURA, NUMEXPEDIENTE)")
    return f"{int(term[1])}/{number}"


def vote_id(entry: Any, url: str) -> str:
    """``<term>/votacion/<session>/<number>``; the legislature stands in the address alone."""
    told = entry.get("informacion") if isinstance(entry, dict) else None
    known = told if isinstance(told, dict) else {}
    session, number = known.get("sesion"), known.get("numeroVotacion")
    term = _TERM.search(url)
    if term is None or type(session) is not int or type(number) is not int:
        raise ParseError(f"the vote {url} has no session or number, or its address does not name a legislature")
    return local_id(f"{int(term[1])}/votacion/{session}/{number}", url)


def initiative_item(entry: Any, page: str) -> dict[str, Any]:
    """The fields of an initiative that may be kept, and the page that lists it."""
    return {**sieve(entry, INITIATIVE), "page": page}


def vote_item(entry: Any, address: str) -> dict[str, Any]:
    """The fields of a vote that may be kept, and its address."""
    return {**sieve(entry, VOTE), "page": address}


def spanish_day(value: str | None, what: str) -> str | None:
    """``12/2/2026`` as ``2026-02-12``; ``MappingError`` if it is no day."""
    return day(value, "%d/%m/%Y", what)


def steps(value: str) -> Iterator[Step]:
    """Each "<body> <step> desde <day> hasta <day>"; the last may have no end."""
    pieces = _SPAN.split(value)
    for label, opens, closes in zip(pieces[0::3], pieces[1::3], pieces[2::3], strict=False):
        lines = [text for each in label.splitlines() if (text := line(each))]
        told = f"{lines[0]}: {' '.join(lines[1:])}" if lines[1:] else "".join(lines)
        if told:
            yield Step(told, spanish_day(opens, "TRAMITACIONSEGUIDA"), spanish_day(closes, "TRAMITACIONSEGUIDA"))


def deadlines(value: str) -> Iterator[Step]:
    """Each "Hasta: <day> (<time>) <what>"; the time may be missing."""
    for piece in value.split("Hasta:")[1:]:
        if found := _UNTIL.match(piece):
            closes = spanish_day(found[1], "PLAZOS")
            if closes and found[2]:
                closes = f"{closes}T{int(found[2]):02}:{found[3]}"
            yield Step(line(piece[found.end() :]) or "Plazo", None, closes)


def result(value: str) -> tuple[str, str | None]:
    """``(word, day)`` of "Aprobado con modificaciones 10/09/2024", which is one text with a line break."""
    word, _, last = (text := line(value)).rpartition(" ")
    if not _DATED.fullmatch(last):
        return text, None
    return word, spanish_day(last, "RESULTADOTRAMITACION")


def lines_of(value: str) -> list[str]:
    """The lines of a text, without empty ones."""
    return [text for each in value.splitlines() if (text := line(each))]


def addresses(value: str) -> list[str]:
    """The addresses in a text, one a line, each once."""
    found = (address(each) for each in value.split())
    return list(dict.fromkeys(each for each in found if each is not None))


def numbers(*values: str) -> list[str]:
    """The numbers of initiatives in texts, each once."""
    return list(dict.fromkeys(number for value in values for number in _NUMBER.findall(value)))
