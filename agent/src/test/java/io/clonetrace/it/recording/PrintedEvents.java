package io.clonetrace.it.recording;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.clonetrace.it.process.Jdk;
import io.clonetrace.it.process.Run;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The events printed by {@code jfr print --json}, read by line: the numbers of a report, without clonetrace's code.
 * Fields that are objects are left out, except the frames of stack traces.
 */
public final class PrintedEvents {
    private static final Pattern TYPE = Pattern.compile(" {6}\"type\": \"([\\w.]+)\",? *");
    private static final Pattern FIELD = Pattern.compile(" {8}\"(\\w+)\": (\"?)(.*?)\\2,? *");
    private static final Pattern THREAD = Pattern.compile(" {10}\"javaThreadId\": (\\d+),? *");
    private static final Pattern NAME = Pattern.compile(" {10}\"javaName\": \"(.*)\",? *");
    private static final Pattern FRAME_TYPE = Pattern.compile(" {16}\"name\": \"(io.*clonetrace.*demoapp.*)\",? *");
    private static final Pattern LINE = Pattern.compile(" {12}\"lineNumber\": (\\d+),? *");
    private static final Pattern METHOD = Pattern.compile(" {14}\"name\": \"(.*)\",? *");

    private final Map<String, List<One>> all = new HashMap<>();

    /** An event's values as printed, and the application's innermost frame: class, method and line. */
    public record One(Map<String, String> values, List<String> site) {
        public String text(String field) {
            return "null".equals(values.get(field)) ? null : values.get(field);
        }

        public long number(String field) {
            return Long.parseLong(values.get(field));
        }

        /** The Java id of the thread that committed it; -1 if it has none yet, or is no Java thread. */
        public long thread() {
            return Long.parseLong(values.getOrDefault("(thread)", "-1"));
        }

        /** The name of the thread that committed it; empty if it has none, or is no Java thread. */
        public String threadName() {
            return values.getOrDefault("(name)", "");
        }

        /** {@code com.example.Pool.grow:37}; empty for a trace without the application. */
        public Optional<String> call() {
            return site.size() < 3
                    ? Optional.empty()
                    : Optional.of(site.get(0).replace("\\/", ".") + "." + site.get(1) + ":" + site.get(2));
        }
    }

    public static PrintedEvents of(Jdk jdk, Path folder, Path recording) throws IOException, InterruptedException {
        Run print = Run.toEnd(
                folder,
                "print-json",
                List.of(
                        jdk.tool("jfr"),
                        "print",
                        "--json",
                        "--stack-depth",
                        "64",
                        "--events",
                        "clonetrace.*,jdk.ThreadStart,jdk.ThreadEnd",
                        recording.toString()));
        assertEquals(0, print.exitStatus(), print.stderr());
        PrintedEvents events = new PrintedEvents();
        One event = null;
        for (String line : print.stdout().lines().toList()) {
            Matcher type = TYPE.matcher(line);
            if (type.matches()) {
                event = new One(new HashMap<>(), new ArrayList<>());
                events.all
                        .computeIfAbsent(type.group(1), name -> new ArrayList<>())
                        .add(event);
            } else if (event != null) {
                take(line, event);
            }
        }
        return events;
    }

    private static void take(String line, One event) {
        Matcher field = FIELD.matcher(line);
        if (field.matches()) {
            event.values.putIfAbsent(field.group(1), field.group(3));
            return;
        }
        Matcher thread = THREAD.matcher(line);
        if (thread.matches()) {
            event.values.putIfAbsent("(thread)", thread.group(1));
            return;
        }
        Matcher name = NAME.matcher(line);
        if (name.matches()) {
            event.values.putIfAbsent("(name)", name.group(1));
            return;
        }
        Matcher frame = FRAME_TYPE.matcher(line);
        Matcher method = METHOD.matcher(line);
        Matcher number = LINE.matcher(line);
        if (event.site.isEmpty() && frame.matches()) {
            event.site.add(frame.group(1));
        } else if (event.site.size() == 1 && method.matches()) {
            event.site.add(method.group(1));
        } else if (event.site.size() == 2 && number.matches()) {
            event.site.add(number.group(1));
        }
    }

    public List<One> named(String type) {
        return all.getOrDefault(type, List.of());
    }
}
