-- The tables of a .story file; docs/story-format.md describes them.
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

CREATE TABLE events (
    id INTEGER PRIMARY KEY, at_us INTEGER NOT NULL, at TEXT NOT NULL, kind INTEGER NOT NULL, place INTEGER,
    title TEXT, text TEXT, choice TEXT
);
CREATE TABLE roles (event INTEGER, slot INTEGER, name TEXT, agent INTEGER, PRIMARY KEY (event, slot)) WITHOUT ROWID;
CREATE TABLE changes (
    event INTEGER, position INTEGER, fact INTEGER NOT NULL, before REAL, after REAL, PRIMARY KEY (event, position)
) WITHOUT ROWID;
CREATE TABLE causes (
    event INTEGER, position INTEGER, cause INTEGER NOT NULL, link TEXT NOT NULL, fact INTEGER, PRIMARY KEY (event, position)
) WITHOUT ROWID;
CREATE TABLE event_values (
    event INTEGER, position INTEGER, id INTEGER NOT NULL, name TEXT NOT NULL, value REAL, PRIMARY KEY (event, position)
) WITHOUT ROWID;

-- What effects asked for and the world did not make, or not in full. Files of earlier versions do not have this table.
CREATE TABLE limited_changes (
    event INTEGER, position INTEGER, fact INTEGER NOT NULL, wanted REAL, actual REAL, refused INTEGER NOT NULL,
    PRIMARY KEY (event, position)
) WITHOUT ROWID;

-- What was talked about in an event. Files of earlier versions do not have this table.
CREATE TABLE topics (event INTEGER PRIMARY KEY, fact INTEGER NOT NULL, believed REAL, told REAL);

CREATE TABLE samples (position INTEGER PRIMARY KEY, after INTEGER NOT NULL, at_us INTEGER NOT NULL, fact INTEGER NOT NULL, value REAL);
CREATE TABLE counts (
    day INTEGER, kind INTEGER, part INTEGER, n INTEGER NOT NULL, PRIMARY KEY (day, kind, part)
) WITHOUT ROWID;
CREATE TABLE crowd (line INTEGER, position INTEGER, day INTEGER NOT NULL, name TEXT, value REAL, PRIMARY KEY (line, position)) WITHOUT ROWID;
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
