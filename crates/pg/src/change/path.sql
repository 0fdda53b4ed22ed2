-- Those of the schemas $1 and public in which names without a schema may be looked for, when what is typed runs with the
-- rights of the role with oid $2: all functions, operators and domains in it belong to superusers or to that role. A function of
-- somebody else could take the place of what was meant. PostgreSQL 10+.
SELECT n.nspname::text
FROM pg_catalog.pg_namespace n
WHERE n.nspname IN ($1, 'public') AND n.nspname <> 'pg_catalog'
  AND NOT EXISTS (
    SELECT FROM (
        SELECT p.proowner AS owner FROM pg_catalog.pg_proc p WHERE p.pronamespace = n.oid
        UNION ALL
        SELECT o.oprowner FROM pg_catalog.pg_operator o WHERE o.oprnamespace = n.oid
        UNION ALL
        -- Domains run their checks.
        SELECT t.typowner FROM pg_catalog.pg_type t WHERE t.typnamespace = n.oid AND t.typtype = 'd'
    ) x
    JOIN pg_catalog.pg_roles r ON r.oid = x.owner
    WHERE NOT r.rolsuper AND r.oid <> $2)
ORDER BY n.nspname <> $1
