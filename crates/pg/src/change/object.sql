-- At most one row for an object by kind ($1: relation, sequence, type, schema, extension, function), schema ($2; of a
-- function, extension or schema it means nothing) and name ($3; of a function its oid): oid, catalog, what it is within
-- its kind (relkind, typtype …; `partition` of a relation), oid and name of the owner, whether its code may have our
-- rights (a superuser, or the role that we signed in as), whether work on it runs with a superuser's rights, schema.
-- PostgreSQL 13+; pg_database_owner since 14: its one member, the owner of the database, stands for it.
SELECT o.oid, o.catalog::oid, o.what, r.oid, r.rolname::text, r.rolsuper OR r.rolname = session_user,
       (r.rolsuper OR r.rolname = session_user)
       AND (SELECT me.rolsuper FROM pg_catalog.pg_roles me WHERE me.rolname = session_user),
       o.schema::text
FROM (
    SELECT c.oid, 'pg_catalog.pg_class'::pg_catalog.regclass AS catalog,
           CASE WHEN c.relispartition AND c.relkind = 'r' THEN 'partition' ELSE c.relkind::text END AS what,
           c.relowner AS owner, n.nspname AS schema
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = $2 AND c.relname = $3
      AND CASE $1 WHEN 'relation' THEN c.relkind IN ('r', 'p', 'v', 'm', 'f') WHEN 'sequence' THEN c.relkind = 'S' END
    UNION ALL
    SELECT t.oid, 'pg_catalog.pg_type'::pg_catalog.regclass, t.typtype::text, t.typowner, n.nspname
    FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
    LEFT JOIN pg_catalog.pg_class c ON c.oid = t.typrelid
    WHERE $1 = 'type' AND n.nspname = $2 AND t.typname = $3 AND (c.oid IS NULL OR c.relkind = 'c')
      AND NOT (t.typelem <> 0 AND t.typlen = -1 AND t.typcategory = 'A')
    UNION ALL
    SELECT n.oid, 'pg_catalog.pg_namespace'::pg_catalog.regclass, 'n', n.nspowner, n.nspname
    FROM pg_catalog.pg_namespace n
    WHERE $1 = 'schema' AND n.nspname = $3
    UNION ALL
    SELECT e.oid, 'pg_catalog.pg_extension'::pg_catalog.regclass, 'e', e.extowner, n.nspname
    FROM pg_catalog.pg_extension e JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace
    WHERE $1 = 'extension' AND e.extname = $3
    UNION ALL
    SELECT p.oid, 'pg_catalog.pg_proc'::pg_catalog.regclass, p.prokind::text, p.proowner, n.nspname
    FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
    WHERE $1 = 'function' AND p.oid::text = $3
) o
JOIN pg_catalog.pg_roles given ON given.oid = o.owner
JOIN pg_catalog.pg_roles r ON r.oid = CASE WHEN given.rolname = 'pg_database_owner' THEN (
    SELECT d.datdba FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database()) ELSE given.oid END
