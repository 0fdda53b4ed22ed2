-- One row for each right that was granted on the object $2 of the catalog $1, as JSON: `Privilege`. PostgreSQL 13+.
SELECT pg_catalog.json_build_object(
    'grantee', CASE WHEN x.grantee <> 0 THEN pg_catalog.pg_get_userbyid(x.grantee) END,
    'grantor', pg_catalog.pg_get_userbyid(x.grantor), 'privilege', x.privilege_type, 'grantable', x.is_grantable,
    'column', NULL)::text
FROM (
    SELECT 'pg_catalog.pg_class'::pg_catalog.regclass::oid AS classid, c.oid, c.relacl AS acl FROM pg_catalog.pg_class c
    UNION ALL
    SELECT 'pg_catalog.pg_namespace'::pg_catalog.regclass, n.oid, n.nspacl FROM pg_catalog.pg_namespace n
    UNION ALL
    SELECT 'pg_catalog.pg_type'::pg_catalog.regclass, t.oid, t.typacl FROM pg_catalog.pg_type t
    UNION ALL
    SELECT 'pg_catalog.pg_proc'::pg_catalog.regclass, p.oid, p.proacl FROM pg_catalog.pg_proc p
) o
CROSS JOIN LATERAL pg_catalog.aclexplode(o.acl) x
WHERE o.classid = $1 AND o.oid = $2
ORDER BY x.grantee <> 0, pg_catalog.pg_get_userbyid(x.grantee), x.privilege_type, x.grantor
