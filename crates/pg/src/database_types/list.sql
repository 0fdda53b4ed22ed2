-- One row for each enum, domain, composite, range, multirange and base type by schema and name, as JSON: schema, name,
-- `DatabaseType`, and the rest of `TypeDetails` (without rights and dependents). $1 is a schema or null for all but the
-- system's own; $2 the oid of one, or 0; after ($3, $4) where those are not null; at most $5. PostgreSQL 13+;
-- multiranges since 14. Without arrays and the row types of tables.
-- What `pg_get_…def` answers is empty for what is dropped while this runs: it looks past the snapshot.
SELECT n.nspname::text, t.typname::text, pg_catalog.json_build_object(
    'oid', t.oid::int8, 'schema', n.nspname, 'name', t.typname, 'owner', pg_catalog.pg_get_userbyid(t.typowner),
    'description', pg_catalog.obj_description(t.oid, 'pg_type'),
    'kind', CASE t.typtype WHEN 'e' THEN 'enum' WHEN 'd' THEN 'domain' WHEN 'c' THEN 'composite' WHEN 'r' THEN 'range'
                           WHEN 'm' THEN 'multirange' ELSE 'base' END,
    'labels', CASE WHEN t.typtype = 'e' THEN COALESCE((
        SELECT pg_catalog.json_agg(e.enumlabel ORDER BY e.enumsortorder) FROM pg_catalog.pg_enum e
        WHERE e.enumtypid = t.oid), '[]') END,
    'baseType', CASE t.typtype
        WHEN 'd' THEN pg_catalog.format_type(t.typbasetype, t.typtypmod)
        WHEN 'r' THEN (SELECT pg_catalog.format_type(r.rngsubtype, NULL) FROM pg_catalog.pg_range r
                       WHERE r.rngtypid = t.oid) END)::text,
    pg_catalog.json_build_object(
    'notNull', t.typnotnull, 'default', CASE WHEN t.typtype = 'd' THEN pg_catalog.pg_get_expr(t.typdefaultbin, 0) END,
    'collation', (
        SELECT pg_catalog.format('%I.%I', cn.nspname, co.collname)
        FROM pg_catalog.pg_collation co JOIN pg_catalog.pg_namespace cn ON cn.oid = co.collnamespace
        LEFT JOIN pg_catalog.pg_type b ON b.oid = t.typbasetype
        WHERE t.typtype = 'd' AND co.oid = t.typcollation AND t.typcollation <> COALESCE(b.typcollation, 0)),
    'checks', COALESCE((
        SELECT pg_catalog.json_agg(pg_catalog.json_build_object(
            'name', k.conname, 'definition', COALESCE(pg_catalog.pg_get_constraintdef(k.oid), '')) ORDER BY k.conname)
        FROM pg_catalog.pg_constraint k WHERE k.contypid = t.oid AND k.contype = 'c'), '[]'),
    'attributes', COALESCE((
        SELECT pg_catalog.json_agg(pg_catalog.json_build_object(
            'name', a.attname, 'type', pg_catalog.format_type(a.atttypid, a.atttypmod),
            'collation', CASE WHEN a.attcollation <> at.typcollation THEN (
                SELECT pg_catalog.format('%I.%I', cn.nspname, co.collname)
                FROM pg_catalog.pg_collation co JOIN pg_catalog.pg_namespace cn ON cn.oid = co.collnamespace
                WHERE co.oid = a.attcollation) END,
            'description', pg_catalog.col_description(a.attrelid, a.attnum)) ORDER BY a.attnum)
        FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_type at ON at.oid = a.atttypid
        WHERE t.typtype = 'c' AND a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped), '[]'))::text
FROM pg_catalog.pg_type t
JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
LEFT JOIN pg_catalog.pg_class c ON c.oid = t.typrelid
WHERE (t.typtype IN ('e', 'd', 'r', 'm') OR (t.typtype = 'c' AND c.relkind = 'c')
       OR (t.typtype = 'b' AND NOT (t.typelem <> 0 AND t.typlen = -1 AND t.typcategory = 'A')))
  AND CASE WHEN $2 <> 0 THEN t.oid = $2
           WHEN $1 IS NULL THEN n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' ELSE n.nspname = $1 END
  AND ($3 IS NULL OR (n.nspname::text COLLATE "C", t.typname::text COLLATE "C") > ($3, $4))
ORDER BY n.nspname, t.typname
LIMIT $5
