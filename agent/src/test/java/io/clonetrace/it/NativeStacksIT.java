package io.clonetrace.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.clonetrace.it.host.CallSites;
import io.clonetrace.it.process.Application;
import io.clonetrace.it.process.Artifacts;
import io.clonetrace.it.process.Attached;
import io.clonetrace.it.process.Jdk;
import io.clonetrace.it.process.OrdinaryUser;
import io.clonetrace.it.process.Restricted;
import io.clonetrace.it.process.Run;
import io.clonetrace.it.recording.Recorded;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import jdk.jfr.consumer.RecordedEvent;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Threads that a JNI library makes: where in native code, and what Java code called it. */
class NativeStacksIT {
    private static final int FIRST = 101;
    private static final int SECOND = 53;
    private static final String LIBRARY = "libcall_sites.so";

    static Stream<Arguments> jdksSourcesAndModes() {
        return Jdk.underTest()
                .flatMap(jdk -> Stream.of("ebpf", "ptrace")
                        .flatMap(source -> Stream.of("-Xmixed", "-Xint", "-Xcheck:jni")
                                .map(mode -> Arguments.of(jdk, source, mode))));
    }

    private static List<String> command(Jdk jdk, Path folder, String mode, String agent) throws Exception {
        Path library = Restricted.compiled(folder.resolve(LIBRARY), "call_sites.c", "-O2", "-shared", "-fPIC");
        return new ArrayList<>(List.of(
                jdk.tool("java"),
                mode,
                agent,
                "-cp",
                Artifacts.TEST_CLASSES.toString(),
                CallSites.class.getName(),
                library.toString(),
                "" + FIRST,
                "" + SECOND,
                "" + 60 * Run.PATIENCE));
    }

    private static List<RecordedEvent> startedIn(String function, Recorded recorded) {
        return recorded.named("clonetrace.Clone").stream()
                .filter(clone -> (LIBRARY + "!" + function + "+0x0").equals(clone.getString("startRoutine")))
                .toList();
    }

    @ParameterizedTest(name = "{0} {1} {2}")
    @MethodSource("jdksSourcesAndModes")
    void threadsOfNativeCodeHaveTheirCallSites(Jdk jdk, String source, String mode) throws Exception {
        assumeTrue(!source.equals("ebpf") || OrdinaryUser.isRoot(), "the tests do not run as root");
        Path folder = Artifacts.folder("native-stacks-" + jdk + "-" + source + mode.replace(":", ""));
        Path recording = folder.resolve("app.jfr");
        String agent = Artifacts.agent("source=" + source, Run.WAIT, "stacks=off", "record=" + recording);
        Run run = Run.toEnd(folder, "app", command(jdk, folder, mode, agent));
        assertEquals(0, run.exitStatus(), run.stderr());
        assertEquals(List.of(), run.agentLines());
        // With -Xcheck:jni the JVM prints warnings about JNA's and JFR's own code.
        List<String> offsets = run.stdout()
                .lines()
                .filter(line -> line.matches("[0-9a-f]+ [0-9a-f]+"))
                .toList();
        assertEquals(2, offsets.size(), run::toString);
        assertFalse(run.stdout().contains("the recording has no Java frames"), run::toString);
        assertFalse(run.stdout().contains("clonetrace.core/io.clonetrace.unwind"), run::toString);

        Recorded recorded = Recorded.read(recording);
        assertCallSite(recorded, "first", FIRST, offsets.get(0), "fromInterpretedCode");
        assertCallSite(recorded, "second", SECOND, offsets.get(1), "fromCompiledCode");
        assertEachStackOncePerChunk(recorded);
        assertEquals(
                List.of(),
                recorded.clones(null).stream()
                        .filter(clone -> clone.getString("error") == null)
                        .toList());
        for (RecordedEvent clone : recorded.clones("java")) {
            assertEquals(-1, clone.getLong("nativeStackId"), clone::toString);
            String routine = clone.getString("startRoutine");
            assertTrue(routine == null || routine.startsWith("libjvm.so"), clone::toString);
        }
        List<RecordedEvent> agents = recorded.clones("agent").stream()
                .filter(clone -> "clonetrace unwinder".equals(clone.getString("childName")))
                .toList();
        assertEquals(source.equals("ebpf") ? 1 : 0, agents.size());
        RecordedEvent status = recorded.status(source);
        assertEquals("stopped", status.getString("state"));
        assertEquals(0, status.getLong("lost"));
        assertNull(status.getString("reason"), status::toString);
    }

    private static void assertCallSite(
            Recorded recorded, String function, int threads, String offsets, String javaCaller) {
        List<RecordedEvent> clones = startedIn(function + "_work", recorded);
        assertEquals(threads, clones.size(), function);
        assertEquals(
                Map.of("native", (long) threads),
                clones.stream()
                        .collect(Collectors.groupingBy(clone -> clone.getString("kind"), Collectors.counting())));
        List<Long> ids = clones.stream()
                .map(clone -> clone.getLong("nativeStackId"))
                .distinct()
                .toList();
        assertEquals(1, ids.size(), function);
        List<RecordedEvent> stacks = recorded.named("clonetrace.NativeStack").stream()
                .filter(stack -> stack.getLong("id") == ids.get(0))
                .toList();
        assertFalse(stacks.isEmpty(), function);
        RecordedEvent stack = stacks.get(stacks.size() - 1);
        assertEquals(LIBRARY, stack.getString("library"));
        assertTrue(stack.getBoolean("complete"), stack::toString);
        assertNull(stack.getString("reason"));
        List<String> frames = stack.getString("frames").lines().toList();
        String within = frames.stream()
                .filter(frame -> frame.startsWith(LIBRARY))
                .skip(1)
                .collect(Collectors.joining("\n"));
        assertEquals(
                LIBRARY + "!spawn+0x" + offsets.split(" ")[0] + "\n" + LIBRARY
                        + "!Java_io_clonetrace_it_host_CallSites_" + function + "+0x" + offsets.split(" ")[1],
                within);
        assertTrue(frames.get(0).startsWith("libc.so.6"), stack::toString);
        assertTrue(frames.stream().anyMatch(frame -> frame.startsWith(LIBRARY + "!make+0x")), stack::toString);
        assertTrue(frames.get(frames.size() - 1).startsWith(LIBRARY), stack::toString);
        assertTrue(stack.getString("modules").contains("/" + LIBRARY + " "), stack::toString);

        List<String> java = stack.getString("javaFrames").lines().toList();
        assertTrue(java.get(0).endsWith("CallSites." + function + "(Native Method)"), stack::toString);
        assertTrue(java.get(1).contains("CallSites." + javaCaller + "(CallSites.java:"), stack::toString);
        assertTrue(java.get(java.size() - 1).contains("java.lang.Thread.run("), stack::toString);
        assertTrue(stack.getLong("javaDelay") > 0, stack::toString);
    }

    /** Whatever waits then: each clone has its event, and each recording the stacks that its clones refer to. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("io.clonetrace.it.process.Jdk#underTest")
    void detachAndChunksWhileThreadsAreMadeLoseNothing(Jdk jdk) throws Exception {
        assumeTrue(OrdinaryUser.isRoot(), "the tests do not run as root");
        Path folder = Artifacts.folder("native-stacks-detach-" + jdk);
        Path library = Restricted.compiled(folder.resolve(LIBRARY), "call_sites.c", "-O2", "-shared", "-fPIC");
        Attached jvm = Attached.to(
                new Application(jdk, folder),
                List.of(
                        jdk.tool("java"),
                        "-cp",
                        Artifacts.TEST_CLASSES.toString(),
                        CallSites.class.getName(),
                        library.toString()));
        try (Run app = jvm.app()) {
            for (String name : List.of("one", "two")) {
                jvm.done("attach", "source=ebpf", "record=" + name + ".jfr");
                jvm.jcmd("JFR.start", "name=beside-" + name);
                Path dump = folder.resolve("dump-" + name + ".jfr");
                long began = System.nanoTime();
                do { // The first stack takes seconds on a busy machine: symbols of whole libraries are read.
                    jvm.jcmd("JFR.dump", "name=beside-" + name, "filename=" + dump);
                } while (startedIn("first_work", Recorded.read(dump)).isEmpty()
                        && System.nanoTime() - began < Run.DEADLINE_NANOS);
                jvm.jcmd("JFR.stop", "name=beside-" + name, "filename=" + folder.resolve("beside-" + name + ".jfr"));
                jvm.done("detach");
                assertFalse(jvm.jcmd("Thread.print").contains("\"clonetrace"), "a thread of the agent's stays");
            }
            app.process().outputWriter().close();
            assertEquals(0, app.exitStatus(), app.stderr());
        }
        for (String name : List.of("one", "two", "dump-one", "dump-two", "beside-one", "beside-two")) {
            Recorded recorded = Recorded.read(folder.resolve(name + ".jfr"));
            List<RecordedEvent> clones = startedIn("first_work", recorded);
            assertFalse(clones.isEmpty(), name);
            assertEquals(
                    clones.size(),
                    clones.stream()
                            .map(clone -> clone.getLong("kernelTime"))
                            .distinct()
                            .count(),
                    name);
            Set<Long> stacks = recorded.named("clonetrace.NativeStack").stream()
                    .map(stack -> stack.getLong("id"))
                    .collect(Collectors.toSet());
            recorded.named("clonetrace.Clone").stream()
                    .filter(clone -> clone.getLong("nativeStackId") != -1)
                    .forEach(clone -> assertTrue(
                            stacks.contains(clone.getLong("nativeStackId")), () -> name + " " + stacks + " " + clone));
            recorded.named("clonetrace.SourceStatus").stream()
                    .filter(status -> !status.getString("source").equals("stacks"))
                    .forEach(status -> {
                        assertNotEquals("lost", status.getString("state"), status::toString);
                        assertEquals(0, status.getLong("lost"), status::toString);
                    });
            if (List.of("one", "two").contains(name)) {
                assertEquals(
                        recorded.status("ebpf").getLong("seen"),
                        recorded.named("clonetrace.Clone").size());
            }
        }
    }

    /** The order of the event's fields is an interface. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("io.clonetrace.it.process.Jdk#underTest")
    void toolsOfTheJdkReadNativeStacks(Jdk jdk) throws Exception {
        Path folder = Artifacts.folder("native-stacks-tools-" + jdk);
        Path recording = folder.resolve("app.jfr");
        String agent = Artifacts.agent("source=ptrace", Run.WAIT, "stacks=off", "record=" + recording);
        Run run = Run.toEnd(folder, "app", command(jdk, folder, "-Xmixed", agent));
        assertEquals(0, run.exitStatus(), run.stderr());
        int stacks = Recorded.read(recording).named("clonetrace.NativeStack").size();
        Run summary = Run.toEnd(folder, "summary", List.of(jdk.tool("jfr"), "summary", recording.toString()));
        assertTrue(
                Pattern.compile("(?m)^ clonetrace.NativeStack +" + stacks + " ")
                        .matcher(summary.stdout())
                        .find(),
                summary::toString);
        Run print = Run.toEnd(
                folder,
                "print",
                List.of(jdk.tool("jfr"), "print", "--events", "clonetrace.NativeStack", recording.toString()));
        assertEquals("", print.stderr());
        List<String> fields = Pattern.compile("(?m)^  (\\w+) = ")
                .matcher(print.stdout())
                .results()
                .map(field -> field.group(1))
                .distinct()
                .toList();
        assertEquals(
                List.of(
                        "startTime",
                        "id",
                        "library",
                        "frames",
                        "complete",
                        "reason",
                        "modules",
                        "javaFrames",
                        "javaDelay",
                        "eventThread"),
                fields);
    }

    /** A recording of one chunk has one event of each chain that a clone refers to. */
    private static void assertEachStackOncePerChunk(Recorded recorded) {
        List<Long> ids = recorded.named("clonetrace.NativeStack").stream()
                .map(stack -> stack.getLong("id"))
                .sorted()
                .toList();
        List<Long> used = recorded.named("clonetrace.Clone").stream()
                .map(clone -> clone.getLong("nativeStackId"))
                .filter(id -> id != -1)
                .distinct()
                .sorted()
                .toList();
        assertEquals(used, ids);
        assertEquals(1, ids.get(0));
    }
}
