package io.clonetrace.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.clonetrace.it.process.Artifacts;
import io.clonetrace.it.process.Run;
import io.clonetrace.it.truth.NativeReport;
import io.clonetrace.it.truth.StraceTruth;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code scripts/strace-run.sh} with commands other than java. */
class StraceRunIT {
    /** linux/sched.h: 0x10900. */
    private static final Set<String> THREE = Set.of("CLONE_VM", "CLONE_SIGHAND", "CLONE_THREAD");

    private static final Set<String> NINE = Set.of(
            "CLONE_VM",
            "CLONE_FS",
            "CLONE_FILES",
            "CLONE_SIGHAND",
            "CLONE_THREAD",
            "CLONE_SYSVSEM",
            "CLONE_SETTLS",
            "CLONE_PARENT_SETTID",
            "CLONE_CHILD_CLEARTID");

    @Test
    void pthreadCreateUsesNineFlags() throws Exception {
        Path folder = Artifacts.folder("strace-run-pthread");
        StraceTruth.Call call = straced(folder, "pthread_thread");
        assertEquals(NINE, Set.of(call.flags().split("\\|")));
        NativeReport report = report(folder);
        assertEquals(report.number("tls"), Long.decode(call.tls()));
        assertEquals(report.number("child"), call.child());
        assertEquals(report.number("parent"), call.parent());
    }

    @Test
    void bareCloneUsesThreeFlags() throws Exception {
        Path folder = Artifacts.folder("strace-run-clone");
        StraceTruth.Call call = straced(folder, "clone_thread");
        assertEquals(THREE, Set.of(call.flags().split("\\|")));
        NativeReport report = report(folder);
        assertEquals("0x10900", report.text("flags"));
        assertEquals("clone", call.syscall());
        assertEquals(report.number("stack"), Long.decode(call.stack()));
        assertEquals(report.number("child"), call.child());
        assertEquals(report.number("parent"), call.parent());
    }

    @ParameterizedTest
    @ValueSource(strings = {"exit 7", "exit 0", "kill -TERM $$", "kill -KILL $$", "kill -SEGV $$"})
    void exitStatusIsThatOfTheCommand(String script) throws Exception {
        Path folder = Artifacts.folder("strace-run-status-" + script);
        Path trace = folder.resolve("sh.strace");
        // A shell's status is 128 + n for a process that signal n ended.
        String status = "; printf 'status %s\\n' $?";
        Run bare = Run.toEnd(folder, "bare", List.of("sh", "-c", "sh -c '" + script + "'" + status));
        Run run = Run.toEnd(folder, "run", List.of("sh", "-c", script(trace) + " -- sh -c '" + script + "'" + status));
        assertTrue(bare.stdout().startsWith("status "), bare.stdout());
        assertEquals(bare.stdout(), run.stdout());
        assertTrue(Files.exists(trace));
    }

    @Test
    void traceIsNamedAfterTheCommand() throws Exception {
        Path folder = Artifacts.folder("strace-run-name");
        Run run = Run.toEnd(folder, "run", List.of(Artifacts.SCRIPTS + "/strace-run.sh", "sh", "-c", "true & wait"));
        assertEquals(0, run.exitStatus(), run.stderr());
        Path trace = folder.resolve("sh." + run.process().pid() + ".strace");
        assertEquals(1, StraceTruth.read(trace).calls().size());
    }

    @Test
    void helpIsPrinted() throws Exception {
        Run run = script("strace-run-help", "--help");
        assertEquals(0, run.exitStatus());
        assertTrue(run.stdout().startsWith("usage: scripts/strace-run.sh "), run.stdout());
        assertTrue(run.stdout().lines().allMatch(line -> line.length() <= 80), run.stdout());
        assertEquals("", run.stderr());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "--", "-x -- true", "-o", "-r"})
    void wrongUsageIsExplained(String arguments) throws Exception {
        Run run = script("strace-run-usage" + arguments, arguments.isEmpty() ? new String[0] : arguments.split(" "));
        assertEquals(2, run.exitStatus(), run.stderr());
        assertEquals("", run.stdout());
        assertTrue(run.stderr().startsWith("strace-run.sh: "), run.stderr());
    }

    private static Run script(String test, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(Artifacts.SCRIPTS + "/strace-run.sh"));
        command.addAll(List.of(arguments));
        return Run.toEnd(Artifacts.folder(test), "run", command);
    }

    private static String script(Path trace) {
        return "'" + Artifacts.SCRIPTS + "/strace-run.sh' -o '" + trace + "'";
    }

    private static StraceTruth.Call straced(Path folder, String program) throws IOException, InterruptedException {
        Path binary = Artifacts.NATIVE.resolve(program);
        assumeTrue(Files.isExecutable(binary), "the C programs were not built");
        Path trace = folder.resolve("run.strace");
        String command = script(trace) + " -- '" + binary + "'";
        Run run = Run.toEnd(folder, "run", List.of("sh", "-c", command));
        assertEquals(0, run.exitStatus(), run.stderr());
        assertEquals("", run.stderr());
        List<StraceTruth.Call> calls = StraceTruth.read(trace).calls();
        assertEquals(1, calls.size(), calls::toString);
        return calls.get(0);
    }

    private static NativeReport report(Path folder) throws IOException {
        return NativeReport.of(Files.readString(folder.resolve("run.out")));
    }
}
