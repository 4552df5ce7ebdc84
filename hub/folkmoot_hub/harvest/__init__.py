"""Harvesting: one run of one source, from its first request to its last word.

============  ==========================================================================================
module        one idea
============  ==========================================================================================
ledger        what the engine asks of a store
asking        which requests are one and the same
frontier      which of them are asked: no circles, no floods, nothing that is held
reading       what an answer yields: parsed, checked, stripped of what the connector does not name
repeating     what an answer that is the same tells again, without being read
taking        an answer becomes rows: requests, items, scopes, in one transaction
settling      an item whose parts have come together is kept, put aside or removed
mapping       an item becomes a process, checked and cleaned
keeping       a process becomes a change, or none
completeness  complete, partial or suspicious; what is absent
drift         the shape of what answers tell, compared with the last good run
doubting      an answer that has lost what its like always had is not taken
tally         what is counted while a run goes on
driving       fetching what is open, and handing it over in order and in groups
run           the run: lease, resume, drive, judge
quarantine    items put aside, tried once more
============  ==========================================================================================
"""
