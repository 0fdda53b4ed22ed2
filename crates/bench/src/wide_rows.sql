-- The rows $1 to $2 of the table `wide`, about 420 bytes each. Every value follows from the number of its row; nulls, empty
-- texts, quotation marks and line breaks are among them, as in anybody's table.
INSERT INTO wide
SELECT n,
       n % 30000,
       CASE WHEN n % 17 <> 0 THEN n * 7 END,
       (n % 1000000)::numeric / 100,
       n / 3.0::float8,
       n / 7.0::float4,
       n % 3 = 0,
       CASE n % 11 WHEN 0 THEN '' WHEN 1 THEN NULL WHEN 2 THEN 'He said "no", and left' || chr(10) || 'at once'
            ELSE 'Name ' || md5(n::text) END,
       'C-' || n,
       substr(md5(n::text), 1, 4),
       date '1950-01-01' + (n % 25000)::int,
       timestamptz '2020-01-01 00:00:00+00' + n * interval '37 seconds',
       timestamp '2001-02-03 04:05:06.789' + n * interval '1 second',
       time '00:00' + (n % 86400) * interval '1 second',
       (n % 5000) * interval '1 minute',
       md5(n::text)::uuid,
       jsonb_build_object('number', n, 'kind', 'k' || n % 50, 'list', jsonb_build_array(n % 7, n % 5, null)),
       ARRAY['w' || n % 1000, 'w' || n % 777, 'x y'],
       decode(md5(n::text) || md5((n + 1)::text), 'hex'),
       ('10.' || n % 256 || '.' || n / 256 % 256 || '.1')::inet,
       int4range((n % 1000)::int, (n % 1000 + 10)::int)
FROM pg_catalog.generate_series($1::bigint, $2::bigint) n
