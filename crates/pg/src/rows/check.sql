-- What relation.sql says of the relation $2 in the schema $1, and: a token that is the same only while nothing at all has
-- been committed on this server (null on a standby, where it cannot be told); a stamp of all that columns.sql reads of
-- it, null where the token is still $3, since then nothing of it has changed. With $4, views and foreign tables are
-- refused for this transaction, see harden.sql.
--
-- The stamp holds the version (xmin, ctid) of each row that tells of a column, and in words what depends on names
-- elsewhere: types, defaults, tables that foreign keys lead to. Enumerations are looked for in a column's type, in its
-- elements and one domain deep. A type of PostgreSQL's own does not change; a class of operators for it may come.
-- PostgreSQL 13+ (pg_current_snapshot).
SELECT c.oid,
       c.relkind::text,
       CASE WHEN c.reltuples > 0 OR (c.reltuples = 0 AND c.relpages > 0) THEN c.reltuples::int8 END,
       pg_catalog.current_setting('TimeZone'),
       o.oid,
       o.rolname::text,
       o.rolsuper OR o.rolname = session_user,
       c.relkind = 'p' OR EXISTS (SELECT FROM pg_catalog.pg_inherits i WHERE i.inhparent = c.oid),
       s.token,
       CASE WHEN s.token = $3 THEN NULL ELSE (
           SELECT pg_catalog.format('%s %s', pg_catalog.array_agg(w.xmin), pg_catalog.array_agg(w.ctid))
           FROM (
               SELECT a.xmin, a.ctid FROM pg_catalog.pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0
               UNION ALL
               SELECT x.xmin, x.ctid FROM pg_catalog.pg_index x WHERE x.indrelid = c.oid
               UNION ALL
               SELECT k.xmin, k.ctid FROM pg_catalog.pg_constraint k WHERE k.conrelid = c.oid
               UNION ALL
               SELECT d.xmin, d.ctid FROM pg_catalog.pg_description d
               WHERE d.objoid = c.oid AND d.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass
               UNION ALL
               SELECT l.xmin, l.ctid
               FROM pg_catalog.pg_attribute a
               JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
               CROSS JOIN LATERAL (SELECT e.xmin, e.ctid FROM pg_catalog.pg_enum e
                                   WHERE e.enumtypid IN (t.oid, t.typelem, t.typbasetype) OFFSET 0) l
               WHERE a.attrelid = c.oid AND a.attnum > 0 AND a.atttypid >= 16384
               UNION ALL
               SELECT p.xmin, p.ctid FROM pg_catalog.pg_opclass p WHERE p.oid >= 16384
               UNION ALL
               SELECT m.xmin, m.ctid FROM pg_catalog.pg_amop m WHERE m.amopfamily >= 16384
               UNION ALL
               SELECT x.xmin, x.ctid FROM pg_catalog.pg_cast x WHERE x.oid >= 16384
           ) w) END,
       CASE WHEN s.token = $3 THEN NULL ELSE ARRAY(
           SELECT pg_catalog.format_type(a.atttypid, a.atttypmod)
           FROM pg_catalog.pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND a.atttypid >= 16384
           UNION ALL
           SELECT pg_catalog.pg_get_expr(d.adbin, d.adrelid) FROM pg_catalog.pg_attrdef d WHERE d.adrelid = c.oid
           UNION ALL
           SELECT x.indisvalid::text FROM pg_catalog.pg_index x WHERE x.indrelid = c.oid
           UNION ALL
           SELECT f.word
           FROM pg_catalog.pg_constraint k
           CROSS JOIN LATERAL (
               SELECT pg_catalog.format('%I.%I', m.nspname, r.relname)
               FROM pg_catalog.pg_class r JOIN pg_catalog.pg_namespace m ON m.oid = r.relnamespace
               WHERE r.oid = k.confrelid
               UNION ALL
               SELECT a.attname::text FROM pg_catalog.pg_attribute a
               WHERE a.attrelid = k.confrelid AND a.attnum = ANY (k.confkey)) f (word)
           WHERE k.conrelid = c.oid AND k.contype = 'f') END,
       CASE WHEN $4 AND pg_catalog.current_setting('restrict_nonsystem_relation_kind', true) IS NOT NULL
            THEN pg_catalog.set_config('restrict_nonsystem_relation_kind', 'view, foreign-table', true) END
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_roles o ON o.oid = c.relowner
CROSS JOIN (SELECT CASE WHEN NOT pg_catalog.pg_is_in_recovery()
                        THEN pg_catalog.pg_current_snapshot()::text END AS token OFFSET 0) s
WHERE n.nspname = $1 AND c.relname = $2 AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
