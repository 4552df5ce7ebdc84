"""What keeps people out of items: a sieve for fields, and a strainer for contact details inside texts.

Both are applied before an item is made, so that nothing they take out is ever written anywhere.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

#: What stands where something was taken out; an editor's mark, the same in every language.
OMITTED = "[…]"

#: Which fields pass, at every depth: the name of a field, and the shape of what is in it. ``None`` lets a single
#: value pass, ``TEXT`` a string without contact details, a function a string as it returns it, a mapping goes on
#: inside (also through lists).
Shape = Mapping[str, Any]
TEXT = "text"

# Every repetition is bounded, so that a hostile text costs no more than its length.
_AT = r"(?:@|&#0{0,6}64;|&#x0{0,6}40;|&commat;|%40|\s?[\[(]\s?at\s?[\])]\s?)"
_MAIL = re.compile(
    rf"(?:mailto:)?[\w.+'’-]{{0,63}}[\w+]{_AT}(?:[\w-]{{1,63}}(?:\.|\s?[\[(]dot[\])]\s?)){{1,9}}[\w-]{{0,62}}\w",
    re.IGNORECASE,
)
_CONTACT_LINK = re.compile(r"<a\b[^<>]{0,500}\bhref\s{0,9}=\s{0,9}[\"']?\s{0,9}(?:mailto|tel):[^<>]*>", re.IGNORECASE)
_NUMBER = r"\(?\d(?:[ ().\-–/]{0,2}\d){6,13}"
_LABELS = "|".join(
    rf"(?<=\b{word}\b)[:. ]{{1,3}}\+?{_NUMBER}" for word in ("tel", "phone", "telephone", "mobile", "fax")
)
# With the international prefix; after a word that says so; or in the national form: a leading zero, in groups.
_PHONE = re.compile(
    rf"(?<![\w/=.,-])\(?(?:\+ ?|00 ?)(?=[(1-9]){_NUMBER}"
    rf"|{_LABELS}"
    r"|(?<![\w/=.,-])(?<!\d )\(?0[1-9]\d{1,3}\)?[ -]\d{3,6}(?:[ -]\d{3,4})?(?![\w/])",
    re.IGNORECASE,
)


def without_contacts(value: str) -> str:
    """``value``, plain or HTML, without e-mail addresses (also written as ``(at)``) and telephone numbers.

    A link to either keeps its words. What was taken out leaves :data:`OMITTED`.
    """
    value = _CONTACT_LINK.sub("<a>", value)
    value = _MAIL.sub(OMITTED, value)
    return _PHONE.sub(lambda found: _lead(found[0]) + OMITTED, value)


def _lead(found: str) -> str:
    """What a number starts with that stays: the separator after a label, a bracket that closes behind it or nowhere."""
    separator = found[: len(found) - len(found.lstrip(":. "))]
    return separator or ("(" if found.startswith("(") and found.count("(") > found.count(")") else "")


def sieve(value: Any, shape: Shape) -> dict[str, Any]:
    """The fields of ``value`` that ``shape`` names, at every depth; an empty mapping if ``value`` is none.

    A field whose value has another form than its shape says (a mapping where a single value is expected) is dropped:
    what is not understood may hold anything.
    """
    if not isinstance(value, Mapping):
        return {}
    passed = {name: _through(value[name], inner) for name, inner in shape.items() if name in value}
    return {name: kept for name, kept in passed.items() if kept is not None}


def _through(value: Any, shape: Any) -> Any:
    if isinstance(shape, Mapping):
        if isinstance(value, list):
            return [sieve(each, shape) for each in value if isinstance(each, Mapping)]
        return sieve(value, shape) if isinstance(value, Mapping) else None
    if shape == TEXT:
        shape = without_contacts
    if callable(shape):
        return shape(value) if isinstance(value, str) else None
    return value if isinstance(value, (str, bool, int, float)) else None
