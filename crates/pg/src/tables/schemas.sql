-- One row for each schema without the system's own: name, owner, description, number of tables and views in it.
-- PostgreSQL 10+.
SELECT n.nspname::text,
       pg_catalog.pg_get_userbyid(n.nspowner)::text,
       s.description,
       (SELECT pg_catalog.count(*) FROM pg_catalog.pg_class c
        WHERE c.relnamespace = n.oid AND c.relkind IN ('r', 'p', 'v', 'm', 'f'))
FROM pg_catalog.pg_namespace n
LEFT JOIN pg_catalog.pg_description s
       ON s.objoid = n.oid AND s.classoid = 'pg_catalog.pg_namespace'::pg_catalog.regclass AND s.objsubid = 0
WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
ORDER BY n.nspname
