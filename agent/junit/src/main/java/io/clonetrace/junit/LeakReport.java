package io.clonetrace.junit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.opentest4j.AssertionFailedError;

/** The failure of a test that left threads alive. */
final class LeakReport {
    private static final int MOST_NAMES = 20;
    private static final int MOST_STACKS = 20;
    private static final int MOST_FRAMES = 60;

    private LeakReport() {}

    /** What threads have in common that are reported together. */
    private record Site(String creator, List<StackTraceElement> trace, List<StackTraceElement> byTest) {
        static Site of(ThreadStart start) {
            return new Site(
                    start.byTest() == null ? "" : withoutNumbers(start.creator()),
                    Arrays.asList(start.trace()),
                    start.byTest() == null
                            ? List.of()
                            : Arrays.asList(start.byTest().trace()));
        }
    }

    /**
     * Its message has the threads, grouped by the stack trace of their start. Its own stack trace is that of the first:
     * an IDE and the summaries of Maven and Gradle lead to the line of the test that started a thread.
     *
     * @param name the test or class
     * @param left in the order of their starts; not empty
     */
    static AssertionFailedError error(String name, Duration grace, List<ThreadStart> left) {
        Map<Site, List<ThreadStart>> sites = new LinkedHashMap<>();
        for (ThreadStart start : left) {
            sites.computeIfAbsent(Site.of(start), site -> new ArrayList<>()).add(start);
        }
        StringBuilder text = new StringBuilder(name)
                .append(" left ")
                .append(threads(left.size()))
                .append(" alive ")
                .append(grace.toMillis())
                .append(" ms after its end:\n");
        sites.values().stream().limit(MOST_STACKS).forEach(together -> append(text, together));
        if (sites.size() > MOST_STACKS) {
            text.append("... and threads of ")
                    .append(sites.size() - MOST_STACKS)
                    .append(" more stack traces\n");
        }
        text.append("End them in the test, or allow them: @ThreadLeaks(allow = {")
                .append(left.stream()
                        .map(start -> '"' + withoutNumbers(name(start)) + '"')
                        .distinct()
                        .limit(MOST_NAMES)
                        .collect(Collectors.joining(", ")))
                .append("})");
        AssertionFailedError error = new AssertionFailedError(text.toString());
        error.setStackTrace(left.get(0).root().trace());
        return error;
    }

    private static void append(StringBuilder text, List<ThreadStart> together) {
        ThreadStart first = together.get(0);
        text.append(threads(together.size()))
                .append(together.stream()
                        .limit(MOST_NAMES)
                        .map(start -> '"' + name(start) + '"')
                        .collect(Collectors.joining(", ", " ", "")));
        if (together.size() > MOST_NAMES) {
            text.append(" and ").append(together.size() - MOST_NAMES).append(" more");
        }
        text.append(", started by thread \"")
                .append(PrintableText.of(first.creator()))
                .append("\"\n");
        append(text, first.trace());
        if (first.byTest() != null) {
            text.append("  which descends from a thread started by \"")
                    .append(PrintableText.of(first.byTest().creator()))
                    .append("\"\n");
            append(text, first.byTest().trace());
        }
    }

    private static void append(StringBuilder text, StackTraceElement[] trace) {
        for (int i = 0; i < Math.min(trace.length, MOST_FRAMES); i++) {
            text.append("\tat ").append(trace[i]).append('\n');
        }
        if (trace.length > MOST_FRAMES) {
            text.append("\t... ").append(trace.length - MOST_FRAMES).append(" more\n");
        }
    }

    private static String threads(int number) {
        return number == 1 ? "1 thread" : number + " threads";
    }

    private static String name(ThreadStart start) {
        Thread thread = start.thread().get();
        return thread == null ? "(ended meanwhile)" : PrintableText.of(thread.getName());
    }

    private static String withoutNumbers(String name) {
        return name.replaceAll("\\d+", "*");
    }
}
