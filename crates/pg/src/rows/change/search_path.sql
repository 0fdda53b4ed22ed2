-- One row: for this transaction, the search path that the role with oid $1 would have, had it signed in itself.
-- PostgreSQL 9.0+.
SELECT pg_catalog.set_config('search_path', COALESCE(
    (SELECT pg_catalog.substr(c.setting, pg_catalog.length('search_path=') + 1)
     FROM pg_catalog.pg_db_role_setting s
     CROSS JOIN LATERAL pg_catalog.unnest(s.setconfig) c (setting)
     WHERE s.setrole IN (0, $1) AND pg_catalog.starts_with(c.setting, 'search_path=')
       AND s.setdatabase IN (0, (SELECT d.oid FROM pg_catalog.pg_database d
                                 WHERE d.datname = pg_catalog.current_database()))
     ORDER BY s.setrole <> 0 AND s.setdatabase <> 0 DESC, s.setrole <> 0 DESC, s.setdatabase <> 0 DESC
     LIMIT 1),
    (SELECT p.reset_val FROM pg_catalog.pg_settings p WHERE p.name = 'search_path')), true)
