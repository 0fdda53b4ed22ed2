-- One row for each function by schema, name and oid, as JSON: schema, `name` and oid as the key, `DatabaseFunction`, and the
-- rest of `FunctionDetails` (without rights and dependents) where $2 asks for one, else null. $1 is a schema or null for
-- all but the system's own; $2 the oid of one, or 0; after ($3, $4) where those are not null; at most $5.
-- PostgreSQL 14+ (13: prosqlbody is not there, and never set).
-- What `pg_get_…def` answers is empty for what is dropped while this runs: it looks past the snapshot.
SELECT n.nspname::text, p.proname::text || ' ' || pg_catalog.lpad(p.oid::text, 10, '0'), pg_catalog.json_build_object(
    'oid', p.oid::int8, 'schema', n.nspname, 'name', p.proname,
    'kind', CASE p.prokind WHEN 'p' THEN 'procedure' WHEN 'a' THEN 'aggregate' WHEN 'w' THEN 'window'
                           ELSE 'function' END,
    'arguments', COALESCE(pg_catalog.pg_get_function_arguments(p.oid), ''), 'result', pg_catalog.pg_get_function_result(p.oid),
    'language', l.lanname, 'owner', pg_catalog.pg_get_userbyid(p.proowner),
    'description', pg_catalog.obj_description(p.oid, 'pg_proc'), 'securityDefiner', p.prosecdef,
    'volatility', CASE p.provolatile WHEN 'i' THEN 'immutable' WHEN 's' THEN 'stable' ELSE 'volatile' END,
    'trigger', p.prorettype IN ('pg_catalog.trigger'::pg_catalog.regtype, 'pg_catalog.event_trigger'::pg_catalog.regtype))::text,
    CASE WHEN $2 <> 0 THEN pg_catalog.json_build_object(
    'strict', p.proisstrict,
    'parallel', CASE p.proparallel WHEN 's' THEN 'safe' WHEN 'r' THEN 'restricted' ELSE 'unsafe' END,
    'leakproof', p.proleakproof, 'cost', p.procost::text, 'rows', p.prorows::text,
    'settings', COALESCE(p.proconfig, '{}'),
    'source', CASE WHEN l.lanname NOT IN ('c', 'internal') AND p.prokind <> 'a' THEN NULLIF(p.prosrc, '') END,
    'ddl', CASE WHEN p.prokind <> 'a' THEN pg_catalog.json_build_array(COALESCE(pg_catalog.pg_get_functiondef(p.oid), ''))
                ELSE '[]' END)::text END
FROM pg_catalog.pg_proc p
JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
JOIN pg_catalog.pg_language l ON l.oid = p.prolang
WHERE CASE WHEN $2 <> 0 THEN p.oid = $2
           WHEN $1 IS NULL THEN n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' ELSE n.nspname = $1 END
  AND ($3 IS NULL OR (n.nspname::text COLLATE "C",
                      (p.proname::text || ' ' || pg_catalog.lpad(p.oid::text, 10, '0')) COLLATE "C") > ($3, $4))
ORDER BY n.nspname::text COLLATE "C", (p.proname::text || ' ' || pg_catalog.lpad(p.oid::text, 10, '0')) COLLATE "C"
LIMIT $5
