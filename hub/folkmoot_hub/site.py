"""A site: one configured source of a platform, as bundled with a connector or in the operator's configuration."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any, Literal
from urllib.parse import quote, urljoin, urlsplit

import msgspec

from folkmoot_hub import markup
from folkmoot_hub.errors import MappingError
from folkmoot_schema import dates
from folkmoot_schema.codes import Level
from folkmoot_schema.identifiers import check_source
from folkmoot_schema.process import Licence, Organisation, Place, check_url
from folkmoot_schema.texts import UNDETERMINED, Text, clean

DAY = 86400
_COLLECTION = re.compile(r"(?!\.{1,2}$)[^/\\\x00-\x1f]+")

#: What there is of a platform: itself, copies of its pages, what others wrote down of it, or nothing that can be had.
Reach = Literal["live", "archived", "record-only", "unreachable"]
#: What the reading of a source was proven on, the strongest first: its own answers; answers of its software run by
#: us; examples of its makers; true values in a form that is not proven; the form that its code gives; a guess.
Evidence = Literal["recorded", "self-run", "vendor-example", "composite", "shape", "inferred"]


class Archive(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True, forbid_unknown_fields=True):
    """Where the captures of a site are, and which of them count.

    ``profile`` is the kind of archive; ``url`` its root, where it is not the profile's own; ``collection`` the one of
    an archive that has several; ``files`` are local ones (``.warc``, ``.warc.gz``, ``.wacz``) with profile ``files``,
    in the hub's data directory or named from the root on. Captures before ``since`` or after ``until`` do not count
    (partial dates); without ``until``, the site's ``ended`` bounds them.
    """

    profile: Literal["wayback", "archive-it", "pywb", "common-crawl", "files"] = "wayback"
    url: str | None = None
    collection: str | None = None
    files: tuple[str, ...] = ()
    since: str | None = None
    until: str | None = None

    def __post_init__(self) -> None:
        if self.url is not None:
            check_url(self.url, "url of the archive")
        for date in (self.since, self.until):
            if date is not None:
                dates.check(date)
        if self.since and self.until and dates.begins(self.since, "UTC") >= dates.ends(self.until, "UTC"):
            raise ValueError(f"since {self.since} is after until {self.until}, so that no capture would count")
        if self.collection is not None and not _COLLECTION.fullmatch(self.collection):
            raise ValueError("the collection is one name, which holds no slash")
        if self.profile == "files" and not self.files:
            raise ValueError("profile = 'files' needs files: a list of at least one name, such as ['forum.warc.gz']")
        if self.files and self.profile != "files":
            raise ValueError("files are given with profile = 'files' only")
        if self.profile == "pywb" and self.url is None:
            raise ValueError("profile = 'pywb' needs the url of the archive")
        if self.profile in {"pywb", "archive-it", "common-crawl"} and self.collection is None:
            raise ValueError(f"profile = {self.profile!r} needs a collection")
        if self.profile == "archive-it" and not re.fullmatch(r"all|[0-9]+", self.collection or ""):
            raise ValueError(f"the collection of Archive-It is a number, or 'all', not {self.collection!r}")


class Site(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True, forbid_unknown_fields=True):
    """One configured site of a platform: a source. An entry of ``sites.toml`` or of the operator's configuration.

    ``interval`` is the promised rhythm in seconds; ``pace`` the least number of seconds between two requests to a host;
    ``hosts`` those that may be asked beside the one of ``base``; ``brake`` the share by which an exhaustive scope may
    shrink, and of the items of a run that may be in quarantine, before it is suspicious; ``ended`` is when the platform
    itself came to its end, after which nothing more will come (a partial date); ``via`` says whether its answers are
    had from the platform or from the ``archive``; ``reach`` what there is of it, ``evidence`` the best that our reading
    of it was proven on; ``sample_of`` is the source that a sample stands for; ``settings`` are the connector's own.
    """

    id: str
    connector: str
    title: str
    base: str
    homepage: str | None = None
    place: Place | None = None
    level: Level | None = None
    languages: tuple[str, ...] = (UNDETERMINED,)
    zone: str = "UTC"
    authority: Organisation | None = None
    licence: Licence = Licence()
    interval: int = DAY
    pace: float = 1.0
    concurrency: int = 1
    hosts: tuple[str, ...] = ()
    brake: float = 0.2
    on_absence: Literal["keep", "remove"] = "keep"
    via: Literal["web", "archive"] = "web"
    archive: Archive | None = None
    enabled: bool = True
    sample: bool = False
    sample_of: str | None = None
    reach: Reach = "live"
    evidence: Evidence | None = None
    ended: str | None = None
    settings: dict[str, Any] = {}

    def __post_init__(self) -> None:
        check_source(self.id)
        check_url(self.base, "base")
        if self.ended is not None:
            dates.check(self.ended)
        if self.interval < 60:
            raise ValueError(f"interval is in seconds and at least 60, not {self.interval}")
        if self.archive is not None and self.via != "archive":
            raise ValueError("archive: it is read with via = 'archive' only")
        if self.sample_of is not None and not self.sample:
            raise ValueError("sample_of: it is for samples only")
        if not self.languages:
            raise ValueError("languages needs at least one language tag")
        if not (0 <= self.pace <= 3600 and 1 <= self.concurrency <= 16 and 0 < self.brake <= 1):
            raise ValueError("pace is 0 to 3600 s, concurrency 1 to 16, brake above 0 and at most 1")

    @property
    def trust(self) -> timedelta:
        """For how long it holds what the source said: two intervals, so that a run which comes late changes nothing."""
        return timedelta(seconds=2 * self.interval)

    def url(self, path: str, **query: str | int) -> str:
        """An address below ``base``; values of ``query`` are percent-encoded."""
        address = urljoin(self.base.rstrip("/") + "/", path.lstrip("/"))
        if query:
            pairs = "&".join(f"{quote(k, safe='')}={quote(str(v), safe='')}" for k, v in query.items())
            address += ("&" if "?" in address else "?") + pairs
        return address

    def allows(self, url: str) -> bool:
        """Whether the host of ``url`` is the site's or one it declares."""
        host = urlsplit(url).hostname
        return host is not None and host in {urlsplit(self.base).hostname, *self.hosts}

    def text(self, value: str | None, language: str | None = None) -> Text:
        """``value`` as plain text in ``language`` or the site's first one; ``MappingError`` if it is empty."""
        text = self.text_or_none(value, language)
        if text is None:
            raise MappingError("a text that must be there is empty")
        return text

    def text_or_none(self, value: str | None, language: str | None = None) -> Text | None:
        """As :meth:`text`, but None if ``value`` is missing or empty."""
        if not value:
            return None
        content = markup.unmarked(markup.plain(value)) if markup.looks_like_html(value) else clean(value)
        tag = language or self.languages[0]
        return Text({tag: content}, tag) if content else None

    def html_or_none(self, value: str | None, language: str | None = None) -> Text | None:
        """``value`` as sanitised HTML, None if nothing is left of it."""
        if not value:
            return None
        content = markup.sanitise(value)
        tag = language or self.languages[0]
        return Text({tag: content}, tag, html=True) if markup.plain(content) else None

    def setting(self, name: str, default: Any = None) -> Any:
        """The connector's own setting ``name``."""
        return self.settings.get(name, default)
