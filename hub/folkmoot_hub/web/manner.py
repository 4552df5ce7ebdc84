"""How a source is read, in words: from where, how often, and how politely whoever is asked."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlsplit

import msgspec

from folkmoot_hub.connector import Site
from folkmoot_hub.fetch.archive.profiles import profile_of
from folkmoot_hub.site import Archive
from folkmoot_hub.store.protocol import SourceRow
from folkmoot_hub.web import labels, words


def reading(row: SourceRow, now: datetime) -> str:
    """From where it is read, unless that is the platform itself, and how often: ``every day; next today at 09:12``."""
    site = row.site
    if site.sample:
        return "from a recording of ours that comes with its connector"
    rhythm = "when somebody asks for it, since it is not enabled here"
    if site.enabled:
        due = f"; next {words.moment(row.next_due, now)}" if row.next_due else ""
        rhythm = f"every {words.duration(site.interval)}{due}"
    if site.via == "web":
        return rhythm
    return f"{_archive(site)}, {rhythm}"


def _archive(site: Site) -> str:
    archive = site.archive or Archive()
    profile = profile_of(archive)
    if profile is None:
        return f"from {labels.plural(len(archive.files), 'file', 'files')} of a web archive"
    return f"from copies in a web archive ({urlsplit(profile.root).hostname})"


def is_asked(site: Site) -> bool:
    """Whether the platform itself is asked anything."""
    return site.via == "web" and not site.sample


def politeness(site: Site, robots: bool) -> str:
    """How politely whoever is asked is asked; ``robots`` says whether robots.txt is obeyed."""
    profile = profile_of(site.archive or Archive()) if site.via == "archive" else None
    if not is_asked(site) and (site.sample or profile is None):
        return "nobody is asked"
    kept = "a pause that it or an answer asks for is kept" if robots else "a pause that an answer asks for is kept"
    kept = f"its robots.txt is obeyed, and {kept}" if robots else kept
    if profile is None:
        return f"{pace(site)}; {kept}"
    archive = msgspec.structs.replace(site, pace=max(site.pace, profile.pace), concurrency=1)
    return f"the archive, {pace(archive)}; {kept}. The platform itself is not asked"


def pace(site: Site) -> str:
    """How fast a site is asked."""
    if site.pace == 0:
        often = "one request after another without a pause"
    elif site.pace == 1:
        often = "at most one request a second"
    elif site.pace > 1:
        often = f"at most one request every {site.pace:g} seconds"
    else:
        often = f"at most {1 / site.pace:.3g} requests a second"
    return f"{often}, {'one' if site.concurrency == 1 else labels.number(site.concurrency)} at a time"
