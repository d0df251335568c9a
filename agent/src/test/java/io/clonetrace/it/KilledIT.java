package io.clonetrace.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.it.host.StartsUntilExit;
import io.clonetrace.it.process.Application;
import io.clonetrace.it.process.Artifacts;
import io.clonetrace.it.process.Attached;
import io.clonetrace.it.process.Commands;
import io.clonetrace.it.process.Jdk;
import io.clonetrace.it.process.OrdinaryUser;
import io.clonetrace.it.process.Processes;
import io.clonetrace.it.process.Run;
import io.clonetrace.it.process.TracefsInstances;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * JVMs and attaching commands are killed by SIGKILL at random moments: no tracer outlives them, and the next start
 * removes what they could not.
 */
class KilledIT {
    private static final long ROUNDS_NANOS = TimeUnit.SECONDS.toNanos(8);
    private static final long CHECK_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
    private static final int LONGEST_MILLIS = 1_800;

    /** Set to repeat a run that failed. */
    private static final long SEED = Long.getLong("clonetrace.killed.seed", System.nanoTime());

    private static final String KEPT = "clonetrace: the earlier recording is now .*\\.old\n";

    @ParameterizedTest(name = "{0}")
    @MethodSource("io.clonetrace.it.process.Jdk#underTest")
    void nextStartRemovesWhatAKilledJvmLeft(Jdk jdk) throws Exception {
        System.out.println("-Dclonetrace.killed.seed=" + SEED);
        Random random = new Random(SEED);
        Path folder = Artifacts.folder("killed-any-" + jdk);
        Path temporary = Files.createDirectory(folder.resolve("tmp"));
        List<Long> dead = new ArrayList<>();
        List<String> sources =
                OrdinaryUser.isRoot() ? List.of("ptrace", "tracefs", "ebpf", "attach") : List.of("ptrace", "attach");
        long end = System.nanoTime() + ROUNDS_NANOS;
        for (int round = 0; round < sources.size() || System.nanoTime() - end < 0; round++) {
            String source = sources.get(round % sources.size());
            long delay = TimeUnit.MILLISECONDS.toNanos(random.nextInt(LONGEST_MILLIS));
            if (source.equals("attach")) {
                attached(jdk, folder, temporary, delay, random.nextBoolean(), dead);
            } else {
                kill(Run.start(folder, "round-" + round, dying(jdk, temporary, source)), delay, dead);
            }
        }
        for (long pid : dead) {
            Processes.awaitNoTracer(pid);
        }

        leftBy(temporary, dead).forEach(KilledIT::age);
        leftBy(Path.of("/tmp"), dead).forEach(KilledIT::age);
        for (String source : sources) {
            if (!source.equals("attach")) {
                Run next = Run.toEnd(folder, "next-" + source, dying(jdk, temporary, source));
                assertEquals(7, next.exitStatus(), next.stderr());
                // The recordings have one name: each start keeps the one before.
                assertTrue(next.stderr().isEmpty() || next.stderr().matches(KEPT), next.stderr());
            }
        }
        Attached jvm = Attached.to(new Application(jdk, folder));
        try (Run app = jvm.app()) {
            jvm.done("attach", "source=none");
            Application.end(app);
        }
        assertEquals(List.of(), leftBy(temporary, dead));
        assertEquals(List.of(), leftBy(Path.of("/tmp"), dead));
        if (OrdinaryUser.isRoot()) {
            for (long pid : dead) {
                assertEquals(List.of(), TracefsInstances.of(pid));
            }
        }
    }

    /** Attaches, and kills either the command or the JVM. */
    private static void attached(Jdk jdk, Path folder, Path temporary, long delay, boolean command, List<Long> dead)
            throws IOException, InterruptedException {
        Attached jvm = Attached.to(new Application(jdk, folder), "-Djava.io.tmpdir=" + temporary);
        try (Run app = jvm.app()) {
            Run attach = jvm.start("attach", jvm.pid(), "attach", "source=ptrace");
            kill(command ? attach : app, delay, dead);
            if (command) {
                // The JVM completes what the command began, and works on.
                assertTrue(app.process().isAlive());
                kill(app, 0, dead);
            } else {
                attach.exitStatus();
            }
        }
    }

    private static List<String> dying(Jdk jdk, Path temporary, String source) {
        List<String> options = List.of(
                "-Djava.io.tmpdir=" + temporary,
                "--add-opens=jdk.jfr/jdk.jfr=ALL-UNNAMED",
                Artifacts.agent("source=" + source, Run.WAIT, "record=" + temporary.resolveSibling("app.jfr")));
        return Commands.host(jdk, options, StartsUntilExit.class, "exit", "53", "53");
    }

    private static void kill(Run run, long delay, List<Long> dead) throws InterruptedException {
        long end = System.nanoTime() + delay;
        while (run.process().isAlive() && System.nanoTime() - end < 0) {
            LockSupport.parkNanos(CHECK_NANOS);
        }
        run.process().destroyForcibly().waitFor();
        dead.add(run.process().pid());
    }

    /** Files of clonetrace with one of these pids in their names. */
    private static List<Path> leftBy(Path folder, List<Long> dead) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> dead.stream()
                            .anyMatch(pid ->
                                    file.getFileName().toString().matches("clonetrace-(attach-)?" + pid + "-.*")))
                    .toList();
        }
    }

    private static void age(Path file) {
        try {
            if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
                Files.setLastModifiedTime(file, FileTime.from(Instant.EPOCH));
            }
        } catch (IOException gone) {
            throw new AssertionError(gone);
        }
    }
}
