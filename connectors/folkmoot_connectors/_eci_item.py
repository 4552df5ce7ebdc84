"""What of the register's answers becomes an item.

The cut is made here, before anything is stored: members come down to the names of legal entities and a list of
countries, funding to its document, and contact details leave every text.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from folkmoot_connectors._private import TEXT, sieve
from folkmoot_connectors._values import digest

_FILE = {"id": None, "name": TEXT, "mimeType": None, "size": None}
_COUNTS = {
    "totalSignatures": None,
    "updateDate": None,
    "onlineSosUpdateDate": None,
    "entry": {"countryCodeType": None, "total": None, "afterSubmission": None},
}
_LINKS = {"defaultName": None, "defaultLink": TEXT, "link": {"languageCode": None, "link": TEXT}}
_VERSION = {
    "original": None,
    "languageCode": None,
    "title": TEXT,
    "objectives": TEXT,
    "annexText": TEXT,
    "treaties": TEXT,
    "website": TEXT,
    "supportLink": TEXT,
    "commissionDecision": {"celex": None, "corrigendum": None, "document": _FILE},
    "additionalDocument": _FILE,
    "draftLegal": _FILE,
}
ROW = {
    "pubRegNum": None,
    "comRegNum": None,
    "year": None,
    "number": None,
    "status": None,
    "languageCode": None,
    "title": TEXT,
    "totalSupporters": None,
    "supportLink": TEXT,
    "lastCall": None,
}
_DETAIL = {
    "comRegNum": None,
    "status": None,
    "lastCall": None,
    "registrationDate": None,
    "deadline": None,
    "startCollectionDate": None,
    "earlyClosureDate": None,
    "refusalDate": None,
    "refusalDocument": _FILE,
    "linguisticVersions": _VERSION,
    "categories": {"categoryType": None},
    "progress": {"name": None, "date": None},
    "sosReport": _COUNTS,
    "submission": _COUNTS,
    "answer": {"decisionDate": None, "links": _LINKS},
    "preAnswer": {"links": _LINKS},
}
#: The top-level fields of an item, per part; the engine drops every other.
FIELDS = {
    "list": frozenset(ROW),
    "detail": frozenset(_DETAIL) | {"organisers", "committee", "fundingDocument"},
}


def row_item(entry: Mapping[str, Any]) -> dict[str, Any]:
    """The part ``list`` of an entry of a search. Logo, internal id and last update are left behind."""
    return sieve(entry, ROW)


def row_digest(entry: Mapping[str, Any]) -> str:
    """A digest of what in an entry tells that its details may have changed.

    ``latestUpdateDate`` counts here, though it does not move with the count of supporters (SOURCE.md): it is one
    sign more, not the only one.
    """
    names = ("title", "status", "lastCall", "supportLink", "totalSupporters", "latestUpdateDate")
    return digest({name: entry.get(name) for name in names})


def detail_item(details: Mapping[str, Any]) -> dict[str, Any]:
    """The part ``detail``: no natural person, no sponsor, no logo, no last update."""
    item = sieve(details, _DETAIL)
    members = details.get("members")
    members = [each for each in members if isinstance(each, Mapping)] if isinstance(members, list) else []
    item["organisers"] = [name for name in map(_legal_entity, members) if name]
    item["committee"] = sorted({country for country in map(_country, members) if country})
    if document := sieve(details.get("funding"), {"document": _FILE}).get("document"):
        item["fundingDocument"] = document
    return item


def _legal_entity(member: Mapping[str, Any]) -> str | None:
    if member.get("type") != "LEGAL_ENTITY" or member.get("privacyApplied") is not False:
        return None
    name = sieve(member, {"fullName": TEXT}).get("fullName")
    return name.strip() if isinstance(name, str) else None


def _country(member: Mapping[str, Any]) -> str | None:
    country = member.get("residenceCountry")
    return country.upper() if isinstance(country, str) and len(country) == 2 else None
