package io.clonetrace.it.host;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;

/**
 * Prints {@code ready}; at a line on stdin uses up threads or mappings and prints {@code full}; then waits for the end
 * of stdin.
 */
public final class AtLimit {
    private static final int PAGE = 4096;
    private static final CountDownLatch END = new CountDownLatch(1);
    private static final List<ByteBuffer> KEPT = new ArrayList<>();

    private AtLimit() {}

    /**
     * Runs.
     *
     * @param arguments how many mappings are to be left, and a file to map; none to start threads until that fails
     */
    public static void main(String[] arguments) throws IOException {
        System.out.println("ready");
        System.in.read();
        if (arguments.length > 0) {
            map(Path.of(arguments[1]), Integer.parseInt(arguments[0]));
        } else {
            start();
        }
        System.out.println("full");
        while (System.in.read() >= 0) {
            // The line's end.
        }
    }

    private static void start() {
        try {
            while (true) {
                Thread thread = new Thread(AtLimit::await);
                thread.setDaemon(true);
                thread.start();
            }
        } catch (OutOfMemoryError full) {
            return;
        }
    }

    private static void await() {
        try {
            END.await();
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }

    /** Maps the same page again and again, so that the kernel can't join the mappings. */
    private static void map(Path file, int left) throws IOException {
        // In one read: the kernel returns a part of a number only once.
        long max = Long.parseLong(
                Files.readAllLines(Path.of("/proc/sys/vm/max_map_count")).get(0));
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            for (long missing = max - left - count(); missing > 0; missing = max - left - count()) {
                for (long i = 0; i < missing; i++) {
                    KEPT.add(channel.map(FileChannel.MapMode.READ_ONLY, 0, PAGE));
                }
            }
        }
    }

    private static long count() throws IOException {
        try (Stream<String> maps = Files.lines(Path.of("/proc/self/maps"))) {
            return maps.filter(line -> !line.endsWith(" [vsyscall]")).count();
        }
    }
}
