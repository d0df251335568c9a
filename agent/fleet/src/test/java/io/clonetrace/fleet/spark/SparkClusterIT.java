package io.clonetrace.fleet.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.clonetrace.fleet.Fleet;
import io.clonetrace.fleet.generator.FleetGenerator;
import io.clonetrace.fleet.generator.TemplateRecording;
import io.clonetrace.fleet.spark.SparkLog.Task;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The packaged jar as a job of Spark's local cluster: a driver, and two workers whose executors are JVMs of their own.
 */
class SparkClusterIT {
    private static final long DEADLINE = TimeUnit.MINUTES.toNanos(4);
    private static final int JVMS = 19;
    private static final String VICTIM = "0";
    private static final String JAVA =
            Path.of(System.getProperty("java.home"), "bin", "java").toString();

    @TempDir
    Path folder;

    private SparkHome spark;
    private Process job;

    private interface Condition {
        boolean holds() throws IOException;
    }

    @AfterEach
    void end() throws IOException, InterruptedException {
        if (job != null) {
            job.descendants().forEach(ProcessHandle::destroyForcibly);
            job.destroyForcibly().waitFor();
        }
        if (spark != null) {
            spark.close();
        }
    }

    private void await(String what, SparkLog log, Condition condition) throws IOException, InterruptedException {
        long end = System.nanoTime() + DEADLINE;
        while (!condition.holds()) {
            if (!job.isAlive() || System.nanoTime() > end) {
                fail(what + ": " + log.text());
            }
            Thread.sleep(5);
        }
    }

    @Test
    void anExecutorKilledHalfWayLeavesTheTablesOfAnExportWithoutAFailure() throws Exception {
        Path recordings = folder.resolve("recordings");
        FleetGenerator.small(TemplateRecording.file(), recordings, JVMS, 53);
        Path expected = folder.resolve("expected");
        assertEquals(0, Fleet.run(new String[] {"export", recordings.toString(), "--to", expected.toString()}));
        Path tables = folder.resolve("tables");
        SparkLog log = new SparkLog(folder.resolve("submit.log"));
        spark = new SparkHome(folder.resolve("home"), JAVA);
        // An executor that is killed leaves DuckDB's library there.
        Path temporary = Files.createDirectory(folder.resolve("tmp"));
        job = spark.submit(
                log.file(),
                "local-cluster[2,1,1024]",
                // Both executors are there before the first task.
                List.of(
                        "--executor-memory", "600m",
                        "--conf",
                                "spark.executor.extraJavaOptions=-XX:TieredStopAtLevel=1 -Djava.io.tmpdir=" + temporary,
                        "--conf", "spark.cores.max=2",
                        "--conf", "spark.scheduler.minRegisteredResourcesRatio=1.0",
                        "--conf", "spark.scheduler.maxRegisteredResourcesWaitingTime=120s"),
                List.of(recordings.toString(), tables.toString()));
        await("no quarter of the parts was exported", log, () -> {
            List<Task> finished = log.finished();
            return finished.size() >= JVMS / 4
                    && finished.stream().anyMatch(task -> task.executor().equals(VICTIM));
        });
        ProcessHandle victim = victim();
        // Stopped, it can't finish what it is at, and then it is killed in the middle of that.
        assertEquals(
                0,
                new ProcessBuilder("kill", "-STOP", String.valueOf(victim.pid()))
                        .inheritIO()
                        .start()
                        .waitFor());
        await("the executor has no task", log, () -> !running(log).isEmpty());
        victim.destroyForcibly();
        assertTrue(job.waitFor(DEADLINE, TimeUnit.NANOSECONDS), () -> "the job did not end: " + log.text());
        assertEquals(0, job.exitValue(), log::text);

        Set<Task> lost = running(log);
        assertEquals(1, lost.size(), log::text);
        int repeated = lost.iterator().next().number();
        assertTrue(
                log.finished().stream().anyMatch(task -> task.number() == repeated && task.attempt() > 0), log::text);
        assertEquals(TableFiles.of(expected), TableFiles.of(tables));
        assertEquals(Set.of(), TableFiles.tablesWithOtherRows(expected, tables));
    }

    private ProcessHandle victim() throws IOException {
        for (ProcessHandle process : job.descendants().toList()) {
            try {
                String words = Files.readString(Path.of("/proc/" + process.pid() + "/cmdline"));
                if (words.contains("\0--executor-id\0" + VICTIM + "\0")) {
                    return process;
                }
            } catch (NoSuchFileException ended) {
                // Another one.
            }
        }
        return fail("executor " + VICTIM + " has no process");
    }

    /** The tasks that the executor to be killed has begun and not finished; those that it was at, once it is dead. */
    private static Set<Task> running(SparkLog log) {
        List<Task> finished = log.finished();
        return log.started().stream()
                .filter(task -> task.executor().equals(VICTIM) && !finished.contains(task))
                .collect(Collectors.toSet());
    }
}
