package io.clonetrace.fleet.generator;

import io.clonetrace.fleet.generator.FleetPlan.Jvm;
import io.clonetrace.fleet.generator.Template.Creation;
import io.clonetrace.fleet.generator.jfr.ChunkWriter;
import io.clonetrace.fleet.generator.jfr.EventRow;
import io.clonetrace.fleet.generator.jfr.Type;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Writes what a JVM's threads leave in its recording: each has the events of a thread of the template. */
final class ThreadEvents {
    private static final int MILLI = 1_000_000;
    /** Between the stacks of two threads. */
    private static final long STACK_DISTANCE = 0x101000;
    /** tids of the threads that were made while recorded. */
    private static final int FIRST_TID = 1_000;
    /** So many there are before they go round, as below kernel.pid_max of 4 million. */
    private static final int TIDS = 4_000_000;

    private static final int FAILED = 3;
    private static final Pattern POOL = Pattern.compile("pool-\\d+-thread-1");
    private static final Pattern FIRST_NUMBER = Pattern.compile("\\d+");
    private static final Pattern LAST_NUMBER = Pattern.compile("\\d+(?=\\D*$)");

    private final Template template;
    private final Jvm jvm;
    private final Renaming renaming;
    private final Lives lives;
    private final Map<EventRow, EventRow> renamed = new IdentityHashMap<>();
    private final long tidDistance;
    private ChunkWriter chunk;
    private Clock clock;
    private Type threadType;
    private Map<Long, Object> constants;

    ThreadEvents(Template template, Jvm jvm, Renaming renaming, Lives lives) {
        this.template = template;
        this.jvm = jvm;
        this.renaming = renaming;
        this.lives = lives;
        tidDistance = jvm.pid() - template.pid();
    }

    /** Further events go there. */
    void begin(ChunkWriter chunk, Clock clock, Map<Type, Map<Long, Object>> constants) {
        this.chunk = chunk;
        this.clock = clock;
        threadType = template.chunk().type(Template.THREAD).orElseThrow();
        this.constants = new LinkedHashMap<>();
        int tidAt = threadType.index("osThreadId");
        template.chunk().constants(Template.THREAD).forEach((key, value) -> {
            Object[] thread = ((Object[]) value).clone();
            thread[tidAt] = movedTid((Long) thread[tidAt]);
            this.constants.put(key, thread);
        });
        constants.put(threadType, this.constants);
    }

    private long movedTid(long tid) {
        return tid <= 0 ? tid : tid + tidDistance;
    }

    /** Those of the JVM's own threads; they are near its pid. */
    void moveTids(EventRow event) {
        for (String field : new String[] {"childTid", "parentTid", "tid"}) {
            if (event.type().name().startsWith("clonetrace.")) {
                event.with(field, movedTid(event.number(field)));
            }
        }
        if (event.is(Template.CLONE)) {
            image(event);
        }
    }

    private void image(EventRow clone) {
        Image image = jvm.service().image();
        clone.with("flags", image.flags(clone.number("flags")));
        clone.with("flagNames", image.flagNames(clone.text("flagNames")));
        if (image.syscall() != null) {
            clone.with("syscall", image.syscall());
        }
    }

    /** Writes what happened to threads between these two times, in nanoseconds since the recording began. */
    void write(long from, long until) {
        int last = lives.started(until);
        for (int thread = 0; thread < last; thread++) {
            if (lives.start(thread) >= from || lives.end(thread) >= from) {
                write(thread, from, until);
            }
        }
        if (jvm.hasTightLimit() && until == jvm.length().toNanos()) {
            failures(until);
        }
    }

    private void write(int thread, long from, long until) {
        Creation creation = lives.creation(thread);
        Identity identity = identity(thread, creation);
        constants.put(identity.key(), identity.constant());
        if (lives.start(thread) >= from) {
            start(thread, creation, identity);
        }
        for (long snapshot : template.snapshots()) {
            long time = clock.moved(snapshot) - begin();
            if (time >= from && time <= until && lives.isAlive(thread, time)) {
                emit(stack(creation.periodic(), identity, thread, clock.moved(snapshot))
                        .with("snapshot", clock.moved(snapshot))
                        .with("moment", "periodic"));
            }
        }
        if (lives.end(thread) >= from && lives.end(thread) < until) {
            end(thread, creation, identity);
        }
    }

    private long begin() {
        return clock.begin();
    }

    private record Identity(long key, String name, long javaId, long tid, Object[] constant) {}

    private Identity identity(int thread, Creation creation) {
        long key = template.lastKey() + 1 + thread;
        long tid = jvm.pid() + FIRST_TID + (long) thread % TIDS;
        String name = name(creation.start().text("childName"), thread);
        Object[] constant = creation.constant().clone();
        constant[threadType.index("osName")] = name;
        constant[threadType.index("javaName")] = name;
        constant[threadType.index("osThreadId")] = tid;
        constant[threadType.index("javaThreadId")] = key;
        return new Identity(key, name, key, tid, constant);
    }

    private String name(String own, int thread) {
        if (own == null) {
            return null;
        }
        Matcher number = (POOL.matcher(own).matches() ? FIRST_NUMBER : LAST_NUMBER).matcher(own);
        return jvm.service().hostile() + number.replaceFirst(String.valueOf(thread + 1));
    }

    private void start(int thread, Creation creation, Identity identity) {
        long time = begin() + lives.start(thread);
        long distance = thread * STACK_DISTANCE;
        EventRow start =
                at(creation.start(), time).with("child", identity.key()).with("childName", identity.name());
        start.with("childId", identity.javaId())
                .with("childTid", identity.tid())
                .with("eventThread", template.creator());
        emit(start.with("stackBase", start.number("stackBase") + distance));
        EventRow clone = at(creation.call(), time).with("child", identity.key()).with("childName", identity.name());
        clone.with("childId", identity.javaId()).with("childTid", identity.tid());
        clone.with("parentId", 1L).with("parentName", "main").with("parentTid", (long) jvm.pid() + 1);
        clone.with("observedAt", time / MILLI).with("kernelTime", clock.monotonic(time));
        clone.with("stack", clone.number("stack") + distance).with("tls", clone.number("tls") + distance);
        image(clone);
        emit(clone);
        if (creation.jdkStart() != null) {
            emit(at(creation.jdkStart(), time)
                    .with("thread", identity.key())
                    .with("eventThread", identity.key())
                    .with("parentThread", template.creator()));
        }
    }

    private void end(int thread, Creation creation, Identity identity) {
        long time = begin() + lives.end(thread);
        if (creation.jdkEnd() != null) {
            emit(at(creation.jdkEnd(), time).with("thread", identity.key()).with("eventThread", identity.key()));
        }
        emit(stack(creation.end(), identity, thread, time).with("moment", "end").with("snapshot", -1L));
    }

    private EventRow stack(EventRow template, Identity identity, int thread, long time) {
        EventRow stack = at(template, time).with("name", identity.name()).with("threadId", identity.javaId());
        stack.with("tid", identity.tid()).with("thread", identity.key()).with("creationObserved", 1L);
        stack.with("base", stack.number("base") + thread * STACK_DISTANCE);
        if (stack.number("taskStarted") > 0) {
            stack.with("taskStarted", begin() + lives.start(thread));
        }
        return stack;
    }

    /** At the limit, which the last threads have reached. */
    private void failures(long until) {
        Type type = template.chunk().type("clonetrace.ThreadStartFailed").orElse(null);
        if (type == null) {
            return;
        }
        long limit = tightLimit(lives, jvm);
        for (int number = 1; number <= FAILED; number++) {
            EventRow cause = at(lives.creation(0).start(), begin() + until - number * MILLI);
            emit(EventRow.of(type)
                    .with("startTime", cause.number("startTime"))
                    .with("eventThread", template.creator())
                    .with("stackTrace", cause.number("stackTrace"))
                    .with("childName", jvm.service().hostile() + "refused-" + number)
                    .with("childId", template.lastKey() + lives.count() + number)
                    .with("error", "java.lang.OutOfMemoryError: unable to create native thread")
                    .with("limit", "pids.max")
                    .with("used", limit)
                    .with("max", limit)
                    .with("location", "/sys/fs/cgroup/pids.max"));
        }
    }

    /** Of a JVM that is at its limit when its recording ends. */
    static long tightLimit(Lives lives, Jvm jvm) {
        return lives.alive(jvm.length().toNanos()) + 31L;
    }

    private EventRow at(EventRow event, long time) {
        return renamed.computeIfAbsent(event, renaming::event).copy().with("startTime", clock.ticks(time));
    }

    private void emit(EventRow event) {
        chunk.event(event);
    }
}
