-- What the words $1 may mean as names, in schemas that are named as well or are among $2, in which names without a schema
-- are looked for: oids of the types (those of the functions' arguments and results among them), and of the functions
-- (those of operators in schemas that are named among them). PostgreSQL's own are left out. PostgreSQL 11+ (prokind is
-- not looked at).
WITH place AS (
    SELECT n.oid, n.nspname = ANY ($1) AS named
    FROM pg_catalog.pg_namespace n
    WHERE n.nspname = ANY ($1) OR n.nspname = ANY ($2)
), called AS (
    SELECT p.oid, p.proargtypes, p.prorettype
    FROM pg_catalog.pg_proc p
    JOIN place ON place.oid = p.pronamespace
    WHERE p.oid >= 16384 AND p.proname = ANY ($1)
    UNION ALL
    SELECT p.oid, p.proargtypes, p.prorettype
    FROM pg_catalog.pg_operator o
    JOIN place ON place.oid = o.oprnamespace
    JOIN pg_catalog.pg_proc p ON p.oid = o.oprcode
    WHERE o.oid >= 16384 AND place.named
)
SELECT ARRAY(
    SELECT t.oid FROM pg_catalog.pg_type t JOIN place ON place.oid = t.typnamespace
    WHERE t.oid >= 16384 AND t.typname = ANY ($1)
    UNION
    SELECT a.oid FROM called CROSS JOIN pg_catalog.unnest(called.proargtypes::oid[] || called.prorettype) a (oid)
    WHERE a.oid >= 16384
), ARRAY(SELECT called.oid FROM called)
