-- At most one row: the comment (or null) of the role $1. PostgreSQL 9.6+.
SELECT s.description
FROM pg_catalog.pg_roles r
LEFT JOIN pg_catalog.pg_shdescription s
       ON s.objoid = r.oid AND s.classoid = 'pg_catalog.pg_authid'::pg_catalog.regclass
WHERE r.rolname = $1
