-- One row for each database: oid, name, and a hash of all that the list shows of it (without size and connections).
-- PostgreSQL 11+ (hashtextextended).
SELECT d.oid,
       d.datname::text,
       pg_catalog.hashtextextended(
           pg_catalog.concat_ws('|', d.datname, pg_catalog.pg_get_userbyid(d.datdba), d.encoding, d.datistemplate,
               d.datallowconn, d.datconnlimit, d.dattablespace, d.datacl, s.description), 0)
FROM pg_catalog.pg_database d
LEFT JOIN pg_catalog.pg_shdescription s
       ON s.objoid = d.oid AND s.classoid = 'pg_catalog.pg_database'::pg_catalog.regclass
