package io.clonetrace.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.clonetrace.it.host.HeldThreads;
import io.clonetrace.it.host.Starter;
import io.clonetrace.it.process.Application;
import io.clonetrace.it.process.Artifacts;
import io.clonetrace.it.process.Attached;
import io.clonetrace.it.process.Commands;
import io.clonetrace.it.process.Jdk;
import io.clonetrace.it.process.OrdinaryUser;
import io.clonetrace.it.process.Processes;
import io.clonetrace.it.process.Run;
import io.clonetrace.it.process.Tmux;
import io.clonetrace.it.recording.Recorded;
import io.clonetrace.it.truth.JvmHoldings;
import io.clonetrace.it.truth.Started;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code clonetrace top} and {@code list} on real JVMs. */
class TopIT {
    private static final int THREADS = 101;
    private static final int HELD = 53;
    private static final int SESSIONS = 20;
    private static final long CHECK_NANOS = 50_000_000;
    private static final Pattern THREADS_PENDING = Pattern.compile("\"threads\": (\\d+),\"pending\": (\\d+),");
    private static final Pattern CREATED =
            Pattern.compile("\\{\"site\": \"io\\.clonetrace\\.it\\.host\\.Starter\\.main:\\d+\",\"created\": (\\d+),");

    @ParameterizedTest(name = "{0}")
    @MethodSource("io.clonetrace.it.process.Jdk#underTest")
    void everyCreationIsCountedAndNothingStays(Jdk jdk) throws Exception {
        Path folder = Artifacts.folder("top-" + jdk);
        Attached jvm = Attached.to(new Application(jdk, folder));
        try (Run app = jvm.app();
                Run top = jvm.start("top", jvm.pid(), "top", "--json", "--interval", "500ms")) {
            awaitLine(top, "\"pid\": " + jvm.pid());
            Application.tell(app, THREADS);
            awaitCreated(top, THREADS);
            Application.tell(app, 2);
            awaitCreated(top, THREADS + 2);
            assertAsJfrHasIt(jvm, top);
            assertAsProcHasIt(jvm, top);
            interrupt(top);
            top.exitStatus();
            assertEquals("", problems(top));
            assertEquals(0, agents(jvm));
            assertTrue(jvm.jcmd("JFR.check").contains("No available recordings"));
            Application.end(app);
            assertEquals(Starter.STATUS, app.exitStatus());
        }
    }

    /** What {@code jfr print} prints of the recording that top started itself: the same threads, by kind. */
    private static void assertAsJfrHasIt(Attached jvm, Run top) throws Exception {
        Matcher name = Pattern.compile("name=(clonetrace-top-\\S+)").matcher(jvm.jcmd("JFR.check"));
        assertTrue(name.find(), "no recording of top");
        Path dump = jvm.folder().resolve("top.jfr");
        jvm.jcmd("JFR.dump", "name=" + name.group(1), "filename=" + dump);
        Recorded recorded = Recorded.read(dump);
        assertEquals(THREADS + 2, Started.count(recorded.named("clonetrace.ThreadStart")));
        Run print = Run.toEnd(
                jvm.folder(),
                "print",
                List.of(jvm.jdk().tool("jfr"), "print", "--json", "--events", "clonetrace.Clone", dump.toString()));
        long clones = Pattern.compile("\"kind\": \"java\",\\s+\"childName\": \"started-")
                .matcher(print.stdout())
                .results()
                .count();
        assertEquals(print.stdout().contains("\"source\": ") ? THREADS + 2 : 0, clones);
    }

    /** Exactly as many threads as the kernel lists, at a moment at which none comes or goes. */
    private static void assertAsProcHasIt(Attached jvm, Run top) {
        Processes.await(
                () -> {
                    List<Integer> shown = lastThreads(top);
                    return shown.equals(List.of(tasks(jvm), 0));
                },
                "threads as in /proc: " + tasks(jvm) + ", not " + lastThreads(top));
    }

    private static int tasks(Attached jvm) {
        return Path.of("/proc/" + jvm.pid() + "/task").toFile().list().length;
    }

    /** {@code threads} and {@code pending} of the last object; empty without one. */
    private static List<Integer> lastThreads(Run top) {
        try {
            List<MatchResult> all =
                    THREADS_PENDING.matcher(top.stdout()).results().toList();
            return all.isEmpty()
                    ? List.of()
                    : IntStream.of(1, 2)
                            .mapToObj(group ->
                                    Integer.valueOf(all.get(all.size() - 1).group(group)))
                            .toList();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    @Test
    void agentThatWasThereStays() throws Exception {
        Path folder = Artifacts.folder("top-beside");
        Attached jvm = Attached.to(new Application(Jdk.current(), folder));
        try (Run app = jvm.app()) {
            jvm.done("attach", "source=none");
            try (Run top = jvm.start("top", jvm.pid(), "top", "--json", "--interval", "500ms")) {
                awaitLine(top, "\"pid\": " + jvm.pid());
                Application.tell(app, THREADS);
                awaitCreated(top, THREADS);
                interrupt(top);
                top.exitStatus();
            }
            assertEquals(1, agents(jvm));
            try (Run top = jvm.start("top", jvm.pid(), "top", "--json", "--interval", "500ms")) {
                awaitLine(top, "\"pid\": " + jvm.pid());
                jvm.done("detach");
                awaitLine(top, "another command has detached the agent");
                interrupt(top);
                top.exitStatus();
            }
            assertEquals(0, agents(jvm));
            Application.end(app);
        }
    }

    /** SIGKILL leaves it no moment to take anything away: the agent sees it end, and does. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("io.clonetrace.it.process.Jdk#underTest")
    void killedTopLeavesNothing(Jdk jdk) throws Exception {
        Attached jvm = Attached.to(new Application(jdk, Artifacts.folder("top-killed-" + jdk)));
        try (Run app = jvm.app();
                Run top = jvm.start("top", jvm.pid(), "top", "--json", "--interval", "500ms")) {
            awaitLine(top, "\"pid\": " + jvm.pid());
            Application.tell(app, THREADS);
            awaitCreated(top, THREADS);
            signal("-STOP", top);
            jvm.jcmd("GC.run");
            assertEquals(1, agents(jvm), "a process that is only stopped still owns its agent");
            signal("-KILL", top);
            Processes.await(() -> agents(jvm) == 0, "the agent has ended");
            assertTrue(jvm.jcmd("JFR.check").contains("No available recordings"));
            try (Run next = jvm.start("next", jvm.pid(), "top", "--json", "--interval", "500ms")) {
                awaitLine(next, "\"pid\": " + jvm.pid());
                Application.tell(app, THREADS);
                awaitCreated(next, THREADS);
                interrupt(next);
                next.exitStatus();
            }
            Application.end(app);
            assertEquals(Starter.STATUS, app.exitStatus());
        }
    }

    @Test
    void keysAndScreen() throws Exception {
        Path folder = Artifacts.folder("top-screen");
        Run app = Run.start(folder, "app", Commands.host(Jdk.current(), List.of(), HeldThreads.class, "" + HELD));
        try (app;
                Tmux terminal = Tmux.shell(folder, 80, 24)) {
            long pid = app.process().pid();
            terminal.enter(List.of("stty", "-g;", "echo", "shown$((1+1))"));
            String before = terminal.await("shown2");
            terminal.enter(Commands.clonetrace(Jdk.current(), "top", "" + pid, "--interval", "500ms"));
            terminal.await("(already running)");
            app.process().outputWriter().append("go\n").flush();
            String leak = terminal.await("+" + HELD + " ");
            assertTrue(leak.contains(".it.host.HeldThreads.main:"), leak);
            assertTrue(leak.contains("\u2588"), "no bar of a limit: " + leak);
            terminal.press("2");
            terminal.await("started-*");
            terminal.press("/", "x", "y", "z", "Enter");
            terminal.await("nothing matches the filter");
            terminal.press("Escape");
            terminal.press("1");
            terminal.press("C-z");
            terminal.await("Stopped");
            terminal.enter(List.of("fg"));
            terminal.await("(already running)");
            // tmux sends what xterm doesn't: ESC [ 4 ~.
            terminal.press("End", "Enter");
            terminal.await("live threads  created at (already running)");
            terminal.press("Escape");
            terminal.await("1 created at");
            terminal.press("Home", "<", "<", "Enter");
            terminal.await(HELD + " live threads");
            terminal.press("Enter");
            String creation = terminal.await("stack trace");
            assertTrue(creation.contains("created by      thread main"), creation);
            terminal.resize(120, 40);
            terminal.await("at io.clonetrace.it.host.HeldThreads.main:");
            app.process().outputWriter().close();
            app.exitStatus();
            terminal.await("JVM " + pid + " has ended; q quits");
            terminal.press("q");
            terminal.await("prompt:");
            terminal.enter(List.of("clear;", "stty", "-g"));
            String modes = before.lines()
                    .filter(line -> line.matches("[0-9a-f:]{40,}.*"))
                    .findFirst()
                    .orElseThrow();
            terminal.await(modes);
        }
    }

    @Test
    void jvmOfAnotherUserIsShownByProcAlone() throws Exception {
        assumeTrue(OrdinaryUser.isRoot(), "only root can run an application as another user");
        Path folder = OrdinaryUser.folder("top-other", Jdk.current());
        Attached jvm = Attached.to(new Application(Jdk.current(), Artifacts.folder("top-others-app")));
        try (Run app = jvm.app()) {
            Run top = Run.toEnd(
                    folder,
                    "top",
                    OrdinaryUser.command(Commands.clonetrace(
                            Jdk.current(), "top", "" + jvm.pid(), "--batch", "--duration", "1s", "--interval", "1s")));
            assertEquals(0, top.exitStatus(), top.stderr());
            assertTrue(
                    top.stdout().contains("only /proc is read: process " + jvm.pid() + " is another user's"),
                    top.stdout());
            assertTrue(top.stdout().contains("kernel."), top.stdout());
            Application.end(app);
        }
    }

    @Test
    void withoutATerminalAJvmHasToBeNamed() throws Exception {
        Run top = Run.toEnd(Artifacts.folder("top-none"), "top", Commands.clonetrace(Jdk.current(), "top"));
        assertEquals(2, top.exitStatus());
        assertEquals(
                "clonetrace: which JVM? Name its pid or its jar; clonetrace list lists them; see clonetrace top --help\n",
                top.stderr());
    }

    @Test
    void listNamesJvmsAndTheirThreads() throws Exception {
        Path folder = Artifacts.folder("list");
        Attached jvm = Attached.to(new Application(Jdk.current(), folder));
        try (Run app = jvm.app()) {
            Run list = Run.toEnd(folder, "list", Commands.clonetrace(Jdk.current(), "list", "--json"));
            int threads = Path.of("/proc/" + jvm.pid() + "/task").toFile().list().length;
            assertTrue(
                    list.stdout()
                            .replaceAll("\\s+", " ")
                            .contains("\"pid\": " + jvm.pid() + ", \"program\": \""
                                    + Starter.class.getName() + "\", \"user\": "
                                    + Files.getAttribute(folder, "unix:uid")
                                    + ", \"threads\": " + threads + ", \"limit\": "),
                    list.stdout());
            Application.end(app);
        }
    }

    @Test
    @Tag("long")
    void twentySessionsLeaveNothingBehind() throws Exception {
        Path folder = Artifacts.folder("top-rounds");
        Attached jvm = Attached.to(new Application(Jdk.current(), folder));
        try (Run app = jvm.app()) {
            session(jvm);
            session(jvm);
            JvmHoldings first = JvmHoldings.of(jvm);
            for (int round = 0; round < SESSIONS; round++) {
                session(jvm);
            }
            JvmHoldings last = JvmHoldings.settled(jvm, first);
            assertFalse(last.isMoreThan(first), first + ", later " + last);
            assertTrue(jvm.jcmd("JFR.check").contains("No available recordings"));
            Application.end(app);
        }
    }

    private static void session(Attached jvm) throws Exception {
        Run top = jvm.start("top", jvm.pid(), "top", "--batch", "--duration", "1s", "--interval", "500ms");
        assertEquals(0, top.exitStatus(), top.stderr());
        assertEquals("", problems(top));
    }

    /** What it prints on stderr beside HotSpot's own lines. */
    private static String problems(Run top) throws IOException {
        return String.join("\n", top.agentLines());
    }

    private static void awaitLine(Run top, String text) throws IOException {
        long deadline = System.nanoTime() + Run.DEADLINE_NANOS;
        while (!top.stdout().contains(text)) {
            assertTrue(top.process().isAlive() && System.nanoTime() - deadline < 0, () -> "no " + text);
            LockSupport.parkNanos(CHECK_NANOS);
        }
    }

    /** Waits for that count, and asserts that it was never exceeded. */
    private static void awaitCreated(Run top, int threads) throws IOException {
        long deadline = System.nanoTime() + Run.DEADLINE_NANOS;
        int created = 0;
        while (created < threads) {
            assertTrue(System.nanoTime() - deadline < 0, "created " + created + " of " + threads);
            LockSupport.parkNanos(CHECK_NANOS);
            Matcher matcher = CREATED.matcher(top.stdout());
            while (matcher.find()) {
                created = Integer.parseInt(matcher.group(1));
            }
        }
        assertEquals(threads, created);
    }

    /** By SIGTERM, which has the effect of SIGINT: a test's process that runs in the background ignores that. */
    private static void interrupt(Run top) throws IOException, InterruptedException {
        signal("-TERM", top);
    }

    private static void signal(String signal, Run run) throws IOException, InterruptedException {
        new ProcessBuilder("kill", signal, "" + run.process().pid()).start().waitFor();
    }

    private static long agents(Attached jvm) {
        try (var tasks = Files.list(Path.of("/proc/" + jvm.pid() + "/task"))) {
            return tasks.filter(task -> {
                        try {
                            return Files.readString(task.resolve("comm")).equals("clonetrace\n");
                        } catch (IOException ended) {
                            return false;
                        }
                    })
                    .count();
        } catch (IOException ended) {
            throw new UncheckedIOException(ended);
        }
    }
}
