-- At most one row: a function, operator or domain in the schema $1 whose owner is neither a superuser nor the role with
-- oid $2, or an operator whose function is such a one's, and that owner. Those of extensions are no better: who installed
-- one may replace its functions. PostgreSQL 10+.
SELECT x.what, r.rolname::text
FROM (
    SELECT pg_catalog.format('the function %s', p.oid::pg_catalog.regprocedure) AS what, p.proowner AS owner,
           p.pronamespace AS namespace
    FROM pg_catalog.pg_proc p
    UNION ALL
    SELECT pg_catalog.format('the operator %s', o.oid::pg_catalog.regoperator), u.owner, o.oprnamespace
    FROM pg_catalog.pg_operator o
    LEFT JOIN pg_catalog.pg_proc p ON p.oid = o.oprcode
    CROSS JOIN LATERAL (VALUES (o.oprowner), (p.proowner)) u (owner)
    UNION ALL
    -- Domains run their checks; a type of somebody else may stand where another one is meant.
    SELECT pg_catalog.format('the type %s', t.oid::pg_catalog.regtype), t.typowner, t.typnamespace
    FROM pg_catalog.pg_type t
    WHERE t.typtype = 'd'
) x
JOIN pg_catalog.pg_namespace n ON n.oid = x.namespace
JOIN pg_catalog.pg_roles r ON r.oid = x.owner
WHERE n.nspname = $1 AND NOT r.rolsuper AND r.oid <> $2
LIMIT 1
