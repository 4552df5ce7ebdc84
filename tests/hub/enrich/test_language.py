"""Telling the language of a text: an answer only where it is sure."""

from __future__ import annotations

import pytest

from folkmoot_hub.enrich.language import detect
from folkmoot_hub.search.languages import OFFICIAL

TITLES = {
    "bg": "Повече дървета в парка",
    "cs": "Více stromů v parku",
    "da": "Flere træer i parken ved åen og nye bænke",
    "de": "Lärm in der Altstadt",
    "el": "Περισσότερα δέντρα στο πάρκο",
    "en": "More trees in the park",
    "es": "Más árboles en el parque",
    "et": "Rohkem puid parki",
    "fi": "Lisää puita puistoon",
    "fr": "Un parc pour tous",
    "ga": "Níos mó crann sa pháirc",
    "hr": "Savjetovanje s javnošću o prijedlogu zakona",
    "hu": "Több fát a parkba",
    "it": "Più alberi nel parco e nuove panchine per tutti",
    "lt": "Daugiau medžių parke",
    "lv": "Vairāk koku parkā",
    "mt": "Aktar siġar fil-park",
    "nl": "Meer bomen in het park",
    "pl": "Więcej drzew w parku",
    "pt": "Mais árvores no parque",
    "ro": "Mai mulți copaci în parc",
    "sk": "Viac stromov v parku",
    "sl": "Več dreves v mestnem parku in nove klopi",
    "sv": "Medborgarförslag om cykelväg",
}


def test_there_is_a_title_in_each_official_language() -> None:
    assert tuple(sorted(TITLES)) == OFFICIAL


@pytest.mark.parametrize("language", OFFICIAL)
def test_tells_each_official_language(language: str) -> None:
    assert detect(TITLES[language]) == language


@pytest.mark.parametrize(
    "text", ["", "2024/0123", "Park", "COM(2024) 12 final", "Budget participatif", "Safer streets"]
)
def test_what_is_too_short_or_could_be_another_is_undetermined(text: str) -> None:
    assert detect(text) == "und"


def test_others_are_not_taken_for_official_ones() -> None:
    assert detect("Fleiri tré í garðinn") == "is"
    assert detect("Zuhaitz gehiago parkean") == "eu"
