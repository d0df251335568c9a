package io.clonetrace.report;

import io.clonetrace.report.model.Event;
import io.clonetrace.report.model.StackTrace;
import io.clonetrace.report.model.StackTrace.Frame;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** An event that no recording holds, for cases that are hard to bring about: times, ids and stack traces at will. */
public final class SyntheticEvent implements Event {
    /** Nanoseconds since the epoch of time 0 in these events. */
    public static final long ORIGIN = 1_700_000_000_000_000_000L;

    private static final long MILLI = 1_000_000;

    private final String type;
    private final long start;
    private final Map<String, Object> fields = new HashMap<>();
    private ThreadRef thread;
    private StackTrace trace;

    private SyntheticEvent(String type, long start) {
        this.type = type;
        this.start = start;
    }

    /** @param milliseconds since {@link #ORIGIN} */
    public static SyntheticEvent at(long milliseconds, String type) {
        return new SyntheticEvent(type, ORIGIN + milliseconds * MILLI);
    }

    /** A {@code jdk.ThreadStart} of a Java thread, by a creator with that stack. */
    public static SyntheticEvent started(long milliseconds, long id, String name, long creatorId, String... frames) {
        return at(milliseconds, "jdk.ThreadStart")
                .with("thread", new ThreadRef(id, id + 1000, name, "main"))
                .with("parentThread", new ThreadRef(creatorId, creatorId + 1000, "creator-" + creatorId, "main"))
                .trace(frames);
    }

    /** A {@code jdk.ThreadEnd}. */
    public static SyntheticEvent ended(long milliseconds, long id, String name) {
        return at(milliseconds, "jdk.ThreadEnd").with("thread", new ThreadRef(id, id + 1000, name, "main"));
    }

    public SyntheticEvent with(String field, Object value) {
        fields.put(field, value);
        return this;
    }

    public SyntheticEvent by(long javaId, String name) {
        thread = new ThreadRef(javaId, javaId + 1000, name, "main");
        return this;
    }

    /**
     * The stack, innermost frame first, such as {@code com.acme.Dao.query:17}; classes of {@code java.*} are the JDK's.
     */
    public SyntheticEvent trace(String... frames) {
        trace = frames.length == 0
                ? null
                : new StackTrace(
                        Arrays.stream(frames).map(SyntheticEvent::frame).toList(), false);
        return this;
    }

    public static Frame frame(String text) {
        int colon = text.indexOf(':');
        String method = colon < 0 ? text : text.substring(0, colon);
        int dot = method.lastIndexOf('.');
        String type = method.substring(0, dot);
        return new Frame(
                type,
                method.substring(dot + 1),
                colon < 0 ? -1 : Integer.parseInt(text.substring(colon + 1)),
                type.startsWith("java.") || type.startsWith("jdk."));
    }

    @Override
    public String type() {
        return type;
    }

    @Override
    public long start() {
        return start;
    }

    @Override
    public String text(String field) {
        return fields.get(field) instanceof String text ? text : null;
    }

    @Override
    public long number(String field) {
        return fields.get(field) instanceof Number number ? number.longValue() : ABSENT;
    }

    @Override
    public long time(String field) {
        return number(field);
    }

    @Override
    public String className(String field) {
        return text(field);
    }

    @Override
    public ThreadRef thread(String field) {
        return fields.get(field) instanceof ThreadRef ref ? ref : null;
    }

    @Override
    public ThreadRef eventThread() {
        return thread;
    }

    @Override
    public StackTrace stackTrace() {
        return trace;
    }
}
