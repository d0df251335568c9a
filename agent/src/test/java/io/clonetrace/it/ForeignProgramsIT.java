package io.clonetrace.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.it.process.Artifacts;
import io.clonetrace.it.process.Commands;
import io.clonetrace.it.process.Jdk;
import io.clonetrace.it.process.OrdinaryUser;
import io.clonetrace.it.process.Processes;
import io.clonetrace.it.process.Run;
import io.clonetrace.it.program.ForeignProgram;
import io.clonetrace.it.program.H2Server;
import io.clonetrace.it.program.MatrixProgram;
import io.clonetrace.it.program.WireMockServer;
import io.clonetrace.it.program.ZipkinServer;
import io.clonetrace.it.recording.Recorded;
import io.clonetrace.it.truth.StartsByJfr;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Programs by others, all under load at the same time: they answer as without the agent, and the threads they started
 * are those that JFR reports. {@code -Dclonetrace.field.seconds=60} makes them work longer.
 */
class ForeignProgramsIT {
    private static final List<ForeignProgram> PROGRAMS =
            List.of(new WireMockServer(), new H2Server(), new ZipkinServer(), new MatrixProgram());
    private static final long SECONDS = Long.getLong("clonetrace.field.seconds", 5);
    private static final int SIGTERM_STATUS = 128 + 15;

    /** All heaps together fit into a small machine. */
    private static final String HEAP = "-Xmx256m";

    static Stream<Arguments> jdksAndWays() {
        return Jdk.underTest()
                .flatMap(jdk -> Stream.of(Arguments.of(jdk, "at start"), Arguments.of(jdk, "at run time")));
    }

    @ParameterizedTest(name = "{0}, the agent {1}")
    @MethodSource("jdksAndWays")
    void programsAnswerAsWithoutTheAgent(Jdk jdk, String way) throws Exception {
        ExecutorService together = Executors.newFixedThreadPool(PROGRAMS.size());
        try {
            List<Callable<Void>> trials = new ArrayList<>();
            for (ForeignProgram program : PROGRAMS) {
                trials.add(() -> {
                    Path folder = Artifacts.folder("field-" + program.name() + "-" + jdk + "-" + way);
                    new Trial(jdk, program, folder, way.equals("at start")).run();
                    return null;
                });
            }
            // All of them end before a failure is thrown, so that no program keeps running.
            for (Future<Void> trial : together.invokeAll(trials)) {
                trial.get();
            }
        } finally {
            together.shutdownNow();
        }
    }

    /** One program: a round without the agent, then as many with it as there is time for. */
    private record Trial(Jdk jdk, ForeignProgram program, Path folder, boolean atStart) {
        void run() throws Exception {
            String expected;
            Run plain = start("plain", List.of());
            try (plain) {
                expected = program.connect(plain).round();
                end(plain);
            }
            Path recording = folder.resolve("app.jfr");
            String options = "source=" + source() + ",wait=60s,record=" + recording;
            Run run = start("agent", atStart ? List.of(Artifacts.agent(options)) : List.of());
            try (run) {
                ForeignProgram.Work work = program.connect(run);
                if (!atStart) {
                    // The hook and the recording start one after the other: no thread may start in between.
                    Processes.awaitSteady(run.process().pid());
                    attach(run, options);
                }
                long rounds = rounds(work, expected);
                Path dump = dump(run);
                end(run);
                saidNothingMore(plain, run);
                compare(dump, rounds);
            }
        }

        private String source() {
            return !atStart && OrdinaryUser.isRoot() ? "ebpf" : "ptrace";
        }

        private Run start(String name, List<String> agent) throws IOException {
            List<String> command = new ArrayList<>(List.of(jdk.tool("java"), HEAP));
            command.addAll(agent);
            command.addAll(program.arguments());
            return Run.start(folder, name, command);
        }

        private void attach(Run run, String options) throws Exception {
            List<String> command =
                    Commands.clonetrace(jdk, "attach", "" + run.process().pid());
            command.addAll(List.of(options.split(",")));
            Run attach = Run.toEnd(folder, "attach", command);
            assertEquals(0, attach.exitStatus(), attach.stderr());
        }

        private long rounds(ForeignProgram.Work work, String expected) throws Exception {
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
            long rounds = 0;
            while (System.nanoTime() - deadline < 0) {
                assertEquals(expected, work.round(), program.name());
                rounds++;
            }
            return rounds;
        }

        /** While it is idle: at the end of a JVM, JFR's end and the agent's are not at the same moment. */
        private Path dump(Run run) throws Exception {
            Path dump = folder.resolve("dump.jfr");
            Run jcmd = Run.toEnd(
                    folder,
                    "jcmd",
                    List.of(
                            jdk.tool("jcmd"),
                            "" + run.process().pid(),
                            "JFR.dump",
                            "name=clonetrace",
                            "filename=" + dump));
            assertEquals(0, jcmd.exitStatus(), jcmd.stdout());
            return dump;
        }

        private void end(Run run) throws Exception {
            // Process.destroy would also close its stdin, which is another way to end.
            run.process().toHandle().destroy();
            assertEquals(SIGTERM_STATUS, run.exitStatus(), program.name());
        }

        private static void saidNothingMore(Run plain, Run run) throws IOException {
            Set<String> more = lines(run.stderr());
            more.removeAll(lines(plain.stderr()));
            // The JDK's own notice of an agent that is attached at run time.
            more.removeIf(line -> line.matches(
                    "WARNING: (A Java agent has been loaded|If a serviceability tool|Dynamic loading of agents).*"));
            assertEquals(Set.of(), more);
        }

        private static Set<String> lines(String text) {
            return Arrays.stream(text.replaceAll("\\d+", "N").split("\n"))
                    .filter(line -> !line.isBlank())
                    .collect(Collectors.toCollection(HashSet::new));
        }

        private void compare(Path recording, long rounds) throws Exception {
            StartsByJfr starts = StartsByJfr.of(recording);
            Recorded statuses = Recorded.of(recording, "clonetrace.SourceStatus");
            System.out.println(folder.getFileName() + ": " + rounds + " rounds; " + starts.counts());
            for (String kind : starts.counts().keySet()) {
                assertTrue(
                        kind.equals(StartsByJfr.SAME)
                                || kind.startsWith("the agent's: ")
                                || kind.startsWith("made by the VM"),
                        () -> program.name() + ": " + starts.counts());
            }
            int same = starts.counts().getOrDefault(StartsByJfr.SAME, 0);
            assertTrue(same > 0, program::name);
            if (atStart) {
                // JFR reports the main thread too once the agent is set up; no other thread of the VM counts.
                report(recording, same + starts.counts().getOrDefault("made by the VM, not by Thread.start: main", 0));
            }
            for (String source : List.of("hook", source())) {
                assertEquals(0, statuses.status(source).getLong("lost"), () -> program.name() + ": " + statuses);
            }
        }

        /** The report counts as many threads of the application as JFR saw start. */
        private void report(Path recording, int created) throws Exception {
            Run report = Run.toEnd(
                    folder,
                    "report",
                    Commands.clonetrace(Jdk.current(), "report", recording.toString(), "--json", "-"));
            assertEquals(0, report.exitStatus(), report.stderr());
            assertEquals("", report.stderr());
            String row = "\"kind\": \"java\",\\s+\"created\": " + created + ",";
            String json = report.stdout();
            assertTrue(Pattern.compile(row).matcher(json).find(), () -> row + " is not in " + json);
        }
    }
}
