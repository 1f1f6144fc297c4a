-- The tables of a .sweep file; documented in docs/sweep.md.

CREATE TABLE IF NOT EXISTS sources (
    id INTEGER PRIMARY KEY,
    digest TEXT NOT NULL UNIQUE,
    files TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS worlds (
    id INTEGER PRIMARY KEY,
    fingerprint TEXT NOT NULL UNIQUE,
    scene TEXT NOT NULL,
    params TEXT NOT NULL,
    until TEXT,
    longhand TEXT NOT NULL,
    without TEXT,
    settings TEXT,
    source INTEGER
);
CREATE TABLE IF NOT EXISTS runs (
    world INTEGER NOT NULL REFERENCES worlds(id),
    seed INTEGER NOT NULL,
    report TEXT NOT NULL,
    PRIMARY KEY (world, seed)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS stopped (
    world INTEGER NOT NULL REFERENCES worlds(id),
    seed INTEGER NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (world, seed)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS request (
    nth INTEGER PRIMARY KEY,
    total INTEGER NOT NULL,
    world INTEGER NOT NULL REFERENCES worlds(id),
    condition TEXT,
    seeds TEXT NOT NULL
);
