-- Which JVMs are nearest to a limit on threads, and in how many minutes will they reach it at the rate of their last recording?
WITH numbered AS (
  SELECT
    l.part_id, l.jvm_id, l.limit_name, l.location, l.used, l.max, l.elapsed,
    ROW_NUMBER() OVER (
      PARTITION BY l.part_id, l.jvm_id, l.limit_name, l.location ORDER BY l.elapsed, l.sample_number) AS from_first,
    ROW_NUMBER() OVER (
      PARTITION BY l.jvm_id, l.limit_name, l.location
      ORDER BY l.sampled_at DESC, l.part_id, l.sample_number DESC) AS from_last
  FROM limit_sample l
  WHERE l.used IS NOT NULL AND l.max > 0
)
SELECT
  j.host_name,
  j.service,
  j.pid,
  b.limit_name,
  b.used,
  b.max,
  CAST(b.used * 100e0 / b.max AS DOUBLE) AS percent,
  CAST(CASE WHEN b.used > a.used AND b.elapsed > a.elapsed AND b.limit_name NOT LIKE 'kernel.%'
    THEN (b.max - b.used) * ((b.elapsed - a.elapsed) / 60e9) / (b.used - a.used) END AS DOUBLE) AS minutes_left
FROM numbered b
JOIN numbered a
  ON a.part_id = b.part_id AND a.jvm_id = b.jvm_id AND a.limit_name = b.limit_name AND a.location = b.location AND a.from_first = 1
JOIN jvm j ON j.jvm_id = b.jvm_id
WHERE b.from_last = 1
ORDER BY percent DESC, b.limit_name, j.host_name NULLS LAST, j.service NULLS LAST, j.pid NULLS LAST, j.jvm_id, b.location
