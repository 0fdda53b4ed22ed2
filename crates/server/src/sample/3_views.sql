-- Views of the sample database, who owns what, and fresh statistics. The views stay with the role that made them: they
-- are read with its rights.
CREATE VIEW animal_overview AS
SELECT animal.id, animal.name, species.common_name AS species, herd.name AS herd, animal.sex, animal.born_on,
       mother.name AS mother, animal.traits,
       (SELECT count(*) FROM assignments WHERE assignments.animal_id = animal.id) AS keepers,
       (SELECT max(feedings.fed_at) FROM feedings WHERE feedings.animal_id = animal.id) AS last_fed_at
FROM animals AS animal
JOIN species ON species.id = animal.species_id
LEFT JOIN herds AS herd ON herd.id = animal.herd_id
LEFT JOIN animals AS mother ON mother.id = animal.mother_id;
COMMENT ON VIEW animal_overview IS 'Each animal with species, herd, mother and last meal';

CREATE VIEW feeding_by_month AS
SELECT date_trunc('month', fed_at AT TIME ZONE 'UTC')::date AS month, what, count(*) AS meals, sum(amount) AS kilograms
FROM feedings
GROUP BY 1, 2;
COMMENT ON VIEW feeding_by_month IS 'How much was fed, by month and food';

CREATE MATERIALIZED VIEW shop.revenue_by_month AS
SELECT date_trunc('month', bought_at AT TIME ZONE 'UTC')::date AS month, count(*) AS tickets, sum(paid) AS paid
FROM shop.tickets
GROUP BY 1;
CREATE UNIQUE INDEX revenue_by_month_month ON shop.revenue_by_month (month);
COMMENT ON MATERIALIZED VIEW shop.revenue_by_month IS 'Tickets sold and money taken; as fresh as its last REFRESH';

-- Not everything belongs to one role, here as in real life. Roles are shared by all databases of a server.
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = 'sample_owner') THEN
        CREATE ROLE sample_owner NOLOGIN;
        COMMENT ON ROLE sample_owner IS 'Owns the shop of the sample database; may not sign in';
    END IF;
END
$$;
ALTER SCHEMA shop OWNER TO sample_owner;
GRANT USAGE ON SCHEMA public TO sample_owner;
GRANT REFERENCES ON animals TO sample_owner;
ALTER TABLE shop.visitors OWNER TO sample_owner;
ALTER TABLE shop.tickets OWNER TO sample_owner;
ALTER TABLE shop.donations OWNER TO sample_owner;
ALTER TABLE shop."guest book" OWNER TO sample_owner;
