package io.clonetrace.report.read;

import io.clonetrace.report.model.Event;
import io.clonetrace.report.model.Event.ThreadRef;
import io.clonetrace.report.model.StackTrace;
import java.time.Instant;
import java.util.Set;
import java.util.stream.Collectors;
import jdk.jfr.EventType;
import jdk.jfr.ValueDescriptor;
import jdk.jfr.consumer.RecordedClass;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedStackTrace;
import jdk.jfr.consumer.RecordedThread;

/** An event as the JDK's own parser has it. */
final class JfrEvent implements Event {
    private static final long NANOS = 1_000_000_000;

    private final RecordedEvent event;
    private final JfrType type;
    private final StackTraces traces;

    JfrEvent(RecordedEvent event, JfrType type, StackTraces traces) {
        this.event = event;
        this.type = type;
        this.traces = traces;
    }

    static long nanos(Instant time) {
        return time.getEpochSecond() * NANOS + time.getNano();
    }

    @Override
    public String type() {
        return type.name();
    }

    @Override
    public long start() {
        return nanos(event.getStartTime());
    }

    private Object value(String field) {
        return type.fields().contains(field) ? event.getValue(field) : null;
    }

    @Override
    public String text(String field) {
        return value(field) instanceof String text ? text : null;
    }

    @Override
    public long number(String field) {
        return value(field) instanceof Number number ? number.longValue() : ABSENT;
    }

    @Override
    public long time(String field) {
        if (number(field) == ABSENT) {
            return ABSENT;
        }
        Instant time = event.getInstant(field);
        // What can't be a time of ours would not fit a long.
        return Math.abs(time.getEpochSecond()) > Integer.MAX_VALUE * 4L ? ABSENT : nanos(time);
    }

    @Override
    public String className(String field) {
        return value(field) instanceof RecordedClass type ? type.getName() : null;
    }

    @Override
    public ThreadRef thread(String field) {
        return value(field) instanceof RecordedThread thread ? ref(thread) : null;
    }

    @Override
    public ThreadRef eventThread() {
        RecordedThread thread = event.getThread();
        return thread == null ? null : ref(thread);
    }

    @Override
    public StackTrace stackTrace() {
        RecordedStackTrace trace = event.getStackTrace();
        return trace == null ? null : traces.of(trace);
    }

    private static ThreadRef ref(RecordedThread thread) {
        String name = thread.getJavaName() == null ? thread.getOSName() : thread.getJavaName();
        String group =
                thread.getThreadGroup() == null ? null : thread.getThreadGroup().getName();
        return new ThreadRef(thread.getJavaThreadId(), thread.getOSThreadId(), name, group);
    }

    /**
     * An event type of a chunk. JFR's parser looks through all fields for each that is asked for, so this is found out
     * once.
     *
     * @param fields the names of its fields
     */
    record JfrType(String name, Set<String> fields) {
        static JfrType of(EventType type) {
            return new JfrType(
                    type.getName(),
                    type.getFields().stream().map(ValueDescriptor::getName).collect(Collectors.toUnmodifiableSet()));
        }
    }
}
