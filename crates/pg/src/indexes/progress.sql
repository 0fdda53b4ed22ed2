-- At most one row: what the process $1 does now to build an index, and the part of the whole that is done (0 to 1, null
-- where it cannot be told). PostgreSQL 12+. Reading the table is taken for most of the work, sorting for the rest; a
-- concurrent build reads the table twice.
SELECT p.phase,
       CASE WHEN p.phase LIKE 'building index%' AND p.tuples_total > 0
                THEN 0.4 + 0.2 * p.tuples_done::float8 / p.tuples_total
            WHEN p.phase LIKE 'building index%' AND p.blocks_total > 0
                THEN 0.4 * p.blocks_done::float8 / p.blocks_total
            WHEN p.phase LIKE 'index validation: scanning table%' AND p.blocks_total > 0
                THEN 0.7 + 0.29 * p.blocks_done::float8 / p.blocks_total
            WHEN p.phase LIKE 'index validation%' THEN 0.7 END
FROM pg_catalog.pg_stat_progress_create_index p
WHERE p.pid = $1
