-- At most one row: a function or operator in the schema $1 whose owner is neither a superuser nor the role with oid $2, and
-- that owner. Those that belong to extensions are left out. PostgreSQL 10+.
SELECT pg_catalog.format('the function %s', p.oid::pg_catalog.regprocedure), r.rolname::text
FROM pg_catalog.pg_proc p
JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
JOIN pg_catalog.pg_roles r ON r.oid = p.proowner
WHERE n.nspname = $1 AND NOT r.rolsuper AND r.oid <> $2
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
                  WHERE d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND d.objid = p.oid AND d.deptype = 'e')
LIMIT 1
