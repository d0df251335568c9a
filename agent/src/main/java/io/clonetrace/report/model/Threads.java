package io.clonetrace.report.model;

import io.clonetrace.clone.CloneCall;
import io.clonetrace.clone.TaskKind;
import io.clonetrace.report.model.CloneTable.CloneWay;
import io.clonetrace.report.model.Event.ThreadRef;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Joins the events about each thread, in whatever order they come. A Java thread is known by its Java id, which no
 * other thread of the JVM gets; any other task by its tid and the time, since the kernel gives tids again.
 */
final class Threads {
    /** A thread's start event follows its clone within this time; nanoseconds. */
    private static final long SAME_START = 1_000_000_000;

    /** The main thread under a second Java id, when {@code main} has returned: no thread was made for it. */
    private static final String DESTROYER = "DestroyJavaVM";

    private final Interner pool;
    private final Map<Long, ThreadRow> java = new HashMap<>();
    private final List<ThreadRow> tasks = new ArrayList<>();
    private final Map<Integer, List<NativeStack>> nativeStacks = new HashMap<>();
    private final Map<Long, DumpedThread> dumped = new HashMap<>();
    private long lastLook = Event.ABSENT;

    Threads(Interner pool) {
        this.pool = pool;
    }

    /** {@code clonetrace.ThreadStart}: committed by the creator. */
    void started(Event event) {
        ThreadRow row = row(event.number("childId"));
        ThreadRef creator = event.eventThread();
        row.named((int) event.number("childTid"), pool.name(event.text("childName")));
        row.started(event.start(), ThreadRow.Precision.START);
        row.kind(TaskKind.JAVA, ThreadRow.Precision.JDK);
        row.startedBy(id(creator), name(creator), pool.trace(event.stackTrace()), ThreadRow.Precision.START);
        row.asked(
                pool.name(event.className("threadClass")),
                event.number("requestedStackSize"),
                event.number("stackSize"));
    }

    /** {@code jdk.ThreadStart}: committed by the new thread, with the stack trace of its creator. */
    void startedByJdk(Event event) {
        ThreadRef child = subject(event);
        if (child == null || !child.isJava()) {
            return;
        }
        ThreadRef creator = event.thread("parentThread");
        StackTrace trace = pool.trace(event.stackTrace());
        ThreadRow row = row(child.javaId());
        row.named((int) child.tid(), pool.name(child.name()));
        row.in(child.group());
        row.kind(kindByGroup(child), ThreadRow.Precision.JDK);
        if (trace != null && trace.isAgents()) {
            // The hook's frames are on no stack here: a creator with agent frames is the agent's own, such as JNA's
            // cleaner.
            row.kind(TaskKind.AGENT, ThreadRow.Precision.START);
        }
        if (!DESTROYER.equals(child.name())) {
            row.started(event.start(), ThreadRow.Precision.JDK);
        }
        row.startedBy(id(creator), name(creator), trace, ThreadRow.Precision.JDK);
    }

    /** {@code jdk.ThreadEnd}. */
    void endedByJdk(Event event) {
        ThreadRef thread = subject(event);
        if (thread != null && thread.isJava()) {
            ThreadRow row = row(thread.javaId());
            row.named((int) thread.tid(), pool.name(thread.name()));
            row.in(thread.group());
            row.kind(kindByGroup(thread), ThreadRow.Precision.JDK);
            row.ended(event.start(), ThreadRow.Precision.JDK);
        }
    }

    /** {@code jdk.ThreadDump}: it adds to the threads of other events, and makes none. */
    void dumped(Event event) {
        String dump = event.text("result");
        if (dump != null) {
            DumpedThread.read(event.start(), dump, dumped);
        }
    }

    /** A {@code clonetrace.Clone} that made a task. */
    void cloned(Event event, CloneWay way) {
        long childId = event.number("childId");
        ThreadRow row = childId > 0 ? row(childId) : new ThreadRow(Event.ABSENT);
        if (childId <= 0) {
            tasks.add(row);
        }
        long at = event.time("observedAt");
        row.named((int) event.number("childTid"), pool.name(event.text("childName")));
        row.kind(kind(event), ThreadRow.Precision.CLONE);
        row.started(at > 0 ? at : event.start(), ThreadRow.Precision.CLONE);
        row.startedBy(
                event.number("parentId"), pool.name(event.text("parentName")), null, ThreadRow.Precision.SNAPSHOT);
        row.way(way);
    }

    /** {@code clonetrace.ThreadStack}. */
    void stack(Event event) {
        long id = event.number("threadId");
        int tid = (int) event.number("tid");
        boolean atEnd = "end".equals(event.text("moment"));
        if (!atEnd) {
            lastLook = Math.max(lastLook, event.start());
        }
        String name = pool.name(event.text("name"));
        if (id <= 0) {
            nativeStack(tid, event.number("base"), name, kind(event)).use().add(event);
            return;
        }
        ThreadRow row = row(id);
        row.named(tid, name);
        row.kind(kind(event), ThreadRow.Precision.SNAPSHOT);
        row.stack(event);
        if (atEnd) {
            row.ended(event.start(), ThreadRow.Precision.SNAPSHOT);
        }
    }

    /** The same tid with another stack is another task; where the stack was not found, it may be any. */
    private NativeStack nativeStack(int tid, long base, String name, TaskKind kind) {
        List<NativeStack> sameTid = nativeStacks.computeIfAbsent(tid, one -> new ArrayList<>(1));
        for (NativeStack stack : sameTid) {
            if (base < 0 || stack.base() == base) {
                return stack;
            }
        }
        NativeStack stack = new NativeStack(base, name, kind, new StackUse());
        sameTid.removeIf(unknown -> {
            boolean same = unknown.base() < 0;
            if (same) {
                stack.use().add(unknown.use());
            }
            return same;
        });
        sameTid.add(stack);
        return stack;
    }

    /** When the stacks were last looked at; absent if never. */
    long lastLook() {
        return lastLook;
    }

    /** All of them, each stack with its task. */
    List<ThreadRow> rows() {
        Map<Integer, List<ThreadRow>> byTid = new HashMap<>();
        tasks.forEach(row ->
                byTid.computeIfAbsent(row.tid(), tid -> new ArrayList<>(1)).add(row));
        List<ThreadRow> all = new ArrayList<>(java.values());
        java.values().forEach(row -> row.adopt(made(row, byTid)));
        java.forEach((id, row) -> row.dumped(dumped.get(id)));
        dumped.clear();
        all.addAll(tasks);
        nativeStacks.forEach((tid, stacks) -> stacks.forEach(stack -> {
            ThreadRow row = latest(byTid.getOrDefault(tid, List.of()), stack.use());
            if (row == null) {
                row = new ThreadRow(Event.ABSENT);
                all.add(row);
            }
            row.named(tid, stack.name());
            row.kind(stack.kind(), ThreadRow.Precision.SNAPSHOT);
            row.stack(stack.use());
        }));
        nativeStacks.clear();
        return all;
    }

    /**
     * The task that the VM made for a Java thread of its own, such as its compilers: no {@code Thread.start} told the
     * agent which Java thread it is, but JFR knows its tid.
     */
    private ThreadRow made(ThreadRow javaRow, Map<Integer, List<ThreadRow>> byTid) {
        if (javaRow.way().isPresent()) {
            return null;
        }
        List<ThreadRow> sameTid = byTid.getOrDefault(javaRow.tid(), List.of());
        for (ThreadRow task : sameTid) {
            if (Math.abs(task.started() - javaRow.started()) < SAME_START) {
                tasks.remove(task);
                sameTid.remove(task);
                return task;
            }
        }
        return null;
    }

    /** The last task with that tid that was made before its stack was last looked at, if it has no stack yet. */
    private static ThreadRow latest(List<ThreadRow> sameTid, StackUse use) {
        ThreadRow latest = null;
        for (ThreadRow row : sameTid) {
            if (row.started() <= use.at() && (latest == null || row.started() > latest.started())) {
                latest = row;
            }
        }
        return latest == null || latest.stack().isPresent() ? null : latest;
    }

    private ThreadRow row(long javaId) {
        return java.computeIfAbsent(javaId, ThreadRow::new);
    }

    /** JDK 17 leaves the field empty when the thread has ended; the event's own thread is the same one then. */
    private static ThreadRef subject(Event event) {
        ThreadRef thread = event.thread("thread");
        return thread == null ? event.eventThread() : thread;
    }

    private static long id(ThreadRef thread) {
        return thread == null ? CloneCall.UNKNOWN : thread.javaId();
    }

    private String name(ThreadRef thread) {
        return thread == null ? null : pool.name(thread.name());
    }

    /** As the agent has it: the group system holds the VM's own threads and JFR's. */
    private static TaskKind kindByGroup(ThreadRef thread) {
        return "system".equals(thread.group()) ? TaskKind.VM : TaskKind.JAVA;
    }

    private static TaskKind kind(Event event) {
        String label = event.text("kind");
        Optional<TaskKind> kind = Arrays.stream(TaskKind.values())
                .filter(one -> one.label().equals(label))
                .findFirst();
        return kind.orElse(null);
    }

    /**
     * A stack of a thread that is no Java thread, until its task is known.
     *
     * @param base its highest address; {@link Event#ABSENT} if it could not be found
     */
    record NativeStack(long base, String name, TaskKind kind, StackUse use) {}
}
