-- What would have to go with the object ($1 its catalog, $2 its oid, $3 its column or 0), by kind and name, at most $4,
-- as JSON: `Dependent`. It is what DROP … CASCADE reports; what is a part of the object (its indexes, its row type, the
-- defaults of its columns, partitions) goes silently and is not there. PostgreSQL 13+ (deptype P and S).
WITH RECURSIVE gone (classid, objid, objsubid, how) AS (
    SELECT $1, $2, $3::int4, 'a'
    UNION
    SELECT e.classid, e.objid, e.objsubid, e.how
    FROM gone g
    CROSS JOIN LATERAL (
        SELECT d.classid, d.objid, d.objsubid, CASE d.deptype WHEN 'n' THEN 'n' ELSE 'a' END
        FROM pg_catalog.pg_depend d
        WHERE d.refclassid = g.classid AND d.refobjid = g.objid AND (g.objsubid = 0 OR d.refobjsubid = g.objsubid)
          AND d.deptype IN ('n', 'a', 'i', 'P', 'S', 'x')
        UNION ALL
        -- A rule drags its view along.
        SELECT d.refclassid, d.refobjid, d.refobjsubid, 'r'
        FROM pg_catalog.pg_depend d
        WHERE g.how = 'n' AND d.classid = g.classid AND d.objid = g.objid AND d.deptype = 'i'
    ) e (classid, objid, objsubid, how)
)
SELECT pg_catalog.json_build_object('kind', i.type, 'schema', i.schema, 'name', i.name, 'identity', i.identity)::text
FROM (
    SELECT classid, objid, objsubid FROM gone
    WHERE (classid, objid) <> ($1, $2) OR objsubid <> $3::int4
    GROUP BY classid, objid, objsubid
    HAVING pg_catalog.bool_and(how <> 'a')
) x
CROSS JOIN LATERAL pg_catalog.pg_identify_object(x.classid, x.objid, x.objsubid) i
WHERE i.type IS NOT NULL
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = x.classid AND d.objid = x.objid AND d.deptype = 'i')
ORDER BY i.type COLLATE "C", i.identity COLLATE "C"
LIMIT $4
