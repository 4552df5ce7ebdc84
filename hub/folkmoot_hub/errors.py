"""Every error of the hub, in one tree, sorted by what happens next.

::

    FolkmootError
    ├── UsageError            told to the user in one line; exit code 2
    │   ├── ConfigError
    │   └── QueryError        a client's parameter: 4xx naming it
    ├── FetchError            the request stays without an answer; what it would have told is unknown
    │   ├── RetryableError    tried again with back-off first
    │   │   ├── FetchTimeout, ConnectionFailed, ServerTrouble, TooManyRequests
    │   │   └── Blocked       an answer came, but not one that can be parsed: wrong status or content type
    │   └── FinalFetchError   never tried again in this run
    │       ├── NotFound, GoneAtSource, NotAllowed, TooLarge, TooManyRedirects, NotRecorded
    ├── ParseError            the source is marked as drifted
    ├── MappingError          the item goes to quarantine; the run goes on
    ├── StoreError            the run stops; nothing half-written
    │   └── LeaseHeld         somebody else runs that source
    ├── IndexingError         the reader starts again from its cursor
    ├── DeliveryError         the reader starts again from its cursor
    └── PluginError           the plugin is shown as broken; nothing else stops
"""

from __future__ import annotations


class FolkmootError(Exception):
    """The root: raised only through one of its branches."""


class UsageError(FolkmootError):
    """Raised when what a person asked for cannot be done as asked; its text says what is allowed."""


class ConfigError(UsageError):
    """Raised when the configuration is wrong; its text names file, key, what is wrong and what is allowed."""


class QueryError(UsageError):
    """Raised when a parameter of a query is unknown or has a bad value.

    ``parameter`` is its name, ``allowed`` says in words what it may be.
    """

    def __init__(self, parameter: str, problem: str, allowed: str) -> None:
        super().__init__(f"{parameter}: {problem}; allowed: {allowed}")
        self.parameter = parameter
        self.problem = problem
        self.allowed = allowed


class FetchError(FolkmootError):
    """Raised when a request got no answer that may be parsed."""

    #: Seconds that the server asked us to wait, None if it did not.
    retry_after: float | None = None


class RetryableError(FetchError):
    """Raised when the same request may well succeed later."""


class FetchTimeout(RetryableError):
    """Raised when connecting, reading or the whole request took longer than allowed."""


class ConnectionFailed(RetryableError):
    """Raised when no connection could be made, TLS failed, or it broke before the end of the answer."""


class ServerTrouble(RetryableError):
    """Raised when the server answered 5xx."""


class TooManyRequests(RetryableError):
    """Raised when the server answered 429, or 503 with Retry-After."""


class Blocked(RetryableError):
    """Raised when an answer came whose status or content type is not what the request expects."""


class FinalFetchError(FetchError):
    """Raised when trying again in this run can change nothing."""


class NotFound(FinalFetchError):
    """Raised when the server answered 404."""


class GoneAtSource(FinalFetchError):
    """Raised when the server answered 410: an item asked for by that request is gone for good."""


class NotAllowed(FinalFetchError):
    """Raised when we may not ask: undeclared host, private address, robots.txt, scheme other than http(s)."""


class TooLarge(FinalFetchError):
    """Raised when an answer is larger than the cap."""


class TooManyRedirects(FinalFetchError):
    """Raised when an answer redirects more often than allowed or in a circle."""


class NotRecorded(FinalFetchError):
    """Raised when a replayed recording does not hold the answer to a request, or an archive no capture that counts."""


class ParseError(FolkmootError):
    """Raised when an answer has the right type and the wrong shape."""


class MappingError(FolkmootError):
    """Raised when one item cannot be made a process."""


class StoreError(FolkmootError):
    """Raised when the store cannot do what it must."""


class LeaseHeld(StoreError):
    """Raised when another process is harvesting that source."""


class IndexingError(FolkmootError):
    """Raised when the search index cannot take a change."""


class DeliveryError(FolkmootError):
    """Raised when a subscriber cannot be told of a change."""


class PluginError(FolkmootError):
    """Raised when a plugin cannot be loaded or breaks a rule of the plugin interface."""
