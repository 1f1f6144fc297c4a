-- The tables of a .sweep file; documented in docs/sweep.md.

CREATE TABLE IF NOT EXISTS worlds (
    id INTEGER PRIMARY KEY,
    fingerprint TEXT NOT NULL UNIQUE,
    scene TEXT NOT NULL,
    params TEXT NOT NULL,
    until TEXT,
    longhand TEXT NOT NULL,
    without TEXT
);
CREATE TABLE IF NOT EXISTS runs (
    world INTEGER NOT NULL REFERENCES worlds(id),
    seed INTEGER NOT NULL,
    report TEXT NOT NULL,
    PRIMARY KEY (world, seed)
) WITHOUT ROWID;
