/**
 * All that the endpoint knows; content lies in files of its own. Keys are TEXT compared byte by byte, which is the order of S3.
 * `version.seq` grows with every change of the store: the greatest of a key is its newest version, and it is the event's sequencer.
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

CREATE TABLE IF NOT EXISTS garbage (content TEXT PRIMARY KEY) STRICT;

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
`;
