package io.clonetrace.agent.stacks;

import io.clonetrace.clone.CloneCall;
import io.clonetrace.clone.TaskKind;
import io.clonetrace.correlate.ProcessTasks;
import io.clonetrace.linux.hotspot.NativeAccess;
import io.clonetrace.linux.hotspot.OsThread;
import io.clonetrace.linux.hotspot.StartRoutines.Origin;
import io.clonetrace.stack.TaskList;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The kinds of live threads: as the correlator saw them being made, else as what HotSpot and glibc keep of a live
 * thread proves. Thread-safe.
 */
public final class TaskKinds {
    /**
     * The thread in which the JVM was made is the application's, although native code made it. Its id is 1, and 3 since
     * JDK 24; the others up to there are the VM's.
     */
    private static final long FIRST = 3;

    /** The thread that made the JVM, after the end of main (HotSpot's jni_DestroyJavaVM). */
    private static final String AFTER_MAIN = "DestroyJavaVM";

    private static final int LOOKS = 4;
    private static final long MOMENT_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    private final LiveThreads threads;
    private final ProcessTasks known;
    private final NativeAccess access;
    private final TaskList tasks = TaskList.ofSelf();

    /** The VM's, by the last snapshot. */
    private final Set<Integer> settledVm = ConcurrentHashMap.newKeySet();

    /** Without a proof in the last snapshot. */
    private final Set<Integer> unproved = ConcurrentHashMap.newKeySet();

    /** @param access null where native code can't be used: then only what the correlator knows is known */
    public TaskKinds(LiveThreads threads, ProcessTasks known, NativeAccess access) {
        this.threads = threads;
        this.known = known;
        this.access = access;
    }

    /**
     * The kinds of the threads of one snapshot.
     *
     * @param byTid a kind for each thread that has one
     * @param unidentified tasks that are gone, or of Java threads that are starting or ending: which threads they are
     *     is not known
     */
    public record Kinds(Map<Integer, TaskKind> byTid, Set<Integer> unidentified) {
        /** The kind of a task; null if it could not be observed. */
        public TaskKind of(int tid) {
            return byTid.get(tid);
        }
    }

    /** To be called soon after the snapshot was taken. */
    public Kinds of(ThreadSnapshot now) throws ReflectiveOperationException {
        Kinds kinds = new Kinds(new HashMap<>(), new HashSet<>());
        java(now, kinds);
        Set<Integer> unknown = new HashSet<>();
        now.all().forEach(thread -> {
            int tid = thread.tid();
            if (!now.java().containsKey(tid)) {
                ProcessTasks.Task task = nativeTask(tid);
                if (task != null) {
                    kinds.byTid.put(tid, task.kind());
                } else {
                    unknown.add(tid);
                }
            }
        });
        if (!unknown.isEmpty()) {
            prove(unknown, now, kinds);
        }
        return kinds;
    }

    /**
     * The kind of one thread, some time after {@link #of}: what is known of it by now, else what was found.
     *
     * @param java null if it is no Java thread
     */
    TaskKind now(int tid, LiveThreads.Live java, Kinds found) {
        ProcessTasks.Task task = java == null ? nativeTask(tid) : task(java);
        return task != null && (java == null || task.started()) ? task.kind() : found.of(tid);
    }

    private void java(ThreadSnapshot now, Kinds kinds) {
        List<LiveThreads.Live> mayBeAttached = new ArrayList<>();
        List<OsThread> os = new ArrayList<>();
        for (LiveThreads.Live live : now.java().values()) {
            ProcessTasks.Task task = task(live);
            if (task != null && task.started()) {
                kinds.byTid.put(live.os().tid(), task.kind());
            } else {
                mayBeAttached.add(live);
                os.add(live.os());
            }
        }
        BitSet attached = access == null ? new BitSet() : access.startRoutines().attached(os);
        for (int i = 0; i < os.size(); i++) {
            kinds.byTid.put(os.get(i).tid(), java(mayBeAttached.get(i), attached.get(i)));
        }
    }

    private TaskKind java(LiveThreads.Live live, boolean attached) {
        ProcessTasks.Task task = task(live);
        if (task != null) {
            return attached && task.kind() == TaskKind.JAVA ? attachedKind(live.thread()) : task.kind();
        }
        return attached ? attachedKind(live.thread()) : threads.kind(live.thread());
    }

    /** What is known of a task that is no Java thread, its kind included; else null. */
    private ProcessTasks.Task nativeTask(int tid) {
        ProcessTasks.Task task = known.get(tid);
        // A tid that is known as a Java thread's may be another's, if no source saw that exit.
        return task != null && task.id() == CloneCall.UNKNOWN && task.kind() != null ? task : null;
    }

    /** What is known of a live thread, its kind included; else null. */
    private ProcessTasks.Task task(LiveThreads.Live live) {
        ProcessTasks.Task task = known.get(live.os().tid());
        return task != null && task.id() == threads.id(live.thread()) && task.kind() != null ? task : null;
    }

    /** The kind of a Java thread that native code has made and attached. */
    TaskKind attachedKind(Thread thread) {
        TaskKind kind = threads.kind(thread);
        boolean launchers = threads.id(thread) <= FIRST || thread.getName().equals(AFTER_MAIN);
        return kind == TaskKind.JAVA && !launchers ? TaskKind.NATIVE : kind;
    }

    /**
     * A HotSpot thread that ends looks like one of the VM's while its {@code Thread} object is destroyed, and has no
     * proof of its kind after that. So a task without a proof, and one that looks like the VM's for the first time, is
     * examined again a moment later.
     */
    private void prove(Set<Integer> unknown, ThreadSnapshot now, Kinds kinds) throws ReflectiveOperationException {
        Set<Integer> open = new HashSet<>(unknown);
        VmLooks vm = new VmLooks(tasks, settledVm);
        for (int look = 0; look < LOOKS && !open.isEmpty(); look++) {
            if (look > 0) {
                LockSupport.parkNanos(MOMENT_NANOS);
            }
            Map<Integer, Origin> origins = origins(open, now);
            for (int tid : List.copyOf(open)) {
                Origin origin = origins.get(tid);
                if (origin == Origin.VM && vm.proves(tid)) {
                    kinds.byTid.put(tid, TaskKind.VM);
                } else if (origin == Origin.NATIVE) {
                    kinds.byTid.put(tid, TaskKind.NATIVE);
                } else if (origin == Origin.JAVA || origin == null && !tasks.contains(tid)) {
                    kinds.unidentified.add(tid);
                } else {
                    continue;
                }
                open.remove(tid);
            }
        }
        for (int tid : List.copyOf(open)) {
            if (vm.any(tid)) {
                // It may end. If it doesn't, the next snapshot has it.
                kinds.unidentified.add(tid);
                open.remove(tid);
            }
        }
        settledVm.clear();
        kinds.byTid.forEach((tid, kind) -> {
            if (kind == TaskKind.VM) {
                settledVm.add(tid);
            }
        });
        if (!open.isEmpty()) {
            leaveOut(open, kinds);
        }
        unproved.clear();
        unproved.addAll(open);
    }

    /** Which of the tasks without a proof may be threads that start or end. */
    private void leaveOut(Set<Integer> open, Kinds kinds) throws ReflectiveOperationException {
        if (access != null && access.startRoutines().provesTasks()) {
            // One that ends is gone by the next snapshot; one that stays has a stack that is not glibc's.
            open.stream().filter(tid -> !unproved.contains(tid)).forEach(kinds.unidentified::add);
        }
        for (LiveThreads.Live live : threads.all()) {
            if (open.contains(live.os().tid())) {
                kinds.unidentified.add(live.os().tid());
            }
        }
    }

    private Map<Integer, Origin> origins(Set<Integer> tids, ThreadSnapshot now) {
        return access == null
                ? Map.of()
                : access.startRoutines().of(tids, now.all().size(), threads.self());
    }
}
