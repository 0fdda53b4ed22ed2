-- One row for each extension that is installed in the database or whose files the server has, by name, as JSON:
-- `Extension`. $1 is the name of one, or null for all. PostgreSQL 10+.
SELECT pg_catalog.json_build_object(
    'name', COALESCE(e.extname, a.name), 'version', e.extversion, 'defaultVersion', a.default_version,
    'schema', n.nspname, 'owner', pg_catalog.pg_get_userbyid(e.extowner),
    'description', COALESCE(pg_catalog.obj_description(e.oid, 'pg_extension'), a.comment))::text
FROM pg_catalog.pg_extension e
FULL JOIN pg_catalog.pg_available_extensions() a ON a.name = e.extname
LEFT JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace
WHERE $1 IS NULL OR COALESCE(e.extname, a.name) = $1
ORDER BY COALESCE(e.extname, a.name)
