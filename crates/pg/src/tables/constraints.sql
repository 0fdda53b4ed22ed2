-- One row for each primary key, unique, check, exclusion and foreign key constraint of the relation with oid $1, and for
-- each foreign key that refers to it: its type and JSON. `r` as the type is a foreign key of another table (or this one)
-- to it. PostgreSQL 13+; confdelsetcols and NULLS NOT DISTINCT since 15, NOT ENFORCED since 18.
-- What `pg_get_…def` answers is empty for what is dropped while this runs: it looks past the snapshot.
SELECT CASE WHEN x.refers THEN 'r' ELSE k.contype::text END,
    pg_catalog.json_build_object(
        'name', k.conname, 'definition', COALESCE(pg_catalog.pg_get_constraintdef(k.oid), ''),
        'description', pg_catalog.obj_description(k.oid, 'pg_constraint'),
        'columns', COALESCE((
            SELECT pg_catalog.json_agg(a.attname ORDER BY u.place)
            FROM pg_catalog.unnest(k.conkey) WITH ORDINALITY u (number, place)
            JOIN pg_catalog.pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.number), '[]'),
        'include', COALESCE((
            SELECT pg_catalog.json_agg(a.attname ORDER BY u.place)
            FROM pg_catalog.pg_index i
            CROSS JOIN pg_catalog.unnest(i.indkey::int2[]) WITH ORDINALITY u (number, place)
            JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = u.number
            WHERE i.indexrelid = k.conindid AND i.indrelid = k.conrelid AND u.place > i.indnkeyatts), '[]'),
        'nullsNotDistinct', COALESCE((
            SELECT (pg_catalog.to_jsonb(i) ->> 'indnullsnotdistinct')::bool FROM pg_catalog.pg_index i
            WHERE i.indexrelid = k.conindid), false),
        'deferrable', k.condeferrable, 'initiallyDeferred', k.condeferred,
        'expression', CASE WHEN k.contype = 'c' THEN pg_catalog.pg_get_expr(k.conbin, k.conrelid) END,
        'validated', k.convalidated, 'noInherit', k.connoinherit, 'local', k.conislocal,
        'enforced', COALESCE((pg_catalog.to_jsonb(k) ->> 'conenforced')::bool, true),
        'schema', n.nspname, 'table', c.relname, 'referencesSchema', fn.nspname, 'referencesTable', f.relname,
        'referencesColumns', COALESCE((
            SELECT pg_catalog.json_agg(a.attname ORDER BY u.place)
            FROM pg_catalog.unnest(k.confkey) WITH ORDINALITY u (number, place)
            JOIN pg_catalog.pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = u.number), '[]'),
        'onUpdate', CASE k.confupdtype WHEN 'r' THEN 'restrict' WHEN 'c' THEN 'cascade' WHEN 'n' THEN 'setNull'
                                       WHEN 'd' THEN 'setDefault' ELSE 'noAction' END,
        'onDelete', CASE k.confdeltype WHEN 'r' THEN 'restrict' WHEN 'c' THEN 'cascade' WHEN 'n' THEN 'setNull'
                                       WHEN 'd' THEN 'setDefault' ELSE 'noAction' END,
        'onDeleteColumns', COALESCE((
            SELECT pg_catalog.json_agg(a.attname ORDER BY u.place)
            FROM pg_catalog.jsonb_array_elements_text(NULLIF(pg_catalog.to_jsonb(k) -> 'confdelsetcols', 'null'))
                 WITH ORDINALITY u (number, place)
            JOIN pg_catalog.pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.number::int2), '[]'),
        'matchFull', k.confmatchtype = 'f',
        'inherited', k.conparentid <> 0 OR NOT k.conislocal)::text
FROM pg_catalog.pg_constraint k
JOIN pg_catalog.pg_class c ON c.oid = k.conrelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_catalog.pg_class f ON f.oid = k.confrelid
LEFT JOIN pg_catalog.pg_namespace fn ON fn.oid = f.relnamespace
CROSS JOIN (VALUES (false), (true)) x (refers)
WHERE CASE WHEN x.refers THEN k.contype = 'f' AND k.confrelid = $1 AND k.conparentid = 0
           ELSE k.conrelid = $1 AND k.contype IN ('p', 'u', 'c', 'x', 'f') END
ORDER BY k.contype, n.nspname, c.relname, k.conname
