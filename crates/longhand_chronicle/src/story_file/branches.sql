-- Branches of a story: runs that were forked from it. The rows that a branch shares with its parent are not stored again: the
-- columns events to facts count the shared rows of each table, and the branch's own rows follow them.

CREATE TABLE IF NOT EXISTS branches (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, parent INTEGER REFERENCES branches(id),
    at_us INTEGER NOT NULL, at TEXT NOT NULL, fork_us INTEGER NOT NULL, interventions TEXT NOT NULL, "set" TEXT NOT NULL,
    longhand TEXT NOT NULL, legend BLOB NOT NULL, ended_us INTEGER NOT NULL, ended TEXT NOT NULL, hash TEXT NOT NULL,
    events INTEGER NOT NULL, samples INTEGER NOT NULL, crowd INTEGER NOT NULL, beats INTEGER NOT NULL, measures INTEGER NOT NULL,
    facts INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS branch_agents (
    branch INTEGER, id INTEGER, key TEXT, kind INTEGER NOT NULL, name TEXT NOT NULL, called TEXT NOT NULL, pronouns TEXT NOT NULL,
    draw_key INTEGER NOT NULL, PRIMARY KEY (branch, id)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS branch_facts (
    branch INTEGER, id INTEGER, text TEXT NOT NULL, kind TEXT NOT NULL,
    "of" INTEGER, name TEXT, "to" INTEGER, holder INTEGER, code BLOB NOT NULL, PRIMARY KEY (branch, id)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS branch_packed_events (
    branch INTEGER, id INTEGER, at_us INTEGER NOT NULL, kind INTEGER NOT NULL, place INTEGER, widths INTEGER NOT NULL,
    roles BLOB, changes BLOB, causes BLOB, numbers BLOB, limited BLOB, topic BLOB, title TEXT, text TEXT, choice TEXT,
    PRIMARY KEY (branch, id)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS branch_packed_samples (
    branch INTEGER, position INTEGER, after INTEGER NOT NULL, at_us INTEGER NOT NULL, widths INTEGER NOT NULL, numbers BLOB,
    PRIMARY KEY (branch, position)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS branch_packed_crowd (
    branch INTEGER, line INTEGER, day INTEGER NOT NULL, widths INTEGER NOT NULL, numbers BLOB, PRIMARY KEY (branch, line)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS branch_counts (
    branch INTEGER, day INTEGER, kind INTEGER, part INTEGER, n INTEGER NOT NULL, PRIMARY KEY (branch, day, kind, part)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS branch_beats (
    branch INTEGER, position INTEGER, beat INTEGER NOT NULL, id TEXT NOT NULL, at_us INTEGER NOT NULL, at TEXT NOT NULL,
    event INTEGER NOT NULL, events TEXT NOT NULL, PRIMARY KEY (branch, position)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS branch_measures (
    branch INTEGER, position INTEGER, id TEXT NOT NULL, at_us INTEGER NOT NULL, agent INTEGER, value REAL,
    PRIMARY KEY (branch, position)
) WITHOUT ROWID;
