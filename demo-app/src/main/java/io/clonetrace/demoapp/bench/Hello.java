package io.clonetrace.demoapp.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * Greets, starts its first thread, and says what it took: {@code [REST_MILLIS]}. Prints the nanoseconds between two
 * {@link Clock}s, those of the first thread's start and join, and KiB resident after the rest: its own, and those of
 * the processes that it or an agent started. scripts/bench.sh runs it.
 */
public final class Hello {
    private Hello() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        System.out.println("Hello");
        long begin = System.nanoTime();
        Thread thread = new Thread(() -> {});
        thread.start();
        thread.join();
        long firstThread = System.nanoTime() - begin;
        if (arguments.length > 0) {
            Thread.sleep(Long.parseLong(arguments[0]));
        }
        ProcessHandle self = ProcessHandle.current();
        long others =
                self.descendants().mapToLong(other -> resident(other.pid())).sum();
        System.out.println(Clock.between() + " " + firstThread + " " + resident(self.pid()) + " " + others);
    }

    /** VmRSS of proc(5), in KiB; 0 if it is gone. */
    private static long resident(long pid) {
        try (Stream<String> lines = Files.lines(Path.of("/proc/" + pid + "/status"))) {
            return lines.filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                    .sum();
        } catch (IOException gone) {
            return 0;
        }
    }
}
