package io.clonetrace.demoapp;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import javax.management.JMException;
import javax.management.ObjectName;

/**
 * What this process holds at a moment.
 *
 * @param created threads that it has started and ended until then
 * @param heap bytes of the Java heap in use
 * @param resident bytes of memory that it has in RAM (proc(5), VmRSS), without what malloc keeps of freed memory
 * @param children the same of the processes that it started, such as a tracer, and of theirs
 * @param files open file descriptors
 * @param mappings lines of /proc/self/maps
 */
record Footprint(long created, long heap, long resident, long children, long files, long mappings) {
    static final String HEADER = "created heap rss children fds maps";

    private static final long KIB = 1024;

    static Footprint now(long created) throws IOException {
        trim();
        Runtime runtime = Runtime.getRuntime();
        return new Footprint(
                created,
                runtime.totalMemory() - runtime.freeMemory(),
                readResident("self"),
                ProcessHandle.current()
                        .descendants()
                        .mapToLong(child -> readResident("" + child.pid()))
                        .sum(),
                count(Files.list(Path.of("/proc/self/fd"))),
                count(Files.lines(Path.of("/proc/self/maps"))));
    }

    /** Of its text. */
    static Footprint parse(String line) {
        String[] fields = line.split(" ");
        return new Footprint(
                Long.parseLong(fields[0]),
                Long.parseLong(fields[1]),
                Long.parseLong(fields[2]),
                Long.parseLong(fields[3]),
                Long.parseLong(fields[4]),
                Long.parseLong(fields[5]));
    }

    @Override
    public String toString() {
        return created + " " + heap + " " + resident + " " + children + " " + files + " " + mappings;
    }

    /** 0 of a process that has ended. */
    private static long readResident(String process) {
        try (Stream<String> lines = Files.lines(Path.of("/proc", process, "status"))) {
            return lines.filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * KIB)
                    .findFirst()
                    .orElse(0);
        } catch (IOException | UncheckedIOException gone) {
            return 0;
        }
    }

    /** As jcmd's System.trim_native_heap does it; a JVM that has no such command keeps what is free. */
    private static void trim() {
        try {
            ManagementFactory.getPlatformMBeanServer()
                    .invoke(
                            new ObjectName("com.sun.management:type=DiagnosticCommand"),
                            "systemTrimNativeHeap",
                            new Object[0],
                            new String[0]);
        } catch (JMException olderJvm) {
            System.err.println("not trimmed: " + olderJvm);
        }
    }

    private static long count(Stream<?> all) {
        try (all) {
            return all.count();
        }
    }
}
