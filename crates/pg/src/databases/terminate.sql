-- Ends the client sessions of others in the database named $1; one row with how many were told to end. Needs a
-- superuser, pg_signal_backend, or to be the same role. PostgreSQL 13+.
-- The list is made first: in one WHERE, PostgreSQL may call the function before it looks at the other conditions, and
-- end everybody.
WITH others AS MATERIALIZED (
    SELECT a.pid
    FROM pg_catalog.pg_stat_activity a
    WHERE a.datname = $1
      AND a.pid <> pg_catalog.pg_backend_pid()
      AND (a.backend_type = 'client backend' OR a.backend_type IS NULL)
)
SELECT pg_catalog.count(*) FILTER (WHERE ended)
FROM (SELECT pg_catalog.pg_terminate_backend(others.pid) AS ended FROM others) AS done
