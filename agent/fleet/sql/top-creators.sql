-- Which code creates the most threads and processes, and how many of them live at the end?
SELECT
  s.call_site,
  CAST(COUNT(DISTINCT t.jvm_id) AS BIGINT) AS jvms,
  CAST(SUM(CASE WHEN t.created THEN 1 ELSE 0 END) AS BIGINT) AS created,
  CAST(SUM(CASE WHEN t.alive_at_end AND r.part_id IS NOT NULL THEN 1 ELSE 0 END) AS BIGINT) AS alive,
  CAST(SUM(CASE WHEN t.alive_at_end AND r.part_id IS NOT NULL THEN t.stack_touched END) AS BIGINT) AS touched_bytes
FROM thread t
JOIN site s ON s.site_id = t.site_id
LEFT JOIN last_recording r ON r.part_id = t.part_id AND r.jvm_id = t.jvm_id
WHERE t.kind IN ('java', 'native', 'process') OR s.kind = 'native'
GROUP BY s.call_site
ORDER BY created DESC, alive DESC, s.call_site
