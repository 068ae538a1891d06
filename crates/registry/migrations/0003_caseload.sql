-- A case on one line, written in the same transaction as the fact that changes it. Dates that are missing sort last.
CREATE TABLE caseload (
    citizen BIGINT PRIMARY KEY REFERENCES citizen (id),
    as_of TEXT NOT NULL,
    name TEXT NOT NULL,
    name_key {{key}} NOT NULL,
    f_group TEXT NOT NULL,
    f_benefit TEXT NOT NULL,
    f_weeks TEXT NOT NULL,
    f_talk TEXT NOT NULL,
    f_due TEXT NOT NULL,
    f_offer TEXT NOT NULL,
    f_hours TEXT NOT NULL,
    f_progress TEXT NOT NULL,
    f_adviser TEXT NOT NULL,
    f_unit TEXT NOT NULL,
    f_shared TEXT NOT NULL,
    flags BIGINT NOT NULL,
    since TEXT,
    weeks BIGINT NOT NULL,
    last_talk {{key}} NOT NULL,
    last_form TEXT NOT NULL,
    next_on {{key}} NOT NULL,
    next_what TEXT NOT NULL,
    offer_to TEXT,
    hours_tenths BIGINT NOT NULL,
    adviser_name {{key}} NOT NULL,
    weeks_26 TEXT NOT NULL
);
CREATE INDEX caseload_next ON caseload (next_on, last_talk, citizen);
CREATE INDEX caseload_name ON caseload (name_key, citizen);
CREATE INDEX caseload_weeks ON caseload (weeks, citizen);
CREATE INDEX caseload_talk ON caseload (last_talk, citizen);
CREATE INDEX caseload_hours ON caseload (hours_tenths, citizen);
CREATE INDEX caseload_adviser_name ON caseload (adviser_name, citizen);
CREATE INDEX caseload_group ON caseload (f_group, next_on, last_talk, citizen);
CREATE INDEX caseload_benefit ON caseload (f_benefit, next_on, last_talk, citizen);
CREATE INDEX caseload_offer ON caseload (f_offer, next_on, last_talk, citizen);
CREATE INDEX caseload_adviser ON caseload (f_adviser, next_on, last_talk, citizen);
CREATE INDEX caseload_unit ON caseload (f_unit, next_on, last_talk, citizen);
CREATE INDEX caseload_as_of ON caseload (as_of);

-- Words of names, found by their beginning.
CREATE TABLE search_word (
    word {{key}} NOT NULL,
    citizen BIGINT NOT NULL REFERENCES citizen (id),
    PRIMARY KEY (word, citizen)
){{clustered}};
CREATE INDEX search_word_citizen ON search_word (citizen);
