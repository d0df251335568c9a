package io.clonetrace.cli.target;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.clonetrace.cli.target.FakeListener.Answer;
import io.clonetrace.cli.target.JvmReply.Bounds;
import io.clonetrace.linux.proc.ProcessStatus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A made-up /proc, in which a process that really runs is shown as a JVM; its socket is one of this process. */
class AttachSocketTest {
    private static final Bounds FAST = new Bounds(Duration.ofMillis(200), Duration.ofSeconds(10), 1 << 16);
    private static final Bounds PATIENT = Bounds.of(60, 60, 1);
    private static final int OTHERS = 47_113;
    private static final int SIGQUIT = 3;

    @TempDir
    private Path folder;

    private Process child;
    private long pid = ProcessHandle.current().pid();
    private Path tmp;

    @BeforeEach
    void thisProcessAsAJvm() throws IOException {
        plant();
    }

    @AfterEach
    void endChild() {
        if (child != null) {
            child.destroyForcibly();
        }
    }

    /** A child, in which a SIGQUIT stays pending: HotSpot blocks it in its threads, and a child inherits that. */
    private void aChildAsAJvm() throws IOException {
        child = new ProcessBuilder("sleep", "1000").start();
        pid = child.pid();
        plant();
    }

    private boolean hasTheSignal() {
        return ProcessStatus.of(Path.of("/proc/" + pid)).orElseThrow().hasPending(SIGQUIT);
    }

    private void plant() throws IOException {
        Path process = Files.createDirectory(folder.resolve("" + pid));
        tmp = Files.createDirectories(process.resolve("root/tmp"));
        Files.createDirectory(process.resolve("cwd"));
        Files.createDirectories(process.resolve("task"));
        Files.writeString(process.resolve("maps"), "7f00-7f10 r-xp 00000000 08:01 42 /jdk/lib/server/libjvm.so\n");
        Files.writeString(process.resolve("cmdline"), "java\0App\0");
        Files.writeString(process.resolve("environ"), "A=b\0");
        Object user = Files.getAttribute(process, "unix:uid");
        Object group = Files.getAttribute(process, "unix:gid");
        String status =
                "Name:\tjava\nState:\tS (sleeping)\nUid:\t" + user + "\t" + user + "\t0\t0\nGid:\t" + group + "\t"
                        + group + "\t0\t0\nNSpid:\t" + pid
                        + "\t7\nSigCgt:\t2000000181005ccf\nCapEff:\t0000000000000000\n";
        Files.writeString(process.resolve("status"), status);
        Files.writeString(Files.createDirectories(folder.resolve("self")).resolve("status"), status);
    }

    private Path socket() {
        return tmp.resolve(".java_pid7");
    }

    private JvmReply ask(Bounds bounds, String command, String... arguments) throws IOException {
        return ask(Waiting.SILENT, bounds, command, arguments);
    }

    private JvmReply ask(Waiting waiting, Bounds bounds, String command, String... arguments) throws IOException {
        try (AttachSocket jvm = AttachSocket.of(new TargetJvm(folder, pid), waiting)) {
            return jvm.ask(bounds, command, arguments);
        }
    }

    private String answered(Bounds bounds, Answer what) throws IOException {
        try (FakeListener listener = new FakeListener(socket(), what);
                JvmReply reply = ask(bounds, "properties")) {
            String answer = reply.status() + " " + new String(reply.readAllBytes(), StandardCharsets.ISO_8859_1);
            assertEquals(1, listener.requests().size());
            return answer;
        }
    }

    private void isRefused(String because) {
        String refusal =
                assertThrows(IOException.class, () -> ask(FAST, "properties")).getMessage();
        assertTrue(refusal.contains(because), refusal);
    }

    /** As attachListener_posix.cpp reads it: always three arguments. */
    @Test
    void requestIsVersionCommandAndThreeArguments() throws IOException {
        try (FakeListener listener = new FakeListener(socket(), FakeListener.says("0\nreturn code: 0\n"))) {
            try (JvmReply reply = ask(PATIENT, "load", "instrument", "false", "/ä.jar=x=1")) {
                assertEquals(0, reply.status());
                assertEquals("return code: 0\n", reply.text(100));
            }
            try (JvmReply reply = ask(PATIENT, "threaddump")) {
                assertEquals(0, reply.status());
                assertEquals("retu", reply.text(4));
            }
            assertEquals(List.of("1|load|instrument|false|/ä.jar=x=1|", "1|threaddump||||"), listener.requests());
        }
    }

    @Test
    void requestThatHotSpotWouldNotTakeIsNotSent() {
        IOException tooLong =
                assertThrows(IOException.class, () -> ask(FAST, "load", "instrument", "false", "x".repeat(1_025)));
        assertTrue(tooLong.getMessage().contains("are 1025 bytes together"), tooLong.getMessage());
    }

    @Test
    void longReplyComesWhole() throws IOException {
        String text = "x".repeat(1_000_003);
        assertEquals("101 " + text, answered(PATIENT, FakeListener.says("101\n" + text)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "-\n", "1", "12345678901234567890\n", "\n", "0 0\n"})
    void replyWithoutAStatusIsRefused(String text) {
        String refusal = assertThrows(IOException.class, () -> answered(PATIENT, FakeListener.says(text)))
                .getMessage();
        assertTrue(
                refusal.matches(
                        text.isEmpty() ? "JVM \\d+ closed the connection .*" : "process \\d+ does not answer.*"),
                refusal);
    }

    @Test
    void silenceHasAnEnd() {
        String silent = assertThrows(
                        IOException.class, () -> answered(FAST, connection -> connection.read(ByteBuffer.allocate(1))))
                .getMessage();
        assertTrue(silent.matches("JVM \\d+ did not answer within \\d+ s; it may be stopped"), silent);
    }

    /** proc_pid_stat(5): utime is the 14th field. */
    private void hasUsed(long ticks) {
        try {
            Files.writeString(
                    folder.resolve(Long.toString(pid)).resolve("stat"),
                    pid + " (java) S" + " 0".repeat(10) + " " + ticks + " 0 0 0");
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Longer than one that makes none, for which three checks are enough. */
    @Test
    void jvmThatMakesProgressIsWaitedFor() throws Exception {
        Bounds bounds = new Bounds(Duration.ofMillis(300), Duration.ofSeconds(60), 100);
        AtomicInteger checks = new AtomicInteger();
        CountDownLatch enough = new CountDownLatch(7);
        Waiting waiting = seconds -> {
            hasUsed(checks.incrementAndGet());
            enough.countDown();
        };
        Answer late = connection -> {
            awaitQuietly(enough);
            FakeListener.says("0\nslow").to(connection);
        };
        try (FakeListener listener = new FakeListener(socket(), late);
                JvmReply reply = ask(waiting, bounds, "properties")) {
            assertEquals(0, reply.status());
            assertEquals("slow", reply.text(100));
            assertEquals(List.of("1|properties||||"), listener.requests());
        }
        assertTrue(checks.get() >= 7, checks::toString);
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }

    /** It is busy with something else. */
    @Test
    void jvmThatOnlyUsesTheProcessorIsNotWaitedForEver() {
        Bounds bounds = new Bounds(Duration.ofMillis(200), Duration.ofSeconds(60), 100);
        AtomicInteger checks = new AtomicInteger();
        Waiting waiting = seconds -> hasUsed(checks.incrementAndGet());
        String busy = assertThrows(IOException.class, () -> {
                    try (FakeListener listener =
                                    new FakeListener(socket(), connection -> connection.read(ByteBuffer.allocate(1)));
                            JvmReply reply = ask(waiting, bounds, "properties")) {
                        reply.status();
                        assertEquals(List.of(), listener.requests());
                    }
                })
                .getMessage();
        assertTrue(busy.matches("JVM \\d+ did not answer within \\d+ s, though it uses processor time"), busy);
    }

    @Test
    void endlessReplyIsCutOff() {
        String endless = assertThrows(
                        IOException.class,
                        () -> answered(
                                new Bounds(Duration.ofSeconds(60), Duration.ofSeconds(60), 1 << 20), connection -> {
                                    connection.write(ByteBuffer.wrap("0\n".getBytes(StandardCharsets.US_ASCII)));
                                    while (true) {
                                        connection.write(ByteBuffer.allocate(4_711));
                                    }
                                }))
                .getMessage();
        assertTrue(endless.contains("answers with more than 1048576 bytes"), endless);
    }

    /** A byte now and then is no progress. */
    @Test
    void slowReplyHasAnEnd() {
        Bounds bounds = new Bounds(Duration.ofSeconds(10), Duration.ofMillis(300), Long.MAX_VALUE);
        String slow = assertThrows(
                        IOException.class,
                        () -> answered(bounds, connection -> {
                            connection.write(ByteBuffer.wrap("0\n".getBytes(StandardCharsets.US_ASCII)));
                            while (true) {
                                connection.write(ByteBuffer.allocate(1));
                                Thread.onSpinWait();
                            }
                        }))
                .getMessage();
        assertTrue(slow.contains("did not answer within"), slow);
    }

    /** /tmp is the target's user's too, who wants root's request to go to root's JVM. */
    @Test
    void linkToAnotherSocketIsNotFollowed() throws IOException {
        try (FakeListener listener = new FakeListener(tmp.resolve("other"), FakeListener.says("0\n"))) {
            Files.createSymbolicLink(socket(), Path.of("other"));
            isRefused(".java_pid7 is no socket of JVM " + pid);
            assertEquals(List.of(), listener.requests());
        }
    }

    @Test
    void otherFilesAreNoSocket() throws IOException {
        Files.createFile(socket());
        isRefused("is no socket of JVM");
    }

    @Test
    void socketOfAnotherUserIsRefused() throws IOException {
        try (FakeListener listener = new FakeListener(socket(), FakeListener.says("0\n"))) {
            assumeTrue(Files.getAttribute(folder, "unix:uid").equals(0), "only root can give a file away");
            Files.setAttribute(socket(), "unix:uid", OTHERS);
            isRefused("is a socket of user " + OTHERS + ", and JVM " + pid + " is user 0's");
            assertEquals(List.of(), listener.requests());
        }
    }

    @Test
    void socketOfAnotherProcessIsSentNothing() throws IOException {
        long own = pid;
        aChildAsAJvm();
        try (FakeListener listener = new FakeListener(socket(), FakeListener.says("0\n"))) {
            isRefused("is a socket of process " + own + " and not of JVM " + pid + "; nothing was sent");
            while (listener.requests().isEmpty()) {
                Thread.onSpinWait();
            }
            assertEquals(List.of(""), listener.requests());
        }
    }

    /** Neither the signal is sent nor the file made that would make it listen. */
    @Test
    void jvmWithoutRoomForItsListenerIsNotWoken() throws IOException {
        aChildAsAJvm();
        Files.createDirectories(folder.resolve("sys/kernel"));
        Files.writeString(folder.resolve("sys/kernel/threads-max"), "4711\n");
        Files.writeString(folder.resolve("loadavg"), "0.03 0.04 0.05 1/4709 4711\n");
        isRefused("its Attach Listener does not run yet, and kernel.threads-max has room for 2 more threads (4709 of");
        assertFalse(hasTheSignal());
        assertFalse(Files.exists(tmp.resolve(".attach_pid7")));
    }

    /** HotSpot would print its threads. */
    @Test
    void jvmIsNotWokenWhereAnotherUserHasPutTheFile() throws IOException {
        assumeTrue(Files.getAttribute(folder, "unix:uid").equals(0), "only root can give a file away");
        aChildAsAJvm();
        for (String place : List.of("cwd", "root/tmp")) {
            Path trigger = Files.createFile(folder.resolve(pid + "/" + place + "/.attach_pid7"));
            Files.setAttribute(trigger, "unix:uid", OTHERS);
            isRefused(place + "/.attach_pid7 is another user's, and JVM " + pid + " would print its threads");
            Files.delete(trigger);
        }
        assertFalse(hasTheSignal());
    }

    /** An earlier JVM with the same pid may have left its socket file, on which no process listens. */
    @Test
    void processThatEndsWhenItIsWokenIsReported() throws Exception {
        aChildAsAJvm();
        new FakeListener(socket(), FakeListener.says("0\n")).close();
        Path trigger = tmp.resolve(".attach_pid7");
        CompletableFuture<Boolean> woken = CompletableFuture.supplyAsync(() -> {
            while (!hasTheSignal()) {
                Thread.onSpinWait();
            }
            boolean asked = Files.exists(trigger);
            child.destroyForcibly();
            return asked;
        });
        isRefused("JVM " + pid + " has ended");
        assertTrue(woken.get(), "the file was not there before the signal");
        assertFalse(Files.exists(trigger));
    }
}
