-- Which limits stopped threads from being started, in which services, and how large were they?
SELECT
  f.limit_name,
  j.service,
  f.error,
  CAST(COUNT(*) AS BIGINT) AS failed,
  CAST(COUNT(DISTINCT f.jvm_id) AS BIGINT) AS jvms,
  MIN(f.max) AS smallest_limit,
  MAX(f.max) AS largest_limit,
  MIN(f.failed_at) AS first_failed,
  MAX(f.failed_at) AS last_failed
FROM failed_start f
JOIN jvm j ON j.jvm_id = f.jvm_id
GROUP BY f.limit_name, j.service, f.error
ORDER BY failed DESC, f.limit_name NULLS LAST, j.service NULLS LAST, f.error NULLS LAST
