-- One row for each column of the relation with oid $1, in order: name, type as in SQL, type oid, number, nullable,
-- position in the primary key, description, base type (of a domain the type below it), variable length.
-- PostgreSQL 10+.
WITH RECURSIVE base (root, oid, typbasetype, typlen, typtype) AS (
    SELECT t.oid, t.oid, t.typbasetype, t.typlen, t.typtype
    FROM pg_catalog.pg_type t
    WHERE t.oid IN (SELECT a.atttypid FROM pg_catalog.pg_attribute a WHERE a.attrelid = $1 AND a.attnum > 0)
    UNION ALL
    SELECT base.root, t.oid, t.typbasetype, t.typlen, t.typtype
    FROM base JOIN pg_catalog.pg_type t ON base.typtype = 'd' AND t.oid = base.typbasetype
)
SELECT a.attname::text,
       pg_catalog.format_type(a.atttypid, a.atttypmod),
       a.atttypid,
       a.attnum,
       NOT a.attnotnull,
       pg_catalog.array_position(k.conkey, a.attnum),
       s.description,
       b.oid,
       b.typlen < 0
FROM pg_catalog.pg_attribute a
JOIN base b ON b.root = a.atttypid AND b.typtype <> 'd'
LEFT JOIN pg_catalog.pg_constraint k ON k.conrelid = a.attrelid AND k.contype = 'p'
LEFT JOIN pg_catalog.pg_description s
       ON s.objoid = a.attrelid AND s.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass AND s.objsubid = a.attnum
WHERE a.attrelid = $1 AND a.attnum > 0 AND NOT a.attisdropped
ORDER BY a.attnum
