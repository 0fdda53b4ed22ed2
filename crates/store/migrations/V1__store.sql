-- Howdah's own objects, all in the schema `howdah`, which exists before the first migration runs (it also holds
-- refinery's history). Names are always written with their schema: no search_path is relied upon.

-- Names are compared byte by byte; the unique index keeps look-alikes such as Admin and admin from standing side by side.
CREATE TABLE howdah.account (
    name             text COLLATE "C" PRIMARY KEY,
    password_hash    text NOT NULL,
    permission_set   text NOT NULL,
    databases        text[],
    disabled         boolean NOT NULL DEFAULT false,
    created_at       timestamptz NOT NULL DEFAULT now(),
    last_sign_in_at  timestamptz
);
CREATE UNIQUE INDEX account_any_case ON howdah.account (lower(name));

CREATE TABLE howdah.session (
    id            uuid PRIMARY KEY,
    hash          bytea NOT NULL UNIQUE,
    account       text COLLATE "C" NOT NULL REFERENCES howdah.account ON DELETE CASCADE,
    created_at    timestamptz NOT NULL DEFAULT now(),
    last_used_at  timestamptz NOT NULL DEFAULT now(),
    expires_at    timestamptz NOT NULL,
    address       text,
    client        text
);
CREATE INDEX session_account ON howdah.session (account);

CREATE TABLE howdah.token (
    id            uuid PRIMARY KEY,
    hash          bytea NOT NULL UNIQUE,
    account       text COLLATE "C" NOT NULL REFERENCES howdah.account ON DELETE CASCADE,
    name          text NOT NULL,
    created_at    timestamptz NOT NULL DEFAULT now(),
    last_used_at  timestamptz,
    expires_at    timestamptz,
    permissions   text[]
);
CREATE INDEX token_account ON howdah.token (account);

-- The key is a digest of the account's name or of the address: people type passwords into the name's field.
CREATE TABLE howdah.sign_in_failure (
    key           bytea PRIMARY KEY,
    failures      integer NOT NULL DEFAULT 0,
    last_at       timestamptz NOT NULL DEFAULT now(),
    locked_until  timestamptz
);
CREATE INDEX sign_in_failure_last ON howdah.sign_in_failure (last_at);

CREATE TABLE howdah.setup_link (
    hash        bytea PRIMARY KEY,
    created_at  timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE howdah.audit (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at           timestamptz NOT NULL DEFAULT now(),
    account      text,
    address      text,
    action       text NOT NULL,
    object       text,
    detail       jsonb,
    outcome      text NOT NULL,
    code         text,
    rows         bigint,
    duration_ms  double precision NOT NULL,
    request_id   text
);

-- Records are only ever added. A later retention function will be the one way to remove old ones.
CREATE FUNCTION howdah.audit_only_grows() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    RAISE EXCEPTION 'the audit log only grows: % is refused', TG_OP USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE TRIGGER audit_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON howdah.audit
    FOR EACH STATEMENT EXECUTE FUNCTION howdah.audit_only_grows();

CREATE TABLE howdah.event (
    id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at        timestamptz NOT NULL DEFAULT now(),
    database  text,
    body      jsonb NOT NULL
);
CREATE INDEX event_at ON howdah.event (at);

CREATE TABLE howdah.job (
    id                uuid PRIMARY KEY,
    kind              text NOT NULL,
    title             text NOT NULL,
    input             jsonb NOT NULL,
    state             text NOT NULL DEFAULT 'queued',
    progress          double precision,
    phase             text,
    account           text NOT NULL,
    database          text,
    created_at        timestamptz NOT NULL DEFAULT now(),
    started_at        timestamptz,
    finished_at       timestamptz,
    worker            text,
    heartbeat_at      timestamptz,
    attempts          integer NOT NULL DEFAULT 0,
    cancel_requested  boolean NOT NULL DEFAULT false,
    error             text,
    CONSTRAINT job_state CHECK (state IN
        ('queued', 'running', 'cancelling', 'succeeded', 'failed', 'cancelled', 'interrupted'))
);
CREATE INDEX job_queued ON howdah.job (id) WHERE state = 'queued';
CREATE INDEX job_running ON howdah.job (heartbeat_at) WHERE state IN ('running', 'cancelling');
CREATE INDEX job_finished ON howdah.job (finished_at) WHERE finished_at IS NOT NULL;

CREATE TABLE howdah.job_log (
    id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    job      uuid NOT NULL REFERENCES howdah.job ON DELETE CASCADE,
    at       timestamptz NOT NULL DEFAULT now(),
    level    text NOT NULL,
    message  text NOT NULL
);
CREATE INDEX job_log_job ON howdah.job_log (job, id);
