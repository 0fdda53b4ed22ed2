-- Whether the connection has settings that its role was given (ALTER ROLE … SET), of those that nothing of ours goes
-- before. They may be a search path: nothing is looked for in it. PostgreSQL 9.4+.
SELECT EXISTS (
    SELECT FROM pg_catalog.pg_settings s WHERE s.source OPERATOR(pg_catalog.=) ANY (ARRAY['user', 'database user'])
)
