-- At most one row: something whose code would run, and its owner, where the owner is neither a superuser nor the role we
-- are. $1 are relations whose rows are changed or that are filled or rebuilt, $2 relations that are read, $3 types, $4
-- functions; $5: structure is changed. PostgreSQL 10+ (pg_statistic_ext).
--
-- Reading runs more than one sees. A view runs what its rule calls. The planner evaluates constant calls of immutable
-- functions in the expressions and predicates of the table's indexes and extended statistics, even for
-- SELECT * FROM t. Partition keys, row policies (ours, and those under a view), domain checks in casts, and children of
-- the table that are foreign tables run code too. Built-in objects (oid below 16384) are trusted; a function that is
-- trusted is not looked into.
--
-- Changing runs triggers, rules, defaults, checks, and the checks of the columns' domains. A cascade runs as the owner of
-- the other table, but before 18 its deferred triggers run as whoever commits: those tables are looked at as well. A
-- materialized view is filled by reading what its query reads.
--
-- Changing structure moreover converts values: the casts of the types in question, which their owners may plant, and all
-- of what a foreign key refers to, which it reads. A domain of somebody else is refused for itself: its owner may give it
-- a check at any time.
WITH RECURSIVE me AS (
    SELECT oid, rolsuper OR rolbypassrls AS no_policies FROM pg_catalog.pg_roles WHERE rolname = current_user
), reached (classid, objid, in_view, changing) AS (
    SELECT x.classid::oid, x.objid, false, x.changing
    FROM (
        SELECT 'pg_catalog.pg_class'::pg_catalog.regclass, u.oid, true FROM pg_catalog.unnest($1) u (oid)
        UNION ALL
        SELECT 'pg_catalog.pg_class'::pg_catalog.regclass, u.oid, false FROM pg_catalog.unnest($2) u (oid)
        UNION ALL
        SELECT 'pg_catalog.pg_type'::pg_catalog.regclass, u.oid, false FROM pg_catalog.unnest($3) u (oid)
        UNION ALL
        SELECT 'pg_catalog.pg_proc'::pg_catalog.regclass, u.oid, false FROM pg_catalog.unnest($4) u (oid)
    ) x (classid, objid, changing)
    UNION
    SELECT e.classid, e.objid, e.in_view, e.changing
    FROM reached r
    CROSS JOIN LATERAL (
        -- A materialized view is read like a table: its rule runs when it is filled.
        SELECT 'pg_catalog.pg_rewrite'::pg_catalog.regclass::oid, w.oid, true, r.changing AND c.relkind <> 'm'
        FROM pg_catalog.pg_rewrite w
        JOIN pg_catalog.pg_class c ON c.oid = w.ev_class AND (c.relkind <> 'm' OR r.changing)
        WHERE r.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND w.ev_class = r.objid
          AND (w.ev_type = '1' OR r.changing)
        UNION ALL
        SELECT 'pg_catalog.pg_trigger'::pg_catalog.regclass::oid, t.oid, r.in_view, true
        FROM pg_catalog.pg_trigger t
        WHERE r.changing AND r.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND t.tgrelid = r.objid
          AND NOT t.tgisinternal
        UNION ALL
        SELECT 'pg_catalog.pg_attrdef'::pg_catalog.regclass::oid, a.oid, r.in_view, true
        FROM pg_catalog.pg_attrdef a
        WHERE r.changing AND r.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND a.adrelid = r.objid
        UNION ALL
        SELECT 'pg_catalog.pg_constraint'::pg_catalog.regclass::oid, k.oid, r.in_view, true
        FROM pg_catalog.pg_constraint k
        WHERE r.changing AND r.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND k.conrelid = r.objid
        UNION ALL
        SELECT r.classid, k.conrelid, r.in_view, true
        FROM pg_catalog.pg_constraint k
        WHERE r.changing AND r.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND k.confrelid = r.objid
          AND k.contype = 'f' AND (k.confdeltype IN ('c', 'n', 'd') OR k.confupdtype IN ('c', 'n', 'd'))
        UNION ALL
        SELECT r.classid, k.confrelid, r.in_view, false
        FROM pg_catalog.pg_constraint k
        WHERE $5 AND r.changing AND r.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND k.conrelid = r.objid
          AND k.contype = 'f'
        UNION ALL
        -- The columns that a foreign key may refer to.
        SELECT 'pg_catalog.pg_type'::pg_catalog.regclass::oid, a.atttypid, r.in_view, false
        FROM pg_catalog.pg_index x
        JOIN pg_catalog.pg_attribute a ON a.attrelid = x.indrelid AND a.attnum = ANY (x.indkey)
        WHERE $5 AND NOT r.changing AND r.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND x.indrelid = r.objid
          AND x.indisunique AND a.atttypid >= 16384
        UNION ALL
        SELECT d.refclassid, d.refobjid, r.in_view, false
        FROM pg_catalog.pg_depend d
        WHERE r.changing AND r.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
          AND d.classid = r.classid AND d.objid = r.objid AND d.refobjid >= 16384
          AND d.refclassid = 'pg_catalog.pg_type'::pg_catalog.regclass
        UNION ALL
        SELECT r.classid, i.inhrelid, r.in_view, r.changing
        FROM pg_catalog.pg_inherits i
        WHERE r.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND i.inhparent = r.objid
        UNION ALL
        SELECT r.classid, x.indexrelid, r.in_view, r.changing
        FROM pg_catalog.pg_index x
        WHERE r.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND x.indrelid = r.objid
        UNION ALL
        SELECT 'pg_catalog.pg_statistic_ext'::pg_catalog.regclass::oid, s.oid, r.in_view, r.changing
        FROM pg_catalog.pg_statistic_ext s
        WHERE r.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND s.stxrelid = r.objid
        UNION ALL
        SELECT 'pg_catalog.pg_policy'::pg_catalog.regclass::oid, p.oid, r.in_view, r.changing
        FROM pg_catalog.pg_policy p
        JOIN pg_catalog.pg_class c ON c.oid = p.polrelid AND c.relrowsecurity
        WHERE r.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND p.polrelid = r.objid
          AND (r.in_view OR NOT (SELECT no_policies FROM me))
        UNION ALL
        SELECT 'pg_catalog.pg_foreign_server'::pg_catalog.regclass::oid, f.ftserver, r.in_view, r.changing
        FROM pg_catalog.pg_foreign_table f
        WHERE r.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND f.ftrelid = r.objid
        UNION ALL
        SELECT 'pg_catalog.pg_constraint'::pg_catalog.regclass::oid, k.oid, r.in_view, false
        FROM pg_catalog.pg_constraint k
        WHERE r.classid = 'pg_catalog.pg_type'::pg_catalog.regclass AND k.contypid = r.objid
        UNION ALL
        -- A row is read column by column.
        SELECT r.classid, a.atttypid, r.in_view, false
        FROM pg_catalog.pg_type t
        JOIN pg_catalog.pg_attribute a ON a.attrelid = t.typrelid
        WHERE r.classid = 'pg_catalog.pg_type'::pg_catalog.regclass AND t.oid = r.objid AND t.typrelid <> 0
          AND a.attnum > 0 AND NOT a.attisdropped AND a.atttypid >= 16384
        UNION ALL
        SELECT 'pg_catalog.pg_proc'::pg_catalog.regclass::oid, k.castfunc, r.in_view, false
        FROM pg_catalog.pg_cast k
        WHERE $5 AND r.classid = 'pg_catalog.pg_type'::pg_catalog.regclass AND r.objid IN (k.castsource, k.casttarget)
          AND k.castfunc >= 16384
        UNION ALL
        SELECT d.refclassid, d.refobjid, r.in_view, r.changing
        FROM pg_catalog.pg_depend d
        WHERE d.classid = r.classid AND d.objid = r.objid AND d.refobjid >= 16384
          AND r.classid <> 'pg_catalog.pg_proc'::pg_catalog.regclass
          AND (d.refclassid IN ('pg_catalog.pg_proc'::pg_catalog.regclass, 'pg_catalog.pg_operator'::pg_catalog.regclass)
               OR (d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
                   AND r.classid IN ('pg_catalog.pg_rewrite'::pg_catalog.regclass,
                                     'pg_catalog.pg_policy'::pg_catalog.regclass))
               OR (d.refclassid = 'pg_catalog.pg_type'::pg_catalog.regclass
                   AND r.classid <> 'pg_catalog.pg_class'::pg_catalog.regclass))
    ) e (classid, objid, in_view, changing)
), runs (what, owner, rank) AS (
    SELECT pg_catalog.format('%s %I.%I', CASE c.relkind WHEN 'v' THEN 'the view' ELSE 'the foreign table' END,
                             n.nspname, c.relname), c.relowner, CASE WHEN c.oid = ANY ($1 || $2) THEN 0 ELSE 1 END
    FROM reached r
    JOIN pg_catalog.pg_class c ON r.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND c.oid = r.objid
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('v', 'f')
    UNION ALL
    SELECT pg_catalog.format('the function %s', p.oid::pg_catalog.regprocedure), p.proowner, 2
    FROM reached r
    JOIN pg_catalog.pg_proc p ON r.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND p.oid = r.objid
    UNION ALL
    SELECT pg_catalog.format('the foreign server %I', s.srvname), s.srvowner, 3
    FROM reached r
    JOIN pg_catalog.pg_foreign_server s
      ON r.classid = 'pg_catalog.pg_foreign_server'::pg_catalog.regclass AND s.oid = r.objid
    UNION ALL
    SELECT pg_catalog.format('the domain %s', t.oid::pg_catalog.regtype), t.typowner, 4
    FROM reached r
    JOIN pg_catalog.pg_type t ON r.classid = 'pg_catalog.pg_type'::pg_catalog.regclass AND t.oid = r.objid
    WHERE $5 AND t.typtype = 'd'
)
SELECT runs.what, o.rolname::text
FROM runs
JOIN pg_catalog.pg_roles o ON o.oid = runs.owner
WHERE NOT o.rolsuper AND o.oid <> (SELECT oid FROM me)
ORDER BY runs.rank, runs.what
LIMIT 1
