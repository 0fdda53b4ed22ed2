-- One row with what a new database can be made of: owners (without the predefined roles), encodings a database can
-- have, libc collations, ICU locales, templates, tablespaces, and the defaults (we, and what template1 has).
-- PostgreSQL 13+; {icu} is put in by version: colliculocale (15, 16), colllocale (17+), null before (ICU is for
-- databases only since 15). A server that is built without ICU has the one row `unicode` of a fixed oid below 10000.
SELECT ARRAY(SELECT r.rolname::text FROM pg_catalog.pg_roles r WHERE r.rolname !~ '^pg_' ORDER BY 1),
       ARRAY(SELECT DISTINCT pg_catalog.pg_encoding_to_char(e)::text
             FROM pg_catalog.generate_series(0, 34) e
             WHERE pg_catalog.pg_encoding_to_char(e) <> '' ORDER BY 1),
       ARRAY(SELECT c FROM (
                 SELECT collcollate::text FROM pg_catalog.pg_collation WHERE collprovider = 'c'
                 UNION SELECT datcollate::text FROM pg_catalog.pg_database
             ) AS all_of_them (c) WHERE c <> '' ORDER BY 1),
       ARRAY(SELECT DISTINCT i FROM (
                 SELECT {icu}::text FROM pg_catalog.pg_collation WHERE collprovider = 'i' AND oid >= 10000
             ) AS icu (i) WHERE i IS NOT NULL ORDER BY 1),
       ARRAY(SELECT datname::text FROM pg_catalog.pg_database
             WHERE datistemplate OR pg_catalog.pg_has_role(datdba, 'USAGE') ORDER BY NOT datistemplate, 1),
       ARRAY(SELECT spcname::text FROM pg_catalog.pg_tablespace
             WHERE spcname <> 'pg_global' AND pg_catalog.has_tablespace_privilege(oid, 'CREATE') ORDER BY 1),
       current_user::text,
       pg_catalog.pg_encoding_to_char(t.encoding)::text,
       t.datcollate::text
FROM pg_catalog.pg_database t
WHERE t.datname = 'template1'
