-- One row for each session of others in the database named $1, of any kind: pid and `role (application)`.
-- PostgreSQL 13+.
SELECT a.pid,
       pg_catalog.concat(
           COALESCE(a.usename::text, a.backend_type, 'unknown'),
           CASE WHEN a.application_name <> '' THEN ' (' || a.application_name || ')' END)
FROM pg_catalog.pg_stat_activity a
WHERE a.datname = $1
  AND a.application_name NOT LIKE 'howdah/%'
  AND (a.backend_type = 'client backend' OR a.backend_type IS NULL)
ORDER BY a.backend_start, a.pid
