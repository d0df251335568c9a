package io.clonetrace.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.tools.attach.VirtualMachine;
import io.clonetrace.it.host.Starter;
import io.clonetrace.it.process.Application;
import io.clonetrace.it.process.Artifacts;
import io.clonetrace.it.process.Attached;
import io.clonetrace.it.process.Jdk;
import io.clonetrace.it.process.OrdinaryUser;
import io.clonetrace.it.process.Run;
import io.clonetrace.it.recording.Recorded;
import io.clonetrace.it.truth.Started;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Attaching and detaching again and again leaves no more in the JVM than the first time did. */
class AttachRoundsIT {
    private static final int FIRST = 2;
    private static final int ROUNDS = 20;
    private static final int THREADS = 13;
    private static final long COLLECTED_NANOS = TimeUnit.SECONDS.toNanos(60);
    private static final long CHECK_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    /** What HotSpot keeps for each redefinition of Thread; the agent's own classes take 3 MiB. */
    private static final long METASPACE_A_ROUND = 160 << 10;

    private static final Pattern USED = Pattern.compile("Both: .* ([0-9.]+) (KB|MB) .* used");

    @ParameterizedTest(name = "{0}")
    @MethodSource("io.clonetrace.it.process.Jdk#underTest")
    void nothingGrowsOverManyRoundsOfAttachAndDetach(Jdk jdk) throws Exception {
        Path folder = Artifacts.folder("attach-rounds-" + jdk);
        Attached jvm = Attached.to(new Application(jdk, folder));
        try (Run app = jvm.app()) {
            rounds(jvm, 0, FIRST);
            State first = State.of(jvm);
            rounds(jvm, FIRST, ROUNDS + FIRST);
            State last = State.of(jvm);
            // The JDK's Cleaner closes an unreachable file some time after a collection.
            long deadline = System.nanoTime() + COLLECTED_NANOS;
            while (last.isMoreThan(first) && System.nanoTime() - deadline < 0) {
                LockSupport.parkNanos(CHECK_NANOS);
                last = State.of(jvm);
            }
            assertFalse(last.isMoreThan(first), first + ", later " + last);
            long grown = last.metaspace() - first.metaspace();
            assertTrue(grown < ROUNDS * METASPACE_A_ROUND, grown + " bytes of metaspace in " + ROUNDS + " rounds");
            Application.end(app);
            assertEquals(Starter.STATUS, app.exitStatus());
        }
    }

    /** What the commands do, done in this JVM: two more JVMs a round would take most of the time. */
    private static void rounds(Attached jvm, int from, int to) throws Exception {
        String source = OrdinaryUser.isRoot() ? "ebpf" : "none";
        for (int round = from; round < to; round++) {
            Path recording = jvm.folder().resolve("round-" + round + ".jfr");
            load(jvm, "source=" + source + ",record=" + recording);
            Application.tell(jvm.app(), THREADS);
            Application.awaitStarted(jvm.app(), THREADS * (round + 1));
            load(jvm, "detach");
            Recorded recorded = Recorded.read(recording);
            assertEquals(THREADS, Started.count(recorded.named("clonetrace.ThreadStart")));
            if (!source.equals("none")) {
                assertEquals(THREADS, Started.count(recorded.clones("java")));
            }
        }
    }

    private static void load(Attached jvm, String options) throws Exception {
        Path answer = Files.writeString(jvm.folder().resolve("answer"), "");
        VirtualMachine vm = VirtualMachine.attach(Long.toString(jvm.pid()));
        try {
            vm.loadAgent(jvm.jar().toString(), "answer=" + answer + "," + options);
        } finally {
            vm.detach();
        }
        String said = Files.readString(answer);
        assertTrue(said.startsWith("done\n"), said);
    }

    /**
     * What a process holds.
     *
     * @param executable its executable mappings: of libraries, and of code that was made
     * @param metaspace bytes in use
     */
    private record State(int descriptors, int threads, long executable, long metaspace) {
        /** After the agent's loader was collected, which must happen within a minute. */
        static State of(Attached jvm) throws IOException, InterruptedException {
            long deadline = System.nanoTime() + COLLECTED_NANOS;
            while (holdsAgent(jvm)) {
                assertTrue(System.nanoTime() - deadline < 0, "the agent's classes are still there after a minute");
                LockSupport.parkNanos(CHECK_NANOS);
            }
            MatchResult used =
                    USED.matcher(jvm.jcmd("VM.metaspace")).results().findFirst().orElseThrow();
            long unit = used.group(2).equals("MB") ? 1 << 20 : 1 << 10;
            try (var maps = Files.lines(Path.of("/proc/" + jvm.pid() + "/maps"))) {
                return new State(
                        jvm.descriptors().size(),
                        threads(jvm.pid()),
                        maps.filter(line -> line.split(" ")[1].contains("x")).count(),
                        (long) (Double.parseDouble(used.group(1)) * unit));
            }
        }

        /** Whether it holds more of anything that a leak in each round would increase. */
        boolean isMoreThan(State first) {
            return descriptors > first.descriptors || threads > first.threads || executable > first.executable;
        }

        /** HotSpot adds compiler and collector threads when there is work. */
        private static int threads(long pid) throws IOException {
            int threads = 0;
            try (var tasks = Files.newDirectoryStream(Path.of("/proc/" + pid + "/task"))) {
                for (Path task : tasks) {
                    if (!Files.readString(task.resolve("comm")).matches("(?s)(C[12] Comp|GC Thread|G1 ).*")) {
                        threads++;
                    }
                }
            }
            return threads;
        }

        /**
         * The module clonetrace.kept stays; of the classes that the application's loader sees, only the entry is looked
         * for.
         */
        private static boolean holdsAgent(Attached jvm) throws IOException, InterruptedException {
            jvm.jcmd("GC.run");
            // With unreachable objects too: a class is gone when its loader is.
            return jvm.jcmd("GC.class_histogram", "-all").lines().anyMatch(line -> line.contains("(clonetrace.core)"));
        }
    }
}
