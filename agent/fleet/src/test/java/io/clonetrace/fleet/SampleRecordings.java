package io.clonetrace.fleet;

import io.clonetrace.event.CloneEvent;
import io.clonetrace.event.ThreadStackEvent;
import io.clonetrace.event.ThreadStartEvent;
import io.clonetrace.report.FieldRecording;
import io.clonetrace.report.NativeEvents;
import io.clonetrace.report.RecordedFailure;
import io.clonetrace.report.RecordedLimit;
import io.clonetrace.report.Recordings;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPOutputStream;

/** Folders of recordings: sound, damaged, compressed and foreign ones. */
public final class SampleRecordings {
    /** Names that a table, a shell, JSON or SQL may stumble over. */
    public static final List<String> HOSTILE = List.of(
            "'; DROP TABLE thread; --",
            "a\nb\tc\r\"d\" \\n",
            "half a pair \ud83d and \ude00",
            "a\0b",
            "\u00e9\u4e2d \ud83d\ude00 \u202eback",
            "<script>alert(1)</script>",
            "null");

    /** JDK: jdk/jfr/internal/consumer/ChunkHeader.java. */
    private static final int START_NANOS_AT = 32;

    private static final long PTHREAD = 0x3d0f00;
    private static final long STACK = 1L << 20;
    private static final int FIRST_ID = 5_000_000;
    private static final int THREADS = 23;

    private SampleRecordings() {}

    /** This JVM, with agent events of all kinds: Java threads, native threads, failed starts, limits. */
    public static Path agents(Path file) throws IOException {
        return Files.copy(Recordings.file(SampleRecordings::commit), file);
    }

    private static void commit() {
        Recordings.status("ebpf", "active", null, 31, 0);
        NativeEvents.chain(
                7,
                "libexample.so",
                "libexample.so!make+0x15\nlibexample.so!Java_Example_make+0x9",
                "",
                "Example.make(Native Method)");
        for (int number = 0; number < THREADS; number++) {
            String name = HOSTILE.get(number % HOSTILE.size());
            started(FIRST_ID + number, 70_000 + number, name);
            if (number % 2 == 0) {
                measured(FIRST_ID + number, 70_000 + number, name, "end", 40_960);
            }
        }
        for (int number = 0; number < 5; number++) {
            NativeEvents.made(80_000 + number, 77, "worker", 7, "libexample.so!work+0x0");
        }
        NativeEvents.refused("java", FIRST_ID + 100, -1, "EAGAIN", "pids.max", 100, 100);
        for (int number = 0; number < 3; number++) {
            RecordedFailure.commit("java.lang.OutOfMemoryError: no", "pids.max", 100, 100, "/sys/fs/cgroup/pids.max");
        }
        RecordedLimit.commit("pids.max", 90, 100, "/sys/fs/cgroup/pids.max");
        RecordedLimit.commit("pids.max", 97, 100, "/sys/fs/cgroup/pids.max");
        RecordedLimit.commit("kernel.threads-max", 900, -1, "/proc/sys/kernel/threads-max");
    }

    private static void started(long id, int tid, String name) {
        CloneEvent clone = new CloneEvent();
        clone.kind = "java";
        clone.childId = id;
        clone.childTid = tid;
        clone.childName = name;
        clone.syscall = "clone3";
        clone.flags = PTHREAD;
        clone.stackSize = STACK;
        clone.source = "ebpf";
        clone.commit();
        ThreadStartEvent start = new ThreadStartEvent();
        start.childId = id;
        start.childTid = tid;
        start.childName = name;
        start.requestedStackSize = 0;
        start.stackSize = STACK;
        start.commit();
    }

    private static void measured(long id, int tid, String name, String moment, long depth) {
        ThreadStackEvent stack = new ThreadStackEvent();
        stack.name = name;
        stack.threadId = id;
        stack.tid = tid;
        stack.kind = "java";
        stack.moment = moment;
        stack.reserved = STACK;
        stack.guard = 16_384;
        stack.touched = depth;
        stack.depth = depth;
        stack.commit();
    }

    /** JFR's own events alone: threads of this JVM that are really started. */
    public static Path plain(Path file, int threads) throws IOException {
        return Files.copy(
                Recordings.file(List.of("jdk.JVMInformation", "jdk.ThreadStart", "jdk.ThreadEnd"), () -> {
                    for (int number = 0; number < threads; number++) {
                        Thread thread = new Thread(() -> {}, "plain-" + number);
                        thread.start();
                        thread.join();
                    }
                }),
                file);
    }

    /** A recording of the field, by its name. */
    public static Path field(String name, Path file) throws IOException {
        return Files.write(file, FieldRecording.bytes(name));
    }

    public static Path compressed(Path recording, Path file) throws IOException {
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
            Files.copy(recording, out);
        }
        return file;
    }

    public static Path cut(Path recording, Path file) throws IOException {
        byte[] all = Files.readAllBytes(recording);
        return Files.write(file, java.util.Arrays.copyOf(all, all.length * 3 / 4));
    }

    /** A long recording: its only chunk again and again, each time a second later. */
    public static Path repeated(Path recording, Path file, int times) throws IOException {
        ByteBuffer chunk = ByteBuffer.wrap(Files.readAllBytes(recording));
        long start = chunk.getLong(START_NANOS_AT);
        try (OutputStream out = Files.newOutputStream(file)) {
            for (int second = 0; second < times; second++) {
                chunk.putLong(START_NANOS_AT, start + second * 1_000_000_000L);
                out.write(chunk.array());
            }
        }
        return file;
    }

    public static Path text(Path file) throws IOException {
        return Files.write(file, "no recording\n".getBytes(StandardCharsets.UTF_8));
    }
}
