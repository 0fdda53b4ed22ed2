-- One row for each column of the relation with oid $1, as JSON: `ColumnDetails`, and for the DDL `identityOptions`,
-- `ownedSequence` (a statement) and `fdwOptions`. PostgreSQL 13+; compression since 14, virtual generated columns since
-- 18; attstattarget is null for the default since 17, -1 before.
SELECT pg_catalog.json_build_object(
    'number', a.attnum, 'name', a.attname, 'type', pg_catalog.format_type(a.atttypid, a.atttypmod),
    'typeOid', a.atttypid::int8,
    'baseType', CASE WHEN t.typtype = 'd' THEN pg_catalog.format_type(t.typbasetype, t.typtypmod) END,
    'enumLabels', (
        WITH RECURSIVE down (oid) AS (
            SELECT a.atttypid
            UNION
            SELECT CASE WHEN d.typtype = 'd' THEN d.typbasetype ELSE d.typelem END
            FROM down JOIN pg_catalog.pg_type d ON d.oid = down.oid
            WHERE d.typtype = 'd' OR (d.typelem <> 0 AND d.typlen = -1))
        SELECT pg_catalog.json_agg(e.enumlabel ORDER BY e.enumsortorder)
        FROM pg_catalog.pg_enum e JOIN down ON down.oid = e.enumtypid),
    'nullable', NOT a.attnotnull,
    'default', CASE WHEN a.attgenerated = '' THEN pg_catalog.pg_get_expr(d.adbin, d.adrelid) END,
    'identity', CASE a.attidentity WHEN 'a' THEN 'always' WHEN 'd' THEN 'byDefault' END,
    'sequence', s.name,
    'generated', CASE WHEN a.attgenerated <> '' THEN pg_catalog.pg_get_expr(d.adbin, d.adrelid) END,
    'generatedVirtual', a.attgenerated = 'v',
    'collation', CASE WHEN a.attcollation <> t.typcollation THEN (
        SELECT pg_catalog.format('%I.%I', cn.nspname, co.collname)
        FROM pg_catalog.pg_collation co JOIN pg_catalog.pg_namespace cn ON cn.oid = co.collnamespace
        WHERE co.oid = a.attcollation) END,
    'local', a.attislocal,
    'storage', CASE a.attstorage WHEN 'p' THEN 'plain' WHEN 'e' THEN 'external' WHEN 'm' THEN 'main' ELSE 'extended' END,
    'compression', CASE pg_catalog.to_jsonb(a) ->> 'attcompression' WHEN 'p' THEN 'pglz' WHEN 'l' THEN 'lz4' END,
    'statisticsTarget', NULLIF(a.attstattarget, -1),
    'primaryKeyPosition', (
        SELECT pg_catalog.array_position(k.conkey, a.attnum) FROM pg_catalog.pg_constraint k
        WHERE k.conrelid = a.attrelid AND k.contype = 'p'),
    'description', pg_catalog.col_description(a.attrelid, a.attnum),
    'storageDefault', a.attstorage = t.typstorage,
    'identityOptions', CASE WHEN a.attidentity <> '' THEN s.options END,
    'ownedSequence', CASE WHEN a.attidentity = '' THEN
        'CREATE SEQUENCE ' || s.name || ' AS ' || s.data_type || s.options END,
    'fdwOptions', COALESCE(a.attfdwoptions, '{}'))::text
FROM pg_catalog.pg_attribute a
JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
LEFT JOIN LATERAL (
    SELECT pg_catalog.format('%I.%I', sn.nspname, sc.relname) AS name,
           pg_catalog.format_type(q.seqtypid, NULL) AS data_type,
           pg_catalog.format(' START WITH %s INCREMENT BY %s MINVALUE %s MAXVALUE %s CACHE %s%s', q.seqstart,
                             q.seqincrement, q.seqmin, q.seqmax, q.seqcache,
                             CASE WHEN q.seqcycle THEN ' CYCLE' ELSE '' END) AS options
    FROM pg_catalog.pg_depend p
    JOIN pg_catalog.pg_sequence q ON q.seqrelid = p.objid
    JOIN pg_catalog.pg_class sc ON sc.oid = p.objid
    JOIN pg_catalog.pg_namespace sn ON sn.oid = sc.relnamespace
    WHERE p.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
      AND p.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
      AND p.refobjid = a.attrelid AND p.refobjsubid = a.attnum AND p.deptype IN ('a', 'i')
    LIMIT 1) s ON true
WHERE a.attrelid = $1 AND a.attnum > 0 AND NOT a.attisdropped
ORDER BY a.attnum
