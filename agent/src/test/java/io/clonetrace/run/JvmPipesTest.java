package io.clonetrace.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.clonetrace.clone.CloneCall;
import io.clonetrace.clone.CloneSyscall;
import io.clonetrace.clone.NativeOrigin;
import io.clonetrace.trace.StackCapture;
import io.clonetrace.unwind.OriginResolver;
import io.clonetrace.unwind.StackCopy;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which process gets which lines. The pids are this test's own, so that the kernel knows them. */
class JvmPipesTest {
    private static final long THREAD = 0x3d0f00;
    private static final int SELF = (int) ProcessHandle.current().pid();
    private static final int OTHER = 1;
    private static final int FIRST_TID = 4_000_001;

    private RunFolder folder;
    private JvmPipes pipes;
    private final List<String> problems = new ArrayList<>();
    private long lostBySource;

    @BeforeEach
    void make() throws IOException {
        folder = RunFolder.make(Optional.empty());
        pipes = new JvmPipes(folder, SELF, "ptrace", () -> lostBySource, problems::add);
    }

    @AfterEach
    void remove() {
        pipes.close();
        folder.close();
        assertFalse(Files.exists(folder.path()));
    }

    /** Nothing else makes the unwinder look up a start routine that it has found before. */
    @Test
    void startRoutinesAreAskedForWhenThePipesAreFlushed() throws Exception {
        NativeOrigin origin = new NativeOrigin(1);
        OriginResolver resolver = new OriginResolver() {
            @Override
            public NativeOrigin resolve(int pid, long startRoutine, StackCopy copy) {
                return origin;
            }

            @Override
            public void hurry(long nanos) {
                origin.complete("libjvm.so!thread_native_entry+0x0", null, CloneCall.UNKNOWN);
            }
        };
        pipes.close();
        pipes = new JvmPipes(
                folder,
                SELF,
                "ptrace",
                new StackCapture(StackCapture.Mode.NATIVE, resolver),
                () -> lostBySource,
                problems::add);
        pipes.cloned(call(SELF, FIRST_TID, THREAD).from(origin));
        pipes.flush();
        assertTrue(text(SELF).contains(" start=libjvm.so!thread_native_entry+0x0"));
    }

    private static CloneCall call(int parent, int child, long flags) {
        return CloneCall.builder(CloneSyscall.CLONE3, parent)
                .made(child)
                .flags(flags)
                .exitSignal(0)
                .stack(4096)
                .stackSize(8192)
                .tls(1)
                .childTidAddress(2)
                .observedAt(1_700_000_000_123_456_789L)
                .kernelTime(5)
                .build();
    }

    private Path pipe(int process) {
        return folder.path().resolve(NamespacedPid.of(process).pipe());
    }

    private List<String> read(int process) throws IOException {
        return text(process).lines().toList();
    }

    /** What is in the pipe now. */
    private String text(int process) throws IOException {
        try (RandomAccessFile pipe = new RandomAccessFile(pipe(process).toFile(), "rw")) {
            return text(pipe);
        }
    }

    private static String text(RandomAccessFile pipe) throws IOException {
        // Not closed: the file is the caller's.
        FileInputStream input = new FileInputStream(pipe.getFD());
        byte[] bytes = new byte[input.available()];
        assertEquals(bytes.length, bytes.length == 0 ? 0 : input.read(bytes));
        return new String(bytes, StandardCharsets.US_ASCII);
    }

    @Test
    void processHasAPipeFromItsFirstThreadOn() throws Exception {
        pipes.cloned(call(SELF, OTHER, 0));
        assertFalse(Files.exists(pipe(SELF)));
        pipes.cloned(call(SELF, FIRST_TID, THREAD));
        pipes.cloned(call(OTHER, FIRST_TID + 1, THREAD));
        pipes.cloned(call(FIRST_TID, FIRST_TID + 2, THREAD));
        pipes.flush();
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(pipe(SELF))));

        List<String> own = read(SELF);
        assertEquals("# source: ptrace", own.get(0));
        assertEquals("# writer: " + SELF, own.get(1));
        assertTrue(own.get(2).startsWith("# clock: "), own::toString);
        assertEquals(5, own.size(), own::toString);
        assertTrue(own.get(3).startsWith(SELF + " ") && own.get(3).endsWith(" = " + FIRST_TID), own::toString);
        assertTrue(own.get(3).contains(" 1700000000.123456789 clone3({flags="), own::toString);
        assertTrue(own.get(4).startsWith(FIRST_TID + " ") && own.get(4).endsWith(" = " + (FIRST_TID + 2)));
        assertEquals(4, read(OTHER).size());
    }

    /** The reader is in the process's own pid namespace, which knows neither our tids nor our pid. */
    @Test
    void processInAnotherPidNamespaceGetsItsOwnTids() throws Exception {
        assumeTrue(Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0), "the tests do not run as root");
        Process unshare =
                new ProcessBuilder("unshare", "--pid", "--fork", "--kill-child", "sh", "-c", "echo; cat").start();
        try {
            assumeTrue(unshare.getInputStream().read() == '\n', "no pid namespace can be made here");
            int shell = (int) unshare.children().findFirst().orElseThrow().pid();
            pipes.cloned(call(SELF, shell, 0));
            pipes.cloned(call(shell, FIRST_TID, THREAD));
            assertFalse(Files.exists(pipe(shell)), "its tids there are unknown");
            assertEquals(1, problems.size());
            assertTrue(problems.get(0).contains("pid namespace of its own"), problems::toString);

            pipes.close();
            pipes = new JvmPipes(folder, SELF, "ebpf", () -> lostBySource, problems::add);
            pipes.cloned(call(SELF, shell, 0));
            CloneCall first = call(shell, FIRST_TID, THREAD);
            pipes.cloned(CloneCall.builder(first.syscall(), shell)
                    .made(FIRST_TID)
                    .flags(THREAD)
                    .observedAt(first.observedAt())
                    .inside(1, 2)
                    .build());
            pipes.flush();
            assertTrue(pipe(shell).toString().endsWith("-1"), () -> "" + pipe(shell));
            List<String> lines = read(shell);
            assertEquals("# writer-lock", lines.get(1));
            assertTrue(lines.get(3).startsWith("1 ") && lines.get(3).endsWith(" = 2"), lines::toString);
        } finally {
            unshare.destroyForcibly().waitFor();
        }
    }

    /** As of a set-user-ID program. */
    @Test
    void readerGetsNoAddressesOfAnotherUsersProcess() throws Exception {
        assumeTrue(Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0), "the tests do not run as root");
        RunUser nobody = new RunUser(65_534, 65_534);
        pipes.close();
        folder.close();
        folder = RunFolder.make(Optional.of(nobody));
        pipes = new JvmPipes(folder, SELF, "ptrace", () -> lostBySource, problems::add);
        Process process = new ProcessBuilder(
                        "setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "sh", "-c", "echo; exec cat")
                .start();
        try {
            // Its user is nobody now.
            assertEquals('\n', process.getInputStream().read());
            int nobodys = (int) process.pid();
            pipes.cloned(call(SELF, FIRST_TID, THREAD));
            pipes.cloned(call(SELF, nobodys, 0));
            pipes.cloned(call(nobodys, FIRST_TID + 1, THREAD));
            pipes.flush();
            String roots = read(SELF).get(3);
            assertTrue(roots.contains("CLONE_VM") && roots.contains("stack_size=0x2000"), roots);
            assertFalse(roots.contains(" stack=") || roots.contains("tls=") || roots.contains("child_tid="), roots);
            String own = read(nobodys).get(3);
            assertTrue(own.contains(" stack=0x1000") && own.contains("tls=") && own.contains("child_tid="), own);
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    @Test
    void taskExitIsWrittenToItsProcessPipe() throws Exception {
        pipes.cloned(call(SELF, FIRST_TID, THREAD));
        pipes.exited(FIRST_TID);
        pipes.exited(FIRST_TID + 5);
        pipes.flush();
        List<String> own = read(SELF);
        assertEquals(5, own.size(), own::toString);
        assertTrue(own.get(4).startsWith(FIRST_TID + " ") && own.get(4).endsWith(" +++ exited with ? +++"));
    }

    @Test
    void unreadClonesAreCountedAsLost() throws Exception {
        int calls = 200_003;
        for (int i = 0; i < calls; i++) {
            pipes.cloned(call(SELF, FIRST_TID, THREAD));
        }
        List<String> lines = allOf(SELF);
        assertTrue(lost(lines) > 0);
        assertEquals(calls, told(lines, FIRST_TID) + lost(lines));
    }

    /** Each of them alone would fill the heap of a run, had it no bound for all together. */
    @Test
    void nonReadingProcessesLeaveRoomForAReader() throws Exception {
        int calls = 40_009;
        for (int process = FIRST_TID; process < FIRST_TID + 10; process++) {
            for (int i = 0; i < calls; i++) {
                pipes.cloned(call(process, FIRST_TID + 100, THREAD));
            }
        }
        for (int i = 0; i < 1_009; i++) {
            pipes.cloned(call(SELF, FIRST_TID + 11, THREAD));
        }
        pipes.flush();
        assertEquals(1_009, told(read(SELF), FIRST_TID + 11));
        List<String> lines = allOf(FIRST_TID);
        assertTrue(lost(lines) > 0);
        assertEquals(calls, told(lines, FIRST_TID + 100) + lost(lines));
    }

    @Test
    void failedPipeIsCountedAndOtherPipesContinue() throws Exception {
        pipes.cloned(call(SELF, FIRST_TID, THREAD));
        try (RandomAccessFile own = new RandomAccessFile(pipe(SELF).toFile(), "rw")) {
            Files.delete(pipe(SELF));
            Files.delete(folder.path());
            for (int i = 0; i < 17; i++) {
                pipes.cloned(call(OTHER, FIRST_TID + 1, THREAD));
                pipes.cloned(call(FIRST_TID + 2, FIRST_TID + 3, THREAD));
            }
            pipes.cloned(call(SELF, FIRST_TID, THREAD));
            pipes.flush();
            assertEquals(2, told(text(own).lines().toList(), FIRST_TID));
        }
        assertEquals(34, pipes.undelivered());
        assertEquals(1, problems.size(), problems::toString);
    }

    /** As with a source that sees no ends. */
    @Test
    void reusedPidGetsItsOwnPipe() throws Exception {
        pipes.cloned(call(SELF, FIRST_TID, 0));
        pipes.cloned(call(FIRST_TID, FIRST_TID + 1, THREAD));
        pipes.cloned(call(SELF, FIRST_TID, 0));
        pipes.cloned(call(FIRST_TID, FIRST_TID + 2, THREAD));
        pipes.flush();
        List<String> lines = read(FIRST_TID);
        assertEquals(0, told(lines, FIRST_TID + 1));
        assertEquals(1, told(lines, FIRST_TID + 2));
    }

    private static long told(List<String> lines, int child) {
        return lines.stream().filter(line -> line.endsWith(" = " + child)).count();
    }

    private static long lost(List<String> lines) {
        return lines.stream()
                .filter(line -> line.startsWith("# lost: "))
                .mapToLong(line -> Long.parseLong(line.substring(8)))
                .max()
                .orElse(0);
    }

    /** What a process reads that begins late, until there is no more. */
    private List<String> allOf(int process) throws Exception {
        StringBuilder trace = new StringBuilder();
        int before = -1;
        while (trace.length() > before) {
            before = trace.length();
            pipes.flush();
            trace.append(text(process));
        }
        return trace.toString().lines().toList();
    }

    @Test
    void lossesOfTheSourceAreReported() throws Exception {
        pipes.cloned(call(SELF, FIRST_TID, THREAD));
        lostBySource = 23;
        pipes.flush();
        pipes.flush();
        assertEquals(
                List.of("# lost: 23"),
                read(SELF).stream().filter(line -> line.startsWith("# lost")).toList());
    }

    @Test
    void pipeIsRemovedWhenItsProcessEnds() throws Exception {
        Process process = new ProcessBuilder("sleep", "1000").start();
        int pid = (int) process.pid();
        pipes.cloned(call(SELF, pid, 0));
        pipes.cloned(call(pid, FIRST_TID, THREAD));
        pipes.sweep();
        assertTrue(Files.exists(pipe(pid)));
        process.destroyForcibly().waitFor();
        pipes.sweep();
        assertFalse(Files.exists(pipe(pid)));
    }
}
