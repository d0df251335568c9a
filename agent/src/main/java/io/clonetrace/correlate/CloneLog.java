package io.clonetrace.correlate;

import io.clonetrace.clone.CloneCall;
import io.clonetrace.clone.CloneFlags;
import io.clonetrace.clone.NativeOrigin;
import io.clonetrace.clone.TaskKind;
import io.clonetrace.event.CloneEvent;
import io.clonetrace.event.Recorder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.Consumer;

/**
 * Commits a {@link CloneEvent} for each decided clone, once its native frames are known, and counts them by kind.
 * Clones are taken in and committed by the agent's own thread; any thread may ask for the source and the counts by
 * kind.
 */
public final class CloneLog implements Consumer<DecidedClone> {
    private static final TaskKind[] KINDS = TaskKind.values();
    private static final int UNKNOWN_KIND = KINDS.length;
    private static final int REFUSED = KINDS.length + 1;

    /** As many as wait for their Java threads at most. */
    private static final int MOST_HELD = 65_536;

    /** Distinct reasons that are kept. */
    private static final int MOST_REASONS = 16;

    private static final String OTHER_REASONS = "other reasons";
    private static final List<TaskKind> JVM_KINDS = List.of(TaskKind.JAVA, TaskKind.VM, TaskKind.AGENT);

    private final NativeStackLog stacks;
    private final HeldClones held = new HeldClones(MOST_HELD, NativeStackLog.LONGEST_NANOS, this::commit);
    private final Map<String, long[]> withoutStack = new LinkedHashMap<>();
    private final AtomicLongArray counts = new AtomicLongArray(KINDS.length + 2);
    private CloneEvent probe;
    private String lastRoutine;
    private String lastRoutineLine;
    private volatile Creations creations;
    private volatile String source;
    private volatile boolean seesRefused;

    /** Takes note of native threads and what made them. */
    public interface Creations {
        /**
         * A native thread was made.
         *
         * @param library the innermost of its creator's that is not part of the C or C++ runtime; null if that was not
         *     observed
         */
        void created(int tid, String library);
    }

    /** @param stacks gives chains of native frames their ids */
    public CloneLog(NativeStackLog stacks) {
        this.stacks = stacks;
    }

    /** Names the source of the clones that follow, as events carry it. */
    public void source(String name) {
        source = name;
    }

    /** The name of the source whose clones these are; null before there is one. */
    public String source() {
        return source;
    }

    /** How many tasks of each kind were made since the agent started, by the kinds' labels and {@code unknown}. */
    public Map<String, Long> byKind() {
        Map<String, Long> byKind = new LinkedHashMap<>();
        for (TaskKind kind : KINDS) {
            byKind.put(kind.label(), counts.get(kind.ordinal()));
        }
        byKind.put("unknown", counts.get(UNKNOWN_KIND));
        return byKind;
    }

    /** Says whether the source sees calls that the kernel refuses. */
    public void seesRefused(boolean sees) {
        seesRefused = sees;
    }

    /** Calls that the kernel refused; {@link CloneCall#UNKNOWN} if the source does not see them. */
    public long refused() {
        return seesRefused ? counts.get(REFUSED) : CloneCall.UNKNOWN;
    }

    /** Reports native threads, as soon as it is known what made them, to {@code now}; null to stop. */
    public void report(Creations now) {
        creations = now;
    }

    @Override
    public void accept(DecidedClone clone) {
        if (clone.call().failed()) {
            counts.addAndGet(REFUSED, clone.call().attempts());
        } else {
            counts.incrementAndGet(
                    clone.kind() == null ? UNKNOWN_KIND : clone.kind().ordinal());
        }
        if (wantsOrigins()) {
            held.add(clone, System.nanoTime());
        }
    }

    /** Takes note of a call that is not decided yet: the Java frames of its caller are looked for at once. */
    public void seen(CloneCall call) {
        if (call.origin() != null && isRecorded()) {
            stacks.seen(call);
        }
    }

    /** Commits the clones whose native frames are known by now. */
    public void commitKnown() {
        stacks.tick();
        held.releaseKnown(System.nanoTime());
    }

    /** Whether the native frames of some calls are not known yet. */
    public boolean isWaiting() {
        return stacks.isWaiting();
    }

    /** Whether that will be soon, and then the Java frames can be read if they are looked for at once. */
    public boolean isHurried() {
        return stacks.isHurried();
    }

    /** Whether a call whose stack was captured is better seen at once than at the next poll. */
    public boolean isPrompt() {
        return stacks.isPrompt() && isRecorded();
    }

    /** Commits all clones decided so far, with the native frames that are known: a recording ends. */
    public void commitAll() {
        stacks.tick();
        held.releaseAll();
        stacks.commitAll();
    }

    /** Clones committed without their native frames, because these were not known in time. */
    public long committedEarly() {
        return held.impatient();
    }

    /** Clones without a native stack id, because there were too many distinct stacks. */
    public long beyondStacks() {
        return stacks.beyond();
    }

    /**
     * How many clones of a recording have no native frames although they were to be captured, by the reason that the
     * source or the unwinder gave.
     *
     * @param all whether those of the JVM's own threads, Java's included, were to be captured, too
     */
    public Map<String, Long> withoutStack(boolean all) {
        Map<String, Long> counts = new LinkedHashMap<>();
        withoutStack.forEach((reason, count) -> {
            long sum = all ? count[0] + count[1] : count[0];
            if (sum > 0) {
                counts.put(reason, sum);
            }
        });
        return counts;
    }

    /** Whether a recording takes clones now. */
    public boolean isRecorded() {
        return Recorder.isReady() && probe().isEnabled();
    }

    /** Asked for each clone: an event of its own each time would be the most that a clone allocates. */
    private CloneEvent probe() {
        CloneEvent made = probe;
        if (made == null) {
            made = new CloneEvent();
            probe = made;
        }
        return made;
    }

    /** Whether anything asks what native code made a thread. */
    public boolean wantsOrigins() {
        return creations != null || isRecorded();
    }

    private void report(DecidedClone clone) {
        Creations now = creations;
        if (now != null && clone.kind() == TaskKind.NATIVE && !clone.call().failed()) {
            NativeOrigin origin = clone.call().origin();
            String library = origin == null
                    ? null
                    : origin.stack().map(NativeStackLog::library).orElse(null);
            now.created(clone.call().childTid(), library);
        }
    }

    private void commit(DecidedClone clone) {
        report(clone);
        if (!isRecorded()) {
            return;
        }
        CloneEvent event = new CloneEvent();
        event.kind = clone.kind() == null ? null : clone.kind().label();
        child(event, clone);
        parent(event, clone);
        kernel(event, clone.call());
        refusal(event, clone.refusal());
        event.source = source;
        event.startRoutine = startRoutine(
                clone.call().origin() == null ? null : clone.call().origin().startRoutine());
        event.nativeStackId = stacks.use(clone.call());
        countWithoutStack(clone);
        event.commit();
    }

    /** All of HotSpot's threads have the same one, in the same object. */
    @SuppressWarnings("StringEquality")
    private String startRoutine(String routine) {
        if (routine != lastRoutine) {
            lastRoutine = routine;
            lastRoutineLine = routine == null ? null : NativeStackLog.line(routine);
        }
        return lastRoutineLine;
    }

    private void countWithoutStack(DecidedClone clone) {
        NativeOrigin origin = clone.call().origin();
        if (origin == null
                || !origin.isDone()
                || origin.missing() == null
                || origin.stack().isPresent()) {
            return;
        }
        boolean room = withoutStack.size() < MOST_REASONS || withoutStack.containsKey(origin.missing());
        long[] count = withoutStack.computeIfAbsent(room ? origin.missing() : OTHER_REASONS, reason -> new long[2]);
        count[clone.kind() != null && JVM_KINDS.contains(clone.kind()) ? 1 : 0]++;
    }

    private static void child(CloneEvent event, DecidedClone clone) {
        JavaThread thread = clone.thread();
        event.childTid = clone.call().childTid();
        if (clone.failed() != null) {
            event.childName = clone.failed().childName();
            event.childId = clone.failed().childId();
        } else {
            event.childName = thread == null ? clone.name() : thread.name();
            event.childId = thread == null ? CloneCall.UNKNOWN : thread.id();
        }
        event.child = thread == null ? null : thread.thread().get();
    }

    private static void parent(CloneEvent event, DecidedClone clone) {
        JavaThread thread = clone.thread();
        JavaThread.Creator creator =
                clone.failed() != null ? clone.failed().creator() : thread == null ? null : thread.creator();
        event.parentTid = clone.call().parentTid();
        event.parentId = CloneCall.UNKNOWN;
        if (creator != null) {
            event.parentName = creator.name();
            event.parentId = creator.id();
        } else if (clone.parent() != null) {
            event.parentName = clone.parent().name();
            event.parentId = clone.parent().id();
        }
    }

    private static void kernel(CloneEvent event, CloneCall call) {
        event.syscall = call.syscallName();
        event.flags = call.flags();
        event.flagNames = call.flags() == CloneCall.UNKNOWN ? null : new CloneFlags(call.flags()).names();
        event.stack = call.stack();
        event.stackSize = call.stackSize();
        event.tls = call.tls();
        event.exitSignal = call.exitSignal();
        event.observedAt = call.observedAt() == CloneCall.UNKNOWN
                ? CloneCall.UNKNOWN
                : TimeUnit.NANOSECONDS.toMillis(call.observedAt());
        event.kernelTime = call.kernelTime();
        event.error = call.error();
        event.attempts = call.attempts();
    }

    private static void refusal(CloneEvent event, Refusal refusal) {
        event.limit = refusal == null ? null : refusal.limit();
        event.used = refusal == null ? CloneCall.UNKNOWN : refusal.used();
        event.max = refusal == null ? CloneCall.UNKNOWN : refusal.max();
        event.location = refusal == null ? null : refusal.location();
    }
}
