package io.clonetrace.agent.stacks;

import io.clonetrace.clone.CloneCall;
import io.clonetrace.clone.TaskKind;
import io.clonetrace.correlate.ProcessTasks;
import io.clonetrace.linux.hotspot.NativeAccess;
import io.clonetrace.linux.hotspot.StartRoutines.Origin;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

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

    private final LiveThreads threads;
    private final ProcessTasks known;
    private final NativeAccess access;

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
     * @param unidentified tasks of Java threads that are starting or ending: which threads they are is not known
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
                ProcessTasks.Task task = known.get(tid);
                // The tid may be known as that of a Java thread whose exit no source saw.
                if (task != null && task.id() == CloneCall.UNKNOWN && task.kind() != null) {
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

    private void java(ThreadSnapshot now, Kinds kinds) {
        List<LiveThreads.Live> live = new ArrayList<>(now.java().values());
        BitSet attached = access == null
                ? new BitSet()
                : access.startRoutines()
                        .attached(live.stream().map(LiveThreads.Live::os).toList());
        for (int i = 0; i < live.size(); i++) {
            kinds.byTid.put(live.get(i).os().tid(), java(live.get(i), attached.get(i)));
        }
    }

    private TaskKind java(LiveThreads.Live live, boolean attached) {
        long id = threads.id(live.thread());
        ProcessTasks.Task task = known.get(live.os().tid());
        if (task != null && task.id() == id && task.kind() != null) {
            return attached && task.kind() == TaskKind.JAVA ? attachedKind(live.thread()) : task.kind();
        }
        return attached ? attachedKind(live.thread()) : threads.kind(live.thread());
    }

    /** The kind of a Java thread that native code has made and attached. */
    TaskKind attachedKind(Thread thread) {
        TaskKind kind = threads.kind(thread);
        boolean launchers = threads.id(thread) <= FIRST || thread.getName().equals(AFTER_MAIN);
        return kind == TaskKind.JAVA && !launchers ? TaskKind.NATIVE : kind;
    }

    private void prove(Set<Integer> unknown, ThreadSnapshot now, Kinds kinds) throws ReflectiveOperationException {
        Map<Integer, Origin> origins = access == null
                ? Map.of()
                : access.startRoutines().of(unknown, now.all().size(), threads.self());
        Set<Integer> unproved = new HashSet<>(unknown);
        origins.forEach((tid, origin) -> {
            unproved.remove(tid);
            switch (origin) {
                case VM -> kinds.byTid.put(tid, TaskKind.VM);
                case NATIVE -> kinds.byTid.put(tid, TaskKind.NATIVE);
                case JAVA -> kinds.unidentified.add(tid);
                default -> throw new IllegalStateException(origin.toString());
            }
        });
        if (!unproved.isEmpty()) {
            // Meanwhile a thread that was starting is on Java's list.
            for (LiveThreads.Live live : threads.all()) {
                if (unproved.contains(live.os().tid())) {
                    kinds.unidentified.add(live.os().tid());
                }
            }
        }
    }
}
