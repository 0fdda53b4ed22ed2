-- True when the database holds no relations of anyone. Valid since PostgreSQL 13.
SELECT NOT EXISTS (
    SELECT FROM pg_catalog.pg_class AS relation
    JOIN pg_catalog.pg_namespace AS schema ON schema.oid = relation.relnamespace
    WHERE schema.nspname <> 'information_schema' AND schema.nspname NOT LIKE 'pg\_%'
)
