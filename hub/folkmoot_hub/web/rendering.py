"""Pages from templates: Jinja2, everything escaped, nothing undefined passed over."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import jinja2

from folkmoot_hub.web import addresses, assets, labels, texts, words
from folkmoot_hub.web.face import HubFace
from folkmoot_schema import phrases


@cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("folkmoot_hub.web", "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,  # a template is part of the program and does not change under it
    )
    environment.globals.update(asset=assets.address, icon=_icon, labels=labels, local=addresses.local, words=words)
    environment.globals.update(date=texts.time, lang=texts.attribute, say=texts.span)
    environment.filters.update(number=labels.number, partial=phrases.partial, instant=words.instant)
    return environment


@cache
def _icon(name: str) -> Any:
    """A drawing, written once: they are on every page many times."""
    return _environment().get_template("icons.html").module.icon(name)  # type: ignore[attr-defined] # a macro


def render(template: str, *, face: HubFace, hl: str | None, **values: Any) -> bytes:
    """The page that ``template`` makes of ``values``; ``hl`` is the language asked for, kept in the page's links."""
    shared: Mapping[str, Any] = {"face": face, "hl": hl, "mistakes": _mistakes(face.contact)}
    return _environment().get_template(template).render(**shared, **values).encode()


def _mistakes(contact: str | None) -> str | None:
    """Where a mistake is reported, as an address that can be followed."""
    if not contact:
        return None
    if contact.lower().startswith(("http://", "https://", "mailto:")):
        return contact
    return f"mailto:{contact}" if "@" in contact else None
