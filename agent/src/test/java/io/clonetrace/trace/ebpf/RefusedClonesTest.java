package io.clonetrace.trace.ebpf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.clonetrace.clone.CloneCall;
import io.clonetrace.it.process.Restricted;
import io.clonetrace.linux.Processor;
import io.clonetrace.linux.process.PidFd;
import io.clonetrace.linux.process.Ptrace;
import io.clonetrace.linux.process.StoppedCommand;
import io.clonetrace.linux.process.WaitStatus;
import io.clonetrace.trace.CloneSink;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clones that the kernel refuses, in its order with those that succeed: against strace's lines of the same calls. */
class RefusedClonesTest {
    private static final Processor PROCESSOR = Processor.current().orElseThrow();
    private static final int EPERM = 1;
    private static final int EAGAIN = 11;
    private static final int ENOSYS = 38;

    @TempDir
    Path folder;

    @BeforeAll
    static void needsRights() {
        EbpfRights.assume();
    }

    private Path program(String... options) throws Exception {
        return Restricted.compiled(folder.resolve("refused"), "refused_clones.c", options);
    }

    /** All that the source sees of a command, in its order. */
    private static List<CloneCall> watch(boolean followForks, String... command) throws Exception {
        Ptrace wait = Ptrace.open();
        PidFd process = StoppedCommand.start(wait, List.of(command));
        EbpfSource source = new EbpfSource(process.pid(), followForks);
        List<CloneCall> calls = new ArrayList<>();
        try {
            source.start();
            assertEquals(null, source.unseenRefusals());
            process.resume();
            WaitStatus status = wait.awaitChild(process.pid());
            while (status.stopped()) {
                status = wait.awaitChild(process.pid());
            }
            source.poll(new CloneSink() {
                @Override
                public void cloned(CloneCall call) {
                    calls.add(call);
                }

                @Override
                public void exited(int tid) {
                    throw new AssertionError("an end of " + tid);
                }
            });
            assertEquals(0, source.lostRecords());
            return calls;
        } finally {
            source.stop();
            process.kill();
            process.close();
            wait.close();
        }
    }

    private String[] underStrace(Path trace, String... command) {
        String script =
                "exec strace -f -ttt -e trace=clone,clone3 -o '" + trace + "' \"$@\" > '" + folder.resolve("out") + "'";
        return Stream.concat(Stream.of("sh", "-c", script, "sh"), Stream.of(command))
                .toArray(String[]::new);
    }

    /** The program's two threads, under a filter that answers clone3 so. */
    @ParameterizedTest
    @ValueSource(ints = {EPERM, EAGAIN, ENOSYS})
    void refusedCallsAreTheSameAsStraces(int errno) throws Exception {
        assumeTrue(new ProcessBuilder("strace", "-V").start().waitFor() == 0, "strace is not installed");
        Path trace = folder.resolve("trace");
        List<CloneCall> calls =
                watch(true, underStrace(trace, program("-pthread").toString(), "" + errno));
        List<String> theirs = StraceLines.read(trace);
        List<Integer> callers = Files.readAllLines(trace, StandardCharsets.ISO_8859_1).stream()
                .map(line -> Integer.parseInt(line.split(" ")[0]))
                .distinct()
                .toList();
        List<CloneCall> ours = calls.stream()
                .filter(call -> callers.contains(call.parentTid()))
                .toList();
        assertEquals(theirs, ours.stream().map(StraceLines::of).sorted().toList());
        // Each thread's pthread_create, and the main thread's clone with wrong flags.
        assertEquals(3, ours.stream().filter(CloneCall::failed).count(), ours::toString);
    }

    /** The filter on one process does not matter for the other way of watching it. */
    @Test
    void refusedCallsOfOneProcessComeInOrderWithTheOthers() throws Exception {
        List<String> errors = watch(false, program("-pthread").toString(), "" + ENOSYS).stream()
                .map(call -> call.syscallName() + " " + call.error())
                .toList();
        assertEquals(
                List.of(
                        "clone3 null",
                        "clone3 ENOSYS",
                        "clone null",
                        "clone3 ENOSYS",
                        "clone null",
                        "clone EINVAL",
                        "clone null"),
                errors);
    }

    /** The program's first thread already is one too many for its user. */
    @Test
    void refusalByTheLimitOfAUserIsSeen() throws Exception {
        assumeTrue(new ProcessBuilder("setpriv", "--version").start().waitFor() == 0, "setpriv is not installed");
        Path program = program("-pthread");
        folder.toFile().setExecutable(true, false);
        String script = "exec setpriv --reuid=61019 --regid=61019 --clear-groups prlimit --nproc=1 \"$@\"; true";
        List<CloneCall> calls = watch(false, "sh", "-c", script, "sh", program.toString(), "1");
        assertEquals(
                List.of("clone3 EAGAIN"),
                calls.stream()
                        .map(call -> call.syscallName() + " " + call.error())
                        .toList());
        assertEquals(0x3d0f00, calls.get(0).flags());
    }

    @Test
    void staticProgramSaysThatItsRefusalsAreNotSeen() throws Exception {
        Path program = folder.resolve("static");
        Path source = Files.writeString(folder.resolve("static.c"), "int pause(void); int main() { return pause(); }");
        assumeTrue(
                new ProcessBuilder("cc", "-static", "-o", program.toString(), source.toString())
                                .start()
                                .waitFor()
                        == 0,
                "there is no C compiler");
        Process process = new ProcessBuilder(program.toString()).start();
        try {
            while (!Files.readString(Path.of("/proc/" + process.pid() + "/comm"))
                    .startsWith("static")) {
                Thread.onSpinWait();
            }
            EbpfSource watching = new EbpfSource((int) process.pid(), false);
            try {
                watching.start();
                assertEquals(
                        "refused clones are not observed: the process has no glibc mapped (libc.so.6)",
                        watching.unseenRefusals());
            } finally {
                watching.stop();
            }
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void errorPathsAreFoundInTheMappedLibrary() throws Exception {
        try (MappedLibC library = MappedLibC.of(Path.of("/proc/self"), PROCESSOR)) {
            assertEquals(
                    2,
                    library.errorPaths().stream()
                            .map(ErrorPath::call)
                            .distinct()
                            .count(),
                    library::toString);
        }
    }

    @Test
    void libraryIsFoundAtAnyPathAndAfterItsDeletion() throws Exception {
        byte[] bytes = Files.readAllBytes(Path.of(libC()));
        Path copy = Files.write(Files.createDirectory(folder.resolve("own")).resolve("libc.so.6"), bytes);
        Process sleeping = withLibrary(copy);
        try {
            Path proc = Path.of("/proc/" + sleeping.pid());
            while (!Files.readString(proc.resolve("maps")).contains(copy.toString())) {
                Thread.onSpinWait();
            }
            try (MappedLibC library = MappedLibC.of(proc, PROCESSOR)) {
                assertEquals(copy.toString(), library.path());
            }
            Files.delete(copy);
            try (MappedLibC library = MappedLibC.of(proc, PROCESSOR)) {
                assertEquals(copy + " (deleted)", library.path());
            }
            IOException gone = assertThrows(IOException.class, () -> MappedLibC.of(Path.of("/proc/0"), PROCESSOR));
            assertTrue(gone.getMessage().contains("/proc/0/maps"), gone::getMessage);
        } finally {
            sleeping.destroyForcibly();
        }
    }

    /** A process may name the files that it maps as it likes. */
    @Test
    void filesWithSimilarNamesAreNotTheLibrary() throws Exception {
        for (String name :
                List.of("libc-2.so", "libc-2..so", "libc-2.x.so", "libc-2.1234.so", "libc.so.60", "xlibc.so.6")) {
            Files.writeString(
                    folder.resolve("maps"), "7f7e3c3ea000-7f7e3c3eb000 r-xp 00000000 fd:00 131   /" + name + "\n");
            IOException none = assertThrows(IOException.class, () -> MappedLibC.of(folder, PROCESSOR));
            assertEquals("the process has no glibc mapped (libc.so.6)", none.getMessage(), name);
        }
    }

    private static Process withLibrary(Path library) throws IOException {
        ProcessBuilder builder = new ProcessBuilder("sleep", "1000");
        builder.environment().put("LD_LIBRARY_PATH", library.getParent().toString());
        return builder.start();
    }

    private static String libC() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/maps")).stream()
                .filter(line -> line.endsWith("/libc.so.6"))
                .map(line -> line.substring(line.indexOf('/')))
                .findFirst()
                .orElseThrow();
    }
}
