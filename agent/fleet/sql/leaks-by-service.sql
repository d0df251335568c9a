-- Which services leak threads, and where are they created?
SELECT
  j.service,
  f.rule,
  f.call_site,
  CAST(COUNT(DISTINCT f.jvm_id) AS BIGINT) AS jvms,
  CAST(SUM(f.threads) AS BIGINT) AS live_threads
FROM finding f
JOIN last_recording r ON r.part_id = f.part_id AND r.jvm_id = f.jvm_id
JOIN jvm j ON j.jvm_id = f.jvm_id
WHERE f.rule IN ('thread-leak', 'executor-leak', 'redeploy-leak')
GROUP BY j.service, f.rule, f.call_site
ORDER BY live_threads DESC, jvms DESC, j.service NULLS LAST, f.rule, f.call_site NULLS LAST
