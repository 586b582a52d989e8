/**
 * All that the endpoint knows; content lies in files. Keys are TEXT compared byte by byte, which is the order of S3.
 * `version.seq` grows with every change of the store: the greatest of a key is its newest version, and it is the event's sequencer.
 * A version lies in one content, or, when it came in parts, in the contents of its pieces. `declared_setting` is what the template said
 * of a bucket at the last start: only where it now says something else does it overrule what was set since. Of a segment `live` is how
 * many bytes rows hold, and `size` how many there are once it is full.
 */
export const SCHEMA = `
CREATE TABLE IF NOT EXISTS sequence (value INTEGER NOT NULL) STRICT;
INSERT INTO sequence SELECT 0 WHERE NOT EXISTS (SELECT * FROM sequence);

CREATE TABLE IF NOT EXISTS bucket (
  name TEXT PRIMARY KEY,
  created_ms INTEGER NOT NULL,
  versioning TEXT NOT NULL CHECK (versioning IN ('', 'Enabled', 'Suspended'))
) STRICT;

CREATE TABLE IF NOT EXISTS version (
  seq INTEGER PRIMARY KEY,
  bucket TEXT NOT NULL REFERENCES bucket (name),
  key TEXT NOT NULL,
  version_id TEXT NOT NULL,
  latest INTEGER NOT NULL,
  marker INTEGER NOT NULL,
  content TEXT,
  size INTEGER NOT NULL,
  etag TEXT NOT NULL,
  modified_ms INTEGER NOT NULL,
  attributes TEXT NOT NULL,
  UNIQUE (bucket, key, version_id)
) STRICT;
CREATE UNIQUE INDEX IF NOT EXISTS version_latest ON version (bucket, key) WHERE latest = 1;
CREATE INDEX IF NOT EXISTS version_history ON version (bucket, key, seq DESC);
CREATE INDEX IF NOT EXISTS version_content ON version (content);

CREATE TABLE IF NOT EXISTS upload (
  id TEXT PRIMARY KEY,
  bucket TEXT NOT NULL REFERENCES bucket (name),
  key TEXT NOT NULL,
  created_ms INTEGER NOT NULL,
  attributes TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS upload_by_key ON upload (bucket, key, id);

CREATE TABLE IF NOT EXISTS part (
  upload TEXT NOT NULL REFERENCES upload (id) ON DELETE CASCADE,
  number INTEGER NOT NULL,
  content TEXT NOT NULL,
  size INTEGER NOT NULL,
  etag TEXT NOT NULL,
  modified_ms INTEGER NOT NULL,
  checksum TEXT,
  PRIMARY KEY (upload, number)
) STRICT;
CREATE INDEX IF NOT EXISTS part_content ON part (content);

CREATE TABLE IF NOT EXISTS piece (
  version INTEGER NOT NULL REFERENCES version (seq) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  content TEXT NOT NULL,
  size INTEGER NOT NULL,
  checksum TEXT,
  PRIMARY KEY (version, position)
) STRICT;
CREATE INDEX IF NOT EXISTS piece_content ON piece (content);

CREATE TABLE IF NOT EXISTS setting (
  bucket TEXT NOT NULL REFERENCES bucket (name) ON DELETE CASCADE,
  name TEXT NOT NULL,
  content TEXT NOT NULL,
  PRIMARY KEY (bucket, name)
) STRICT;

CREATE TABLE IF NOT EXISTS declared_setting (
  bucket TEXT NOT NULL REFERENCES bucket (name) ON DELETE CASCADE,
  name TEXT NOT NULL,
  content TEXT NOT NULL,
  PRIMARY KEY (bucket, name)
) STRICT;

CREATE TABLE IF NOT EXISTS garbage (content TEXT PRIMARY KEY) STRICT;

CREATE TABLE IF NOT EXISTS segment (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  live INTEGER NOT NULL,
  size INTEGER NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS segment_growing ON segment (id) WHERE size = 0;
CREATE INDEX IF NOT EXISTS segment_sparse ON segment (id) WHERE live * 2 < size;

CREATE TABLE IF NOT EXISTS message (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  queue TEXT NOT NULL,
  message_id TEXT NOT NULL,
  body TEXT NOT NULL,
  attributes TEXT NOT NULL,
  sender TEXT NOT NULL,
  sent_ms INTEGER NOT NULL,
  visible_ms INTEGER NOT NULL,
  receive_count INTEGER NOT NULL DEFAULT 0,
  first_received_ms INTEGER,
  receipt TEXT,
  handled INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX IF NOT EXISTS message_visible ON message (queue, visible_ms);
CREATE INDEX IF NOT EXISTS message_sent ON message (queue, sent_ms);
CREATE INDEX IF NOT EXISTS message_held ON message (visible_ms) WHERE receipt IS NOT NULL AND handled = 0;

CREATE TABLE IF NOT EXISTS origin (
  message INTEGER PRIMARY KEY REFERENCES message (id) ON DELETE CASCADE,
  queue TEXT NOT NULL
) STRICT;

CREATE TABLE IF NOT EXISTS queue (
  name TEXT PRIMARY KEY,
  arn TEXT NOT NULL,
  settings TEXT NOT NULL,
  template TEXT
) STRICT;

CREATE TABLE IF NOT EXISTS move_task (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  handle TEXT NOT NULL UNIQUE,
  source TEXT NOT NULL,
  destination TEXT,
  per_second INTEGER,
  status TEXT NOT NULL CHECK (status IN ('RUNNING', 'COMPLETED', 'CANCELLED', 'FAILED')),
  moved INTEGER NOT NULL DEFAULT 0,
  to_move INTEGER NOT NULL,
  started_ms INTEGER NOT NULL,
  reason TEXT
) STRICT;
CREATE INDEX IF NOT EXISTS move_task_source ON move_task (source, id);

CREATE TABLE IF NOT EXISTS event (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  bytes INTEGER NOT NULL,
  document TEXT NOT NULL
) STRICT;
`;
