-- Files that were sent to be worked on, in pieces, so that any process can read them and no memory holds them whole.
CREATE TABLE howdah.upload (
    id          uuid PRIMARY KEY,
    account     text COLLATE "C" NOT NULL REFERENCES howdah.account ON DELETE CASCADE,
    name        text NOT NULL,
    bytes       bigint NOT NULL DEFAULT 0,
    complete    boolean NOT NULL DEFAULT false,
    created_at  timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX upload_account ON howdah.upload (account);

CREATE TABLE howdah.upload_part (
    upload  uuid NOT NULL REFERENCES howdah.upload ON DELETE CASCADE,
    number  integer NOT NULL,
    bytes   bytea NOT NULL,
    PRIMARY KEY (upload, number)
);
-- Compressing costs more than it saves for what lives a day.
ALTER TABLE howdah.upload_part ALTER COLUMN bytes SET STORAGE EXTERNAL;

-- How far an import has come. What is about to be committed on the managed server is noted before, with the number of
-- that transaction; after a crash PostgreSQL is asked whether it was.
CREATE TABLE howdah.import (
    job              uuid PRIMARY KEY REFERENCES howdah.job ON DELETE CASCADE,
    rows_read        bigint NOT NULL DEFAULT 0,
    rows_accepted    bigint NOT NULL DEFAULT 0,
    rows_written     bigint NOT NULL DEFAULT 0,
    rows_rejected    bigint NOT NULL DEFAULT 0,
    rejects_kept     bigint NOT NULL DEFAULT 0,
    pending          text,
    pending_read     bigint,
    pending_accepted bigint,
    pending_rejected bigint,
    pending_kept     bigint
);

CREATE TABLE howdah.import_reject (
    job       uuid NOT NULL REFERENCES howdah.job ON DELETE CASCADE,
    number    bigint NOT NULL,
    line      bigint NOT NULL,
    "column"  text,
    sqlstate  text,
    reason    text NOT NULL,
    record    text,
    PRIMARY KEY (job, number)
);
