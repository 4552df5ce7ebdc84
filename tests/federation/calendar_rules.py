"""The rules of iCalendar (RFC 5545) that a parser passes over in silence, and a reader of our own that has none."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from federation.atom_rules import IRI, TAG

# RFC 5545, 3.1: no control but the tab; parameters of ours need no quotation marks.
_LINE = re.compile(
    r"(?P<name>[A-Z-]+)(?P<params>(?:;[A-Z-]+=[^\x00-\x1f\x7f\";:,]+)*):(?P<value>[^\x00-\x08\x0a-\x1f\x7f-\x9f]*)"
)
_DAY = r"\d{4}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])"
_INSTANT = rf"{_DAY}T([01]\d|2[0-3])[0-5]\d([0-5]\d|60)Z"
_FORMS = {
    "UID": r"urn:folkmoot:\S{1,242}|[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}",
    "DTSTAMP": _INSTANT,
    "CREATED": _INSTANT,
    "LAST-MODIFIED": _INSTANT,
    "DTSTART": rf"{_DAY}|{_INSTANT}",
    "SEQUENCE": r"\d{1,10}",
    "STATUS": "CONFIRMED|TENTATIVE|CANCELLED",
    "TRANSP": "TRANSPARENT",
    "URL": IRI.pattern,
    "SOURCE": IRI.pattern,
    "VERSION": r"2\.0",
}
# What stands in a text after a backslash, and what must not stand without one (RFC 5545, 3.3.11).
_TEXT = re.compile(r"(?:[^\\;,\n]|\\[\\;,nN])*")
_TEXTS = ("SUMMARY", "DESCRIPTION", "LOCATION", "NAME", "PRODID")
_ONCE = {
    "VCALENDAR": ("PRODID", "VERSION", "NAME", "X-WR-CALNAME", "REFRESH-INTERVAL", "URL", "SOURCE"),
    "VEVENT": ("UID", "DTSTAMP", "DTSTART", "SEQUENCE", "STATUS", "SUMMARY", "TRANSP"),
}


class Property(NamedTuple):
    """A property with its parameters and its value as written."""

    name: str
    params: dict[str, str]
    value: str

    @property
    def text(self) -> str:
        """The value of a text."""
        return re.sub(r"\\(.)", lambda found: "\n" if found[1] in "nN" else found[1], self.value)


class Component(NamedTuple):
    """A component: its properties by name, the first of each, all of them, and what is in it."""

    name: str
    properties: list[Property]
    components: list[Component]

    def __getitem__(self, name: str) -> Property:
        return next(one for one in self.properties if one.name == name)

    def events(self) -> list[Component]:
        """The events in it."""
        return [one for one in self.components if one.name == "VEVENT"]


def lines(data: bytes) -> list[str]:
    """The content lines, unfolded; ``ValueError`` for what RFC 5545, 3.1 would fold or end in another way."""
    if not data.endswith(b"\r\n"):
        raise ValueError("the last line has no end")
    physical = data[:-2].split(b"\r\n")
    for one in physical:
        if len(one) > 75:
            raise ValueError(f"a line of {len(one)} octets: {one!r}")
        if b"\r" in one or b"\n" in one:
            raise ValueError(f"half of a line break: {one!r}")
        one.decode("utf-8")  # no character is cut by folding
    return data[:-2].replace(b"\r\n ", b"").decode("utf-8").split("\r\n")


def read(data: bytes) -> Component:
    """The calendar; ``ValueError`` if it is none."""
    stack = [Component("", [], [])]
    for line in lines(data):
        match = _LINE.fullmatch(line)
        if match is None:
            raise ValueError(f"no content line: {line!r}")
        params = dict(pair.split("=", 1) for pair in match["params"].split(";") if pair)
        found = Property(match["name"], params, match["value"])
        if found.name == "BEGIN":
            stack.append(Component(found.value, [], []))
        elif found.name == "END":
            done = stack.pop()
            if done.name != found.value:
                raise ValueError(f"{done.name} is ended by {found.value}")
            stack[-1].components.append(done)
        else:
            stack[-1].properties.append(found)
    [calendar] = stack.pop().components
    return calendar


def broken(data: bytes) -> list[str]:
    """Every rule that the document breaks, in words; empty if it is a good one."""
    try:
        calendar = read(data)
    except ValueError as error:
        return [str(error)]
    if calendar.name != "VCALENDAR" or not calendar.components:
        return ["it is no calendar with a component"]
    uids = Counter(event["UID"].value for event in calendar.events())
    repeated = [f"the uid {uid} stands {count} times" for uid, count in uids.items() if count > 1]
    return [*_properties(calendar), *(wrong for event in calendar.events() for wrong in _properties(event)), *repeated]


def _properties(component: Component) -> Iterator[str]:
    seen = Counter(one.name for one in component.properties)
    yield from (f"{component.name}: {seen[name]} times {name}" for name in _ONCE[component.name] if seen[name] != 1)
    for one in component.properties:
        if (form := _FORMS.get(one.name)) and not re.fullmatch(form, one.value, re.ASCII):
            yield f"{one.name} is {one.value!r}"
        if one.name in _TEXTS and not _TEXT.fullmatch(one.value):
            yield f"{one.name} is {one.value!r}"
        if one.name == "DTSTART" and ("T" not in one.value) is not (one.params.get("VALUE") == "DATE"):
            yield f"{one.name} is {one.value!r} with {one.params}"
        if one.name == "SEQUENCE" and int(one.value) > 2**31 - 1:
            yield f"{one.name} is {one.value}"
        if "LANGUAGE" in one.params and not TAG.fullmatch(one.params["LANGUAGE"]):
            yield f"{one.name} is in {one.params['LANGUAGE']!r}"
