-- One row with one JSON object: the tables of the schema $1 (where $2 is null) or its relation $2, with the tables that
-- their foreign keys lead to and come from, at most $3, linked ones first; their columns (at most 50 of each); the
-- foreign keys between them; whether there are more tables. Partitions are left out, unless $2 is one.
-- PostgreSQL 11+ (conparentid).
WITH keys AS MATERIALIZED (
    SELECT k.conname, k.conrelid, k.confrelid, k.conkey, k.confkey
    FROM pg_catalog.pg_constraint k
    WHERE k.contype = 'f' AND k.conparentid = 0
), inside AS MATERIALIZED (
    SELECT c.oid
    FROM pg_catalog.pg_class c
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = $1
      AND CASE WHEN $2 IS NULL THEN c.relkind IN ('r', 'p') AND NOT c.relispartition
               ELSE c.relname = $2 AND c.relkind IN ('r', 'p', 'f', 'v', 'm') END
), linked AS MATERIALIZED (
    SELECT k.confrelid AS oid FROM keys k JOIN inside i ON i.oid = k.conrelid
    UNION
    SELECT k.conrelid FROM keys k JOIN inside i ON i.oid = k.confrelid
), chosen AS MATERIALIZED (
    SELECT c.oid, n.nspname, c.relname, c.relkind, c.relispartition,
           pg_catalog.row_number() OVER (ORDER BY CASE WHEN $2 IS NOT NULL AND i.oid IS NOT NULL THEN 0
                                                       WHEN EXISTS (SELECT FROM keys k WHERE c.oid IN (k.conrelid, k.confrelid))
                                                       THEN 1 ELSE 2 END,
                                                  n.nspname, c.relname) AS place
    FROM (SELECT oid FROM inside UNION SELECT oid FROM linked) a
    JOIN pg_catalog.pg_class c ON c.oid = a.oid
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    LEFT JOIN inside i ON i.oid = c.oid
), kept AS MATERIALIZED (
    SELECT * FROM chosen WHERE place <= $3
)
SELECT pg_catalog.json_build_object(
    'tables', COALESCE((
        SELECT pg_catalog.json_agg(pg_catalog.json_build_object(
            'schema', t.nspname,
            'name', t.relname,
            'kind', CASE t.relkind WHEN 'p' THEN 'partitioned' WHEN 'v' THEN 'view' WHEN 'm' THEN 'materializedView'
                                   WHEN 'f' THEN 'foreign'
                                   ELSE CASE WHEN t.relispartition THEN 'partition' ELSE 'table' END END,
            'columns', COALESCE((
                SELECT pg_catalog.json_agg(pg_catalog.json_build_object(
                    'name', a.attname,
                    'type', pg_catalog.format_type(a.atttypid, a.atttypmod),
                    'nullable', NOT a.attnotnull,
                    'primaryKey', COALESCE(a.attnum = ANY (p.indkey), false)) ORDER BY a.attnum)
                FROM (SELECT * FROM pg_catalog.pg_attribute a
                      WHERE a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped
                      ORDER BY a.attnum LIMIT 50) a
                LEFT JOIN pg_catalog.pg_index p ON p.indrelid = t.oid AND p.indisprimary), '[]'),
            'columnCount', (SELECT pg_catalog.count(*) FROM pg_catalog.pg_attribute a
                            WHERE a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped))
            ORDER BY t.nspname, t.relname)
        FROM kept t), '[]'),
    'foreignKeys', COALESCE((
        SELECT pg_catalog.json_agg(pg_catalog.json_build_object(
            'name', k.conname,
            'schema', f.nspname,
            'table', f.relname,
            'columns', (SELECT pg_catalog.json_agg(a.attname ORDER BY n.place)
                        FROM pg_catalog.unnest(k.conkey) WITH ORDINALITY n (attnum, place)
                        JOIN pg_catalog.pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = n.attnum),
            'referencesSchema', r.nspname,
            'referencesTable', r.relname,
            'referencesColumns', (SELECT pg_catalog.json_agg(a.attname ORDER BY n.place)
                                  FROM pg_catalog.unnest(k.confkey) WITH ORDINALITY n (attnum, place)
                                  JOIN pg_catalog.pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = n.attnum),
            'unique', EXISTS (
                SELECT FROM pg_catalog.pg_index u
                WHERE u.indrelid = k.conrelid AND u.indisunique AND u.indpred IS NULL AND u.indisvalid
                  AND u.indnkeyatts = pg_catalog.array_length(k.conkey, 1)
                  AND NOT EXISTS (SELECT FROM pg_catalog.unnest(k.conkey) n (attnum)
                                  WHERE n.attnum <> ALL (u.indkey::int2[]))))
            ORDER BY f.nspname, f.relname, k.conname)
        FROM keys k
        JOIN kept f ON f.oid = k.conrelid
        JOIN kept r ON r.oid = k.confrelid), '[]'),
    'truncated', (SELECT pg_catalog.count(*) > $3 FROM chosen))::text
