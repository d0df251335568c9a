package io.clonetrace.it.truth;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.clonetrace.it.process.Artifacts;
import io.clonetrace.it.process.Jdk;
import io.clonetrace.it.process.Run;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What other tools say of the stacks of a JVM whose threads are parked.
 *
 * @param pthreads by tid, of threads that asked glibc: lowest address, size, guard size
 * @param nativeMemory HotSpot's own books, by the stack's highest address: size, committed
 * @param systemMap of JDK 24 and newer, by tid: mapped, inaccessible, resident; empty before
 * @param outside by tid, what {@code clonetrace stacks} prints
 */
public record StackViews(
        Map<Integer, Sizes> pthreads,
        Map<Long, Sizes> nativeMemory,
        Map<Integer, Sizes> systemMap,
        Map<Integer, Map<String, Long>> outside) {

    private static final int SYSTEM_MAP = 24;
    private static final long KIB = 1024;
    private static final Pattern PTHREAD = Pattern.compile("hold-\\S+ (\\d+) (\\d+) (\\d+) (\\d+)");
    private static final Pattern RESERVED =
            Pattern.compile("\\[0x([0-9a-f]+) - 0x([0-9a-f]+)\\] reserved .* for (.*) from");
    private static final Pattern COMMITTED =
            Pattern.compile("\\s+\\[0x[0-9a-f]+ - 0x[0-9a-f]+\\] committed (\\d+)KB.*");
    private static final Pattern STACK = Pattern.compile("0x\\S+-0x\\S+ +(\\d+) (\\S+) +(\\d+) .*\\bSTACK-(\\d+)-.*");
    private static final Pattern NUMBER = Pattern.compile("\"(\\w+)\": (-?\\d+)");

    /** Three sizes in bytes, or an address and two sizes. */
    public record Sizes(long first, long second, long third) {
        Sizes plus(Sizes other) {
            return new Sizes(first + other.first, second + other.second, third + other.third);
        }
    }

    public static StackViews of(Jdk jdk, Path folder, Run app, String reader) throws IOException, InterruptedException {
        String pid = "" + app.process().pid();
        return new StackViews(
                pthreads(app.stdout()),
                nativeMemory(jcmd(jdk, folder, pid, "VM.native_memory", "detail")),
                jdk.feature() < SYSTEM_MAP ? Map.of() : systemMap(jcmd(jdk, folder, pid, "System.map")),
                outside(output(
                        folder,
                        "stacks",
                        List.of(
                                jdk.tool("java"),
                                "-jar",
                                Artifacts.JAR.toString(),
                                "stacks",
                                pid,
                                "--json",
                                "--stack-reader=" + reader))));
    }

    private static String jcmd(Jdk jdk, Path folder, String pid, String command, String... arguments)
            throws IOException, InterruptedException {
        List<String> line = new ArrayList<>(List.of(jdk.tool("jcmd"), pid, command));
        line.addAll(List.of(arguments));
        return output(folder, command, line);
    }

    private static String output(Path folder, String name, List<String> command)
            throws IOException, InterruptedException {
        Run run = Run.toEnd(folder, name, command);
        assertEquals(0, run.exitStatus(), () -> "see " + run.out() + " and " + run.err());
        return run.stdout();
    }

    private static Map<Integer, Sizes> pthreads(String stdout) {
        Map<Integer, Sizes> pthreads = new HashMap<>();
        stdout.lines()
                .map(PTHREAD::matcher)
                .filter(Matcher::matches)
                .forEach(line -> pthreads.put(
                        Integer.parseInt(line.group(1)), new Sizes(number(line, 2), number(line, 3), number(line, 4))));
        return pthreads;
    }

    private static Map<Long, Sizes> nativeMemory(String detail) {
        Map<Long, Sizes> stacks = new HashMap<>();
        long top = 0;
        for (String line : detail.lines().toList()) {
            Matcher reserved = RESERVED.matcher(line);
            Matcher committed = COMMITTED.matcher(line);
            if (reserved.matches()) {
                top = 0;
                if (reserved.group(3).equals("Thread Stack")) {
                    top = Long.parseLong(reserved.group(2), 16);
                    stacks.put(top, new Sizes(top - Long.parseLong(reserved.group(1), 16), 0, 0));
                }
            } else if (top != 0 && committed.matches()) {
                stacks.merge(top, new Sizes(0, number(committed, 1) * KIB, 0), Sizes::plus);
            }
        }
        return stacks;
    }

    private static Map<Integer, Sizes> systemMap(String map) {
        Map<Integer, Sizes> stacks = new HashMap<>();
        map.lines().map(STACK::matcher).filter(Matcher::matches).forEach(line -> {
            long size = number(line, 1);
            Sizes part = new Sizes(size, line.group(2).equals("---p") ? size : 0, number(line, 3));
            stacks.merge(Integer.valueOf(line.group(4)), part, Sizes::plus);
        });
        return stacks;
    }

    /** The numbers printed by {@code clonetrace stacks --json}, by tid. */
    public static Map<Integer, Map<String, Long>> outside(String json) {
        Map<Integer, Map<String, Long>> stacks = new HashMap<>();
        for (String object : json.lines().toList()) {
            Map<String, Long> numbers = new HashMap<>();
            Matcher number = NUMBER.matcher(object);
            while (number.find()) {
                numbers.put(number.group(1), Long.valueOf(number.group(2)));
            }
            stacks.put(numbers.get("tid").intValue(), numbers);
        }
        return stacks;
    }

    private static long number(Matcher line, int group) {
        return Long.parseLong(line.group(group));
    }
}
