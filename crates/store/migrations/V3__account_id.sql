-- An account that is deleted and one that is made with the same name later are two: what belonged to the first (the report
-- of an import holds values of its file) is not the second's.
ALTER TABLE howdah.account ADD COLUMN id uuid NOT NULL DEFAULT pg_catalog.gen_random_uuid();
CREATE UNIQUE INDEX account_id ON howdah.account (id);

-- Who started it, while that account is there; null for what came from an account that was gone before this migration.
ALTER TABLE howdah.job ADD COLUMN account_id uuid;
UPDATE howdah.job AS j SET account_id = a.id
FROM howdah.account AS a
WHERE a.name = j.account COLLATE "C" AND j.created_at >= a.created_at;
