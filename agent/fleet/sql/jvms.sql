-- Which JVMs are recorded, how many threads do they have, and what was found in them?
SELECT
  j.host_name,
  j.service,
  j.pid,
  j.started,
  j.version,
  CAST(COALESCE(MAX(c.created), 0) AS BIGINT) AS created,
  CAST(COALESCE(MAX(a.alive), 0) AS BIGINT) AS alive,
  CAST(COALESCE(MAX(f.problems), 0) AS BIGINT) AS problems,
  CAST(COALESCE(MAX(f.warnings), 0) AS BIGINT) AS warnings,
  j.jvm_id
FROM jvm j
LEFT JOIN (
  SELECT jvm_id, SUM(CASE WHEN created THEN 1 ELSE 0 END) AS created
  FROM thread WHERE kind IS NULL OR kind NOT IN ('agent', 'demo', 'process') GROUP BY jvm_id
) c ON c.jvm_id = j.jvm_id
LEFT JOIN (
  SELECT t.jvm_id, COUNT(*) AS alive
  FROM thread t JOIN last_recording r ON r.part_id = t.part_id AND r.jvm_id = t.jvm_id
  WHERE t.alive_at_end AND (t.kind IS NULL OR t.kind NOT IN ('agent', 'demo', 'process')) GROUP BY t.jvm_id
) a ON a.jvm_id = j.jvm_id
LEFT JOIN (
  SELECT f.jvm_id, SUM(CASE WHEN f.severity = 'problem' THEN 1 ELSE 0 END) AS problems,
    SUM(CASE WHEN f.severity = 'warning' THEN 1 ELSE 0 END) AS warnings
  FROM finding f JOIN last_recording r ON r.part_id = f.part_id AND r.jvm_id = f.jvm_id GROUP BY f.jvm_id
) f ON f.jvm_id = j.jvm_id
GROUP BY j.jvm_id, j.host_name, j.service, j.pid, j.started, j.version
ORDER BY problems DESC, warnings DESC, alive DESC, j.host_name NULLS LAST, j.service NULLS LAST, j.pid NULLS LAST, j.jvm_id
