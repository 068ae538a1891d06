-- What a team does, for whom, what it learned and what failed. A change is a row that replaces an earlier one, and so is
-- taking it back.
CREATE TABLE practice (
    id BIGINT PRIMARY KEY,
    at_ms BIGINT NOT NULL,
    who TEXT NOT NULL,
    replaces BIGINT,
    withdrawn BIGINT NOT NULL,
    unit TEXT NOT NULL,
    target_group TEXT NOT NULL,
    method TEXT NOT NULL,
    title TEXT NOT NULL,
    contact TEXT NOT NULL,
    does TEXT NOT NULL,
    for_whom TEXT NOT NULL,
    learned TEXT NOT NULL,
    failed TEXT NOT NULL
);
CREATE UNIQUE INDEX practice_replaces ON practice (replaces) WHERE replaces IS NOT NULL;

{{append_only practice}}
