-- One row for each index of the relation with oid $1, as JSON: `IndexDetails`, and `inherited`: it is a part of an index
-- of the partitioned table above. An index that is dropped while this runs is left out: `pg_get_indexdef` looks past the
-- snapshot, and has nothing to say of it; so each is asked once (OFFSET 0). PostgreSQL 13+; NULLS NOT DISTINCT since 15.
SELECT pg_catalog.json_build_object(
    'oid', c.oid::int8, 'name', c.relname, 'method', am.amname, 'unique', i.indisunique, 'primary', i.indisprimary,
    'constraint', k.conname, 'valid', i.indisvalid AND i.indisready,
    'keys', pg_catalog.to_json(d.keys),
    'include', COALESCE((
        SELECT pg_catalog.json_agg(a.attname ORDER BY u.place)
        FROM pg_catalog.unnest(i.indkey::int2[]) WITH ORDINALITY u (number, place)
        JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = u.number
        WHERE u.place > i.indnkeyatts), '[]'),
    'predicate', pg_catalog.pg_get_expr(i.indpred, i.indrelid),
    'nullsNotDistinct', COALESCE((pg_catalog.to_jsonb(i) ->> 'indnullsnotdistinct')::bool, false),
    'sizeBytes', CASE WHEN c.relkind = 'i' THEN pg_catalog.pg_relation_size(c.oid) END,
    'scans', s.idx_scan, 'tablespace', ts.spcname,
    'description', pg_catalog.obj_description(c.oid, 'pg_class'),
    'definition', d.definition,
    'inherited', EXISTS (SELECT FROM pg_catalog.pg_inherits h WHERE h.inhrelid = c.oid))::text
FROM pg_catalog.pg_index i
JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
JOIN pg_catalog.pg_am am ON am.oid = c.relam
LEFT JOIN pg_catalog.pg_constraint k ON k.conindid = i.indexrelid AND k.conrelid = i.indrelid AND k.contype IN ('p', 'u', 'x')
LEFT JOIN pg_catalog.pg_tablespace ts ON ts.oid = c.reltablespace
LEFT JOIN pg_catalog.pg_stat_all_indexes s ON s.indexrelid = c.oid
CROSS JOIN LATERAL (
    SELECT pg_catalog.pg_get_indexdef(c.oid) AS definition, ARRAY(
        SELECT pg_catalog.pg_get_indexdef(c.oid, g, false)
        FROM pg_catalog.generate_series(1, i.indnkeyatts::int4) g ORDER BY g) AS keys
    OFFSET 0) d
WHERE i.indrelid = $1 AND d.definition IS NOT NULL AND pg_catalog.array_position(d.keys, NULL) IS NULL
ORDER BY i.indisprimary DESC, c.relname
