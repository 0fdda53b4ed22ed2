-- One row: version number, version, the role we are, whether it is a superuser. PostgreSQL 9.6+.
SELECT pg_catalog.current_setting('server_version_num')::int4,
       pg_catalog.current_setting('server_version'),
       r.rolname::text,
       r.rolsuper
FROM pg_catalog.pg_roles r
WHERE r.rolname = current_user
