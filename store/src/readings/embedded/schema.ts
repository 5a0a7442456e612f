import { replacedTable } from "../replaced-readings.ts";

/**
 * Numbered, forward-only, never edited once released.
 *
 * point: number of every point ever stored. hot_a, hot_b: the durable write buffer, one of them taking rows (`setting`
 * names it) while the other is being sealed. chunk: sealed UTC days. last: newest sealed reading of each point.
 * damaged_chunk: chunks whose bytes changed on disk, kept for inspection. An ordinary chunk table with a unique index
 * is less than half the size of a WITHOUT ROWID one. replaced: what readings were before they were overwritten.
 */
export const migrations = [
  `CREATE TABLE point (pt INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE) STRICT;
   CREATE TABLE hot_a (ts INTEGER NOT NULL, pt INTEGER NOT NULL, v REAL NOT NULL, q INTEGER NOT NULL, PRIMARY KEY (ts, pt)) STRICT, WITHOUT ROWID;
   CREATE TABLE hot_b (ts INTEGER NOT NULL, pt INTEGER NOT NULL, v REAL NOT NULL, q INTEGER NOT NULL, PRIMARY KEY (ts, pt)) STRICT, WITHOUT ROWID;
   CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
   INSERT INTO setting (name, value) VALUES ('active', 'a');
   CREATE TABLE chunk (pt INTEGER NOT NULL, day INTEGER NOT NULL, n INTEGER NOT NULL, data BLOB NOT NULL, UNIQUE (pt, day)) STRICT;
   CREATE TABLE last (pt INTEGER PRIMARY KEY, ts INTEGER NOT NULL, v REAL NOT NULL, q INTEGER NOT NULL) STRICT;
   CREATE TABLE damaged_chunk (pt INTEGER NOT NULL, day INTEGER NOT NULL, n INTEGER NOT NULL, data BLOB NOT NULL) STRICT;`,
  replacedTable,
];
