-- One row for each database ($1 null) or for the one named $1: oid, name, owner, description, encoding, collation,
-- template, allows connections, connection limit, client connections without Howdah's own, tablespace.
-- PostgreSQL 13+; {collation} is put in by version: datcollate, coalesced with daticulocale (15, 16) or datlocale (17+).
-- Where the role may not see what a backend is (backend_type is null), it counts as a client.
SELECT d.oid,
       d.datname::text,
       pg_catalog.pg_get_userbyid(d.datdba)::text,
       s.description,
       pg_catalog.pg_encoding_to_char(d.encoding)::text,
       {collation}::text,
       d.datistemplate,
       d.datallowconn,
       d.datconnlimit,
       COALESCE(c.connections, 0),
       t.spcname::text
FROM pg_catalog.pg_database d
JOIN pg_catalog.pg_tablespace t ON t.oid = d.dattablespace
LEFT JOIN pg_catalog.pg_shdescription s
       ON s.objoid = d.oid AND s.classoid = 'pg_catalog.pg_database'::pg_catalog.regclass
LEFT JOIN (
    SELECT a.datid, pg_catalog.count(*)::int4 AS connections
    FROM pg_catalog.pg_stat_activity a
    WHERE a.datid IS NOT NULL
      AND (a.backend_type = 'client backend' OR a.backend_type IS NULL)
      AND a.application_name NOT LIKE 'howdah/%'
    GROUP BY a.datid
) c ON c.datid = d.oid
WHERE $1 IS NULL OR d.datname = $1
ORDER BY d.datname
