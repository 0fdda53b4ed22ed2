-- One row for each partition right below the table with oid $1, at most 1000, as JSON: `PartitionDetails`.
-- PostgreSQL 13+.
SELECT pg_catalog.json_build_object(
    'schema', n.nspname, 'name', c.relname, 'bound', pg_catalog.pg_get_expr(c.relpartbound, c.oid),
    'partitioned', c.relkind = 'p',
    'rowEstimate', CASE WHEN c.reltuples > 0 OR (c.reltuples = 0 AND c.relpages > 0) THEN c.reltuples::int8 END,
    'sizeBytes', CASE WHEN c.relkind = 'r'
                      THEN c.relpages::int8 * pg_catalog.current_setting('block_size')::int8 END)::text
FROM pg_catalog.pg_inherits i
JOIN pg_catalog.pg_class c ON c.oid = i.inhrelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE i.inhparent = $1 AND c.relispartition
ORDER BY n.nspname, c.relname
LIMIT 1000
