-- One row for each right that was granted on the relation with oid $1 and its columns, as JSON: `Privilege`.
-- PostgreSQL 13+.
SELECT pg_catalog.json_build_object(
    'grantee', CASE WHEN x.grantee <> 0 THEN pg_catalog.pg_get_userbyid(x.grantee) END,
    'grantor', pg_catalog.pg_get_userbyid(x.grantor), 'privilege', x.privilege_type, 'grantable', x.is_grantable,
    'column', o.attname)::text
FROM (
    SELECT c.relacl AS acl, NULL::pg_catalog.name AS attname, 0 AS place FROM pg_catalog.pg_class c WHERE c.oid = $1
    UNION ALL
    SELECT a.attacl, a.attname, a.attnum FROM pg_catalog.pg_attribute a
    WHERE a.attrelid = $1 AND NOT a.attisdropped AND a.attacl IS NOT NULL
) o
CROSS JOIN LATERAL pg_catalog.aclexplode(o.acl) x
ORDER BY o.place, x.grantee <> 0, pg_catalog.pg_get_userbyid(x.grantee), x.privilege_type, x.grantor
