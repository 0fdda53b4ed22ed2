-- A table of 20 types and its key; indexes are made when the rows are there. See wide_rows.sql.
CREATE TABLE wide (
    id bigint NOT NULL,
    small smallint,
    number integer,
    price numeric(12, 2),
    ratio double precision,
    share real,
    done boolean,
    name text,
    code character varying(20),
    tag character(4),
    born date,
    made timestamp with time zone,
    local timestamp without time zone,
    clock time without time zone,
    gap interval,
    mark uuid,
    doc jsonb,
    words text[],
    raw bytea,
    address inet,
    span int4range
)
