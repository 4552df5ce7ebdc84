"""Fetching: everything between a connector's request and the answer that its ``parse`` gets.

=============  ==============================================================================================
module         one idea
=============  ==============================================================================================
protocol       what the harvest engine asks of a fetcher
checks         which answers may be parsed: status, content type, not empty
guard          which addresses may be asked: declared hosts, public networks
robots         what robots.txt allows (RFC 9309)
pace           how often and how many at a time, per host
retry          how long to wait before asking again
secrets        placeholders that become secrets when sent, and nowhere else
settings       what an operator may set
body           reading an answer under a size cap
transport      one exchange over HTTP, with our errors
hops           the first address of a request and the one an answer redirects to
asking         asking one address when it is our turn
robots_file    getting a robots.txt
session        the fetcher for the web: all of the above together
recording      the format of a recording
replay         the fetcher that answers from a recording
record         the fetcher that writes a recording
package        the fetcher for files shipped with a connector
archive/       the fetcher for sites in web archives, and for WARC and WACZ files
replaying      the fetcher for whatever is replayed
=============  ==============================================================================================

The harvest engine needs ``WithPackages(…, PackageFetcher(…))`` around a ``WebFetcher``, ``ReplayFetcher`` or
``ArchiveFetcher``.
"""
