package io.clonetrace.it.host;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;

/** Starts threads until that fails, and prints only what Thread.start threw, at a first and a second attempt. */
public final class UntilRefused {
    private static final int PAGE = 4096;
    private static final int SOME = 2_018;
    private static final long MAX_MAP_COUNT = maxMapCount();
    private static final CountDownLatch END = new CountDownLatch(1);
    private static final List<ByteBuffer> KEPT = new ArrayList<>();

    private UntilRefused() {}

    /**
     * Runs.
     *
     * @param arguments at most so many threads, or 0 to start one thread twice; and the file to map again and again,
     *     until the kernel allows no mapping more, which is one above its limit
     */
    public static void main(String[] arguments) throws Exception {
        int most = Integer.parseInt(arguments[0]);
        if (arguments.length > 1) {
            Path file = Path.of(arguments[1]);
            // Runs everything once before: loading a class takes a mapping, and HotSpot ends the process without one.
            twice();
            map(file, SOME);
            unmap(SOME / 2);
            map(file, MAX_MAP_COUNT + 1 - count());
            map(file, MAX_MAP_COUNT + 1 - count());
            start(most);
            unmap(SOME / 2);
        } else if (most == 0) {
            twice();
        } else {
            start(most);
        }
    }

    private static long maxMapCount() {
        try {
            // In one read: the kernel returns a part of a number only once.
            return Long.parseLong(
                    Files.readAllLines(Path.of("/proc/sys/vm/max_map_count")).get(0));
        } catch (IOException noProc) {
            throw new UncheckedIOException(noProc);
        }
    }

    private static void start(int most) {
        for (int i = 0; i < most; i++) {
            Thread thread = thread("thread-" + i);
            try {
                thread.start();
            } catch (Throwable refused) {
                print(refused);
                try {
                    thread("again\u001b[31m").start();
                } catch (Throwable again) {
                    print(again);
                }
                END.countDown();
                return;
            }
        }
        System.out.println("all were started");
    }

    private static void twice() {
        Thread thread = thread("twice");
        thread.start();
        try {
            thread.start();
        } catch (IllegalThreadStateException refused) {
            print(refused);
        }
    }

    private static Thread thread(String name) {
        Thread thread = new Thread(
                () -> {
                    try {
                        END.await();
                    } catch (InterruptedException ended) {
                        Thread.currentThread().interrupt();
                    }
                },
                name);
        thread.setDaemon(true);
        return thread;
    }

    /** Maps the same page again and again, so that the kernel can't join the mappings. */
    private static void map(Path file, long mappings) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            for (long i = 0; i < mappings; i++) {
                KEPT.add(channel.map(FileChannel.MapMode.READ_ONLY, 0, PAGE));
            }
        }
    }

    private static long count() throws IOException {
        try (Stream<String> maps = Files.lines(Path.of("/proc/self/maps"))) {
            return maps.filter(line -> !line.endsWith(" [vsyscall]")).count();
        }
    }

    private static void unmap(int mappings) throws ReflectiveOperationException {
        Class<?> type = Class.forName("sun.misc.Unsafe");
        Field field = type.getDeclaredField("theUnsafe");
        field.setAccessible(true);
        Method cleaner = type.getMethod("invokeCleaner", ByteBuffer.class);
        for (int i = 0; i < mappings; i++) {
            cleaner.invoke(field.get(null), KEPT.remove(KEPT.size() - 1));
        }
    }

    private static void print(Throwable refused) {
        StringBuilder text = new StringBuilder(refused.toString());
        for (StackTraceElement frame : refused.getStackTrace()) {
            text.append("\n  ").append(frame);
        }
        System.out.println(text);
    }
}
