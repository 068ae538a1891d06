-- CPR numbers, sealed with a key that is not kept here; `lookup` finds one without opening the others.
CREATE TABLE cpr (
    citizen BIGINT PRIMARY KEY REFERENCES citizen (id),
    sealed {{blob}} NOT NULL,
    lookup {{blob}} NOT NULL UNIQUE
);

-- Every look at a case.
CREATE TABLE look (
    citizen BIGINT NOT NULL,
    at_ms BIGINT NOT NULL,
    who TEXT NOT NULL,
    what TEXT NOT NULL,
    reason TEXT
);
CREATE INDEX look_citizen ON look (citizen, at_ms);

{{append_only look}}
