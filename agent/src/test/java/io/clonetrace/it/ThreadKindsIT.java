package io.clonetrace.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.it.process.Application;
import io.clonetrace.it.process.Artifacts;
import io.clonetrace.it.process.Attached;
import io.clonetrace.it.process.Jdk;
import io.clonetrace.it.process.Run;
import io.clonetrace.it.recording.Recorded;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import jdk.jfr.consumer.RecordedEvent;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The kinds of threads whose creation no source saw, proved by the live thread itself. */
class ThreadKindsIT {
    private static final int THREADS = 7;
    private static final int STARTS = 4_001;

    /** A thread of HotSpot's own has no number; nid is hexadecimal until JDK 21. */
    private static final Pattern VM_THREAD = Pattern.compile("(?m)^\"([^\"]+)\" os_prio=.* nid=(0x[0-9a-f]+|\\d+) ");

    @ParameterizedTest(name = "{0}")
    @MethodSource("io.clonetrace.it.process.Jdk#underTest")
    void threadsThatLivedBeforeAnAttachHaveKindAndStart(Jdk jdk) throws Exception {
        Path folder = Artifacts.folder("thread-kinds-" + jdk);
        Application application = new Application(jdk, folder);
        Attached jvm = Attached.to(application);
        Set<Integer> vm = new HashSet<>();
        Instant started;
        try (Run app = jvm.app()) {
            jvm.done("attach", "source=none", "record=own.jfr");
            Matcher printed = VM_THREAD.matcher(jvm.jcmd("Thread.print"));
            while (printed.find()) {
                vm.add(Integer.decode(printed.group(2)));
            }
            started = started(jvm.pid());
            jvm.done("detach");
            Application.end(app);
        }
        Recorded own = Recorded.read(folder.resolve("own.jfr"));
        Map<Integer, String> kinds = new HashMap<>();
        for (RecordedEvent stack : own.named("clonetrace.ThreadStack")) {
            assertNotNull(stack.getString("kind"), stack::toString);
            kinds.put(stack.getInt("tid"), stack.getString("kind"));
            if (String.valueOf(stack.getString("name")).equals("main")) {
                assertEquals("java", stack.getString("kind"));
                Instant main = Instant.EPOCH.plusNanos(stack.getLong("taskStarted"));
                // btime is in seconds, and is rounded.
                assertTrue(Duration.between(started, main).abs().toMillis() < 2_500, started + " " + main);
            }
        }
        assertTrue(vm.size() >= 5, vm::toString);
        // A compiler thread may have ended, or have been made, between the two lists.
        Set<Integer> both = new HashSet<>(vm);
        both.retainAll(kinds.keySet());
        assertTrue(both.size() >= vm.size() - 2, () -> vm + " " + kinds);
        both.forEach(tid -> assertEquals("vm", kinds.get(tid), () -> tid + " of " + kinds));
    }

    /** By the shell's means: btime of /proc/stat, and the ticks of the process. */
    private static Instant started(long pid) throws IOException {
        long boot = Files.readAllLines(Path.of("/proc/stat")).stream()
                .filter(line -> line.startsWith("btime "))
                .mapToLong(line -> Long.parseLong(line.substring(6)))
                .findFirst()
                .orElseThrow();
        String[] words = Files.readString(Path.of("/proc/" + pid + "/stat")).split(" ");
        return Instant.ofEpochSecond(boot).plusMillis(Long.parseLong(words[21]) * 10);
    }

    /** A task that is listed while its Java thread is not, or no longer, is neither the VM's nor of an unknown kind. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("io.clonetrace.it.process.Jdk#underTest")
    void threadsThatStartOrEndDuringASnapshotAreNotListedTwice(Jdk jdk) throws Exception {
        Path folder = Artifacts.folder("starting-threads-" + jdk);
        Application application = new Application(jdk, folder);
        Attached jvm = Attached.to(application);
        try (Run app = jvm.app()) {
            jvm.done("attach", "source=none", "stacks=20ms", "record=own.jfr");
            Application.tell(app, STARTS);
            Application.awaitStarted(app, STARTS);
            jvm.done("detach");
            Application.end(app);
        }
        List<RecordedEvent> nameless = Recorded.of(folder.resolve("own.jfr"), "clonetrace.ThreadStack").all().stream()
                .filter(stack -> stack.getLong("threadId") == -1)
                .filter(stack -> stack.getString("kind") == null
                        || stack.getString("name").matches("main|started-\\d+"))
                .toList();
        assertEquals(List.of(), nameless);
    }

    /** One native thread is one task with a Java name: the events have one tid and one kind. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("io.clonetrace.it.process.Jdk#underTest")
    void nativeThreadThatAttachedItselfStaysNative(Jdk jdk) throws Exception {
        Path folder = Artifacts.folder("attached-threads-" + jdk);
        Path recording = folder.resolve("app.jfr");
        Run run = Run.toEnd(
                folder,
                "app",
                List.of(
                        jdk.tool("java"),
                        Artifacts.agent("source=ptrace", Run.WAIT, "record=" + recording),
                        "-cp",
                        Artifacts.TEST_CLASSES + ":" + Artifacts.HOST_LIBRARIES + "/*",
                        "io.clonetrace.it.host.AttachedThreads",
                        "" + THREADS));
        assertEquals(0, run.exitStatus(), run.stderr());
        assertEquals("attached " + THREADS + "\n", run.stdout());
        Recorded recorded = Recorded.read(recording);
        Set<Integer> attached = recorded.named("clonetrace.ThreadStack").stream()
                .filter(event -> "attached".equals(event.getString("name")))
                .peek(event -> assertEquals("native", event.getString("kind"), event::toString))
                .peek(event -> assertTrue(event.getLong("threadId") > 0, event::toString))
                .map(event -> event.getInt("tid"))
                .collect(Collectors.toSet());
        assertEquals(THREADS, attached.size());
        assertEquals(
                attached,
                recorded.clones("native").stream()
                        .map(event -> event.getInt("childTid"))
                        .collect(Collectors.toSet()));
        assertEquals(
                THREADS,
                recorded.clones("java").stream()
                        .filter(event -> event.getString("childName").equals("by-attached"))
                        .filter(event -> attached.contains(event.getInt("parentTid")))
                        .count());
    }
}
