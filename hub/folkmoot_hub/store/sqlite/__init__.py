"""The embedded store: one SQLite database in WAL mode.

==========  ==================================================
module      one idea
==========  ==================================================
database    the file, its connections and transactions
migrations  the schema, step by step from the first on
codec       values as columns hold them
processes   reading and writing one process
records     the reading face
log         the change log, the clock's changes, erasure
frontier    a run, its requests, items and scopes
ledger      the harvesting face
store       all faces in one object
==========  ==================================================
"""
