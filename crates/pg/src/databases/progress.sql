-- One row: bytes of the copy so far, or null where it cannot be seen. The new database is not in pg_database before
-- the end, but the backend $1 holds a lock on its oid (PostgreSQL 15+, where the pages go through the WAL), and a
-- superuser may measure an oid that is not in the catalog.
SELECT pg_catalog.pg_database_size(l.objid)
FROM pg_catalog.pg_locks l
WHERE l.pid = $1
  AND l.locktype = 'object'
  AND l.classid = 'pg_catalog.pg_database'::pg_catalog.regclass
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_database d WHERE d.oid = l.objid)
  AND l.objid <> 0
LIMIT 1
