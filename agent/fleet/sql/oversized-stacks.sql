-- How much address space would a smaller -Xss save in each service? fitting_kib is twice the deepest stack seen, the guard zone and 128 KiB: a size to test.
WITH stacks AS (
  SELECT t.jvm_id, t.stack_reserved, t.stack_depth, t.stack_guard,
    CASE WHEN t.alive_at_end AND r.part_id IS NOT NULL THEN 1 ELSE 0 END AS alive
  FROM thread t
  LEFT JOIN last_recording r ON r.part_id = t.part_id AND r.jvm_id = t.jvm_id
  WHERE t.kind = 'java' AND (t.requested_stack IS NULL OR t.requested_stack = 0)
    AND t.stack_reserved IS NOT NULL AND t.stack_depth IS NOT NULL
),
services AS (
  SELECT j.service, s.stack_reserved, COUNT(DISTINCT s.jvm_id) AS jvms, COUNT(*) AS measured, SUM(s.alive) AS alive,
    MAX(s.stack_depth) AS deepest, MAX(s.stack_guard) AS guard
  FROM stacks s
  JOIN jvm j ON j.jvm_id = s.jvm_id
  GROUP BY j.service, s.stack_reserved
),
fitting AS (
  SELECT *,
    GREATEST(256, CAST(CEIL((2 * deepest + COALESCE(guard, 0) + 131072) / 65536e0) AS BIGINT) * 64) AS fitting_kib
  FROM services
)
SELECT
  service,
  CAST(jvms AS BIGINT) AS jvms,
  CAST(measured AS BIGINT) AS measured,
  CAST(alive AS BIGINT) AS alive,
  CAST(stack_reserved / 1024e0 AS BIGINT) AS reserved_kib,
  CAST(deepest / 1024e0 AS BIGINT) AS deepest_kib,
  CAST(fitting_kib AS BIGINT) AS fitting_kib,
  CAST(alive * (stack_reserved / 1048576e0 - fitting_kib / 1024e0) AS DOUBLE) AS saved_mib
FROM fitting
WHERE measured >= 20 AND fitting_kib <= stack_reserved / 2048e0
ORDER BY saved_mib DESC, service NULLS LAST, reserved_kib
