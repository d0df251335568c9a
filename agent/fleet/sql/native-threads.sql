-- Which native libraries create threads, in which versions, and how many in each JVM?
SELECT
  s.library,
  REGEXP_REPLACE(s.path, '^.*/', '') AS file_name,
  SUBSTRING(s.build_id, 1, 12) AS build_id,
  CAST(COUNT(DISTINCT t.jvm_id) AS BIGINT) AS jvms,
  CAST(SUM(CASE WHEN t.created THEN 1 ELSE 0 END) AS BIGINT) AS created,
  CAST(SUM(CASE WHEN t.alive_at_end AND r.part_id IS NOT NULL THEN 1 ELSE 0 END) AS BIGINT) AS alive,
  CAST(SUM(CASE WHEN t.created THEN 1e0 ELSE 0e0 END) / COUNT(DISTINCT t.jvm_id) AS DOUBLE) AS created_a_jvm
FROM thread t
JOIN site s ON s.site_id = t.site_id
LEFT JOIN last_recording r ON r.part_id = t.part_id AND r.jvm_id = t.jvm_id
WHERE s.kind = 'native' AND (t.kind IS NULL OR t.kind <> 'process')
GROUP BY s.library, REGEXP_REPLACE(s.path, '^.*/', ''), SUBSTRING(s.build_id, 1, 12)
ORDER BY created DESC, s.library, file_name NULLS LAST, build_id NULLS LAST
