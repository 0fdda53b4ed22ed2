-- One row for the relation $2 in the schema $1: oid, kind, row estimate (null: not known), time zone, oid and
-- name of the owner, whether its code may have our rights (a superuser, or the role that we signed in as), whether its
-- rows lie in several tables.
-- PostgreSQL 13+ (reltuples is -1 where never analysed since 14, before it is 0 with relpages 0).
SELECT c.oid,
       c.relkind::text,
       CASE WHEN c.reltuples > 0 OR (c.reltuples = 0 AND c.relpages > 0) THEN c.reltuples::int8 END,
       pg_catalog.current_setting('TimeZone'),
       o.oid,
       o.rolname::text,
       o.rolsuper OR o.rolname = session_user,
       c.relkind = 'p' OR EXISTS (SELECT FROM pg_catalog.pg_inherits i WHERE i.inhparent = c.oid)
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_roles o ON o.oid = c.relowner
WHERE n.nspname = $1 AND c.relname = $2 AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
