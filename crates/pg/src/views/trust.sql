-- At most one row: something that the query of the materialized view with oid $1 uses and that belongs neither to a
-- superuser nor to the role we are, and its owner: a function, an operator's function, a view, or a table with policies.
-- Views and domains are looked into. PostgreSQL 10+.
WITH RECURSIVE reached (classid, objid) AS (
    SELECT 'pg_catalog.pg_rewrite'::pg_catalog.regclass::oid, w.oid FROM pg_catalog.pg_rewrite w WHERE w.ev_class = $1
    UNION
    SELECT e.classid, e.objid
    FROM reached r
    CROSS JOIN LATERAL (
        SELECT d.refclassid, d.refobjid
        FROM pg_catalog.pg_depend d
        WHERE d.classid = r.classid AND d.objid = r.objid AND d.refobjid >= 16384 AND d.refobjid <> $1
          AND r.classid <> 'pg_catalog.pg_proc'::pg_catalog.regclass
        UNION ALL
        SELECT 'pg_catalog.pg_rewrite'::pg_catalog.regclass::oid, w.oid
        FROM pg_catalog.pg_rewrite w
        WHERE r.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND w.ev_class = r.objid AND w.ev_type = '1'
        UNION ALL
        SELECT 'pg_catalog.pg_policy'::pg_catalog.regclass::oid, p.oid
        FROM pg_catalog.pg_policy p
        WHERE r.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND p.polrelid = r.objid
        UNION ALL
        SELECT 'pg_catalog.pg_constraint'::pg_catalog.regclass::oid, k.oid
        FROM pg_catalog.pg_constraint k
        WHERE r.classid = 'pg_catalog.pg_type'::pg_catalog.regclass AND k.contypid = r.objid
        UNION ALL
        -- The planner evaluates constant calls in the expressions of indexes.
        SELECT r.classid, x.indexrelid
        FROM pg_catalog.pg_index x
        WHERE r.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND x.indrelid = r.objid
    ) e (classid, objid)
)
SELECT x.what, o.rolname::text
FROM (
    SELECT pg_catalog.format('the function %s', p.oid::pg_catalog.regprocedure) AS what, p.proowner AS owner
    FROM reached r
    JOIN pg_catalog.pg_proc p ON r.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND p.oid = r.objid
    UNION ALL
    SELECT pg_catalog.format('%s %I.%I', CASE c.relkind WHEN 'v' THEN 'the view' ELSE 'the foreign table' END, n.nspname,
                             c.relname), c.relowner
    FROM reached r
    JOIN pg_catalog.pg_class c ON r.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND c.oid = r.objid
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('v', 'f')
) x
JOIN pg_catalog.pg_roles o ON o.oid = x.owner
WHERE NOT o.rolsuper AND o.rolname <> session_user
LIMIT 1
