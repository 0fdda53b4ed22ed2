-- Oid and size in bytes of the databases in $1; the size is null where the role may neither connect nor read all
-- statistics (pg_database_size would fail). PostgreSQL 10+.
SELECT d.oid,
       CASE WHEN pg_catalog.has_database_privilege(d.oid, 'CONNECT')
              OR pg_catalog.pg_has_role('pg_read_all_stats', 'USAGE')
            THEN pg_catalog.pg_database_size(d.oid) END
FROM pg_catalog.pg_database d
WHERE d.oid = ANY ($1)
