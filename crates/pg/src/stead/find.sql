-- At most one row for the role $1, which is to stand in for the role with oid $2: whether its comment is $3, what of it
-- would give anybody more than that role's rights (as text for a person, or null), and the databases for which it has
-- settings of its own (an empty name: for all). PostgreSQL 10+; inherit_option and set_option since 16: before, and where
-- one of them is on, a member has its rights.
SELECT COALESCE(s.description = $3, false),
       CASE
         WHEN r.rolsuper THEN 'is a superuser'
         WHEN r.rolcreaterole THEN 'may make roles'
         WHEN r.rolcreatedb THEN 'may make databases'
         WHEN r.rolbypassrls THEN 'is not bound by row security'
         WHEN r.rolreplication THEN 'may replicate'
         ELSE COALESCE((
           SELECT pg_catalog.format('is a member of the role “%s”', o.rolname)
           FROM pg_catalog.pg_auth_members m JOIN pg_catalog.pg_roles o ON o.oid = m.roleid
           WHERE m.member = r.oid AND m.roleid <> $2
           ORDER BY o.rolname LIMIT 1
         ), (
           SELECT pg_catalog.format('has the member “%s”', o.rolname)
           FROM pg_catalog.pg_auth_members m JOIN pg_catalog.pg_roles o ON o.oid = m.member
           CROSS JOIN LATERAL pg_catalog.to_jsonb(m) AS j (grant_)
           WHERE m.roleid = r.oid AND NOT o.rolsuper AND o.rolname <> session_user
             AND (COALESCE((j.grant_ ->> 'inherit_option')::boolean, true)
                  OR COALESCE((j.grant_ ->> 'set_option')::boolean, true))
           ORDER BY o.rolname LIMIT 1
         ))
       END,
       ARRAY(
         SELECT COALESCE(d.datname::text, '')
         FROM pg_catalog.pg_db_role_setting g LEFT JOIN pg_catalog.pg_database d ON d.oid = g.setdatabase
         WHERE g.setrole = r.oid
       )
FROM pg_catalog.pg_roles r
LEFT JOIN pg_catalog.pg_shdescription s
       ON s.objoid = r.oid AND s.classoid = 'pg_catalog.pg_authid'::pg_catalog.regclass
WHERE r.rolname = $1
