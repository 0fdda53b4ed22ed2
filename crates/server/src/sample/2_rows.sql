-- Rows of the sample database. The same on every machine: variety comes from md5, not from a random generator.
-- pick(n, what, i): a number from 0 to n - 1 that depends on its arguments only. It goes with the session.
CREATE FUNCTION pg_temp.pick(n integer, what text, i bigint) RETURNS integer LANGUAGE sql IMMUTABLE AS
    $$ SELECT (('x' || substr(md5(what || i), 1, 7))::bit(28)::integer % n) $$;

INSERT INTO species (common_name, latin_name, status, countries, lifespan_years, gestation) VALUES
    ('Asian elephant', 'Elephas maximus', 'endangered', '{IN,LK,TH,MM,ID}', '[48,70]', '22 months'),
    ('African bush elephant', 'Loxodonta africana', 'endangered', '{BW,ZW,TZ,KE,NA,ZA}', '[60,75]', '22 months'),
    ('African forest elephant', 'Loxodonta cyclotis', 'critically endangered', '{GA,CG,CM}', '[60,70]', '22 months'),
    ('Greater one-horned rhinoceros', 'Rhinoceros unicornis', 'vulnerable', '{IN,NP}', '[35,45]', '15 months 15 days'),
    ('Malayan tapir', 'Tapirus indicus', 'endangered', '{MY,ID,TH}', '[25,30]', '13 months'),
    ('Plains zebra', 'Equus quagga', 'near threatened', '{TZ,KE,BW,NA}', '[20,30]', '12 months'),
    ('Cattle egret', 'Bubulcus ibis', 'least concern', '{}', '[8,20]', '24 days');

INSERT INTO herds (name, founded_on, colour, territory, closed)
SELECT name, date '1996-04-01' + no::integer * 407, '#' || substr(md5(name), 1, 6),
       CASE WHEN no < 8 THEN polygon(box(point(no * 400, no * 150), point(no * 400 + 900, no * 150 + 1200))) END,
       no = 3
FROM unnest(ARRAY['Northern family', 'River family', 'Old bulls', 'Nursery', 'Hill family', 'Acacia', 'Night walkers', 'Retired'])
     WITH ORDINALITY AS herd (name, no);

INSERT INTO animals (chip, name, species_id, herd_id, sex, born_on, height_cm, tame, traits, passport, footprint, notes)
SELECT md5('chip' || i)::uuid,
       names[1 + (i - 1) % 48] || (ARRAY['', ' II', ' III', ' IV'])[1 + (i - 1) / 48],
       kind,
       CASE WHEN pg_temp.pick(12, 'alone', i) > 0 THEN 1 + pg_temp.pick(8, 'herd', i) END,
       CASE WHEN pg_temp.pick(5, 'sex', i) < 3 THEN 'f' ELSE 'm' END,
       CASE WHEN pg_temp.pick(20, 'foundling', i) > 0 THEN date '2025-10-01' - (181 - i) * CASE WHEN kind < 4 THEN 110 ELSE 35 END - pg_temp.pick(300, 'born', i) END,
       CASE WHEN pg_temp.pick(9, 'measured', i) > 0 THEN CASE kind WHEN 7 THEN 45 WHEN 5 THEN 90 WHEN 6 THEN 115 WHEN 4 THEN 150 ELSE 190 END
           + pg_temp.pick(CASE kind WHEN 7 THEN 90 WHEN 5 THEN 150 WHEN 6 THEN 250 WHEN 4 THEN 350 ELSE 1200 END, 'height', i) / 10.0 END,
       CASE pg_temp.pick(3, 'tame', i) WHEN 0 THEN true WHEN 1 THEN false END,
       (ARRAY['{}', '{gentle}', '{curious,playful}', '{shy}', '{"loves water",gentle}', '{loud}', '{leader,calm}'])
           [1 + pg_temp.pick(7, 'traits', i)]::text[],
       jsonb_build_object(
           'origin', (ARRAY['born here', 'rescued', 'circus', 'other reserve'])[1 + pg_temp.pick(4, 'origin', i)],
           'vaccinated', jsonb_build_array('rabies', 'tetanus'),
           'diet', jsonb_build_object('special', pg_temp.pick(6, 'diet', i) = 0, 'kgPerDay', 90 + pg_temp.pick(110, 'eats', i))),
       CASE WHEN pg_temp.pick(2, 'footprint', i) = 0 THEN decode(repeat(md5('print' || i), 32), 'hex') END,
       CASE pg_temp.pick(6, 'notes', i)
           WHEN 0 THEN 'Opens gates. Check both bolts.'
           WHEN 1 THEN 'Takes medicine only inside of a banana.'
           WHEN 2 THEN E'Afraid of umbrellas.\nCalm at night; walks with the old bulls.'
           WHEN 3 THEN 'Trumpets at the delivery van — it always brings “the good hay”. 🐘'
       END
FROM (SELECT ARRAY['Asha', 'Bhima', 'Chandra', 'Devi', 'Ela', 'Farida', 'Ganesh', 'Hema', 'Indra', 'Jaya', 'Kamala', 'Lakshmi',
                   'Mohan', 'Nandi', 'Ojas', 'Padma', 'Rani', 'Sundar', 'Tara', 'Uma', 'Varuna', 'Yala', 'Zola', 'Amara',
                   'Baraka', 'Chiku', 'Dalia', 'Enzi', 'Faraji', 'Hasina', 'Imara', 'Jabari', 'Kito', 'Lulu', 'Malaika', 'Neema',
                   'Olu', 'Pendo', 'Rafiki', 'Safi', 'Tembo', 'Umi', 'Wema', 'Zuri', 'Björn', 'Chloé', 'Łucja', '小象'] AS names) AS list,
     generate_series(1, 180) AS i,
     LATERAL (SELECT 1 + (ARRAY[0, 0, 0, 1, 1, 2, 3, 4, 5, 5, 6])[1 + pg_temp.pick(11, 'species', i)]) AS species (kind);

UPDATE animals AS child SET mother_id = mother.id
FROM animals AS mother
WHERE mother.id = child.id - 40 AND mother.sex = 'f' AND mother.species_id = child.species_id;

INSERT INTO keepers (name, email, hired_on, shift_start, shift_length, languages, salary, radio_channel, active)
SELECT first || ' ' || last, lower(first) || '.' || i || '@reserve.example', date '2009-03-01' + pg_temp.pick(5800, 'hired', i),
       time '05:00' + pg_temp.pick(10, 'shift', i) * interval '1 hour', interval '7 hours 30 minutes' + pg_temp.pick(3, 'long', i) * interval '30 minutes',
       (ARRAY['{en}', '{en,hi}', '{en,sw}', '{en,ta,si}', '{en,de,fr}'])[1 + pg_temp.pick(5, 'speaks', i)]::text[],
       28000 + pg_temp.pick(2400000, 'salary', i) / 100.0,
       CASE WHEN pg_temp.pick(4, 'radio', i) > 0 THEN 1 + pg_temp.pick(12, 'channel', i) END,
       pg_temp.pick(8, 'active', i) > 0
FROM generate_series(1, 24) AS i,
     LATERAL (SELECT (ARRAY['Anika', 'Ben', 'Carmen', 'Dinesh', 'Edda', 'Femi', 'Grace', 'Hiro', 'Ines', 'Jonas', 'Kavya', 'Liam'])[1 + i % 12],
                     (ARRAY['Perera', 'O''Brien', 'Mwangi', 'Schäfer', 'Nair', 'Okafor', 'Silva', 'Tanaka', 'Weber'])[1 + i % 9]) AS person (first, last);

INSERT INTO assignments (keeper_id, animal_id, during, lead)
SELECT 1 + (i * 7 + k * 5) % 24, i,
       daterange(date '2025-01-01' + pg_temp.pick(200, 'from' || k, i),
                 CASE WHEN pg_temp.pick(3, 'ends' || k, i) = 0 THEN date '2026-01-01' + pg_temp.pick(90, 'to' || k, i) END),
       k = 0
FROM generate_series(1, 180) AS i, generate_series(0, 1) AS k;

INSERT INTO feedings (animal_id, keeper_id, fed_at, what, amount, eaten_in, remark)
SELECT 1 + pg_temp.pick(180, 'who', i), CASE WHEN pg_temp.pick(15, 'by', i) > 0 THEN 1 + pg_temp.pick(24, 'keeper', i) END,
       timestamptz '2026-01-01 05:00+00' + i * interval '51 minutes' + pg_temp.pick(3000, 'second', i) * interval '1 second',
       (enum_range(NULL::food))[1 + pg_temp.pick(6, 'what', i)],
       round(0.5 + pg_temp.pick(9000, 'amount', i) / 100.0, 2),
       CASE WHEN pg_temp.pick(10, 'left', i) > 0 THEN pg_temp.pick(5400, 'ate', i) * interval '1 second' END,
       CASE pg_temp.pick(40, 'remark', i) WHEN 0 THEN 'shared with the neighbour' WHEN 1 THEN '' WHEN 2 THEN 'asked for more' END
FROM generate_series(1, 3000) AS i;

INSERT INTO sensors (id, label, address, network, hardware, place, battery, settings, firmware, last_seen_at)
SELECT md5('sensor' || i)::uuid, (ARRAY['water hole', 'gate', 'feeding place', 'ridge'])[1 + i % 4] || ' ' || (1 + i / 4),
       CASE WHEN i % 5 = 0 THEN ('fd00:e1e::' || to_hex(i))::inet ELSE '10.20.0.0'::inet + i * 16 END,
       CASE WHEN i % 5 = 0 THEN 'fd00:e1e::/64'::cidr ELSE '10.20.0.0/16'::cidr END,
       ('02:e1:e0:' || substr(md5('mac' || i), 1, 2) || ':' || substr(md5('mac' || i), 3, 2) || ':' || lpad(to_hex(i), 2, '0'))::macaddr,
       point(pg_temp.pick(4000, 'east', i), pg_temp.pick(3000, 'north', i)),
       CASE WHEN i % 6 > 0 THEN pg_temp.pick(101, 'battery', i) / 100.0 END,
       jsonb_build_object('everySeconds', 300 * (1 + i % 4), 'quantities', jsonb_build_array('temperature', 'water level'), 'quiet', NULL),
       (pg_temp.pick(256, 'firmware', i)::bit(8))::bit varying,
       CASE WHEN i % 7 > 0 THEN timestamp '2026-04-30 18:00' + pg_temp.pick(20000, 'seen', i) * interval '1 second' END
FROM generate_series(1, 16) AS i;

INSERT INTO measurements (sensor_id, taken_at, quantity, value, valid)
SELECT sensor.id, at, quantity,
       CASE quantity
           WHEN 'temperature' THEN 18 + 9 * sin(extract(hour FROM at AT TIME ZONE 'UTC') / 24.0 * 2 * pi() - 2) + pg_temp.pick(40, label, extract(epoch FROM at)::bigint) / 10.0
           ELSE 1.2 + pg_temp.pick(90, label, extract(epoch FROM at)::bigint) / 100.0
       END,
       pg_temp.pick(60, 'valid' || label, extract(epoch FROM at)::bigint) > 0
FROM sensors AS sensor, unnest(ARRAY['temperature', 'water level']) AS quantity,
     generate_series(timestamptz '2025-12-28 00:00+00', timestamptz '2026-05-02 00:00+00', interval '18 hours') AS at;

INSERT INTO shop.visitors (name, email, country, born_in, newsletter, joined_at)
SELECT (ARRAY['Ada', 'Bruno', 'Chiara', 'Dmitri', 'Eun-ji', 'Fatima', 'Goran', 'Hannah', 'Iker', 'Jia', 'Kofi', 'Leïla', 'Mateo', 'Noor', 'Oskar', 'Priya'])[1 + pg_temp.pick(16, 'first', i)]
       || ' ' || (ARRAY['Adeyemi', 'Berg', 'Costa', 'Dubois', 'Eriksen', 'Fischer', 'García', 'Haddad', 'Ito', 'Jensen', 'Kim', 'Lopes', 'Meyer', 'Ng', 'Ortiz'])[1 + pg_temp.pick(15, 'last', i)],
       CASE WHEN pg_temp.pick(5, 'mail', i) > 0 THEN 'visitor' || i || '@mail.example' END,
       (ARRAY['DE', 'FR', 'IN', 'KE', 'US', 'BR', 'JP', 'GB', 'LK', 'ZA'])[1 + pg_temp.pick(10, 'country', i)],
       CASE WHEN pg_temp.pick(3, 'age', i) > 0 THEN 1940 + pg_temp.pick(75, 'year', i) END,
       pg_temp.pick(3, 'news', i) = 0,
       timestamptz '2024-06-01 08:00+00' + pg_temp.pick(60000000, 'joined', i) * interval '1 second'
FROM generate_series(1, 800) AS i;

INSERT INTO shop.tickets (code, visitor_id, valid, adults, children, price, discount, bought_at, used_at)
SELECT 'T-' || upper(substr(md5('ticket' || i), 1, 8)), 1 + pg_temp.pick(800, 'visitor', i),
       daterange(day, day + CASE WHEN pg_temp.pick(20, 'year', i) = 0 THEN 365 ELSE 1 + pg_temp.pick(3, 'days', i) END),
       adults, children, adults * 24.50 + children * 11.00,
       (ARRAY[0, 0, 0, 0.1, 0.25])[1 + pg_temp.pick(5, 'discount', i)],
       day - pg_temp.pick(40, 'before', i) * interval '1 day' + interval '10 hours',
       CASE WHEN day < date '2026-05-01' AND pg_temp.pick(10, 'used', i) > 0 THEN day + interval '9 hours' + pg_temp.pick(20000, 'came', i) * interval '1 second' END
FROM generate_series(1, 1200) AS i,
     LATERAL (SELECT date '2026-01-01' + pg_temp.pick(150, 'day', i), 1 + pg_temp.pick(4, 'adults', i), pg_temp.pick(4, 'children', i)) AS visit (day, adults, children);

INSERT INTO shop.donations (id, visitor_id, animal_id, amount, currency, given_on, message, details)
SELECT md5('donation' || i)::uuid, CASE WHEN pg_temp.pick(4, 'named', i) > 0 THEN 1 + pg_temp.pick(800, 'giver', i) END,
       CASE WHEN pg_temp.pick(2, 'for one', i) = 0 THEN 1 + pg_temp.pick(180, 'for', i) END,
       (ARRAY[5, 10, 20, 25, 50, 100, 1234.56])[1 + pg_temp.pick(7, 'gift', i)],
       (ARRAY['EUR', 'USD', 'INR', 'GBP'])[1 + pg_temp.pick(4, 'currency', i)],
       date '2025-09-01' + pg_temp.pick(240, 'given', i),
       (ARRAY['For more hay!', 'Happy birthday', 'From class 4b', NULL, ''])[1 + pg_temp.pick(5, 'message', i)],
       CASE WHEN pg_temp.pick(3, 'details', i) = 0 THEN jsonb_build_object('receipt', true, 'via', 'web', 'fee', pg_temp.pick(300, 'fee', i) / 100.0) END
FROM generate_series(1, 300) AS i;

INSERT INTO shop."guest book" ("Who wrote", entry, stars) VALUES
    ('Ada', 'We stayed until the gates closed.', 5),
    ('Class 4b', 'The small one sprayed our teacher!!! 💦', 5),
    ('O''Brien', 'Bring boots; the path to the "upper" pond is mud; DROP everything and go.', 4),
    ('anonymous', '<b>Very</b> good & very loud', 4),
    ('Noor', 'فيلة رائعة', 5),
    ('A. Nonymous', 'Too few benches.', 2),
    ('小林', '象は大きいです。', NULL);
