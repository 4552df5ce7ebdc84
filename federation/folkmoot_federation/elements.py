"""Building XML that is well-formed whatever the texts hold."""

from __future__ import annotations

import re
from typing import Final

from lxml import etree

XML_LANG: Final = "{http://www.w3.org/XML/1998/namespace}lang"
XML_BASE: Final = "{http://www.w3.org/XML/1998/namespace}base"

# Everything but Char of XML 1.0, 2.2: controls, surrogates and two non-characters cannot be written, not even escaped.
_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def legal(text: str) -> str:
    """``text`` with the replacement character in place of each character that XML 1.0 does not allow."""
    return _ILLEGAL.sub("\ufffd", text)


def add(
    parent: etree._Element, name: str, text: str | None = None, attributes: dict[str, str | None] | None = None
) -> etree._Element:
    """A new last child of ``parent``; attributes that are None are left out."""
    given = {key: legal(value) for key, value in (attributes or {}).items() if value is not None}
    made = etree.SubElement(parent, name, given)
    if text is not None:
        made.text = legal(text)
    return made


def document(root: etree._Element) -> bytes:
    """The document in UTF-8 with its XML declaration."""
    return etree.tostring(root, encoding="utf-8", xml_declaration=True)
