package io.clonetrace.report.model;

import io.clonetrace.clone.TaskKind;
import io.clonetrace.report.model.CloneTable.CloneWay;
import io.clonetrace.report.model.StackTrace.Frame;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * One thread or other task of a JVM, joined from all events about it. Times are in nanoseconds since the epoch;
 * {@link Event#ABSENT} and null for what was not recorded. Read-only outside of this package.
 */
public final class ThreadRow {
    private static final TaskKind[] KINDS = TaskKind.values();
    private static final Liveness[] LIVES = Liveness.values();

    /** What {@link #kind} answers, by {@link #KINDS}: it is asked for again and again. */
    private static final List<Optional<TaskKind>> KNOWN =
            Arrays.stream(KINDS).map(Optional::of).toList();

    private static final byte NONE = Precision.NONE.rank();
    private static final byte BY_JDK = Precision.JDK.rank();

    /** JDK: jdk/internal/misc/CarrierThread.java, and the name of its thread group. */
    private static final String CARRIER_GROUP = "CarrierThreads";

    private static final String CARRIER_CLASS = "jdk.internal.misc.CarrierThread";

    /** In the carriers' group, and none (JDK 25: java/util/concurrent/DelayScheduler.java). */
    private static final String DELAYS = "-delayScheduler";

    private final long javaId;
    private int tid = (int) Event.ABSENT;
    private String name;
    private String namePattern;
    private String threadClass;
    private long started = Event.ABSENT;
    private long ended = Event.ABSENT;
    /** The index of its kind in {@link #KINDS}; -1 if unknown. */
    private byte kind = -1;

    private byte kindFrom;
    private byte startFrom;
    private byte endFrom;
    private byte traceFrom;
    private byte life = (byte) Liveness.NOT_RECORDED.ordinal();
    private long creatorId = Event.ABSENT;
    private String creator;
    private int creatorTid = (int) Event.ABSENT;
    private StackTrace trace;
    private long requestedStack = Event.ABSENT;
    private long stackSize = Event.ABSENT;
    private CloneWay way;
    private StackUse stack;
    private boolean carrierGroup;
    private boolean traceForVirtualThreads;
    private String contextLoader;
    private String callSite;
    private Frame startRoutine;
    private Origin origin;
    private boolean resolved;
    /** Null for most of many threads. */
    private Rarity rarity;

    private boolean before;
    private boolean later;

    /** What few threads have. */
    private static final class Rarity {
        private DumpedThread dumped;
        private long taskStarted = Event.ABSENT;
        private long nativeStackId = Event.ABSENT;
        private NativeChain nativeStack;
        private long firstListed = Event.ABSENT;
        private long lastListed = Event.ABSENT;
    }

    /** How far one event is to be trusted against another about the same thing; the later the more. */
    enum Precision {
        NONE,
        /** The JDK's event about the thread. */
        JDK,
        /** A look at the thread's stack. */
        SNAPSHOT,
        /** The clone of the thread. */
        CLONE,
        /** The call of {@code Thread.start}. */
        START;

        byte rank() {
            return (byte) ordinal();
        }
    }

    ThreadRow(long javaId) {
        this.javaId = javaId;
    }

    void named(int tid, String name) {
        if (tid > 0) {
            this.tid = tid;
        }
        if (name != null && this.name == null) {
            this.name = name;
        }
    }

    void forgetTid() {
        tid = (int) Event.ABSENT;
    }

    /** @param namePattern one object for equal patterns */
    void namePattern(String namePattern) {
        this.namePattern = namePattern;
    }

    /** Takes a better name than the one it has; null for none. */
    void renamed(String name) {
        this.name = name == null ? this.name : name;
    }

    void kind(TaskKind kind, Precision from) {
        if (kind != null) {
            kind((byte) kind.ordinal(), from.rank());
        }
    }

    private void kind(byte code, byte from) {
        if (code >= 0 && from > kindFrom) {
            kind = code;
            kindFrom = from;
        }
    }

    void started(long time, Precision from) {
        started(time, from.rank());
    }

    private void started(long time, byte from) {
        if (time > 0 && (from > startFrom || from == startFrom && time < started)) {
            started = time;
            startFrom = from;
        }
    }

    void startedBy(long creatorId, String creator, StackTrace trace, Precision from) {
        startedBy(creatorId, creator, trace, from.rank());
    }

    /** Whether what such an event says of its creator is known, or better. */
    boolean isStartedBy(Precision from) {
        return from.rank() <= traceFrom;
    }

    private void startedBy(long creatorId, String creator, StackTrace trace, byte from) {
        if (from <= traceFrom) {
            return;
        }
        if (creatorId > 0) {
            this.creatorId = creatorId;
        }
        this.creator = creator == null ? this.creator : creator;
        this.trace = trace == null ? this.trace : trace;
        traceFrom = from;
    }

    void asked(String threadClass, long requestedStack, long stackSize) {
        this.threadClass = threadClass;
        this.requestedStack = requestedStack;
        this.stackSize = stackSize < 0 ? this.stackSize : stackSize;
    }

    /** What the agent noted when the thread was started; null for what it did not. */
    void noted(String callSite, String contextLoader) {
        this.callSite = callSite;
        this.contextLoader = contextLoader;
    }

    private Rarity rarity() {
        if (rarity == null) {
            rarity = new Rarity();
        }
        return rarity;
    }

    void taskStarted(long time) {
        if (time > 0) {
            rarity().taskStarted = Math.max(rarity.taskStarted, time);
        }
    }

    /** What the clone shows of the native code that made it; null and absent for what it does not. */
    void madeBy(int creatorTid, Frame startRoutine, long nativeStackId, long stackSize) {
        this.creatorTid = creatorTid;
        this.startRoutine = startRoutine;
        if (nativeStackId >= 0 || rarity != null) {
            rarity().nativeStackId = nativeStackId;
        }
        if (this.stackSize < 0) {
            this.stackSize = stackSize;
        }
    }

    long nativeStackId() {
        return rarity == null ? Event.ABSENT : rarity.nativeStackId;
    }

    void nativeStack(NativeChain chain) {
        rarity().nativeStack = chain;
    }

    boolean isResolved() {
        return resolved;
    }

    void resolved(Origin origin) {
        this.origin = origin;
        resolved = true;
    }

    /** Notes whether its stack trace is of the JDK's code that makes threads for virtual ones. */
    void traceForVirtualThreads(boolean is) {
        traceForVirtualThreads = is;
    }

    void in(String group) {
        carrierGroup |= CARRIER_GROUP.equals(group);
    }

    /** The agent writes its measure of a dead thread later: the JDK's own event is the better clock. */
    void ended(long time, Precision from) {
        if (endFrom == NONE || from == Precision.JDK) {
            ended = time;
            endFrom = from.rank();
        }
    }

    /** Whether the JDK recorded that it started, at another time than that. */
    boolean hasOtherStart(long time) {
        return startFrom == BY_JDK && started != time;
    }

    /** Whether the JDK recorded that it ended, at another time than that. */
    boolean hasOtherEnd(long time) {
        return endFrom == BY_JDK && ended != time;
    }

    /** Whether start and end, by the same clock, are those of two threads. */
    boolean endsBeforeItStarts() {
        return startFrom == BY_JDK && endFrom == BY_JDK && ended < started;
    }

    /** Another thread with the same Java id; absent for what was not recorded of it. */
    ThreadRow withLife(long start, long end, int taskId) {
        ThreadRow other = new ThreadRow(javaId);
        other.name = name;
        other.kind = kind;
        other.kindFrom = kindFrom;
        other.carrierGroup = carrierGroup;
        other.life(start, end, taskId);
        return other;
    }

    /** What the JDK recorded of its start and its end; absent for what it did not. */
    void life(long start, long end, int taskId) {
        tid = taskId;
        started = start;
        startFrom = start < 0 ? NONE : BY_JDK;
        ended = end;
        endFrom = end < 0 ? NONE : BY_JDK;
    }

    /** It was in a list of all live threads at that time. */
    void listed(long time) {
        Rarity lists = rarity();
        lists.firstListed = lists.firstListed < 0 ? time : Math.min(lists.firstListed, time);
        lists.lastListed = Math.max(lists.lastListed, time);
    }

    /** Absent if it was in no list of all live threads. */
    long firstListed() {
        return rarity == null ? Event.ABSENT : rarity.firstListed;
    }

    /** Absent if it was in no list of all live threads. */
    long lastListed() {
        return rarity == null ? Event.ABSENT : rarity.lastListed;
    }

    /**
     * Where no start is known: whether it lived already, or was made while it was recorded; perhaps neither is known.
     */
    void begun(boolean before, boolean later) {
        this.before = before;
        this.later = later;
    }

    void way(CloneWay way) {
        this.way = way;
    }

    void stack(Event event, boolean atEnd, Interner pool) {
        if (stack == null) {
            stack = new StackUse();
        }
        stack.add(event, atEnd, pool);
    }

    void stack(StackUse use) {
        if (stack == null) {
            stack = use;
        } else {
            stack.add(use);
        }
    }

    /** Null for a thread that is in no dump. */
    void dumped(DumpedThread thread) {
        if (thread != null && (tid <= 0 || tid == thread.tid())) {
            rarity().dumped = thread;
        }
    }

    /** Takes over what is known of the task that was made for it. */
    void adopt(ThreadRow task) {
        kind(task.kind, task.kindFrom);
        started(task.started, task.startFrom);
        startedBy(task.creatorId, task.creator, null, task.traceFrom);
        way = task.way;
        creatorTid = task.creatorTid;
        startRoutine = task.startRoutine;
        if (task.nativeStackId() >= 0 || rarity != null) {
            rarity().nativeStackId = task.nativeStackId();
        }
        stackSize = stackSize < 0 ? task.stackSize : stackSize;
    }

    /**
     * Takes over a later Java thread of the same task: native code that attaches and detaches itself is another Java
     * thread each time, and one thread of the kernel.
     */
    void attachedAgain(ThreadRow later) {
        name = later.name == null ? name : later.name;
        ended = later.ended;
        endFrom = later.endFrom;
        if (later.stack != null) {
            stack(later.stack);
        }
    }

    /** It was seen alive at that time: what ended before was its attachment to the JVM. */
    void seen(long time) {
        if (ended > 0 && ended < time) {
            ended = Event.ABSENT;
            endFrom = NONE;
        }
    }

    void life(Liveness life) {
        this.life = (byte) life.ordinal();
    }

    /** What {@code Thread.threadId} answers; absent if it is no Java thread. */
    public long javaId() {
        return javaId;
    }

    /** The kernel's id, which may be another thread's later. */
    public int tid() {
        return tid;
    }

    /** Its name, shortened if it is very long; hostile input. */
    public String name() {
        return name;
    }

    /** The pattern of its name, as {@link NamePattern} has it; hostile input. */
    public String namePattern() {
        return namePattern;
    }

    /** The class of the Thread object. */
    public String threadClass() {
        return threadClass;
    }

    /** Whose it is; empty if that could not be observed. */
    public Optional<TaskKind> kind() {
        return kind < 0 ? Optional.empty() : KNOWN.get(kind);
    }

    /** Whether it is known to be of that kind. */
    public boolean is(TaskKind one) {
        return kind == one.ordinal();
    }

    /** Its kind's name, {@code unknown} if it could not be observed. */
    public String kindLabel() {
        return kind < 0 ? CloneWay.UNKNOWN_KIND : KINDS[kind].label();
    }

    /** When it was started; absent if it lived before anything was recorded. */
    public long started() {
        return started;
    }

    /** Whether it lived before anything was recorded. */
    public boolean isBefore() {
        return before;
    }

    /** Whether it was made while it was recorded, be it at a time that was not. */
    public boolean isCreated() {
        return started >= 0 || later;
    }

    /** When it ended; absent if it lived at the end, or its end was not recorded. */
    public long ended() {
        return ended;
    }

    /** The Java id of the thread that started it. */
    public long creatorId() {
        return creatorId;
    }

    /** The name of the thread that started it. */
    public String creator() {
        return creator;
    }

    /** The kernel's id of the thread that made it, which may be another thread's later; absent if not recorded. */
    public int creatorTid() {
        return creatorTid;
    }

    /** The native function that it runs; empty if not recorded. */
    public Optional<Frame> startRoutine() {
        return Optional.ofNullable(startRoutine);
    }

    /** The native frames that made it; empty if not recorded. */
    public Optional<NativeChain> nativeStack() {
        return Optional.ofNullable(rarity == null ? null : rarity.nativeStack);
    }

    /** Where {@code Thread.start} was called; empty if that was not recorded. */
    public Optional<StackTrace> trace() {
        return Optional.ofNullable(trace);
    }

    /** Which code made it; empty if that was not recorded, or if the JDK made it for itself. */
    public Optional<Origin> origin() {
        return Optional.ofNullable(origin);
    }

    /** The first frame outside the JDK as the agent noted it; null if it did not. */
    public String callSite() {
        return callSite;
    }

    /** Its context class loader by class, name and identity, as the agent noted it; null if it has none. */
    public String contextLoader() {
        return contextLoader;
    }

    /** When the kernel started it, if it lived before anything was recorded; absent if that was not read. */
    public long taskStarted() {
        return rarity == null ? Event.ABSENT : rarity.taskStarted;
    }

    /** The stack size that its constructor was given, 0 for the JVM's default. */
    public long requestedStack() {
        return requestedStack;
    }

    /** The address space of its stack, guard zone included: as measured, or else as the JVM or the clone has it. */
    public long reserved() {
        return stack == null || stack.reserved() < 0 ? stackSize : stack.reserved();
    }

    /** When it was last seen alive, by a look at its stack or in a list; absent if never. */
    public long seen() {
        return Math.max(lastListed(), stack == null ? Event.ABSENT : stack.at());
    }

    /** Whether it was observed how the kernel made it. */
    boolean hasWay() {
        return way != null;
    }

    /** With which call and flags the kernel made it; empty if that was not observed. */
    public Optional<CloneWay> way() {
        return Optional.ofNullable(way);
    }

    /** Whether its stack was measured. */
    public boolean hasStack() {
        return stack != null;
    }

    /** Whether a look at all stacks saw it. */
    boolean wasLookedAt() {
        return stack != null && stack.looked() > 0;
    }

    /** Its stack; empty if that was not measured. */
    public Optional<StackUse> stack() {
        return Optional.ofNullable(stack);
    }

    /** Its CPU time and state in the last thread dump that has it; empty if none was recorded. */
    public Optional<DumpedThread> dumped() {
        return Optional.ofNullable(rarity == null ? null : rarity.dumped);
    }

    /** Whether it lived when the recording ended. */
    public Liveness life() {
        return LIVES[life];
    }

    /** Whether it carries virtual threads. */
    public boolean isCarrier() {
        return threadClass == null
                ? carrierGroup && (name == null || !name.endsWith(DELAYS))
                : threadClass.equals(CARRIER_CLASS);
    }

    /**
     * Whether the JDK made it to run virtual threads, as a carrier or beside them. It does so when it needs one, in
     * whatever thread happens to come to it then: that one's call site is not to blame.
     */
    public boolean isForVirtualThreads() {
        return isCarrier() || carrierGroup || traceForVirtualThreads;
    }

    /** Whether it is the application's and not there because clonetrace is on. */
    public boolean isApplications() {
        return kind != TaskKind.AGENT.ordinal() && kind != TaskKind.DEMO.ordinal();
    }
}
