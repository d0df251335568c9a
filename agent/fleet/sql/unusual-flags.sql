-- Which JVMs make threads with other clone flags than most of the fleet's, and which JDK, C library and image have they?
WITH flags AS (
  SELECT jvm_id, kind, syscall, flags, MAX(flag_names) AS flag_names, COUNT(*) AS clones
  FROM clone
  WHERE error IS NULL AND flags IS NOT NULL AND kind IN ('java', 'vm', 'native')
  GROUP BY jvm_id, kind, syscall, flags
),
votes AS (
  SELECT kind, flags, MAX(flag_names) AS flag_names,
    ROW_NUMBER() OVER (PARTITION BY kind ORDER BY COUNT(DISTINCT jvm_id) DESC, SUM(clones) DESC, flags) AS place
  FROM flags
  GROUP BY kind, flags
)
SELECT
  f.kind,
  f.syscall,
  f.flag_names,
  j.version,
  j.libc,
  j.distribution,
  CAST(COUNT(DISTINCT f.jvm_id) AS BIGINT) AS jvms,
  CAST(SUM(f.clones) AS BIGINT) AS clones,
  MAX(v.flag_names) AS usual_flags
FROM flags f
JOIN votes v ON v.kind = f.kind AND v.place = 1
JOIN jvm j ON j.jvm_id = f.jvm_id
WHERE f.flags <> v.flags
GROUP BY f.kind, f.syscall, f.flag_names, j.version, j.libc, j.distribution
ORDER BY jvms DESC, clones DESC, f.kind, f.flag_names, f.syscall NULLS LAST, j.version NULLS LAST, j.libc NULLS LAST,
  j.distribution NULLS LAST
