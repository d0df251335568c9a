package io.clonetrace.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The names that a JVM itself gives its threads, by tid, from {@code jcmd PID Thread.print}. */
final class ThreadDump {
    private static final long SECONDS = 1;

    // "main" #1 [4711] prio=5 os_prio=0 ... nid=0x1267 ..., since JDK 22 nid=4711; without #: a thread of the VM.
    private static final Pattern HEADER = Pattern.compile(
            "\"(.*)\" (?:#(\\d+) .*?)?(?:.* )?nid=(0x[0-9a-f]+|\\d+)(?: .*?)?(?: +\\[0x([0-9a-f]{16})\\])?",
            Pattern.DOTALL);

    private static final int LONGEST_HEADER = 4096;

    private ThreadDump() {}

    /**
     * A thread as the JVM names it.
     *
     * @param id Java's id; -1 for a thread of the VM
     * @param stackPointer an address in its stack's page that it last ran Java code on; 0 if the JVM does not say
     */
    record Entry(String name, long id, long stackPointer) {}

    /**
     * Asks the JVM; empty if it does not answer within a second, or the process is no HotSpot JVM. The tids are those
     * of its own pid namespace. One that is stopped is not asked: it would see the signal when it goes on, and nobody
     * waiting, and take it for a wish to see the dump on its own stdout.
     */
    static Optional<Map<Integer, Entry>> of(TargetProcess process) {
        long pid = process.pid();
        if (ModuleLayer.boot().findModule("jdk.attach").isEmpty() || process.isStopped() || !ServingJvm.answers(pid)) {
            return Optional.empty();
        }
        CompletableFuture<Map<Integer, Entry>> answer = new CompletableFuture<>();
        Thread asking = new Thread(() -> {
            try {
                answer.complete(read(ServingJvm.threadDump(pid)));
            } catch (Throwable unable) {
                answer.completeExceptionally(unable);
            }
        });
        asking.setDaemon(true);
        asking.start();
        try {
            return Optional.of(answer.get(SECONDS, TimeUnit.SECONDS));
        } catch (ExecutionException | TimeoutException silent) {
            return Optional.empty();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    /** Reads the dump to its end. */
    static Map<Integer, Entry> read(InputStream dump) throws IOException {
        Map<Integer, Entry> threads = new HashMap<>();
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(dump, StandardCharsets.UTF_8))) {
            String head = "";
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                // A name may hold line ends; behind each thread is an empty line.
                head = line.isEmpty() ? "" : head.isEmpty() ? line : head + "\n" + line;
                Matcher header = HEADER.matcher(head);
                if (head.startsWith("\"") && header.matches()) {
                    long id = header.group(2) == null ? -1 : Long.parseLong(header.group(2));
                    long pointer = header.group(4) == null ? 0 : Long.parseUnsignedLong(header.group(4), 16);
                    threads.put(Integer.decode(header.group(3)), new Entry(header.group(1), id, pointer));
                    head = "";
                } else if (!head.startsWith("\"") || head.length() > LONGEST_HEADER) {
                    head = "";
                }
            }
        }
        return threads;
    }
}
