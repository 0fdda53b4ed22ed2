-- At most one row for the relation $2 in the schema $1: oid, whether we can lock it, its name as text for a person, its
-- owner, whether that is a superuser or the role that we signed in as. PostgreSQL 10+.
SELECT c.oid, c.relkind IN ('r', 'p') AND pg_catalog.has_table_privilege(c.oid, 'UPDATE, DELETE, TRUNCATE'),
       pg_catalog.format('the table %I.%I', n.nspname, c.relname), r.rolname::text, r.rolsuper OR r.rolname = session_user
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_roles r ON r.oid = c.relowner
WHERE n.nspname = $1 AND c.relname = $2 AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
