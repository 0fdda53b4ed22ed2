-- One row for the relation with oid $1, as JSON: what `TableDetails` says of the relation itself, and `accessMethod`,
-- `populated` for its DDL. PostgreSQL 13+. Sizes are those of files now: for one relation they may be looked at.
-- What `pg_get_…def` answers is empty for what is dropped while this runs: it looks past the snapshot.
SELECT pg_catalog.json_build_object(
    'oid', c.oid::int8, 'schema', n.nspname, 'name', c.relname,
    'kind', CASE WHEN c.relkind = 'r' AND c.relispartition THEN 'partition'
                 WHEN c.relkind = 'r' THEN 'table' WHEN c.relkind = 'p' THEN 'partitioned' WHEN c.relkind = 'v' THEN 'view'
                 WHEN c.relkind = 'm' THEN 'materializedView' ELSE 'foreign' END,
    'owner', pg_catalog.pg_get_userbyid(c.relowner),
    'description', pg_catalog.obj_description(c.oid, 'pg_class'),
    'rowSecurity', c.relrowsecurity, 'forceRowSecurity', c.relforcerowsecurity,
    'partitionKey', CASE WHEN c.relkind = 'p' THEN pg_catalog.json_build_object(
        'strategy', CASE k.partstrat WHEN 'r' THEN 'range' WHEN 'l' THEN 'list' ELSE 'hash' END,
        'definition', pg_catalog.pg_get_partkeydef(c.oid)) END,
    'partitionOf', CASE WHEN c.relispartition THEN (
        SELECT pg_catalog.json_build_object('schema', pn.nspname, 'table', p.relname,
                                            'bound', pg_catalog.pg_get_expr(c.relpartbound, c.oid))
        FROM pg_catalog.pg_inherits i
        JOIN pg_catalog.pg_class p ON p.oid = i.inhparent
        JOIN pg_catalog.pg_namespace pn ON pn.oid = p.relnamespace
        WHERE i.inhrelid = c.oid) END,
    'partitionCount', CASE WHEN c.relkind = 'p'
        THEN (SELECT pg_catalog.count(*) FROM pg_catalog.pg_inherits i WHERE i.inhparent = c.oid) ELSE 0 END,
    'inherits', COALESCE((
        SELECT pg_catalog.json_agg(pg_catalog.json_build_object('schema', pn.nspname, 'name', p.relname)
                                   ORDER BY i.inhseqno)
        FROM pg_catalog.pg_inherits i
        JOIN pg_catalog.pg_class p ON p.oid = i.inhparent
        JOIN pg_catalog.pg_namespace pn ON pn.oid = p.relnamespace
        WHERE i.inhrelid = c.oid AND NOT c.relispartition), '[]'),
    'inheritedBy', COALESCE((
        SELECT pg_catalog.json_agg(pg_catalog.json_build_object('schema', x.nspname, 'name', x.relname))
        FROM (SELECT pn.nspname, p.relname
              FROM pg_catalog.pg_inherits i
              JOIN pg_catalog.pg_class p ON p.oid = i.inhrelid
              JOIN pg_catalog.pg_namespace pn ON pn.oid = p.relnamespace
              WHERE i.inhparent = c.oid AND c.relkind <> 'p'
              ORDER BY pn.nspname, p.relname LIMIT 1000) x), '[]'),
    'extendedStatistics', COALESCE((
        SELECT pg_catalog.json_agg(pg_catalog.json_build_object(
            'schema', sn.nspname, 'name', s.stxname, 'definition', COALESCE(pg_catalog.pg_get_statisticsobjdef(s.oid), ''),
            'description', pg_catalog.obj_description(s.oid, 'pg_statistic_ext')) ORDER BY sn.nspname, s.stxname)
        FROM pg_catalog.pg_statistic_ext s
        JOIN pg_catalog.pg_namespace sn ON sn.oid = s.stxnamespace
        WHERE s.stxrelid = c.oid), '[]'),
    'statistics', CASE WHEN c.relkind IN ('r', 'm') THEN (
        SELECT pg_catalog.json_build_object(
            'sequentialScans', COALESCE(s.seq_scan, 0), 'indexScans', s.idx_scan, 'inserted', COALESCE(s.n_tup_ins, 0),
            'updated', COALESCE(s.n_tup_upd, 0), 'deleted', COALESCE(s.n_tup_del, 0),
            'hotUpdated', COALESCE(s.n_tup_hot_upd, 0),
            'liveRows', COALESCE(s.n_live_tup, 0), 'deadRows', COALESCE(s.n_dead_tup, 0),
            'changedSinceAnalyze', COALESCE(s.n_mod_since_analyze, 0),
            'lastVacuum', pg_catalog.to_char(s.last_vacuum AT TIME ZONE 'UTC', t.rfc3339),
            'lastAutovacuum', pg_catalog.to_char(s.last_autovacuum AT TIME ZONE 'UTC', t.rfc3339),
            'lastAnalyze', pg_catalog.to_char(s.last_analyze AT TIME ZONE 'UTC', t.rfc3339),
            'lastAutoanalyze', pg_catalog.to_char(s.last_autoanalyze AT TIME ZONE 'UTC', t.rfc3339))
        FROM pg_catalog.pg_stat_all_tables s, (VALUES ('YYYY-MM-DD"T"HH24:MI:SS.US"Z"')) t (rfc3339)
        WHERE s.relid = c.oid) END,
    'storage', pg_catalog.json_build_object(
        'totalBytes', CASE WHEN c.relkind IN ('r', 'm') THEN pg_catalog.pg_total_relation_size(c.oid) END,
        'tableBytes', CASE WHEN c.relkind IN ('r', 'm') THEN pg_catalog.pg_relation_size(c.oid) END,
        'indexesBytes', CASE WHEN c.relkind IN ('r', 'm') THEN pg_catalog.pg_indexes_size(c.oid) END,
        'toastBytes', CASE WHEN c.reltoastrelid <> 0 THEN pg_catalog.pg_total_relation_size(c.reltoastrelid) END,
        'rowEstimate', CASE WHEN c.reltuples > 0 OR (c.reltuples = 0 AND c.relpages > 0) THEN c.reltuples::int8 END,
        'accessMethod', am.amname, 'tablespace', ts.spcname, 'unlogged', c.relpersistence = 'u',
        'options', pg_catalog.to_json(COALESCE(c.reloptions, '{}') || COALESCE((
            SELECT pg_catalog.array_agg('toast.' || o) FROM pg_catalog.pg_class tc, pg_catalog.unnest(tc.reloptions) o
            WHERE tc.oid = c.reltoastrelid), '{}')),
        'replicaIdentity', CASE WHEN c.relkind IN ('r', 'p') THEN CASE c.relreplident
            WHEN 'd' THEN 'default' WHEN 'n' THEN 'nothing' WHEN 'f' THEN 'full'
            ELSE (SELECT ic.relname::text FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class ic ON ic.oid = i.indexrelid
                  WHERE i.indrelid = c.oid AND i.indisreplident) END END),
    'definition', CASE WHEN c.relkind IN ('v', 'm') THEN pg_catalog.pg_get_viewdef(c.oid) END,
    'foreign', CASE WHEN c.relkind = 'f' THEN (
        SELECT pg_catalog.json_build_object('server', fs.srvname, 'options', COALESCE(f.ftoptions, '{}'))
        FROM pg_catalog.pg_foreign_table f JOIN pg_catalog.pg_foreign_server fs ON fs.oid = f.ftserver
        WHERE f.ftrelid = c.oid) END,
    'populated', c.relispopulated)::text
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_catalog.pg_am am ON am.oid = c.relam
LEFT JOIN pg_catalog.pg_tablespace ts ON ts.oid = c.reltablespace
LEFT JOIN pg_catalog.pg_partitioned_table k ON k.partrelid = c.oid
WHERE c.oid = $1
