"""The web archive as a transport: a request is answered by what an archive once took of its address (decision 22).

=============  ==============================================================================================
module         one idea
=============  ==============================================================================================
addresses      which addresses name the same page, as archives see it
capture        one copy of one page, and the choice among several
holding        what the fetcher asks of an archive, wherever it is
warc           reading one record of a WARC file, nothing of it trusted
files          local .warc, .warc.gz and .wacz files as an archive
profiles       the addresses of archives, by their kind
cdx            asking and reading an index, in two dialects
timemap        reading a TimeMap
memento        asking an archive over HTTP
commoncrawl    asking Common Crawl
fetcher        the fetcher: an address becomes a capture, a capture an answer
opening        the fetcher for a site, by what its configuration says
=============  ==============================================================================================
"""
