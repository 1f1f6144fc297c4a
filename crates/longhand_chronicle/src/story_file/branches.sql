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
CREATE TABLE IF NOT EXISTS branch_events (
    branch INTEGER, id INTEGER, at_us INTEGER NOT NULL, at TEXT NOT NULL, kind INTEGER NOT NULL, place INTEGER,
    title TEXT, text TEXT, choice TEXT, PRIMARY KEY (branch, id)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS branch_roles (
    branch INTEGER, event INTEGER, slot INTEGER, name TEXT, agent INTEGER, PRIMARY KEY (branch, event, slot)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS branch_changes (
    branch INTEGER, event INTEGER, position INTEGER, fact INTEGER NOT NULL, before REAL, after REAL,
    PRIMARY KEY (branch, event, position)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS branch_causes (
    branch INTEGER, event INTEGER, position INTEGER, cause INTEGER NOT NULL, link TEXT NOT NULL, fact INTEGER,
    PRIMARY KEY (branch, event, position)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS branch_event_values (
    branch INTEGER, event INTEGER, position INTEGER, id INTEGER NOT NULL, name TEXT NOT NULL, value REAL,
    PRIMARY KEY (branch, event, position)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS branch_limited_changes (
    branch INTEGER, event INTEGER, position INTEGER, fact INTEGER NOT NULL, wanted REAL, actual REAL, refused INTEGER NOT NULL,
    PRIMARY KEY (branch, event, position)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS branch_topics (
    branch INTEGER, event INTEGER, fact INTEGER NOT NULL, believed REAL, told REAL, PRIMARY KEY (branch, event)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS branch_samples (
    branch INTEGER, position INTEGER, after INTEGER NOT NULL, at_us INTEGER NOT NULL, fact INTEGER NOT NULL, value REAL,
    PRIMARY KEY (branch, position)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS branch_counts (
    branch INTEGER, day INTEGER, kind INTEGER, part INTEGER, n INTEGER NOT NULL, PRIMARY KEY (branch, day, kind, part)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS branch_crowd (
    branch INTEGER, line INTEGER, position INTEGER, day INTEGER NOT NULL, name TEXT, value REAL, PRIMARY KEY (branch, line, position)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS branch_beats (
    branch INTEGER, position INTEGER, beat INTEGER NOT NULL, id TEXT NOT NULL, at_us INTEGER NOT NULL, at TEXT NOT NULL,
    event INTEGER NOT NULL, events TEXT NOT NULL, PRIMARY KEY (branch, position)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS branch_measures (
    branch INTEGER, position INTEGER, id TEXT NOT NULL, at_us INTEGER NOT NULL, agent INTEGER, value REAL,
    PRIMARY KEY (branch, position)
) WITHOUT ROWID;
