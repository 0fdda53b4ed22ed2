-- One row for each table, view or foreign table, by schema and name: schema, name, kind, owner, description, row
-- estimate, size in bytes, number of partitions (all levels, without the table itself), has a primary key.
-- $1 is a schema or null for all but the system's own; after ($2, $3) where those are not null; at most $4;
-- only those with $5 in schema.name and of the kinds $6 (r,p,partition,v,m,f), where those are not null.
-- PostgreSQL 13+. Sizes are relpages of table, TOAST and indexes times the block size: no file is looked at. A
-- partitioned table has the sum of its partitions. reltuples is -1 where never analysed since 14, before it is 0 with
-- relpages 0, and relpages of a partitioned table is -1.
WITH RECURSIVE schemas AS MATERIALIZED (
    SELECT n.oid, n.nspname
    FROM pg_catalog.pg_namespace n
    WHERE CASE WHEN $1 IS NULL THEN n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' ELSE n.nspname = $1 END
      AND ($2 IS NULL OR n.nspname >= $2 COLLATE "C")
), page AS MATERIALIZED (
    -- In few schemas the index on names is walked, in each as far as a page reaches. A walk passes the names of all
    -- schemas: of many it is quicker to read the catalog once.
    SELECT c.oid, n.nspname, c.relname, c.relkind, c.relispartition, c.relowner, c.reltuples, c.relpages,
           c.reltoastrelid
    FROM schemas n
    CROSS JOIN LATERAL (
        SELECT c.*
        FROM pg_catalog.pg_class c
        WHERE c.relnamespace = n.oid
          AND c.relname > CASE WHEN n.nspname = $2 THEN $3 ELSE '' END COLLATE "C"
          AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
          AND ($5 IS NULL OR pg_catalog.strpos(pg_catalog.lower(n.nspname || '.' || c.relname), pg_catalog.lower($5)) > 0)
          AND ($6 IS NULL OR CASE WHEN c.relkind = 'r' AND c.relispartition THEN 'partition' ELSE c.relkind::text END
                             = ANY (pg_catalog.string_to_array($6, ',')))
        ORDER BY c.relname
        LIMIT $4
    ) c
    WHERE (SELECT pg_catalog.count(*) FROM schemas) <= 4
    UNION ALL
    (SELECT c.oid, n.nspname, c.relname, c.relkind, c.relispartition, c.relowner, c.reltuples, c.relpages,
            c.reltoastrelid
     FROM schemas n
     JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid
     WHERE (SELECT pg_catalog.count(*) FROM schemas) > 4
       AND (n.nspname = $2 AND c.relname <= $3 COLLATE "C") IS NOT TRUE
       AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
       AND ($5 IS NULL OR pg_catalog.strpos(pg_catalog.lower(n.nspname || '.' || c.relname), pg_catalog.lower($5)) > 0)
       AND ($6 IS NULL OR CASE WHEN c.relkind = 'r' AND c.relispartition THEN 'partition' ELSE c.relkind::text END
                          = ANY (pg_catalog.string_to_array($6, ',')))
     ORDER BY n.nspname, c.relname
     LIMIT $4)
    ORDER BY nspname, relname
    LIMIT $4
), parts (root, oid) AS (
    SELECT p.oid, i.inhrelid
    FROM page p
    JOIN pg_catalog.pg_inherits i ON i.inhparent = p.oid
    WHERE p.relkind = 'p'
    UNION ALL
    SELECT parts.root, i.inhrelid
    FROM parts
    JOIN pg_catalog.pg_inherits i ON i.inhparent = parts.oid
), sums AS (
    SELECT parts.root,
           pg_catalog.sum(GREATEST(c.relpages, 0)::int8 + COALESCE(t.relpages, 0) + COALESCE(x.pages, 0)) AS pages,
           pg_catalog.sum(c.reltuples) FILTER (WHERE c.relkind = 'r' AND (c.reltuples > 0 OR c.relpages > 0)) AS tuples,
           pg_catalog.count(*)::int4 AS partitions
    FROM parts
    JOIN pg_catalog.pg_class c ON c.oid = parts.oid
    LEFT JOIN pg_catalog.pg_class t ON t.oid = c.reltoastrelid
    LEFT JOIN LATERAL (
        SELECT pg_catalog.sum(ic.relpages::int8) AS pages
        FROM pg_catalog.pg_index ix
        JOIN pg_catalog.pg_class ic ON ic.oid = ix.indexrelid
        WHERE ix.indrelid IN (c.oid, c.reltoastrelid)
    ) x ON true
    GROUP BY parts.root
)
SELECT p.nspname::text,
       p.relname::text,
       CASE WHEN p.relkind = 'r' AND p.relispartition THEN 'partition' ELSE p.relkind::text END,
       pg_catalog.pg_get_userbyid(p.relowner)::text,
       (SELECT s.description FROM pg_catalog.pg_description s
        WHERE s.objoid = p.oid AND s.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass AND s.objsubid = 0),
       CASE WHEN p.relkind = 'v' THEN NULL
            WHEN p.reltuples > 0 OR (p.reltuples = 0 AND p.relpages > 0) THEN p.reltuples::int8
            WHEN p.reltuples = 0 AND pg_catalog.current_setting('server_version_num')::int4 >= 140000
                 AND p.relkind <> 'f' THEN 0
            ELSE sums.tuples::int8 END,
       CASE WHEN p.relkind IN ('r', 'p', 'm')
            THEN ((GREATEST(p.relpages, 0) + COALESCE(toast.relpages, 0) + COALESCE(own.pages, 0)
                   + COALESCE(sums.pages, 0)) * pg_catalog.current_setting('block_size')::int8)::int8 END,
       CASE WHEN p.relkind = 'p' THEN COALESCE(sums.partitions, 0) END,
       COALESCE(own.has_primary, false)
FROM page p
LEFT JOIN sums ON sums.root = p.oid
LEFT JOIN pg_catalog.pg_class toast ON toast.oid = p.reltoastrelid
LEFT JOIN LATERAL (
    SELECT pg_catalog.sum(ic.relpages::int8) AS pages,
           pg_catalog.bool_or(ix.indisprimary AND ix.indrelid = p.oid) AS has_primary
    FROM pg_catalog.pg_index ix
    JOIN pg_catalog.pg_class ic ON ic.oid = ix.indexrelid
    WHERE ix.indrelid IN (p.oid, p.reltoastrelid)
) own ON true
ORDER BY p.nspname, p.relname
