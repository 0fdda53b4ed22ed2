-- One row for each trigger (without internal ones), rule (without those of views) and policy of the relation with oid
-- $1: what it is (t, r or p) and JSON. PostgreSQL 13+.
-- What `pg_get_…def` answers is empty for what is dropped while this runs: it looks past the snapshot.
SELECT * FROM (
    SELECT 't' AS what, t.tgname AS name, pg_catalog.json_build_object(
        'name', t.tgname,
        'enabled', CASE t.tgenabled WHEN 'A' THEN 'always' WHEN 'R' THEN 'replica' WHEN 'D' THEN 'disabled'
                                    ELSE 'origin' END,
        'function', t.tgfoid::pg_catalog.regprocedure::text,
        'inherited', COALESCE((pg_catalog.to_jsonb(t) ->> 'tgparentid')::int8, 0) <> 0,
        'description', pg_catalog.obj_description(t.oid, 'pg_trigger'),
        'definition', COALESCE(pg_catalog.pg_get_triggerdef(t.oid), ''))::text
    FROM pg_catalog.pg_trigger t
    WHERE t.tgrelid = $1 AND NOT t.tgisinternal
    UNION ALL
    SELECT 'r', w.rulename, pg_catalog.json_build_object(
        'name', w.rulename,
        'enabled', CASE w.ev_enabled WHEN 'A' THEN 'always' WHEN 'R' THEN 'replica' WHEN 'D' THEN 'disabled'
                                     ELSE 'origin' END,
        'description', pg_catalog.obj_description(w.oid, 'pg_rewrite'),
        'definition', COALESCE(pg_catalog.pg_get_ruledef(w.oid), ''))::text
    FROM pg_catalog.pg_rewrite w
    WHERE w.ev_class = $1 AND w.rulename <> '_RETURN'
    UNION ALL
    SELECT 'p', p.polname, pg_catalog.json_build_object(
        'name', p.polname, 'permissive', p.polpermissive,
        'command', CASE p.polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE'
                                 WHEN 'd' THEN 'DELETE' ELSE 'ALL' END,
        'roles', (SELECT pg_catalog.json_agg(CASE WHEN r = 0 THEN 'public' ELSE pg_catalog.pg_get_userbyid(r)::text END)
                  FROM pg_catalog.unnest(p.polroles) r),
        'using', pg_catalog.pg_get_expr(p.polqual, p.polrelid),
        'withCheck', pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid),
        'description', pg_catalog.obj_description(p.oid, 'pg_policy'))::text
    FROM pg_catalog.pg_policy p
    WHERE p.polrelid = $1
) x
ORDER BY what, name
