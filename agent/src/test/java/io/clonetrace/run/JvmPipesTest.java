package io.clonetrace.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.clone.CloneCall;
import io.clonetrace.clone.CloneSyscall;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
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
    private long lostBySource;

    @BeforeEach
    void make() throws IOException {
        folder = RunFolder.make(Optional.empty());
        pipes = new JvmPipes(folder, SELF, "ptrace", () -> lostBySource);
    }

    @AfterEach
    void remove() {
        pipes.close();
        folder.close();
        assertFalse(Files.exists(folder.path()));
    }

    private static CloneCall call(int parent, int child, long flags) {
        return new CloneCall(
                CloneSyscall.CLONE3, parent, child, null, flags, 0, 4096, 8192, 1, 2, 1_700_000_000_123_456_789L, 5);
    }

    private Path pipe(int process) {
        return folder.path().resolve(Integer.toString(process));
    }

    private List<String> read(int process) throws IOException {
        return text(process).lines().toList();
    }

    /** What is in the pipe now. */
    private String text(int process) throws IOException {
        try (RandomAccessFile pipe = new RandomAccessFile(pipe(process).toFile(), "rw");
                FileInputStream input = new FileInputStream(pipe.getFD())) {
            byte[] bytes = new byte[input.available()];
            assertEquals(bytes.length, bytes.length == 0 ? 0 : input.read(bytes));
            return new String(bytes, StandardCharsets.US_ASCII);
        }
    }

    @Test
    void aProcessHasAPipeFromItsFirstThreadOn() throws Exception {
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

    @Test
    void aTasksEndGoesToItsProcess() throws Exception {
        pipes.cloned(call(SELF, FIRST_TID, THREAD));
        pipes.exited(FIRST_TID);
        pipes.exited(FIRST_TID + 5);
        pipes.flush();
        List<String> own = read(SELF);
        assertEquals(5, own.size(), own::toString);
        assertTrue(own.get(4).startsWith(FIRST_TID + " ") && own.get(4).endsWith(" +++ exited with ? +++"));
    }

    @Test
    void whatNobodyReadsIsLostAndCounted() throws Exception {
        int calls = 200_003;
        for (int i = 0; i < calls; i++) {
            pipes.cloned(call(SELF, FIRST_TID, THREAD));
        }
        StringBuilder trace = new StringBuilder();
        int before = -1;
        while (trace.length() > before) {
            before = trace.length();
            pipes.flush();
            trace.append(text(SELF));
        }
        List<String> lines = trace.toString().lines().toList();
        long told =
                lines.stream().filter(line -> line.endsWith(" = " + FIRST_TID)).count();
        long lost = lines.stream()
                .filter(line -> line.startsWith("# lost: "))
                .mapToLong(line -> Long.parseLong(line.substring(8)))
                .max()
                .orElse(0);
        assertTrue(lost > 0);
        assertEquals(calls, told + lost);
    }

    @Test
    void whatTheSourceLostIsToldToo() throws Exception {
        pipes.cloned(call(SELF, FIRST_TID, THREAD));
        lostBySource = 23;
        pipes.flush();
        pipes.flush();
        assertEquals(
                List.of("# lost: 23"),
                read(SELF).stream().filter(line -> line.startsWith("# lost")).toList());
    }

    @Test
    void aPipeGoesWithItsProcess() throws Exception {
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
