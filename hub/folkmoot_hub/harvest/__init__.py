"""Harvesting: one run of one source, from its first request to its last word.

============  ==========================================================================================
module        one idea
============  ==========================================================================================
ledger        what the engine asks of a store
asking        which requests are one and the same
reading       what an answer yields: parsed, checked, stripped of what the connector does not name
taking        an answer becomes rows: requests, items, scopes, in one transaction
mapping       an item becomes a process, checked and cleaned
keeping       a process becomes a change, or none
completeness  complete, partial or suspicious; what is absent
drift         the shape of answers, compared with the last good run
tally         what is counted while a run goes on
run           the run: lease, resume, fetch, take, judge
quarantine    items put aside, tried once more
============  ==========================================================================================
"""
