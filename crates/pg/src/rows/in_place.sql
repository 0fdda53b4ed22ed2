-- One row, of no interest: for this transaction, a scan of a table reads it from its first block to its last, in one
-- process. PostgreSQL 9.6+.
SELECT pg_catalog.set_config('synchronize_seqscans', 'off', true),
       pg_catalog.set_config('max_parallel_workers_per_gather', '0', true)
