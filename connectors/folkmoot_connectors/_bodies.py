"""Public bodies that several sources are of."""

from __future__ import annotations

from typing import Final

from folkmoot_schema.process import Organisation
from folkmoot_schema.texts import Text

COMMISSION: Final = Organisation(
    name=Text({"en": "European Commission", "fr": "Commission européenne", "de": "Europäische Kommission"}, "en"),
    iri="http://publications.europa.eu/resource/authority/corporate-body/COM",
    homepage="https://commission.europa.eu",
)
