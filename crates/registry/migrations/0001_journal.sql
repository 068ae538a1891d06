-- Who the citizen is. The journey itself is the journal.
CREATE TABLE citizen (
    id BIGINT PRIMARY KEY,
    name TEXT NOT NULL,
    born TEXT,
    sex TEXT,
    municipality TEXT,
    prefers TEXT
);

-- Facts in the order recorded. `hash` is SHA-256 over the hash before it and the fact's own text.
CREATE TABLE journal (
    citizen BIGINT NOT NULL REFERENCES citizen (id),
    seq BIGINT NOT NULL,
    learned TEXT NOT NULL,
    kind TEXT NOT NULL,
    replaces BIGINT,
    fact TEXT NOT NULL,
    hash {{blob}} NOT NULL,
    PRIMARY KEY (citizen, seq)
){{clustered}};
CREATE UNIQUE INDEX journal_replaces ON journal (citizen, replaces) WHERE replaces IS NOT NULL;

-- The end of each chain, so that facts cut off at the end are missed.
CREATE TABLE head (
    citizen BIGINT PRIMARY KEY REFERENCES citizen (id),
    seq BIGINT NOT NULL,
    hash {{blob}} NOT NULL
);

{{append_only journal}}
