package io.clonetrace.it.truth;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A thread's stack as HotSpot logs it ({@code -Xlog:os+thread=debug}) and as the kernel shows it (proc(5)), read
 * without the product's code.
 *
 * @param name the task's name
 * @param low the stack's lowest address, as HotSpot logs it
 * @param base its highest address
 * @param guard bytes of the {@code ---p} mapping at the low end, as the kernel shows it
 * @param touched the sum of {@code Rss} in smaps; -1 where a mapping is shared with something else
 */
public record StackTruth(int tid, String name, long low, long base, long guard, long touched) {
    private static final Pattern DIMENSIONS = Pattern.compile(".*Thread (\\d+) stack dimensions: (\\S+)-(\\S+) .*");
    private static final Pattern HEAD = Pattern.compile("^([0-9a-f]+)-([0-9a-f]+) (\\S+) .*");
    private static final Pattern RSS = Pattern.compile("^Rss: +(\\d+) kB$");
    private static final int KIB = 1024;

    private record Mapping(long start, long end, String permissions, long rss) {}

    /** The stacks of the threads whose names begin like this, ordered by tid. */
    public static List<StackTruth> of(long pid, Path threadLog, String prefix) throws IOException {
        Map<Integer, Matcher> dimensions = new HashMap<>();
        for (String line : Files.readAllLines(threadLog)) {
            Matcher logged = DIMENSIONS.matcher(line);
            if (logged.matches()) {
                dimensions.put(Integer.parseInt(logged.group(1)), logged);
            }
        }
        List<Mapping> mappings = mappings(pid);
        List<StackTruth> stacks = new ArrayList<>();
        for (int tid : tids(pid)) {
            String name = Files.readString(Path.of("/proc/" + pid + "/task/" + tid + "/comm"))
                    .trim();
            if (name.startsWith(prefix)) {
                Matcher logged = dimensions.get(tid);
                stacks.add(of(tid, name, Long.decode(logged.group(2)), Long.decode(logged.group(3)), mappings));
            }
        }
        return stacks;
    }

    private static StackTruth of(int tid, String name, long low, long base, List<Mapping> mappings) {
        long guard = 0;
        long touched = 0;
        for (Mapping mapping : mappings) {
            if (mapping.start >= base || mapping.end <= low) {
                continue;
            }
            boolean shared = mapping.start < low || mapping.end > base;
            touched = shared || touched < 0 ? -1 : touched + mapping.rss;
            // Inaccessible memory below, such as the rest of a malloc arena, is in the same mapping.
            if (mapping.start <= low && mapping.end > low && mapping.permissions.equals("---p")) {
                guard = mapping.end - low;
            }
        }
        return new StackTruth(tid, name, low, base, guard, touched);
    }

    private static List<Integer> tids(long pid) throws IOException {
        try (Stream<Path> tasks = Files.list(Path.of("/proc/" + pid + "/task"))) {
            return tasks.map(task -> Integer.parseInt(task.getFileName().toString()))
                    .sorted()
                    .toList();
        }
    }

    private static List<Mapping> mappings(long pid) throws IOException {
        List<Mapping> mappings = new ArrayList<>();
        Matcher head = null;
        for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/smaps"), StandardCharsets.ISO_8859_1)) {
            Matcher begins = HEAD.matcher(line);
            Matcher rss = RSS.matcher(line);
            if (begins.matches()) {
                head = begins;
            } else if (rss.matches() && head != null) {
                mappings.add(new Mapping(
                        Long.parseUnsignedLong(head.group(1), 16),
                        Long.parseUnsignedLong(head.group(2), 16),
                        head.group(3),
                        Long.parseLong(rss.group(1)) * KIB));
            }
        }
        return mappings;
    }
}
