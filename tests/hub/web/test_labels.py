"""Every code has words: no page shows a code where people have a name."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import pytest

from folkmoot_hub.search.query import FACETS, PARAMETERS, PRESENTATION, Sort
from folkmoot_hub.web import health, labels
from folkmoot_hub.web.countries import COUNTRIES
from folkmoot_schema import codes, countries


@pytest.mark.parametrize(
    ("words", "listed"),
    [
        (COUNTRIES, countries.CODES),
        (labels.KINDS, codes.Kind),
        (labels.STATUSES, codes.Status),
        (labels.STAGES, codes.Stage),
        (labels.TOPICS, codes.Topic),
        (labels.LEVELS, codes.Level),
        (labels.AVAILABILITIES, codes.Availability),
        (labels.UNITS, codes.Unit),
        (labels.OUTCOMES, codes.OutcomeKind),
        (labels.PHASES, codes.PhaseKind),
        (labels.HEALTH, health.ORDER),
        (labels.GROUPS, FACETS),
        (labels.PARAMETERS, set(PARAMETERS) - PRESENTATION - {"q"}),
        (labels.SORTS, Sort),
        (labels.DOCUMENTS, codes.DocumentKind),
        (labels.LINKS, codes.LinkKind),
    ],
)
def test_every_code_has_words_and_nothing_else_has(words: Mapping[str, object], listed: Collection[str]) -> None:
    assert set(words) == {str(code) for code in listed}


def test_no_two_countries_have_one_name() -> None:
    assert len(set(COUNTRIES.values())) == len(COUNTRIES)
