-- One row for the extension $1, as JSON: the rest of `ExtensionDetails`, without dependents. PostgreSQL 10+.
SELECT pg_catalog.json_build_object(
    'relocatable', COALESCE((SELECT e.extrelocatable FROM pg_catalog.pg_extension e WHERE e.extname = $1), v.relocatable,
                            false),
    'versions', COALESCE((SELECT pg_catalog.json_agg(x.version ORDER BY x.version)
                          FROM pg_catalog.pg_available_extension_versions() x WHERE x.name = $1), '[]'),
    'requires', COALESCE(v.requires, '{}'),
    'members', COALESCE((
        SELECT pg_catalog.json_agg(pg_catalog.json_build_object('kind', m.type, 'schema', m.schema, 'name', m.name,
                                                                'identity', m.identity))
        FROM (SELECT i.*
              FROM pg_catalog.pg_depend d
              JOIN pg_catalog.pg_extension e ON e.oid = d.refobjid AND e.extname = $1
              CROSS JOIN LATERAL pg_catalog.pg_identify_object(d.classid, d.objid, d.objsubid) i
              WHERE d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass AND d.deptype = 'e'
              ORDER BY i.type COLLATE "C", i.identity COLLATE "C" LIMIT 1000) m), '[]'))::text
FROM (VALUES (1)) one (row)
LEFT JOIN LATERAL (
    SELECT x.relocatable, x.requires
    FROM pg_catalog.pg_available_extension_versions() x
    LEFT JOIN pg_catalog.pg_extension e ON e.extname = x.name
    LEFT JOIN pg_catalog.pg_available_extensions() a ON a.name = x.name
    WHERE x.name = $1 AND x.version = COALESCE(e.extversion, a.default_version)) v ON true
