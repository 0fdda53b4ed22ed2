-- One row for each sequence by schema and name, as JSON: `Sequence`, with schema and name before. $1 is a schema or null
-- for all but the system's own; $2 the oid of one, or 0; after ($3, $4) where those are not null; at most $5.
-- PostgreSQL 10+. The last value is null where the sequence may not be read, before its first number, and (as
-- pg_sequence_last_value says) where it is another session's temporary one.
SELECT n.nspname::text, c.relname::text, pg_catalog.json_build_object(
    'oid', c.oid::int8, 'schema', n.nspname, 'name', c.relname, 'owner', pg_catalog.pg_get_userbyid(c.relowner),
    'description', pg_catalog.obj_description(c.oid, 'pg_class'),
    'dataType', pg_catalog.format_type(s.seqtypid, NULL), 'start', s.seqstart::text, 'minimum', s.seqmin::text,
    'maximum', s.seqmax::text, 'increment', s.seqincrement::text, 'cache', s.seqcache::text, 'cycle', s.seqcycle,
    'lastValue', CASE WHEN pg_catalog.has_sequence_privilege(c.oid, 'SELECT,USAGE')
                      THEN pg_catalog.pg_sequence_last_value(c.oid)::text END,
    'ownedBy', d.column, 'identity', COALESCE(d.identity, false))::text
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_sequence s ON s.seqrelid = c.oid
LEFT JOIN LATERAL (
    SELECT pg_catalog.format('%I.%I.%I', tn.nspname, t.relname, a.attname) AS column, d.deptype = 'i' AS identity
    FROM pg_catalog.pg_depend d
    JOIN pg_catalog.pg_class t ON t.oid = d.refobjid
    JOIN pg_catalog.pg_namespace tn ON tn.oid = t.relnamespace
    JOIN pg_catalog.pg_attribute a ON a.attrelid = t.oid AND a.attnum = d.refobjsubid
    WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = c.oid AND d.deptype IN ('a', 'i')
      AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
    LIMIT 1) d ON true
WHERE c.relkind = 'S' AND c.relpersistence <> 't'
  AND CASE WHEN $2 <> 0 THEN c.oid = $2
           WHEN $1 IS NULL THEN n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' ELSE n.nspname = $1 END
  AND ($3 IS NULL OR (n.nspname::text COLLATE "C", c.relname::text COLLATE "C") > ($3, $4))
ORDER BY n.nspname, c.relname
LIMIT $5
