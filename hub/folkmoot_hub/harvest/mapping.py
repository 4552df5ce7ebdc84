"""An item becomes a process: mapped by the connector, then checked and cleaned by the hub."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from importlib.metadata import version

import msgspec

from folkmoot_hub import markup
from folkmoot_hub.connector import Connector, MappingError, Run, Site, WholeItem
from folkmoot_hub.harvest import copies
from folkmoot_hub.harvest.ledger import Part
from folkmoot_schema.codes import Flag
from folkmoot_schema.process import Process, Support, canonical_json, process_from_json, to_json
from folkmoot_schema.texts import Text, clean
from folkmoot_schema.validation import validate

#: Settings of a site that say how it is asked or what its reading rests on, and not what its answers mean.
_OPERATIONAL = frozenset(
    {"interval", "pace", "concurrency", "hosts", "brake", "on_absence", "enabled", "evidence", "sample_of"}
)
_UNSET = {field.name: field.default for field in msgspec.structs.fields(Site) if field.name in _OPERATIONAL}


class Invalid(MappingError):
    """Raised when a process breaks the schema; its text names the fields."""


def versions(connector: Connector, site: Site) -> str:
    """What a mapping depends on beside the item: the hub's version, the connector's, and the site's settings."""
    meaning = msgspec.structs.replace(site, **_UNSET)
    settings = hashlib.sha256(canonical_json(meaning)).hexdigest()[:16]
    return f"{version('folkmoot')} {connector.id} {connector.version} {settings}"


def digest(parts: Mapping[str, str], versions: str) -> str:
    """The digest of an item under these versions: an equal one would give an equal process. ``parts`` are digests."""
    named = (f"{name} {digest}" for name, digest in sorted(parts.items()))
    return hashlib.sha256("\n".join((versions, *named)).encode()).hexdigest()


def mapped(connector: Connector, item: WholeItem, parts: Mapping[str, Part], run: Run) -> Process:
    """The process that ``item`` is; ``MappingError`` or :class:`Invalid` with what is wrong."""
    try:
        process = copies.marked(_cleaned(_made(connector, item, run), run.site, parts), run.site, parts)
        # Structs check the types of their fields only when they are read from JSON.
        process = process_from_json(to_json(process))
    except MappingError:
        raise
    except msgspec.ValidationError as error:
        raise Invalid(str(error)) from error
    except Exception as error:
        raise MappingError(f"{connector.id}.map failed: {type(error).__name__}: {error}") from error
    report = validate(process)
    if not report.ok:
        raise Invalid(", ".join(f"{found.path}: {found.message}" for found in report.errors))
    return process


def _made(connector: Connector, item: WholeItem, run: Run) -> Process:
    made: object = connector.map(item, run)
    if isinstance(made, Process):
        return made
    raise MappingError(f"{connector.id}.map returns {type(made).__name__}; allowed: Process")


def _cleaned(process: Process, site: Site, parts: Mapping[str, Part]) -> Process:
    """Texts made safe, samples marked, every count with the time at which its part was read."""
    flags = process.flags
    if site.sample and Flag.SAMPLE not in flags:
        flags = (*flags, Flag.SAMPLE)
    return msgspec.structs.replace(
        process,
        title=safe(process.title),
        summary=safe(process.summary) if process.summary else None,
        body=safe(process.body) if process.body else None,
        flags=flags,
        support=tuple(_read_at(each, parts) for each in process.support),
    )


def _read_at(support: Support, parts: Mapping[str, Part]) -> Support:
    part = parts.get(support.part)
    if part is None:
        allowed = ", ".join(parts)
        raise MappingError(f"a count is said to come from the part {support.part!r}; allowed: {allowed}")
    return msgspec.structs.replace(support, read_at=part.read_at)


def safe(text: Text) -> Text:
    """The text with sanitised HTML, or without control characters; one language may not be left empty."""
    make = markup.sanitise if text.html else clean
    return msgspec.structs.replace(text, values={tag: make(value) for tag, value in text.values.items()})
