"""Getting a robots.txt, by the rules of RFC 9309, section 2.3.1."""

from __future__ import annotations

from folkmoot_hub.connector import Request, Site
from folkmoot_hub.fetch.asking import Asker
from folkmoot_hub.fetch.checks import check_status
from folkmoot_hub.fetch.hops import MAX_REDIRECTS, REDIRECTS, first_hop, redirected
from folkmoot_hub.fetch.robots import MAX_BYTES
from folkmoot_hub.fetch.secrets import Sealed


async def load(address: str, site: Site, asker: Asker, cap: int) -> str | None:
    """The text at ``address``, None if there is none: 4xx, or too many redirects.

    Busy and broken servers (429, 5xx) raise their error: then it is not known what we may do. Redirects are followed
    to other hosts as the RFC asks; schemes and networks are guarded all the same.
    """
    hop = first_hop(Request(address, expect="text"), None)
    for _ in range(MAX_REDIRECTS + 1):
        answer = await asker.ask(hop, site, _no_secrets(), interval=site.pace, wanted=(200,), cap=cap)
        location = answer.headers.get("location")
        if location and answer.status in REDIRECTS:
            hop = redirected(hop, answer.status, location)
            continue
        if answer.status == 200:
            return answer.body[:MAX_BYTES].decode("utf-8-sig", errors="replace")
        if answer.status == 429 or answer.status >= 500:
            check_status(Request(hop.url), answer.status, answer.headers)
        return None
    return None


def _no_secrets() -> Sealed:
    return Sealed(lambda name: "", frozenset())
