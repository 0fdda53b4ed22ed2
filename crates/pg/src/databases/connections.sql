-- One row for each client connection to the database named $1, Howdah's own last: pid, role, application, address,
-- state, since when (RFC 3339, UTC), whether it is Howdah's. What the role may not see is null. PostgreSQL 13+.
SELECT a.pid,
       a.usename::text,
       NULLIF(a.application_name, ''),
       pg_catalog.host(a.client_addr),
       a.state,
       pg_catalog.to_char(a.backend_start AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
       COALESCE(a.application_name LIKE 'howdah/%', false) AS own
FROM pg_catalog.pg_stat_activity a
WHERE a.datname = $1
  AND (a.backend_type = 'client backend' OR a.backend_type IS NULL)
  AND a.pid <> pg_catalog.pg_backend_pid()
ORDER BY own, a.backend_start, a.pid
