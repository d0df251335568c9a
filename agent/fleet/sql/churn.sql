-- Which code creates threads that end at once, and how many a minute in each of its JVMs?
WITH ended AS (
  SELECT t.jvm_id, s.call_site, COUNT(*) AS threads, AVG(t.lifetime) AS lifetime
  FROM thread t
  JOIN site s ON s.site_id = t.site_id
  WHERE t.created AND t.lifetime IS NOT NULL AND t.kind IN ('java', 'native')
  GROUP BY t.jvm_id, s.call_site
),
recorded AS (
  SELECT jvm_id, SUM(duration) / 60e9 AS minutes FROM recording WHERE duration > 0 GROUP BY jvm_id
)
SELECT
  j.service,
  e.call_site,
  CAST(COUNT(*) AS BIGINT) AS jvms,
  CAST(SUM(e.threads) AS BIGINT) AS ended_threads,
  CAST(SUM(e.threads) / SUM(r.minutes) AS DOUBLE) AS a_minute,
  CAST(SUM(e.lifetime * e.threads) / SUM(e.threads) / 1e6 AS DOUBLE) AS average_life_ms
FROM ended e
JOIN recorded r ON r.jvm_id = e.jvm_id
JOIN jvm j ON j.jvm_id = e.jvm_id
GROUP BY j.service, e.call_site
ORDER BY ended_threads DESC, j.service NULLS LAST, e.call_site
