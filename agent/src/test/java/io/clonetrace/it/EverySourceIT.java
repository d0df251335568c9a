package io.clonetrace.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.clonetrace.it.process.Artifacts;
import io.clonetrace.it.process.Commands;
import io.clonetrace.it.process.Jdk;
import io.clonetrace.it.process.OneLine;
import io.clonetrace.it.process.OrdinaryUser;
import io.clonetrace.it.process.Run;
import io.clonetrace.it.recording.Recorded;
import io.clonetrace.it.truth.DemoTruth;
import io.clonetrace.it.truth.EachClone;
import io.clonetrace.it.truth.KernelTruth;
import io.clonetrace.it.truth.StraceTruth;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import jdk.jfr.consumer.RecordedEvent;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The same program under each source: what the source reports equals what another observer of the same run reports.
 * Beside ebpf and tracefs that is strace. A process has only one tracer, so beside ptrace and strace it is the kernel's
 * own text of its tracepoint, and what strace printed of another run of the same program.
 */
class EverySourceIT {
    private static final int SCENARIOS = 5;
    private static final int THREADS = 499;
    private static final List<String> PROGRAMS =
            List.of("pthread_thread", "clone_thread", "clone3_thread", "clone_process", "printf_thread");

    /** What strace printed of the threads plain-N, which the program itself decides to make, by JDK and creators. */
    private static final Map<String, Map<String, String>> BY_STRACE = new HashMap<>();

    /** Each source on each JDK, with eight creators on every other JDK: every pair occurs, not every triple. */
    static Stream<Object[]> all() {
        List<Jdk> jdks = Jdk.underTest().toList();
        return IntStream.range(0, jdks.size())
                .boxed()
                .flatMap(i -> Stream.of("ebpf", "tracefs", "ptrace", "strace").map(source ->
                        new Object[] {jdks.get(i), source, i % 2 == 0 ? 8 : 1}));
    }

    private static List<String> run(Jdk jdk, String source, Path recording, List<String> command) {
        List<String> all = Commands.clonetrace(jdk, "run");
        all.addAll(List.of("--source", source, "--record", recording.toString(), "--"));
        all.addAll(command);
        return all;
    }

    private static List<String> demo(Jdk jdk, int creators, String... options) {
        List<String> command = new ArrayList<>(List.of(jdk.tool("java")));
        command.addAll(List.of(options));
        command.addAll(List.of("-jar", Artifacts.DEMO.toString(), "--threads", "" + THREADS));
        // Under strace each thread takes milliseconds: only scenarios that make threads in different ways.
        command.addAll(List.of("--only", "plain,stack-sizes,factory-pool,process,names"));
        command.addAll(List.of("--processes", "" + DemoTruth.PROCESSES, "--creators", "" + creators));
        return command;
    }

    @ParameterizedTest(name = "{0}, {1}, {2} creators")
    @MethodSource("all")
    void everySourceRecordsEachCloneOnce(Jdk jdk, String source, int creators) throws Exception {
        boolean root = OrdinaryUser.isRoot();
        boolean tracer = source.equals("ptrace") || source.equals("strace");
        assumeTrue(root || tracer, "the tests do not run as root");
        Path folder = Artifacts.folder("every-" + source + "-" + jdk + "-" + creators);
        Path recording = folder.resolve("app.jfr");
        Path truth = folder.resolve("truth");
        List<String> demo = demo(jdk, creators);
        List<String> command = tracer
                ? run(jdk, source, recording, demo)
                : run(jdk, source, recording, Commands.strace(truth.toString(), demo));
        Run run = Run.toEnd(folder, "app", tracer && root ? KernelTruth.command(truth, command) : command);
        assertEquals(0, run.exitStatus(), run.stderr());

        Recorded recorded = Recorded.read(recording);
        DemoTruth.compare(run.stdout(), recorded, SCENARIOS);
        saidOfItself(run, recorded, source, recording);
        if (!tracer) {
            StraceTruth strace = StraceTruth.read(truth);
            if (source.equals("ebpf")) {
                EachClone.compare(strace, recorded);
            } else {
                assertEquals(flagsByStrace(strace), flags(recorded));
            }
            BY_STRACE.putIfAbsent(jdk + " " + creators, plain(recorded, texts(strace)));
            return;
        }
        if (root) {
            int process = (int) recorded.named("jdk.JVMInformation").get(0).getLong("pid");
            assertEquals(KernelTruth.of(truth, process), flagWords(recorded));
        }
        assertEquals(byStrace(jdk, creators), plain(recorded, texts(recorded)));
        stacksAreThoseOfTheJvm(recorded);
    }

    private static void saidOfItself(Run run, Recorded recorded, String source, Path recording) throws IOException {
        RecordedEvent status = recorded.status(source);
        assertEquals("stopped", status.getString("state"), status::toString);
        assertEquals(0, status.getLong("lost"), status::toString);
        assertEquals(recorded.named("clonetrace.Clone").size(), status.getLong("seen"), status::toString);
        assertEquals(1, DemoTruth.named(recorded.clones("java"), "main").size());
        // Its lines break where 80 columns end, also at the slashes of a long path.
        String paragraph = run.stderr()
                .substring(run.stderr().indexOf("clonetrace: pid "))
                .replaceAll("\\s+", " ")
                .replace("/ ", "/");
        assertTrue(
                paragraph.contains(status.getLong("seen") + " clone calls seen by " + source + ", 0 lost"), paragraph);
        assertTrue(paragraph.contains("recording: " + recording), paragraph);
        for (RecordedEvent clone : recorded.named("clonetrace.Clone")) {
            assertEquals(source, clone.getString("source"), clone::toString);
        }
    }

    /** What tracefs reports: caller, child and flags. */
    private static List<String> flagsByStrace(StraceTruth truth) {
        return truth.ofTheFirstProcess().stream()
                .map(call -> call.parent() + " " + call.child() + " " + flags(call))
                .sorted()
                .toList();
    }

    /** As in the tracepoint: without the exit signal. */
    private static String flags(StraceTruth.Call call) {
        if (call.flags() == null) {
            return call.syscall().equals("vfork") ? "CLONE_VM|CLONE_VFORK" : "0";
        }
        return call.flags().replaceFirst("(^|\\|)SIG[A-Z]+$", "").replaceFirst("^$", "0");
    }

    private static List<String> flags(Recorded recorded) {
        return recorded.named("clonetrace.Clone").stream()
                .map(clone ->
                        clone.getInt("parentTid") + " " + clone.getInt("childTid") + " " + clone.getString("flagNames"))
                .sorted()
                .toList();
    }

    private static List<String> flagWords(Recorded recorded) {
        return recorded.named("clonetrace.Clone").stream()
                .filter(clone -> clone.getString("error") == null)
                .map(clone -> clone.getInt("parentTid") + " " + clone.getInt("childTid") + " "
                        + Long.toHexString(clone.getLong("flags")))
                .sorted()
                .toList();
    }

    /** What is the same in every run, of each clone, by the child's tid. */
    private static Map<Integer, String> texts(StraceTruth truth) {
        Map<Integer, String> texts = new HashMap<>();
        truth.calls()
                .forEach(call -> texts.put(
                        call.child(), call.syscall() + " " + flags(call) + " " + Long.decode(call.stackSize())));
        return texts;
    }

    private static Map<Integer, String> texts(Recorded recorded) {
        Map<Integer, String> texts = new HashMap<>();
        recorded.clones("java")
                .forEach(clone -> texts.put(
                        clone.getInt("childTid"),
                        clone.getString("syscall") + " " + clone.getString("flagNames") + " "
                                + clone.getLong("stackSize")));
        return texts;
    }

    /** By the thread's name, since the hook knows which thread has which tid. */
    private static Map<String, String> plain(Recorded recorded, Map<Integer, String> texts) {
        Map<String, String> named = new TreeMap<>();
        for (RecordedEvent start : DemoTruth.named(recorded.named("clonetrace.ThreadStart"), "plain-")) {
            named.put(start.getString("childName"), texts.get(start.getInt("childTid")));
        }
        assertEquals(THREADS, named.size());
        return named;
    }

    private static Map<String, String> byStrace(Jdk jdk, int creators) throws Exception {
        String key = jdk + " " + creators;
        if (!BY_STRACE.containsKey(key)) {
            Path folder = Artifacts.folder("every-alone-" + jdk + "-" + creators);
            Path recording = folder.resolve("app.jfr");
            Path trace = folder.resolve("app.strace");
            String agent = Artifacts.agent("source=none", "stacks=off", "record=" + recording);
            Run run = Run.toEnd(folder, "app", Commands.strace(trace.toString(), demo(jdk, creators, agent)));
            assertEquals(0, run.exitStatus(), run.stderr());
            BY_STRACE.put(key, plain(Recorded.read(recording), texts(StraceTruth.read(trace))));
        }
        return BY_STRACE.get(key);
    }

    /** A Java thread's stack begins where HotSpot says it does, and its thread pointer lies above it. */
    private static void stacksAreThoseOfTheJvm(Recorded recorded) {
        Map<Integer, RecordedEvent> clones = new HashMap<>();
        DemoTruth.named(recorded.clones("java"), "plain-")
                .forEach(clone -> clones.put(clone.getInt("childTid"), clone));
        int compared = 0;
        for (RecordedEvent start : DemoTruth.named(recorded.named("clonetrace.ThreadStart"), "plain-")) {
            long top = start.getLong("stackBase");
            RecordedEvent clone = clones.get(start.getInt("childTid"));
            if (top > 0 && clone != null) {
                long low = clone.getLong("stack");
                assertEquals(top - start.getLong("stackSize"), low, clone::toString);
                long tls = clone.getLong("tls");
                assertTrue(tls >= low + clone.getLong("stackSize") && tls < top, clone::toString);
                compared++;
            }
        }
        assertTrue(compared > 0, "no stack was compared");
    }

    static Stream<Object[]> stoppingNobody() {
        return Jdk.underTest().flatMap(jdk -> Stream.of(new Object[] {jdk, "ebpf"}, new Object[] {jdk, "tracefs"}));
    }

    /** {@code clonetrace trace}, with strace watching the same run; NativeProgramsTest does this with ptrace. */
    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("stoppingNobody")
    void traceOfNativeProgramsIsWhatStraceSees(Jdk jdk, String source) throws Exception {
        assumeTrue(OrdinaryUser.isRoot(), "the tests do not run as root");
        Path folder = Artifacts.folder("every-native-" + source + "-" + jdk);
        Path trace = folder.resolve("app.trace");
        Path truth = folder.resolve("app.strace");
        List<String> programs = new ArrayList<>(List.of("sh", "-c", "for p; do $p || exit; done", "sh"));
        for (String program : PROGRAMS) {
            Path built = Artifacts.NATIVE.resolve(program);
            assumeTrue(Files.isExecutable(built), "the C programs were not built");
            programs.add(built.toString());
        }
        List<String> command = Commands.clonetrace(jdk, "trace");
        command.addAll(List.of("--source", source, "--follow-forks", "-o", trace.toString(), "--"));
        command.addAll(Commands.strace(truth.toString(), programs));
        Run run = Run.toEnd(folder, "app", command);
        assertEquals(0, run.exitStatus(), run.stderr());
        OneLine.said(run, "clones seen, 0 lost");
        assertEquals("# source: " + source, Files.readAllLines(trace).get(0));

        List<StraceTruth.Call> theirs = byChild(StraceTruth.read(truth).calls().stream());
        assertTrue(theirs.size() >= 2 * PROGRAMS.size(), theirs::toString);
        Set<Integer> callers = new HashSet<>();
        theirs.forEach(call -> callers.add(call.parent()));
        if (source.equals("ebpf")) {
            List<StraceTruth.Call> ours = StraceTruth.read(trace).calls();
            assertEquals(theirs, byChild(ours.stream().filter(call -> callers.contains(call.parent()))));
        } else {
            assertEquals(
                    theirs.stream()
                            .map(call -> call.parent() + " " + call.child() + " " + flags(call))
                            .sorted()
                            .toList(),
                    newTasks(trace, callers));
        }
    }

    /**
     * A vfork returns, and is written, after its child has executed a program: maybe after that program's first clone.
     */
    private static List<StraceTruth.Call> byChild(Stream<StraceTruth.Call> calls) {
        return calls.sorted(Comparator.comparingInt(StraceTruth.Call::child)).toList();
    }

    private static List<String> newTasks(Path trace, Set<Integer> callers) throws IOException {
        Pattern line = Pattern.compile("^(\\d+) +\\S+ task_newtask\\(flags=(\\S+)\\) = (\\d+)$");
        List<String> tasks = new ArrayList<>();
        for (String text : Files.readAllLines(trace, StandardCharsets.US_ASCII)) {
            Matcher task = line.matcher(text);
            if (task.matches() && callers.contains(Integer.parseInt(task.group(1)))) {
                tasks.add(task.group(1) + " " + task.group(3) + " " + task.group(2));
            }
        }
        return tasks.stream().sorted().toList();
    }
}
