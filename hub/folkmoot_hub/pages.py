"""HTML and XML documents behind a small typed face: lxml stays in this module."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urljoin

from lxml import etree, html

from folkmoot_hub.errors import ParseError


class Page:
    """An element of a document, the whole of it at first."""

    def __init__(self, element: etree._Element, url: str) -> None:
        self._element = element
        self.url = url

    def all(self, xpath: str, **namespaces: str) -> Iterator[Page]:
        """The elements that ``xpath`` selects, in document order; keyword arguments are namespace prefixes."""
        for found in self._select(xpath, namespaces):
            if isinstance(found, etree._Element):
                yield Page(found, self.url)

    def first(self, xpath: str, **namespaces: str) -> Page | None:
        """The first element that ``xpath`` selects."""
        return next(self.all(xpath, **namespaces), None)

    def strings(self, xpath: str, **namespaces: str) -> list[str]:
        """What ``xpath`` selects as strings, white space folded: attributes, texts, or an element's text."""
        return [" ".join(_string(found).split()) for found in self._select(xpath, namespaces)]

    def string(self, xpath: str, **namespaces: str) -> str:
        """The first of :meth:`strings`, or an empty string."""
        return next(iter(self.strings(xpath, **namespaces)), "")

    def attribute(self, name: str) -> str | None:
        """The attribute ``name`` of this element."""
        value = self._element.get(name)
        return None if value is None else str(value)

    @property
    def text(self) -> str:
        """All text inside, white space folded."""
        return " ".join(_string(self._element).split())

    def link(self, xpath: str) -> str | None:
        """The absolute address that the first ``xpath`` selects (an ``href`` or ``src`` attribute)."""
        value = self.string(xpath)
        return urljoin(self.url, value) if value else None

    def _select(self, xpath: str, namespaces: dict[str, str]) -> list[object]:
        found = self._element.xpath(xpath, namespaces=namespaces or None)
        return list(found) if isinstance(found, list) else [found]


def parse_html(text: str, url: str) -> Page:
    """An HTML page; broken markup is repaired as browsers do. ``ParseError`` if there is nothing in it."""
    try:
        return Page(html.document_fromstring(text.encode(), parser=html.HTMLParser(encoding="utf-8")), url)
    except (etree.ParserError, ValueError) as error:
        raise ParseError(f"the answer of {url} is not HTML: {error}") from error


def parse_xml(body: bytes, url: str) -> Page:
    """An XML document; no entity is resolved, nothing else loaded. ``ParseError`` if it is not well-formed."""
    # The classic attacks (external entities, billion laughs) need entities and DTDs: neither is read.
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        return Page(etree.fromstring(body, parser), url)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise ParseError(f"the answer of {url} is not XML: {error}") from error


def _string(found: object) -> str:
    if isinstance(found, etree._Element):
        return "".join(str(part) for part in found.itertext())
    return str(found)
