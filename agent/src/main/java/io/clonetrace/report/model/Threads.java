package io.clonetrace.report.model;

import io.clonetrace.clone.CloneCall;
import io.clonetrace.clone.TaskKind;
import io.clonetrace.report.model.CloneTable.CloneWay;
import io.clonetrace.report.model.Event.ThreadRef;
import io.clonetrace.report.model.StackTrace.Frame;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Joins the events about each thread, in whatever order they come. A Java thread is known by its Java id, which no
 * other thread of the JVM gets; any other task by its tid and the time, since the kernel gives tids again.
 */
final class Threads {
    /** A thread's start event follows its clone within this time; nanoseconds. */
    private static final long SAME_START = 1_000_000_000;

    /** The main thread under a second Java id, when {@code main} has returned: no thread was made for it. */
    private static final String DESTROYER = "DestroyJavaVM";

    private static final Map<String, TaskKind> KINDS =
            Arrays.stream(TaskKind.values()).collect(Collectors.toMap(TaskKind::label, kind -> kind));

    private final Interner pool;
    private final RowTable java = new RowTable();
    private final List<ThreadRow> tasks = new ArrayList<>();
    /** Java threads that were started, and of which the event doesn't say which. */
    private final List<ThreadRow> unidentified = new ArrayList<>();

    private boolean unidentifiedCount;
    private final Map<Integer, List<NativeStack>> nativeStacks = new HashMap<>();
    private final Map<Long, DumpedThread> dumped = new HashMap<>();
    private final ProcessLaunches launches = new ProcessLaunches();
    private final NativeChains chains;
    private final Map<Long, ThreadRow> listed = new HashMap<>();
    private final ReusedIds reused = new ReusedIds();
    private StackTrace lastTrace;
    private boolean lastIsAgents;
    private String lastLabel;
    private TaskKind lastKind;
    private long lastLook = Event.ABSENT;
    private long firstListing = Event.ABSENT;
    private long lastListing = Event.ABSENT;

    Threads(Interner pool) {
        this.pool = pool;
        this.chains = new NativeChains(pool);
    }

    /** {@code clonetrace.ThreadStart}: committed by the creator. */
    void started(Event event) {
        ThreadRow row = row(event.number("childId"));
        ThreadRef creator = event.eventThread();
        row.named((int) event.number("childTid"), name(row, event, "childName"));
        row.started(event.start(), ThreadRow.Precision.START);
        row.kind(TaskKind.JAVA, ThreadRow.Precision.JDK);
        row.startedBy(id(creator), name(creator), pool.trace(event.stackTrace()), ThreadRow.Precision.START);
        row.asked(
                pool.name(event.className("threadClass")),
                event.number("requestedStackSize"),
                event.number("stackSize"));
        row.noted(pool.name(event.text("callSite")), pool.name(event.text("contextClassLoader")));
    }

    /** {@code jdk.ThreadStart}: committed by the new thread, with the stack trace of its creator. */
    void startedByJdk(Event event) {
        ThreadRef child = subject(event);
        ThreadRef creator = event.thread("parentThread");
        StackTrace trace = pool.trace(event.stackTrace());
        if (child == null || !child.isJava()) {
            ThreadRow row = new ThreadRow(Event.ABSENT);
            row.named((int) Event.ABSENT, child == null ? null : pool.name(child.name()));
            row.kind(TaskKind.JAVA, ThreadRow.Precision.JDK);
            row.started(event.start(), ThreadRow.Precision.JDK);
            row.startedBy(id(creator), name(creator), trace, ThreadRow.Precision.JDK);
            unidentified.add(row);
            return;
        }
        ThreadRow row = row(child.javaId());
        reused.started(row, event.start(), child.tid());
        row.named((int) child.tid(), row.name() == null ? pool.name(child.name()) : null);
        row.in(child.group());
        row.kind(kindByGroup(child), ThreadRow.Precision.JDK);
        if (trace != null && isAgents(trace)) {
            // The hook's frames are on no stack here: a creator with agent frames is the agent's own, such as JNA's
            // cleaner.
            row.kind(TaskKind.AGENT, ThreadRow.Precision.START);
        }
        if (!DESTROYER.equals(child.name())) {
            row.started(event.start(), ThreadRow.Precision.JDK);
        }
        row.startedBy(id(creator), name(creator), trace, ThreadRow.Precision.JDK);
    }

    private boolean isAgents(StackTrace trace) {
        // Equal traces are one object, and often follow each other.
        if (trace != lastTrace) {
            lastTrace = trace;
            lastIsAgents = trace.isAgents();
        }
        return lastIsAgents;
    }

    /** {@code jdk.ThreadEnd}. */
    void endedByJdk(Event event) {
        ThreadRef thread = subject(event);
        if (thread != null && thread.isJava()) {
            ThreadRow row = row(thread.javaId());
            reused.ended(row, event.start(), thread.tid());
            row.named((int) thread.tid(), row.name() == null ? pool.name(thread.name()) : null);
            row.in(thread.group());
            row.kind(kindByGroup(thread), ThreadRow.Precision.JDK);
            row.ended(event.start(), ThreadRow.Precision.JDK);
        }
    }

    /** {@code jdk.ThreadAllocationStatistics}: one for each live Java thread, all of one time (jfrPeriodic.cpp). */
    void listed(Event event) {
        ThreadRow row = listedRow(subject(event));
        if (row != null) {
            row.listed(event.start());
            firstListing = firstListing < 0 ? event.start() : Math.min(firstListing, event.start());
            lastListing = Math.max(lastListing, event.start());
        }
    }

    /** {@code jdk.ThreadCPULoad}: the thread lives; one that is new may be left out (jfrThreadCPULoadEvent.cpp). */
    void working(Event event) {
        listedRow(event.eventThread());
    }

    private ThreadRow listedRow(ThreadRef thread) {
        if (thread == null || !thread.isJava()) {
            return null;
        }
        ThreadRow row = listed.computeIfAbsent(thread.javaId(), ThreadRow::new);
        if (row.name() == null) {
            row.named((int) thread.tid(), pool.name(thread.name()));
            row.in(thread.group());
            row.kind(kindByGroup(thread), ThreadRow.Precision.JDK);
        }
        return row;
    }

    /** When all live threads were last listed by the JDK; absent if never. */
    long lastListing() {
        return lastListing;
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
        TaskKind kind = kind(event);
        row.named((int) event.number("childTid"), name(row, event, "childName"));
        row.kind(kind, ThreadRow.Precision.CLONE);
        row.started(at > 0 ? at : event.start(), ThreadRow.Precision.CLONE);
        if (!row.isStartedBy(ThreadRow.Precision.SNAPSHOT)) {
            row.startedBy(
                    event.number("parentId"), pool.name(event.text("parentName")), null, ThreadRow.Precision.SNAPSHOT);
        }
        row.way(way);
        String routine = event.text("startRoutine");
        Frame startRoutine = routine == null || routine.isEmpty() ? null : pool.nativeFrame(routine);
        if (kind == null && startRoutine != null && !NativeChain.isHotSpots(startRoutine)) {
            row.kind(TaskKind.NATIVE, ThreadRow.Precision.CLONE);
        }
        // HotSpot's own are as the JVM has them, or measured.
        boolean notHotSpots = row.is(TaskKind.NATIVE);
        row.madeBy(
                (int) event.number("parentTid"),
                startRoutine,
                event.number("nativeStackId"),
                notHotSpots ? event.number("stackSize") : Event.ABSENT);
    }

    /** {@code clonetrace.NativeStack}: each chunk has those that its clones refer to. */
    void nativeStack(Event event) {
        chains.add(event);
    }

    /** The chain with that id; of several, which agents one after another recorded, that of the nearest time. */
    Optional<NativeChain> chain(long id, long at) {
        return chains.find(id, at);
    }

    /** {@code jdk.ProcessStart}: committed by the thread that started the process. */
    void launched(Event event) {
        ThreadRef creator = event.eventThread();
        launches.add(
                event.number("pid"),
                new ProcessLaunches.Launch(
                        event.start(),
                        pool.name(ProcessLaunches.program(event.text("command"))),
                        id(creator),
                        name(creator),
                        pool.trace(event.stackTrace())));
    }

    /** {@code clonetrace.ThreadStack}. */
    void stack(Event event) {
        long id = event.number("threadId");
        int tid = (int) event.number("tid");
        boolean atEnd = "end".equals(event.text("moment"));
        if (!atEnd) {
            lastLook = Math.max(lastLook, StackUse.look(event));
        }
        if (id <= 0) {
            String name = pool.name(event.text("name"));
            NativeStack stack = nativeStack(tid, event.number("base"), name, kind(event));
            stack.use().add(event, atEnd, pool);
            stack.seen().taskStarted(event.number("taskStarted"));
            return;
        }
        ThreadRow row = row(id);
        row.named(tid, name(row, event, "name"));
        row.kind(kind(event), ThreadRow.Precision.SNAPSHOT);
        row.taskStarted(event.number("taskStarted"));
        row.stack(event, atEnd, pool);
        if (atEnd) {
            row.ended(event.start(), ThreadRow.Precision.SNAPSHOT);
        }
    }

    /** The same tid with another stack is another task; where the stack was not found, it may be any. */
    private NativeStack nativeStack(int tid, long base, String name, TaskKind kind) {
        List<NativeStack> sameTid = nativeStacks.computeIfAbsent(tid, one -> new ArrayList<>(1));
        for (NativeStack stack : sameTid) {
            if (base < 0 || stack.base() == base) {
                stack.seen().kind(kind, ThreadRow.Precision.SNAPSHOT);
                return stack;
            }
        }
        NativeStack stack = new NativeStack(base, new ThreadRow(Event.ABSENT), new StackUse());
        stack.seen().named(tid, name);
        stack.seen().kind(kind, ThreadRow.Precision.SNAPSHOT);
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

    /**
     * Starts of which the recording does not say which thread it was are of threads that no other event has, as in
     * OpenJ9. HotSpot writes them for threads that JFR leaves out.
     */
    void countUnidentified() {
        unidentifiedCount = true;
    }

    /** What the recording has as the threads' tids are none: a native image writes their Java ids there. */
    void forgetTids() {
        java.values().forEach(ThreadRow::forgetTid);
        listed.values().forEach(ThreadRow::forgetTid);
    }

    /**
     * All of them, each stack with its task, each with the code that made it.
     *
     * @param startsRecorded whether starts of threads were
     * @param lost whether JFR dropped events: a thread without a start may still have been made meanwhile
     */
    List<ThreadRow> rows(Application application, boolean startsRecorded, boolean lost) {
        joinListed();
        List<ThreadRow> all = new ArrayList<>(joinedTasks());
        if (unidentifiedCount) {
            all.addAll(unidentified);
        }
        joinStacks(all);
        launches.join(all);
        // No name changes any more, and what follows here needs no pattern.
        BackgroundTask names = BackgroundTask.begin("names", () -> nameAll(all));
        dumped.entrySet().stream()
                .filter(entry -> java.get(entry.getKey()) != null)
                .sorted(Comparator.comparingLong(entry -> entry.getValue().at()))
                .forEach(entry -> java.get(entry.getKey()).dumped(entry.getValue()));
        dumped.clear();
        all.forEach(chains::join);
        Origin.Search search = new Origin.Search(application, java);
        all.forEach(search::resolve);
        for (ThreadRow row : all) {
            boolean known = row.started() >= 0;
            boolean listedFirst = row.firstListed() > 0 && row.firstListed() == firstListing;
            row.begun(
                    !known && (startsRecorded && !lost || listedFirst || row.taskStarted() > 0),
                    !known && !startsRecorded && !lost && row.firstListed() > firstListing);
        }
        names.await();
        return all;
    }

    private static void nameAll(List<ThreadRow> rows) {
        NamePatterns patterns = new NamePatterns();
        for (ThreadRow row : rows) {
            row.namePattern(patterns.of(row.name()));
        }
    }

    /** The agent's own looks know more, such as which threads are there because of it. */
    private void joinListed() {
        if (lastLook < 0) {
            listed.forEach((id, row) -> {
                ThreadRow known = java.get(id);
                if (known == null) {
                    java.put(id, row);
                } else if (row.firstListed() > 0) {
                    known.listed(row.firstListed());
                    known.listed(row.lastListed());
                }
            });
        }
        listed.clear();
    }

    /**
     * The Java threads, each with the task that was made for it, and the other tasks. The hook tells which Java thread
     * a task is. That of others is found by the tid: the VM's own, such as its compilers, and native threads that
     * attach themselves, perhaps long after they were made.
     */
    private Collection<ThreadRow> joinedTasks() {
        List<ThreadRow> rows = new ArrayList<>();
        List<ThreadRow> unmade = new ArrayList<>();
        List<ThreadRow> known = java.values();
        Stream.concat(known.stream(), reused.split(known).stream())
                .forEach(row -> (row.hasWay() ? rows : unmade).add(row));
        Set<Integer> wanted = unmade.stream().map(ThreadRow::tid).collect(Collectors.toSet());
        Map<Integer, List<ThreadRow>> made =
                byTid(Stream.concat(rows.stream(), tasks.stream()).filter(row -> wanted.contains(row.tid())));
        Set<ThreadRow> free = new LinkedHashSet<>(tasks);
        Map<ThreadRow, ThreadRow> adopted = new IdentityHashMap<>();
        unmade.sort(Comparator.comparingLong(Threads::firstSeen));
        for (ThreadRow row : unmade) {
            ThreadRow task = latest(made.get(row.tid()), firstSeen(row) + SAME_START);
            ThreadRow attached = adopted.get(task);
            if (attached != null) {
                attached.attachedAgain(row);
                java.put(row.javaId(), attached);
                continue;
            }
            if (task != null && free.remove(task)) {
                row.adopt(task);
                adopted.put(task, row);
            }
            rows.add(row);
        }
        rows.addAll(free);
        tasks.clear();
        return rows;
    }

    /**
     * Gives each stack of no Java thread to the row that had its tid then. That may be a Java thread's, too: one that
     * was caught as it started and had no name yet, or as it was not attached.
     */
    private void joinStacks(List<ThreadRow> rows) {
        Map<Integer, List<ThreadRow>> byTid = byTid(rows.stream().filter(row -> nativeStacks.containsKey(row.tid())));
        nativeStacks.forEach((tid, stacks) -> {
            stacks.sort(Comparator.comparingLong(stack -> stack.use().at()));
            for (NativeStack stack : stacks) {
                ThreadRow row = latest(byTid.get(tid), stack.use().at());
                if (row == null || !isAlive(row, stack.use().at())) {
                    row = stack.seen();
                    rows.add(row);
                } else {
                    row.named(tid, row.javaId() > 0 ? null : stack.seen().name());
                    row.kind(stack.seen().kind().orElse(null), ThreadRow.Precision.SNAPSHOT);
                    row.seen(stack.use().at());
                }
                row.stack(stack.use());
            }
        });
        nativeStacks.clear();
    }

    /** A native thread lives on when its attachment ends, which is all that {@code jdk.ThreadEnd} says. */
    private static boolean isAlive(ThreadRow row, long at) {
        return row.ended() < 0 || row.ended() >= at || row.is(TaskKind.NATIVE);
    }

    private static Map<Integer, List<ThreadRow>> byTid(Stream<ThreadRow> rows) {
        Map<Integer, List<ThreadRow>> byTid = new HashMap<>();
        rows.filter(row -> row.tid() > 0)
                .forEach(row -> byTid.computeIfAbsent(row.tid(), tid -> new ArrayList<>(1))
                        .add(row));
        byTid.values().forEach(sameTid -> sameTid.sort(Comparator.comparingLong(ThreadRow::started)));
        return byTid;
    }

    /** The last of them that was started by then, or lived before anything was recorded; null if there is none. */
    private static ThreadRow latest(List<ThreadRow> sameTid, long then) {
        ThreadRow latest = null;
        if (sameTid != null) {
            for (ThreadRow row : sameTid) {
                latest = row.started() <= then ? row : latest;
            }
        }
        return latest;
    }

    /** When the thread is first known to have lived. */
    private static long firstSeen(ThreadRow row) {
        long seen = row.stack().map(StackUse::at).orElse(Event.ABSENT);
        return row.started() > 0 ? row.started() : row.ended() > 0 ? row.ended() : seen;
    }

    private ThreadRow row(long javaId) {
        return java.row(javaId);
    }

    /** JDK 17 leaves the field empty when the thread has ended; the event's own thread is the same one then. */
    private static ThreadRef subject(Event event) {
        ThreadRef thread = event.thread("thread");
        return thread == null ? event.eventThread() : thread;
    }

    /** The name that a field holds, if the row has none yet: most events about a thread repeat it. */
    private String name(ThreadRow row, Event event, String field) {
        return row.name() == null ? pool.name(event.text(field)) : null;
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

    private TaskKind kind(Event event) {
        String label = event.text("kind");
        if (label == null) {
            return null;
        }
        // Many are of the kind of the one before.
        if (!label.equals(lastLabel)) {
            lastLabel = label;
            lastKind = KINDS.get(label);
        }
        return lastKind;
    }

    /**
     * A stack of a thread that is no Java thread, until its task is known.
     *
     * @param base its highest address; {@link Event#ABSENT} if it could not be found
     * @param seen what the look at the stack shows of the thread
     */
    record NativeStack(long base, ThreadRow seen, StackUse use) {}
}
