package io.clonetrace.trace.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.clonetrace.clone.CloneCall;
import io.clonetrace.trace.CloneSink;
import io.clonetrace.trace.SourceRefusedException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TraceFileSourceTest {
    private static final String CLONE =
            "7 clone3({flags=CLONE_VM|CLONE_THREAD|CLONE_SIGHAND, child_tid=0, parent_tid=0,"
                    + " exit_signal=0, stack=0x7f0000000000, stack_size=0x8000}, 88) = %d\n";

    @TempDir
    private Path folder;

    private final List<Integer> children = new ArrayList<>();
    private final List<Integer> ended = new ArrayList<>();
    private final CloneSink sink = new CloneSink() {
        @Override
        public void cloned(CloneCall call) {
            children.add(call.childTid());
        }

        @Override
        public void exited(int tid) {
            ended.add(tid);
        }
    };

    private static String clone(int child) {
        return String.format(CLONE, child);
    }

    private static void append(Path file, String text) throws IOException {
        Files.writeString(file, text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    private static TraceFileSource started(Path file) throws SourceRefusedException {
        TraceFileSource source = new TraceFileSource(file);
        source.start();
        return source;
    }

    private static String refusal(Path file) {
        TraceFileSource source = new TraceFileSource(file);
        String why = assertThrows(SourceRefusedException.class, source::start).getMessage();
        source.stop();
        return why;
    }

    @Test
    void fileIsReadFromItsBeginningAndAsItGrows() throws Exception {
        Path file = folder.resolve("app.strace");
        append(file, clone(8) + clone(9).substring(0, 20));
        TraceFileSource source = started(file);
        assertTrue(source.poll(sink));
        assertEquals(List.of(8), children);
        assertFalse(source.poll(sink));
        append(file, clone(9).substring(20) + "8 +++ exited with 0 +++\n");
        assertTrue(source.poll(sink));
        assertEquals(List.of(8, 9), children);
        assertEquals(List.of(8), ended);
        assertEquals(0, source.lostRecords());
        assertNull(source.lossReason());
        source.stop();
    }

    @Test
    void contentLongerThanOneReadIsReadInOnePoll() throws Exception {
        Path file = folder.resolve("app.strace");
        StringBuilder text = new StringBuilder();
        for (int child = 8; child < 2_025; child++) {
            text.append(clone(child));
        }
        append(file, text.toString());
        TraceFileSource source = started(file);
        source.poll(sink);
        assertEquals(2_017, children.size());
        source.stop();
    }

    @Test
    void interruptOfTheReadingThreadLosesNothing() throws Exception {
        Path file = folder.resolve("app.strace");
        append(file, clone(8));
        TraceFileSource source = started(file);
        Thread.currentThread().interrupt();
        source.poll(sink);
        append(file, clone(9));
        source.poll(sink);
        assertTrue(Thread.interrupted());
        assertEquals(List.of(8, 9), children);
        assertNull(source.lossReason());
        source.stop();
    }

    @Test
    void overwrittenFileIsALostSource() throws Exception {
        Path file = folder.resolve("app.strace");
        append(file, clone(8) + clone(9));
        TraceFileSource source = started(file);
        source.poll(sink);
        Files.writeString(file, clone(10));
        source.poll(sink);
        assertTrue(
                source.lossReason().startsWith(file + " can't be read any more: it was cut off"), source.lossReason());
        assertFalse(source.poll(sink));
        source.stop();
    }

    @Test
    void damagedLineIsCountedAsLost() throws Exception {
        Path file = folder.resolve("app.strace");
        append(file, "7 clone3({flags=CLONE_VM|CLO\n" + clone(8));
        TraceFileSource source = started(file);
        source.poll(sink);
        assertEquals(List.of(8), children);
        assertEquals(1, source.lostRecords());
        source.stop();
    }

    @Test
    void namedPipeIsReadWithoutBlocking() throws Exception {
        Path pipe = folder.resolve("app.pipe");
        assertEquals(0, new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor());
        TraceFileSource source = started(pipe);
        assertFalse(source.poll(sink), "the pipe has no writer yet");
        try (OutputStream tracer = Files.newOutputStream(pipe)) {
            tracer.write((clone(8) + clone(9).substring(0, 9)).getBytes(StandardCharsets.US_ASCII));
            assertTrue(source.poll(sink));
            assertFalse(source.poll(sink));
            tracer.write(clone(9).substring(9).getBytes(StandardCharsets.US_ASCII));
        }
        assertTrue(source.poll(sink));
        assertFalse(source.poll(sink), "the writer has gone");
        assertEquals(List.of(8, 9), children);
        assertNull(source.lossReason());
        source.stop();
    }

    /** Before it was looked at whether it lives, which is done four times a second. */
    @Test
    void earlyEndOfTheWriterIsALostSource() throws Exception {
        Process writer = new ProcessBuilder("cat").start();
        Path file = folder.resolve("app.strace");
        append(file, "# writer: " + writer.pid() + "\n");
        TraceFileSource source = started(file);
        source.poll(sink);
        writer.destroyForcibly().waitFor();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (source.lossReason() == null && System.nanoTime() - deadline < 0) {
            source.poll(sink);
        }
        assertEquals(
                "the process that observed this JVM (pid " + writer.pid() + ") ended while the JVM runs",
                source.lossReason());
        source.stop();
    }

    @Test
    void sourceIsQuietUntilAnythingIsWritten() throws Exception {
        Path file = folder.resolve("app.strace");
        append(file, clone(8));
        TraceFileSource source = started(file);
        assertTrue(source.poll(sink));
        assertFalse(source.isQuiet());
        assertFalse(source.poll(sink));
        assertTrue(source.isQuiet());
        append(file, "7 getpid() = 7\n");
        assertFalse(source.poll(sink), "no clone");
        assertFalse(source.isQuiet());
        source.stop();
    }

    @Test
    void missingFileIsRefusedAndNotCreated() {
        Path file = folder.resolve("no.strace");
        assertEquals(
                file + " does not exist; start the JVM with: strace -f -ttt -o " + file + " java ...", refusal(file));
        assertFalse(Files.exists(file));
    }

    @Test
    void folderIsRefused() {
        assertTrue(refusal(folder).startsWith(folder + " can't be read: "), refusal(folder));
    }

    @Test
    void unreadableFileIsRefused() throws IOException {
        Path file = Files.createFile(folder.resolve("app.strace"));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("---------"));
        assumeFalse(Files.isReadable(file), "this user (root) may read every file");
        assertEquals(file + " may not be read by this user", refusal(file));
    }
}
