package io.clonetrace.fleet.generator;

import io.clonetrace.fleet.generator.jfr.EventRow;
import io.clonetrace.fleet.generator.jfr.RecordedChunk;
import io.clonetrace.fleet.generator.jfr.Type;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** A real recording, taken apart: what each of its threads left in it, and all else. */
final class Template {
    static final String THREAD = "java.lang.Thread";
    static final String START = "clonetrace.ThreadStart";
    static final String CLONE = "clonetrace.Clone";
    static final String STACK = "clonetrace.ThreadStack";
    static final String JDK_START = "jdk.ThreadStart";
    static final String JDK_END = "jdk.ThreadEnd";

    /** Holds the names of all threads at some time; another JVM's would differ. */
    private static final Set<String> LEFT_OUT = Set.of("jdk.ThreadDump", "jdk.SystemProcess");

    private final Path file;
    private final RecordedChunk chunk;
    private final List<EventRow> rest = new ArrayList<>();
    private final List<List<Creation>> sites;
    private final Set<Long> snapshots = new TreeSet<>();
    private final long creator;
    private final long lastKey;
    private final long pid;
    private final String source;

    /**
     * What the recording has of a thread that was made while recorded. Null: an event of a type that it lacks.
     *
     * @param constant the thread's among the constants
     */
    record Creation(
            Object[] constant,
            EventRow start,
            EventRow call,
            EventRow jdkStart,
            EventRow jdkEnd,
            EventRow periodic,
            EventRow end) {}

    private Template(Path file, RecordedChunk chunk) throws IOException {
        this.file = file;
        this.chunk = chunk;
        Map<Long, Creation> creations = creations();
        if (creations.isEmpty()) {
            throw new IOException(file + " has no thread whose start and clone clonetrace recorded");
        }
        Set<Long> keys = new HashSet<>();
        Set<Long> javaIds = new HashSet<>();
        creations.forEach((javaId, creation) -> javaIds.add(javaId));
        Map<Long, Object> threads = chunk.constants(THREAD);
        int javaIdAt = threadField("javaThreadId");
        threads.forEach((key, value) -> {
            if (javaIds.contains(((Object[]) value)[javaIdAt])) {
                keys.add(key);
            }
        });
        // The thread main is the JVM's first: 1, and of JDK 21 and later another low number.
        creator = threads.entrySet().stream()
                .filter(entry -> (Long) ((Object[]) entry.getValue())[javaIdAt] > 0)
                .min(Comparator.comparing(entry -> (Long) ((Object[]) entry.getValue())[javaIdAt]))
                .map(Map.Entry::getKey)
                .orElseThrow(() -> new IOException(file + " has no main thread"));
        lastKey = threads.keySet().stream().mapToLong(Long::longValue).max().orElse(0);
        for (EventRow event : chunk.events()) {
            if (event.is(STACK) && event.number("snapshot") > 0) {
                snapshots.add(event.number("snapshot"));
            }
            if (!LEFT_OUT.contains(event.type().name()) && !isAbout(event, keys, javaIds)) {
                rest.add(event);
            }
        }
        Map<String, List<Creation>> bySite = new LinkedHashMap<>();
        creations
                .values()
                .forEach(creation -> bySite.computeIfAbsent(creation.start().text("callSite"), any -> new ArrayList<>())
                        .add(creation));
        sites = List.copyOf(bySite.values());
        source = creations.values().iterator().next().call().text("source");
        pid = chunk.events("jdk.JVMInformation").get(0).number("pid");
    }

    /**
     * Reads a recording.
     *
     * @throws IOException if it can't be read, or lacks what a template needs
     */
    static Template of(Path recording) throws IOException {
        return new Template(recording, RecordedChunk.largestOf(recording));
    }

    /** The Java threads with an observed start and clone, by their Java ids. */
    private Map<Long, Creation> creations() {
        int javaIdAt = threadField("javaThreadId");
        Map<Long, EventRow> clones = byId(CLONE, "childId", "kind", "java");
        Map<Long, EventRow> ends = byId(STACK, "threadId", "moment", "end");
        Map<Long, EventRow> periodic = byId(STACK, "threadId", "moment", "periodic");
        Map<Long, EventRow> jdkStarts = byThread(JDK_START, "thread", javaIdAt);
        Map<Long, EventRow> jdkEnds = byThread(JDK_END, "thread", javaIdAt);
        // Where the recording lacks one, because it ended before the thread, another thread's.
        EventRow anyStart = chunk.events(JDK_START).stream().findFirst().orElse(null);
        EventRow anyEnd = chunk.events(JDK_END).stream().findFirst().orElse(null);
        Map<Long, Creation> all = new LinkedHashMap<>();
        for (EventRow start : chunk.events(START)) {
            long id = start.number("childId");
            EventRow clone = clones.get(id);
            Object constant = chunk.constants(THREAD).get(start.number("child"));
            EventRow stack = periodic.getOrDefault(id, ends.get(id));
            if (id > 1 && clone != null && constant != null && stack != null) {
                all.put(
                        id,
                        new Creation(
                                (Object[]) constant,
                                start,
                                clone,
                                jdkStarts.getOrDefault(id, anyStart),
                                jdkEnds.getOrDefault(id, anyEnd),
                                stack,
                                ends.getOrDefault(id, stack)));
            }
        }
        return all;
    }

    private Map<Long, EventRow> byId(String type, String id, String field, String value) {
        Map<Long, EventRow> all = new HashMap<>();
        for (EventRow event : chunk.events(type)) {
            if (value.equals(event.text(field))) {
                all.put(event.number(id), event);
            }
        }
        return all;
    }

    private Map<Long, EventRow> byThread(String type, String field, int javaIdAt) {
        Map<Long, EventRow> all = new HashMap<>();
        for (EventRow event : chunk.events(type)) {
            Object thread = chunk.constants(THREAD).get(event.number(field));
            if (thread != null) {
                all.put((Long) ((Object[]) thread)[javaIdAt], event);
            }
        }
        return all;
    }

    /** Whether an event refers to one of these threads, by its constant or, in clonetrace's events, by its id. */
    private static boolean isAbout(EventRow event, Set<Long> keys, Set<Long> javaIds) {
        List<Type.Field> fields = event.type().fields();
        for (int index = 0; index < fields.size(); index++) {
            Type.Field field = fields.get(index);
            if (field.pooled()
                    && !field.array()
                    && field.type().name().equals(THREAD)
                    && keys.contains((Long) event.value(index))) {
                return true;
            }
        }
        return javaIds.contains(event.number("childId"))
                || event.is(STACK) && javaIds.contains(event.number("threadId"));
    }

    private int threadField(String name) {
        return chunk.type(THREAD).orElseThrow().index(name);
    }

    RecordedChunk chunk() {
        return chunk;
    }

    /** What is of no thread that was made while recorded. */
    List<EventRow> rest() {
        return rest;
    }

    /** The creations of each call site. */
    List<List<Creation>> sites() {
        return sites;
    }

    /** When the snapshots of stacks began, in nanoseconds since the epoch. */
    Set<Long> snapshots() {
        return snapshots;
    }

    /** The key of the thread main. */
    long creator() {
        return creator;
    }

    /** Larger ones are free for further threads. */
    long lastKey() {
        return lastKey;
    }

    /** Whether it is the one that saw the clones. */
    boolean isCloneSource(String name) {
        return source.equals(name);
    }

    /** Clones of threads and processes that stay. */
    long clonesOfRest() {
        return rest.stream().filter(event -> event.is(CLONE)).count();
    }

    long pid() {
        return pid;
    }

    @Override
    public String toString() {
        return file.toString();
    }
}
