"""What else may be somebody's in a text that anybody may have written: a strainer finer than that for contacts.

It looks for numbers without a prefix, Iceland's personal numbers and IP addresses. Names and streets are found by no
rule.
"""

from __future__ import annotations

import re
from ipaddress import IPv6Address

from folkmoot_connectors._private import OMITTED, without_contacts

# Numbers without a prefix, as Iceland writes them: seven digits, most often after the third a hyphen or a space. They
# look like counts, ranges and sums; so what stands beside them decides, and what may be either stays.
_DASH = "[-–]"
_WORD = r"s|sími|síma|símar|símanúmer|símanúmerið|gsm|tel|phone|mobile|fax"
_LABELLED = re.compile(rf"(?<!\w)((?:{_WORD})[.:]{{0,2}}\s{{0,2}})[2-9]\d{{2}}[ –-]?\d{{4}}(?![\d/])", re.IGNORECASE)
_MONEY = r"kr|króna|krónur|krónum|isk|eur|euro|euros|evra|evrur|evrum|usd|dollar|dollars|dollara|[€$£¥]"
_UNITS = r"%|‰|m\.?kr|þús|m[²³23]?|km[²2]?|ha|kg|tonn\w{0,3}|ár\w{0,3}|years?"
_PEOPLE = (
    r"\w{0,12}íbú\w{1,3}|mann\w{0,3}|atkvæð\w{1,3}|undirskrift\w{0,3}"
    r"|votes?|people|persons|inhabitants|citizens|signatures"
)
_COUNTED = rf"(?!\s{{0,2}}(?:{_MONEY}|{_UNITS}|{_PEOPLE})(?!\w))"
_AFTER_MONEY = "".join(
    rf"(?<!(?<!\w){each})" for word in ("kr", "isk", "eur", "usd", "nr", "no") for each in (f"{word} ", rf"{word}\. ")
)
_AFTER_SIGN = r"(?<![%€$£¥#] )(?<!krónur )(?<!íbúar )(?<!atkvæði )"
_ALONE = rf"(?<![\w/=.,:#?&€$£¥%-])(?<!\d [–-])(?<!\d )(?<!\d\) )(?<!\d–){_AFTER_MONEY}{_AFTER_SIGN}"
_ENDED = rf"(?![\w/%]|[-–]\d|[.,:]\d| \d){_COUNTED}"
_LOCAL = re.compile(
    # Not a range up to round hundreds, nor a postcode and a year.
    rf"{_ALONE}[4-8]\d{{2}}(?:{_DASH}| )(?!\d\d00|19\d\d|20\d\d)\d{{4}}{_ENDED}"
    rf"|{_ALONE}[4-8]\d{{3}}(?!000)\d{{3}}{_ENDED}",
    re.IGNORECASE,
)
# Iceland's personal number (kennitala): a day of birth, four digits, of which the last tells the century.
_PERSONAL = re.compile(
    rf"{_ALONE}(?:0[1-9]|[12]\d|3[01])(?:0[1-9]|1[0-2])\d{{2}}[ –-]?\d{{3}}[089]{_ENDED}", re.IGNORECASE
)
# Sections and versions have four parts, too; hardly an address has none of three digits.
_V4 = re.compile(
    rf"(?<![\w/@.:,§-])(?<!§ )(?<!section )(?<!kafli )(?<!grein )(?<!version )(?<!útgáfa ){_AFTER_MONEY}"
    r"(?=[\d.]{0,11}\d{3})(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)\.){3}(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?::\d{1,5})?"
    rf"(?![\w/]|[.,]\d){_COUNTED}",
    re.IGNORECASE,
)
_V6 = re.compile(r"(?<![\w:.])(?=[0-9a-f:]{0,38}\d)[0-9a-f:]{2,39}(?![\w:])", re.IGNORECASE)


def without_traces(value: str) -> str:
    """As :func:`without_contacts`, and without local telephone numbers, Iceland's personal numbers and IP addresses.

    For texts that anybody may have written. What looks like a sum, a count, a range or a number of a law stays; names
    and streets are found by no rule.
    """
    value = _LABELLED.sub(lambda found: found[1] + OMITTED, without_contacts(value))
    value = _V6.sub(lambda found: OMITTED if _is_v6(found[0]) else found[0], value)
    for trace in (_PERSONAL, _V4, _LOCAL):
        value = trace.sub(OMITTED, value)
    return value


def _is_v6(found: str) -> bool:
    """Whether it is an address (RFC 4291), and none so short that it may as well be code."""
    try:
        IPv6Address(found)
    except ValueError:
        return False
    groups = [group for group in found.split(":") if group]
    return len(groups) > 1 and any(len(group) > 2 for group in groups)
