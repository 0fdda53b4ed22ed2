-- One row for each trigger (without internal ones) by schema, table and name, as JSON: schema, table and name as the key,
-- `Trigger`. $1 is a schema or null for all but the system's own; $2 a table or null; $3 a trigger or null; after ($4, $5)
-- where those are not null; at most $6. PostgreSQL 13+.
-- What `pg_get_…def` answers is empty for what is dropped while this runs: it looks past the snapshot.
SELECT n.nspname::text, c.relname::text || E'\x01' || t.tgname, pg_catalog.json_build_object(
    'schema', n.nspname, 'table', c.relname, 'trigger', pg_catalog.json_build_object(
        'name', t.tgname,
        'enabled', CASE t.tgenabled WHEN 'A' THEN 'always' WHEN 'R' THEN 'replica' WHEN 'D' THEN 'disabled'
                                    ELSE 'origin' END,
        'function', t.tgfoid::pg_catalog.regprocedure::text,
        'inherited', COALESCE((pg_catalog.to_jsonb(t) ->> 'tgparentid')::int8, 0) <> 0,
        'description', pg_catalog.obj_description(t.oid, 'pg_trigger'),
        'definition', COALESCE(pg_catalog.pg_get_triggerdef(t.oid), '')))::text
FROM pg_catalog.pg_trigger t
JOIN pg_catalog.pg_class c ON c.oid = t.tgrelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE NOT t.tgisinternal
  AND CASE WHEN $1 IS NULL THEN n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' ELSE n.nspname = $1 END
  AND ($2 IS NULL OR c.relname = $2) AND ($3 IS NULL OR t.tgname = $3)
  AND ($4 IS NULL OR (n.nspname::text COLLATE "C", (c.relname::text || E'\x01' || t.tgname) COLLATE "C") > ($4, $5))
ORDER BY n.nspname::text COLLATE "C", (c.relname::text || E'\x01' || t.tgname) COLLATE "C"
LIMIT $6
