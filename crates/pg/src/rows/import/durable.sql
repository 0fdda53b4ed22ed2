-- For this transaction, a commit is on disk when the server says so, also where the server is set to say so before: rows
-- that are counted as written must not be lost in a crash. PostgreSQL 9.1+.
SELECT pg_catalog.set_config('synchronous_commit', 'on', true)
WHERE pg_catalog.current_setting('synchronous_commit') = 'off'
