-- The tables of a .story file; docs/story-format.md describes them. The views over the packed tables are in views.rs.
-- Instants are microseconds since the scene's start (at_us) and civil time as text (at).

CREATE TABLE meta (key TEXT PRIMARY KEY, value) WITHOUT ROWID;
CREATE TABLE sources (position INTEGER PRIMARY KEY, path TEXT NOT NULL, text TEXT NOT NULL);
CREATE TABLE names (of TEXT, id INTEGER, name TEXT NOT NULL, PRIMARY KEY (of, id)) WITHOUT ROWID;
CREATE TABLE event_kinds (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
CREATE TABLE agents (
    id INTEGER PRIMARY KEY, key TEXT, kind INTEGER NOT NULL, name TEXT NOT NULL, called TEXT NOT NULL, pronouns TEXT NOT NULL,
    draw_key INTEGER NOT NULL
);

CREATE TABLE facts (
    id INTEGER PRIMARY KEY, text TEXT NOT NULL, kind TEXT NOT NULL,
    "of" INTEGER, name TEXT, "to" INTEGER, holder INTEGER, code BLOB NOT NULL
);

-- One row an event, one row for samples of an instant, one row a day of the crowd.
CREATE TABLE packed_events (
    id INTEGER PRIMARY KEY, at_us INTEGER NOT NULL, kind INTEGER NOT NULL, place INTEGER, widths INTEGER NOT NULL,
    roles BLOB, changes BLOB, causes BLOB, numbers BLOB, limited BLOB, topic BLOB, title TEXT, text TEXT, choice TEXT
);
CREATE TABLE packed_samples (
    position INTEGER PRIMARY KEY, after INTEGER NOT NULL, at_us INTEGER NOT NULL, widths INTEGER NOT NULL, numbers BLOB
);
CREATE TABLE packed_crowd (line INTEGER PRIMARY KEY, day INTEGER NOT NULL, widths INTEGER NOT NULL, numbers BLOB);

-- What the views look up: the positions of records in a list, signs and exponents of numbers, the days on which something happened.
CREATE TABLE positions (position INTEGER PRIMARY KEY);
CREATE TABLE scales (high INTEGER PRIMARY KEY, base REAL, unit REAL);
CREATE TABLE dates (from_us INTEGER PRIMARY KEY, text TEXT NOT NULL);

CREATE TABLE counts (
    day INTEGER, kind INTEGER, part INTEGER, n INTEGER NOT NULL, PRIMARY KEY (day, kind, part)
) WITHOUT ROWID;
CREATE TABLE beats (
    position INTEGER PRIMARY KEY, beat INTEGER NOT NULL, id TEXT NOT NULL, at_us INTEGER NOT NULL, at TEXT NOT NULL,
    event INTEGER NOT NULL, events TEXT NOT NULL
);
CREATE TABLE measures (position INTEGER PRIMARY KEY, id TEXT NOT NULL, at_us INTEGER NOT NULL, agent INTEGER, value REAL);
CREATE TABLE keyframes (
    id INTEGER PRIMARY KEY, at_us INTEGER NOT NULL, at TEXT NOT NULL, events INTEGER NOT NULL, samples INTEGER NOT NULL,
    crowd INTEGER NOT NULL, beats INTEGER NOT NULL, measures INTEGER NOT NULL, facts INTEGER NOT NULL, hash TEXT NOT NULL,
    agents TEXT NOT NULL, base INTEGER, state BLOB NOT NULL
);

CREATE VIEW happened AS
    SELECT events.id, events.at, event_kinds.name AS kind,
        (SELECT group_concat(called, ', ') FROM
            (SELECT CASE WHEN agents.called <> '' THEN agents.called ELSE '#' || roles.agent END AS called
             FROM roles LEFT JOIN agents ON agents.id = roles.agent
             WHERE roles.event = events.id AND roles.agent IS NOT NULL ORDER BY roles.slot)) AS who,
        names.name AS place, events.title
    FROM events
    JOIN event_kinds ON event_kinds.id = events.kind
    LEFT JOIN names ON names.of = 'place' AND names.id = events.place;

CREATE VIEW changed AS
    SELECT changes.event, events.at, facts.text AS fact, facts.kind, facts."of", facts.name, facts."to", facts.holder,
        changes.before, changes.after
    FROM changes
    JOIN events ON events.id = changes.event
    JOIN facts ON facts.id = changes.fact;

CREATE VIEW because AS
    SELECT causes.event, causes.cause, causes.link, facts.text AS fact
    FROM causes
    LEFT JOIN facts ON facts.id = causes.fact;
