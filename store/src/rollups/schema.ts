/**
 * Numbered, forward-only, never edited once released. All of it can be worked out again from the readings.
 *
 * point: what of each point is rolled up, [rolled_from, rolled_to), and the definition it was worked out with. quarter:
 * a park day of quarter hours. day: a park month of days. month: one park month, once all its days are there. dirty: park days whose readings changed since; `mark` tells a
 * change that came while the day was being worked out from the one before. setting: the park's time zone.
 */
export const migrations = [
  `CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
   CREATE TABLE point (pt INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, definition TEXT NOT NULL, rolled_from INTEGER NOT NULL, rolled_to INTEGER NOT NULL) STRICT;
   CREATE TABLE quarter (pt INTEGER NOT NULL, start INTEGER NOT NULL, data BLOB NOT NULL, UNIQUE (pt, start)) STRICT;
   CREATE TABLE day (pt INTEGER NOT NULL, start INTEGER NOT NULL, data BLOB NOT NULL, UNIQUE (pt, start)) STRICT;
   CREATE TABLE dirty (id TEXT NOT NULL, day INTEGER NOT NULL, mark INTEGER NOT NULL, PRIMARY KEY (id, day)) STRICT, WITHOUT ROWID;`,
  `CREATE TABLE month (pt INTEGER NOT NULL, start INTEGER NOT NULL, data BLOB NOT NULL, UNIQUE (pt, start)) STRICT;`,
];
