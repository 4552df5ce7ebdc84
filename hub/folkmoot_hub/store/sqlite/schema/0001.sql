-- The first schema. Times are microseconds since 1970 (UTC), structures are JSON.

CREATE TABLE source (
  id TEXT PRIMARY KEY,
  site BLOB NOT NULL,
  state BLOB,
  last_complete INTEGER,
  last_total INTEGER,
  next_due INTEGER,
  drifted TEXT NOT NULL DEFAULT ''
);

-- What is gone keeps its row, so that its number is never given to another; it has no content.
-- erased: 1 while its texts may still stand in unused bytes of the file, 2 when they no longer do.
-- From steady_from to steady_until none of its dates passes. A sight whose trust ends in between leaves its standing as
-- it is; only, where silences is 1, the next transition is the end of that trust. NULL: it must be looked at.
-- A row is written anew whenever its item is seen, and so must be short: texts are in content.
CREATE TABLE process (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  source TEXT NOT NULL REFERENCES source (id),
  local_id TEXT NOT NULL,
  item_digest TEXT NOT NULL,
  first_seen INTEGER NOT NULL,
  updated INTEGER NOT NULL,
  seen_at INTEGER NOT NULL,
  counted_at INTEGER,
  absent_since INTEGER,
  absences INTEGER NOT NULL DEFAULT 0,
  next_transition_at INTEGER,
  steady_from INTEGER,
  steady_until INTEGER,
  silences INTEGER NOT NULL DEFAULT 0,
  gone_at INTEGER,
  gone_reason TEXT NOT NULL DEFAULT '',
  erased INTEGER NOT NULL DEFAULT 0,
  UNIQUE (source, local_id)
);
CREATE INDEX process_live ON process (source) WHERE gone_at IS NULL;
CREATE INDEX process_by_transition ON process (next_transition_at) WHERE next_transition_at IS NOT NULL;
CREATE INDEX process_by_end ON process (gone_at) WHERE gone_at IS NOT NULL;
CREATE INDEX process_to_overwrite ON process (erased) WHERE erased = 1;

-- A standing without its next transition, supports whose later sights are those of their current observations.
CREATE TABLE content (
  number INTEGER PRIMARY KEY REFERENCES process (number),
  standing BLOB NOT NULL,
  support BLOB NOT NULL,
  provenance BLOB NOT NULL,
  process BLOB NOT NULL
);

-- current: 1 for the one that the process's support shows, none of a series that it has no more. part: as in item parts.
CREATE TABLE observation (
  id INTEGER PRIMARY KEY,
  number INTEGER NOT NULL REFERENCES process (number),
  series TEXT NOT NULL,
  part TEXT NOT NULL,
  current INTEGER NOT NULL DEFAULT 1,
  count INTEGER NOT NULL,
  support BLOB NOT NULL,
  read_at INTEGER NOT NULL,
  last_read_at INTEGER NOT NULL
);
CREATE INDEX observation_by_series ON observation (number, series, id);
CREATE UNIQUE INDEX observation_current ON observation (number, series) WHERE current = 1;

-- previous: the entry of the same process that holds the version before this one.
CREATE TABLE change (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  number INTEGER NOT NULL REFERENCES process (number),
  op TEXT NOT NULL,
  at INTEGER NOT NULL,
  cause TEXT NOT NULL,
  weight TEXT NOT NULL,
  digest TEXT NOT NULL,
  previous INTEGER,
  reason TEXT NOT NULL DEFAULT '',
  body BLOB
);
CREATE INDEX change_by_process ON change (number, seq);

CREATE TABLE cursor (
  reader TEXT PRIMARY KEY,
  seq INTEGER NOT NULL
);

CREATE TABLE run (
  id TEXT PRIMARY KEY,
  source TEXT NOT NULL,
  started INTEGER NOT NULL,
  ended INTEGER,
  outcome TEXT,
  versions TEXT NOT NULL,
  broken INTEGER NOT NULL DEFAULT 0,
  state BLOB,
  row BLOB NOT NULL
);
CREATE INDEX run_by_source ON run (source, started);
CREATE INDEX run_unfinished ON run (source) WHERE outcome IS NULL;

-- The frontier of runs that have not ended.
CREATE TABLE request (
  run TEXT NOT NULL,
  id INTEGER NOT NULL,
  key TEXT NOT NULL,
  request BLOB NOT NULL,
  item TEXT,
  parent INTEGER,
  barren INTEGER NOT NULL,
  open INTEGER NOT NULL DEFAULT 1,
  PRIMARY KEY (run, id),
  UNIQUE (run, key)
) WITHOUT ROWID;
CREATE INDEX request_open ON request (run, id) WHERE open = 1;
CREATE INDEX request_of_item ON request (run, item) WHERE open = 1;

CREATE TABLE item (
  run TEXT NOT NULL,
  local_id TEXT NOT NULL,
  url TEXT NOT NULL,
  missing TEXT NOT NULL DEFAULT '[]',
  skip INTEGER NOT NULL DEFAULT 0,
  settled INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (run, local_id)
) WITHOUT ROWID;

CREATE TABLE scope (
  run TEXT NOT NULL,
  name TEXT NOT NULL,
  exhaustive INTEGER NOT NULL,
  total INTEGER,
  broken INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (run, name)
) WITHOUT ROWID;

CREATE TABLE scope_request (
  run TEXT NOT NULL,
  request INTEGER NOT NULL,
  scope TEXT NOT NULL,
  PRIMARY KEY (run, request, scope)
) WITHOUT ROWID;

CREATE TABLE scope_item (
  run TEXT NOT NULL,
  scope TEXT NOT NULL,
  local_id TEXT NOT NULL,
  PRIMARY KEY (run, scope, local_id)
) WITHOUT ROWID;

-- What outlives a run: the members of scopes, parts of items, what answers told, shapes, quarantine.
CREATE TABLE member (
  source TEXT NOT NULL,
  scope TEXT NOT NULL,
  local_id TEXT NOT NULL,
  PRIMARY KEY (source, scope, local_id)
) WITHOUT ROWID;

-- digest: that of its data. run: the one that got it, or was told that it is the same. Short, as a row of process is.
CREATE TABLE part (
  id INTEGER PRIMARY KEY,
  source TEXT NOT NULL,
  local_id TEXT NOT NULL,
  name TEXT NOT NULL,
  digest TEXT NOT NULL,
  run TEXT NOT NULL,
  fetched_at INTEGER NOT NULL,
  captured_at INTEGER,
  same TEXT,
  version TEXT NOT NULL,
  url TEXT NOT NULL,
  UNIQUE (source, local_id, name)
);

CREATE TABLE part_data (
  id INTEGER PRIMARY KEY REFERENCES part (id) ON DELETE CASCADE,
  data BLOB NOT NULL
);

-- item: of which item it brings a part. mark: the digest of all that was read. yields: with parts by their digest only.
CREATE TABLE answer (
  source TEXT NOT NULL,
  key TEXT NOT NULL,
  item TEXT,
  version TEXT NOT NULL,
  mark TEXT NOT NULL,
  etag TEXT,
  last_modified TEXT,
  shape BLOB NOT NULL,
  yields BLOB NOT NULL,
  PRIMARY KEY (source, key)
);

CREATE TABLE shape (
  source TEXT NOT NULL,
  method TEXT NOT NULL,
  shape BLOB NOT NULL,
  PRIMARY KEY (source, method)
) WITHOUT ROWID;

CREATE TABLE quarantine (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  source TEXT NOT NULL,
  local_id TEXT NOT NULL,
  stage TEXT NOT NULL,
  error TEXT NOT NULL,
  address TEXT NOT NULL,
  payload BLOB NOT NULL,
  at INTEGER NOT NULL,
  run TEXT NOT NULL,
  UNIQUE (source, local_id)
);
