-- For this transaction, views and foreign tables are refused by the server itself, where it knows how (13.16, 14.13,
-- 15.8, 16.4, 17 and later): what was a table when we looked must not have become a view since.
SELECT pg_catalog.set_config('restrict_nonsystem_relation_kind', 'view, foreign-table', true)
WHERE pg_catalog.current_setting('restrict_nonsystem_relation_kind', true) IS NOT NULL
