-- At most one row for the role $1, or for the role that we signed in as where $1 is null: oid, name, whether its code may
-- have our rights, whether work in its name runs with a superuser's rights. PostgreSQL 10+.
SELECT r.oid, r.rolname::text, r.rolsuper OR r.rolname = session_user,
       (r.rolsuper OR r.rolname = session_user)
       AND (SELECT me.rolsuper FROM pg_catalog.pg_roles me WHERE me.rolname = session_user)
FROM pg_catalog.pg_roles r
WHERE r.rolname = COALESCE($1, session_user)
