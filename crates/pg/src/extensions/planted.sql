-- At most one row: a function, operator, type or cast in the schema $1 whose owner is neither a superuser nor the role with
-- oid $2, and that owner. Those that belong to extensions are left out. PostgreSQL 10+.
SELECT x.what, r.rolname::text
FROM (
    SELECT pg_catalog.format('the function %s', p.oid::pg_catalog.regprocedure) AS what, p.proowner AS owner,
           'pg_catalog.pg_proc'::pg_catalog.regclass AS catalog, p.oid, p.pronamespace AS namespace
    FROM pg_catalog.pg_proc p
    UNION ALL
    SELECT pg_catalog.format('the operator %s', o.oid::pg_catalog.regoperator), o.oprowner,
           'pg_catalog.pg_operator'::pg_catalog.regclass, o.oid, o.oprnamespace
    FROM pg_catalog.pg_operator o
    UNION ALL
    -- Domains run their checks; a type of somebody else may stand where one of the extension's own is meant.
    SELECT pg_catalog.format('the type %s', t.oid::pg_catalog.regtype), t.typowner,
           'pg_catalog.pg_type'::pg_catalog.regclass, t.oid, t.typnamespace
    FROM pg_catalog.pg_type t
    WHERE t.typtype = 'd'
) x
JOIN pg_catalog.pg_namespace n ON n.oid = x.namespace
JOIN pg_catalog.pg_roles r ON r.oid = x.owner
WHERE n.nspname = $1 AND NOT r.rolsuper AND r.oid <> $2
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
                  WHERE d.classid = x.catalog AND d.objid = x.oid AND d.deptype = 'e')
LIMIT 1
