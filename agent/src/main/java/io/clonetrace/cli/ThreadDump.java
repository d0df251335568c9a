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
    private static final Pattern HEADER =
            Pattern.compile("\"(.*)\" (?:#(\\d+) .*?)?(?:.* )?nid=(0x[0-9a-f]+|\\d+)(?: .*)?");

    private ThreadDump() {}

    /**
     * A thread as the JVM names it.
     *
     * @param id Java's id; -1 for a thread of the VM
     */
    record Entry(String name, long id) {}

    /** Asks the JVM; empty if it does not answer within a second, or the process is no HotSpot JVM. */
    static Optional<Map<Integer, Entry>> of(long pid) {
        if (ModuleLayer.boot().findModule("jdk.attach").isEmpty() || !ServingJvm.answers(pid)) {
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
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                Matcher header = HEADER.matcher(line);
                if (line.startsWith("\"") && header.matches()) {
                    long id = header.group(2) == null ? -1 : Long.parseLong(header.group(2));
                    threads.put(Integer.decode(header.group(3)), new Entry(header.group(1), id));
                }
            }
        }
        return threads;
    }
}
