-- Which code creates more threads an hour than on the day before, and which fewer? Of the last two days, and of services that were recorded on both.
WITH days AS (
  SELECT MAX(day) AS today FROM recording
),
both_days AS (
  SELECT MAX(d.today) AS today, MAX(r.day) AS before_day
  FROM days d LEFT JOIN recording r ON r.day < d.today
),
hours AS (
  SELECT j.service, r.day, SUM(r.duration) / 3600e9 AS hours, COUNT(DISTINCT r.jvm_id) AS jvms
  FROM recording r JOIN jvm j ON j.jvm_id = r.jvm_id
  GROUP BY j.service, r.day
),
created AS (
  SELECT j.service, s.call_site, t.day, SUM(CASE WHEN t.created THEN 1 ELSE 0 END) AS created
  FROM thread t
  JOIN jvm j ON j.jvm_id = t.jvm_id
  JOIN site s ON s.site_id = t.site_id
  WHERE t.kind IN ('java', 'native')
  GROUP BY j.service, s.call_site, t.day
),
rates AS (
  SELECT c.service, c.call_site,
    MAX(CASE WHEN c.day = b.before_day THEN c.created / h.hours END) AS before_rate,
    MAX(CASE WHEN c.day = b.today THEN c.created / h.hours END) AS rate
  FROM created c
  JOIN hours h ON h.day = c.day AND (h.service = c.service OR h.service IS NULL AND c.service IS NULL) AND h.hours > 0
  CROSS JOIN both_days b
  WHERE b.before_day IS NOT NULL
  GROUP BY c.service, c.call_site
)
SELECT
  r.service,
  r.call_site,
  CAST(b.before_day AS VARCHAR(10)) AS before_day,
  CAST(b.today AS VARCHAR(10)) AS last_day,
  CAST(r.before_rate AS DOUBLE) AS an_hour_before,
  CAST(r.rate AS DOUBLE) AS an_hour,
  CAST(COALESCE(r.rate, 0) - COALESCE(r.before_rate, 0) AS DOUBLE) AS change
FROM rates r
CROSS JOIN both_days b
WHERE (r.rate IS NOT NULL OR r.before_rate IS NOT NULL)
  AND EXISTS (SELECT 1 FROM hours h WHERE h.day = b.today AND (h.service = r.service OR h.service IS NULL AND r.service IS NULL))
  AND EXISTS (SELECT 1 FROM hours h WHERE h.day = b.before_day AND (h.service = r.service OR h.service IS NULL AND r.service IS NULL))
ORDER BY ABS(COALESCE(r.rate, 0) - COALESCE(r.before_rate, 0)) DESC, r.service NULLS LAST, r.call_site
