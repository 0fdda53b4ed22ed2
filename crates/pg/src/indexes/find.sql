-- At most one row for the index $3 of the table $2 in the schema $1: whether it is valid, and the constraint it belongs
-- to. PostgreSQL 10+.
SELECT i.indisvalid, k.conname::text
FROM pg_catalog.pg_index i
JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid
JOIN pg_catalog.pg_class c ON c.oid = i.indrelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_catalog.pg_constraint k ON k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x')
WHERE n.nspname = $1 AND c.relname = $2 AND x.relname = $3
