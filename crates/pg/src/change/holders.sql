-- Who holds locks on the relation $2 in the schema $1, the oldest transaction first, at most five: process, role,
-- application, state, and since when as RFC 3339. What may not be seen is null. PostgreSQL 10+.
SELECT l.pid, s.usename::text, s.application_name, s.state,
       pg_catalog.to_char(s.xact_start AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
FROM pg_catalog.pg_locks l
JOIN pg_catalog.pg_class c ON c.oid = l.relation
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_catalog.pg_stat_activity s ON s.pid = l.pid
WHERE l.granted AND l.locktype = 'relation' AND n.nspname = $1 AND c.relname = $2
  AND l.database = (SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database())
  AND l.pid <> pg_catalog.pg_backend_pid()
GROUP BY l.pid, s.usename, s.application_name, s.state, s.xact_start
ORDER BY s.xact_start NULLS LAST
LIMIT 5
