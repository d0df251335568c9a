package io.clonetrace.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.clonetrace.it.process.Artifacts;
import io.clonetrace.it.process.Run;
import io.clonetrace.it.truth.NativeReport;
import io.clonetrace.it.truth.StraceTruth;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The line that each C program prints equals strace's line of the same call; {@link StraceRunIT} has the first two. */
class NativeProgramsIT {

    @ParameterizedTest
    @CsvSource({
        "clone3_thread, clone3, CLONE_VM|CLONE_SIGHAND|CLONE_THREAD, 0x10900",
        "clone_process, clone, SIGCHLD, 0x11",
        "printf_thread, clone, CLONE_VM|CLONE_SIGHAND|CLONE_THREAD, 0x10900",
    })
    void programsPrintWhatStraceSees(String program, String syscall, String flags, String flagWord) throws Exception {
        Path folder = Artifacts.folder("native-" + program);
        NativeReport report = NativeReport.of(run(folder, program).stdout());
        List<StraceTruth.Call> calls =
                StraceTruth.read(folder.resolve("run.strace")).calls();
        assertEquals(1, calls.size(), calls::toString);
        StraceTruth.Call call = calls.get(0);
        assertEquals(syscall, call.syscall());
        assertEquals(syscall, report.text("syscall"));
        assertEquals(flags, call.flags());
        assertEquals(flagWord, report.text("flags"));
        assertEquals(report.number("stack"), Long.decode(call.stack()));
        if (syscall.equals("clone3")) {
            assertEquals(report.number("stack_size"), Long.decode(call.stackSize()));
        }
        assertEquals(report.number("child"), call.child());
        assertEquals(report.number("parent"), call.parent());
    }

    @Test
    void aProcessSharesNoMemory() throws Exception {
        String said = run(Artifacts.folder("native-process"), "clone_process").stdout();
        assertTrue(said.contains("the child set the variable to 42, the parent still reads 17"), said);
    }

    @Test
    void printfInABareThreadIsUnsafe() throws Exception {
        String said = run(Artifacts.folder("native-printf"), "printf_thread").stdout();
        assertEquals(3, said.lines().filter(line -> line.endsWith(": the same")).count(), said);
        assertTrue(said.contains("printf is unsafe here"), said);
    }

    @Test
    void mapStackHasAMeaningSinceLinux67() throws Exception {
        NativeReport report = NativeReport.of(
                run(Artifacts.folder("native-map-stack"), "map_stack").stdout());
        String[] release =
                Files.readString(Path.of("/proc/sys/kernel/osrelease")).split("[.-]");
        int version = Integer.parseInt(release[0]) * 1_000 + Integer.parseInt(release[1]);
        assertEquals(version >= 6_007 ? "yes" : "no", report.text("nh"));
        assertEquals("no", report.text("plain_nh"));
    }

    private static Run run(Path folder, String program) throws Exception {
        Path binary = Artifacts.NATIVE.resolve(program);
        assumeTrue(Files.isExecutable(binary), "the C programs were not built");
        Run run = Run.toEnd(
                folder,
                "run",
                List.of(
                        Artifacts.SCRIPTS + "/strace-run.sh",
                        "-o",
                        folder.resolve("run.strace").toString(),
                        "--",
                        binary.toString()));
        assertEquals(0, run.exitStatus(), run.stderr());
        return run;
    }
}
