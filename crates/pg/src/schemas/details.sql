-- One row for the schema with oid $1, as JSON: `SchemaDetails` without rights and dependents. PostgreSQL 13+.
SELECT pg_catalog.json_build_object(
    'oid', n.oid::int8, 'name', n.nspname, 'owner', pg_catalog.pg_get_userbyid(n.nspowner),
    'description', pg_catalog.obj_description(n.oid, 'pg_namespace'),
    'tables', (SELECT pg_catalog.count(*) FROM pg_catalog.pg_class c
               WHERE c.relnamespace = n.oid AND c.relkind IN ('r', 'p', 'v', 'm', 'f')),
    'sequences', (SELECT pg_catalog.count(*) FROM pg_catalog.pg_class c
                  WHERE c.relnamespace = n.oid AND c.relkind = 'S'),
    'functions', (SELECT pg_catalog.count(*) FROM pg_catalog.pg_proc p WHERE p.pronamespace = n.oid),
    'types', (SELECT pg_catalog.count(*) FROM pg_catalog.pg_type t LEFT JOIN pg_catalog.pg_class c ON c.oid = t.typrelid
              WHERE t.typnamespace = n.oid AND (t.typtype IN ('e', 'd', 'r') OR (t.typtype = 'c' AND c.relkind = 'c'))),
    'privileges', NULL, 'dependents', '[]'::json, 'ddl', '[]'::json)::text
FROM pg_catalog.pg_namespace n
WHERE n.oid = $1
