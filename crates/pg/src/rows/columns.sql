-- One row for each column of the relation with oid $1, in order: name, type as in SQL, type oid, number, nullable, in the
-- primary key, description, base type (of a domain the type below it), variable length, position in the row key, whether
-- that is the primary key, kind of type (b, a(rray), e, c, r, m), element type, enum labels, default, identity, generated,
-- writable, the five operators of its order (null where it has none), foreign key: constraint, columns, schema, table,
-- columns there.
-- The row key: the primary key, or a unique index over columns that are not null. A table with children by inheritance has
-- none: its indexes do not cover the children.
-- PostgreSQL 13+ (multiranges since 14).
WITH RECURSIVE base (root, oid, typbasetype, typlen, typtype, typcategory, typelem) AS (
    SELECT t.oid, t.oid, t.typbasetype, t.typlen, t.typtype, t.typcategory, t.typelem
    FROM pg_catalog.pg_type t
    WHERE t.oid IN (SELECT a.atttypid FROM pg_catalog.pg_attribute a WHERE a.attrelid = $1 AND a.attnum > 0)
    UNION ALL
    SELECT base.root, t.oid, t.typbasetype, t.typlen, t.typtype, t.typcategory, t.typelem
    FROM base JOIN pg_catalog.pg_type t ON base.typtype = 'd' AND t.oid = base.typbasetype
), kinds (root, oid, variable, kind, element) AS (
    SELECT base.root, base.oid, base.typlen < 0,
           CASE WHEN base.typcategory = 'A' AND base.typelem <> 0 AND base.typlen = -1 THEN 'a' ELSE base.typtype::text END,
           CASE WHEN base.typcategory = 'A' AND base.typelem <> 0 AND base.typlen = -1 THEN base.typelem END
    FROM base WHERE base.typtype <> 'd'
), parts (root, oid, typtype, typelem) AS (
    -- The types whose order is asked for: that of the column, or of an array's elements.
    SELECT k.root, t.oid, t.typtype, t.typelem
    FROM kinds k JOIN pg_catalog.pg_type t ON t.oid = COALESCE(k.element, k.oid)
), orders (root, operators) AS MATERIALIZED (
    -- Once for each type: joined, it would be worked out for each column and each type.
    SELECT p.root, (
        SELECT (SELECT pg_catalog.array_agg(pg_catalog.format('OPERATOR(%I.%s)', n.nspname, o.oprname)
                                            ORDER BY m.amopstrategy)
                FROM pg_catalog.pg_amop m
                JOIN pg_catalog.pg_operator o ON o.oid = m.amopopr
                JOIN pg_catalog.pg_namespace n ON n.oid = o.oprnamespace
                WHERE m.amopfamily = c.opcfamily AND m.amoplefttype = c.opcintype AND m.amoprighttype = c.opcintype)
        FROM pg_catalog.pg_opclass c
        JOIN pg_catalog.pg_am a ON a.oid = c.opcmethod AND a.amname = 'btree'
        JOIN pg_catalog.pg_type i ON i.oid = c.opcintype
        WHERE c.opcdefault
          AND (c.opcintype = p.oid
               OR c.opcintype = (SELECT t.typbasetype FROM pg_catalog.pg_type t WHERE t.oid = p.oid AND t.typtype = 'd')
               OR p.typtype = 'e' AND i.typname = 'anyenum' OR p.typtype = 'r' AND i.typname = 'anyrange'
               OR p.typtype = 'm' AND i.typname = 'anymultirange' OR p.typtype = 'c' AND i.typname = 'record'
               OR EXISTS (SELECT FROM pg_catalog.pg_cast x
                          WHERE x.castsource = p.oid AND x.casttarget = c.opcintype AND x.castmethod = 'b'
                            AND x.castcontext = 'i'))
        ORDER BY c.opcintype = p.oid DESC, i.typispreferred DESC, c.oid
        LIMIT 1)
    FROM parts p
), row_key (numbers, is_primary) AS MATERIALIZED (
    SELECT (pg_catalog.string_to_array(i.indkey::text, ' ')::int2[])[1:i.indnkeyatts], i.indisprimary
    FROM pg_catalog.pg_index i
    JOIN pg_catalog.pg_class c ON c.oid = i.indrelid
    WHERE i.indrelid = $1 AND i.indisunique AND i.indisvalid AND i.indpred IS NULL AND i.indexprs IS NULL
      AND (i.indisprimary OR i.indimmediate)
      AND NOT (c.relkind = 'r' AND EXISTS (SELECT FROM pg_catalog.pg_inherits h WHERE h.inhparent = c.oid))
      AND NOT EXISTS (
          SELECT FROM pg_catalog.pg_attribute a
          WHERE a.attrelid = i.indrelid AND NOT a.attnotnull
            AND a.attnum = ANY ((pg_catalog.string_to_array(i.indkey::text, ' ')::int2[])[1:i.indnkeyatts]))
    ORDER BY i.indisprimary DESC, i.indnkeyatts, i.indexrelid
    LIMIT 1
)
SELECT a.attname::text,
       pg_catalog.format_type(a.atttypid, a.atttypmod),
       a.atttypid,
       a.attnum,
       NOT a.attnotnull,
       COALESCE(a.attnum = ANY (k.conkey), false),
       s.description,
       b.oid,
       b.variable,
       pg_catalog.array_position(rk.numbers, a.attnum),
       COALESCE(rk.is_primary, false),
       b.kind,
       b.element,
       CASE WHEN b.kind = 'e' OR e.typtype = 'e' THEN ARRAY(
           SELECT l.enumlabel::text FROM pg_catalog.pg_enum l
           WHERE l.enumtypid = COALESCE(b.element, b.oid) ORDER BY l.enumsortorder) END,
       pg_catalog.pg_get_expr(d.adbin, d.adrelid),
       a.attidentity::text,
       a.attgenerated <> '',
       a.attgenerated = '' AND pg_catalog.pg_column_is_updatable(a.attrelid, a.attnum, true),
       -- Operators of arrays are PostgreSQL's own, whatever their elements'.
       CASE WHEN o.operators IS NULL OR b.element IS NULL THEN o.operators
            ELSE ARRAY['OPERATOR(pg_catalog.<)', 'OPERATOR(pg_catalog.<=)', 'OPERATOR(pg_catalog.=)',
                       'OPERATOR(pg_catalog.>=)', 'OPERATOR(pg_catalog.>)'] END,
       f.conname::text,
       f.here,
       f.nspname::text,
       f.relname::text,
       f.there
FROM pg_catalog.pg_attribute a
JOIN kinds b ON b.root = a.atttypid
LEFT JOIN orders o ON o.root = a.atttypid
LEFT JOIN pg_catalog.pg_type e ON e.oid = b.element
LEFT JOIN row_key rk ON true
LEFT JOIN pg_catalog.pg_constraint k ON k.conrelid = a.attrelid AND k.contype = 'p'
LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
LEFT JOIN pg_catalog.pg_description s
       ON s.objoid = a.attrelid AND s.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass AND s.objsubid = a.attnum
LEFT JOIN LATERAL (
    SELECT c.conname, n.nspname, t.relname,
           ARRAY(SELECT h.attname::text
                 FROM pg_catalog.unnest(c.conkey) WITH ORDINALITY u (num, place)
                 JOIN pg_catalog.pg_attribute h ON h.attrelid = c.conrelid AND h.attnum = u.num ORDER BY u.place) AS here,
           ARRAY(SELECT h.attname::text
                 FROM pg_catalog.unnest(c.confkey) WITH ORDINALITY u (num, place)
                 JOIN pg_catalog.pg_attribute h ON h.attrelid = c.confrelid AND h.attnum = u.num ORDER BY u.place) AS there
    FROM pg_catalog.pg_constraint c
    JOIN pg_catalog.pg_class t ON t.oid = c.confrelid
    JOIN pg_catalog.pg_namespace n ON n.oid = t.relnamespace
    WHERE c.conrelid = a.attrelid AND c.contype = 'f' AND a.attnum = ANY (c.conkey)
    ORDER BY c.conname
    LIMIT 1
) f ON true
WHERE a.attrelid = $1 AND a.attnum > 0 AND NOT a.attisdropped
ORDER BY a.attnum
