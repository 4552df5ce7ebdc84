"""What an operator may set about fetching."""

from __future__ import annotations

import math
from importlib.metadata import version

import msgspec

from folkmoot_hub.errors import ConfigError
from folkmoot_hub.fetch.guard import Guard

_POSITIVE = ("connect_timeout", "read_timeout", "timeout", "max_bytes")
_NOT_NEGATIVE = ("retries", "backoff", "patience")


class FetchSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How the hub fetches. Times are in seconds.

    ``contact`` is the address (mail or page) under which the operator can be reached; sources see it. ``timeout`` is
    for one exchange from the first byte sent to the last one received, without waiting for our turn. ``max_bytes``
    is the largest body, after decompression. ``backoff`` is the mean of the first wait before a retry, ``patience``
    the longest; a source that asks for more is not asked again in this run. ``allow`` names networks that may be
    asked though they are not public. ``robots`` is turned off in tests only.
    """

    contact: str
    connect_timeout: float = 10.0
    read_timeout: float = 30.0
    timeout: float = 120.0
    max_bytes: int = 50_000_000
    retries: int = 3
    backoff: float = 2.0
    patience: float = 300.0
    allow: tuple[str, ...] = ()
    robots: bool = True

    def __post_init__(self) -> None:
        if not self.contact.strip() or not self.contact.isprintable() or set(self.contact) & set("()"):
            raise ConfigError(
                f"fetch: contact: {self.contact!r} is wrong; allowed: a mail or web address on one line, so that "
                "sources can reach you"
            )
        for name in (*_POSITIVE, *_NOT_NEGATIVE):
            value, least = getattr(self, name), 0
            if not least <= value < math.inf or (value == 0 and name in _POSITIVE):
                raise ConfigError(
                    f"fetch: {name}: {value} is wrong; allowed: {'more than 0' if name in _POSITIVE else '0 or more'}"
                )
        Guard(self.allow)

    @property
    def user_agent(self) -> str:
        """Who asks, honestly: product, version and contact."""
        return f"Folkmoot/{version('folkmoot')} (+{self.contact})"
