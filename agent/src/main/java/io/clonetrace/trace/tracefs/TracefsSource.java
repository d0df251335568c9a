package io.clonetrace.trace.tracefs;

import io.clonetrace.clone.CloneCall;
import io.clonetrace.linux.LinuxException;
import io.clonetrace.linux.proc.Rights;
import io.clonetrace.linux.process.Clocks;
import io.clonetrace.linux.tracefs.Tracefs;
import io.clonetrace.trace.CloneSink;
import io.clonetrace.trace.CloneSource;
import io.clonetrace.trace.PidNamespace;
import io.clonetrace.trace.SourceKind;
import io.clonetrace.trace.SourceRefusedException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashSet;
import java.util.PriorityQueue;
import java.util.Set;

/**
 * Sees clones through the kernel's tracepoint task:task_newtask, in a private ring buffer. It stops no task and slows
 * no other system call. It sees the flags, the caller and the child, but not which system call it was, its other
 * arguments, or calls that failed.
 *
 * <p>Clones and exits use two rings, so that a lost clone is never counted as an exit, and exits never take the clones'
 * room.
 */
public final class TracefsSource implements CloneSource {
    /** Per CPU and ring, with few CPUs: some 10,000 clones of 50 bytes between two polls. */
    private static final int KILOBYTES = 512;

    /** Per ring over all CPUs, with many CPUs: none gets less than a fourth of the above. */
    private static final int KILOBYTES_IN_ALL = 16 << 10;

    private final int pid;
    private final boolean followForks;
    private final int kilobytes;
    private final Family family;
    private final PriorityQueue<Seen> held =
            new PriorityQueue<>(Comparator.comparingLong(Seen::time).thenComparing(seen -> seen.call() == null));
    private Tracefs tracefs;
    private TraceInstance clones;
    private final Object exitsTurn = new Object();
    /** Guards the descriptor below which the instances lie: it must not be closed while one is being removed. */
    private final Object removing = new Object();

    private TraceInstance exits;
    private volatile boolean begun;
    private Clocks clocks;
    private int commonPid;
    private int childPid;
    private int cloneFlags;
    private int exitPid;
    private int newTaskLength;
    private long lost;
    private boolean quiet;
    private volatile String why;

    /** A clone or, without a call, the end of a task; the time is CLOCK_MONOTONIC's. */
    private record Seen(long time, int tid, CloneCall call) {}

    /**
     * @param pid the process to observe
     * @param followForks whether to observe the process's descendants too
     */
    public TracefsSource(int pid, boolean followForks) {
        this(pid, followForks, 0);
    }

    /** @param kilobytes size of each CPU's ring; 0 to choose it by the number of CPUs */
    TracefsSource(int pid, boolean followForks, int kilobytes) {
        this.pid = pid;
        this.followForks = followForks;
        this.kilobytes = kilobytes;
        family = new Family(pid);
    }

    private int kilobytes() {
        String[] rings = tracefs.root().resolve("per_cpu").toFile().list();
        return kilobytes > 0 ? kilobytes : kilobytes(rings == null ? 1 : rings.length);
    }

    static int kilobytes(int processors) {
        return Math.max(KILOBYTES / 4, Math.min(KILOBYTES, KILOBYTES_IN_ALL / processors));
    }

    @Override
    public SourceKind kind() {
        return SourceKind.TRACEFS;
    }

    @Override
    public void start() throws SourceRefusedException {
        PidNamespace.refuseAnyOther();
        try {
            tracefs = Tracefs.open();
            clocks = new Clocks();
            Path instances = tracefs.root().resolve("instances");
            InstanceName.removeStale(instances);
            Path folder = instances.resolve(InstanceName.of(pid));
            clones = TraceInstance.create(folder, "task/task_newtask", kilobytes());
            exits = TraceInstance.create(Path.of(folder + "-exits"), "sched/sched_process_exit", kilobytes());
            readFormats();
            follow();
            exits.begin();
            clones.begin();
            begun = true;
        } catch (IOException failed) {
            throw TracefsRefusal.of(failed, Rights.own());
        } catch (LinuxException failed) {
            throw TracefsRefusal.of(failed, Rights.own());
        }
    }

    private void readFormats() throws IOException {
        Format newTask = clones.format();
        commonPid = newTask.offset("common_pid", Integer.BYTES);
        childPid = newTask.offset("pid", Integer.BYTES);
        cloneFlags = newTask.offset("clone_flags", Long.BYTES);
        exitPid = exits.format().offset("pid", Integer.BYTES);
        newTaskLength = Math.max(Math.max(commonPid, childPid) + Integer.BYTES, cloneFlags + Long.BYTES);
    }

    /** Repeats until two listings agree: a task made meanwhile may come from one not followed yet. */
    private void follow() throws IOException, SourceRefusedException {
        Set<Integer> followed = new HashSet<>();
        Set<Integer> added = tasks();
        while (!added.isEmpty()) {
            clones.follow(added);
            exits.follow(added);
            followed.addAll(added);
            added = tasks();
            added.removeAll(followed);
        }
        if (followed.isEmpty()) {
            throw new SourceRefusedException("there is no process " + pid);
        }
        family.had(followed);
    }

    private Set<Integer> tasks() {
        String[] names = Path.of("/proc/" + pid + "/task").toFile().list();
        Set<Integer> tids = new HashSet<>();
        for (String name : names == null ? new String[0] : names) {
            tids.add(Integer.parseInt(name));
        }
        return tids;
    }

    @Override
    public boolean poll(CloneSink sink) {
        if (clones == null || why != null) {
            return false;
        }
        long until = clocks.monotonic();
        long epoch = clocks.realtime() - until;
        try {
            clones.read(until, (time, page, start, length) -> {
                refuseShorter(length, newTaskLength);
                int child = page.getInt(start + childPid);
                int caller = page.getInt(start + commonPid);
                held.add(new Seen(time, child, call(caller, child, page.getLong(start + cloneFlags), time, epoch)));
            });
            readExits(until);
        } catch (IOException | LinuxException failed) {
            why = failed.getMessage();
        }
        quiet = held.isEmpty();
        // Records that may follow an earlier one from another CPU are kept for the next pass.
        while (!held.isEmpty() && (held.peek().time() < until || why != null)) {
            deliver(held.poll(), sink);
        }
        // New records wait for the next poll: reading a ring as fast as it fills would keep a processor busy.
        return false;
    }

    @Override
    public boolean isQuiet() {
        return quiet;
    }

    private void readExits(long until) throws IOException, LinuxException {
        synchronized (exitsTurn) {
            if (exits != null) {
                exits.read(until, (time, page, start, length) -> {
                    refuseShorter(length, exitPid + Integer.BYTES);
                    held.add(new Seen(time, page.getInt(start + exitPid), null));
                });
            }
        }
    }

    private static void refuseShorter(int length, int needed) throws IOException {
        if (length < needed) {
            throw new IOException("tracefs: a record of " + length + " bytes, not " + needed);
        }
    }

    private static CloneCall call(int caller, int child, long flags, long time, long epoch) {
        return CloneCall.builder(null, caller)
                .made(child)
                .flags(flags)
                .observedAt(epoch + time)
                .kernelTime(time)
                .build();
    }

    private void deliver(Seen seen, CloneSink sink) {
        if (seen.call() == null) {
            family.exited(seen.tid());
            sink.exited(seen.tid());
        } else if (followForks || family.made(seen.call())) {
            sink.cloned(seen.call());
        }
    }

    /** Clones that found no room in the ring, and those that can't be attributed to a process. */
    @Override
    public long lostRecords() {
        if (clones != null) {
            try {
                lost = clones.lost();
            } catch (IOException unreadable) {
                // The previous count stays valid.
            }
        }
        return lost + family.undecided();
    }

    @Override
    public String lossReason() {
        return why;
    }

    /**
     * The kernel takes a tenth of a second to remove an instance; the one for exits can go before the last clones
     * arrive.
     */
    @Override
    public void processEnds() {
        synchronized (removing) {
            TraceInstance early = begun ? takeExits() : null;
            try {
                if (early != null) {
                    early.remove();
                }
            } catch (IOException busy) {
                // The last clones can still be read; the next start of a source removes the instance.
            }
        }
    }

    private TraceInstance takeExits() {
        synchronized (exitsTurn) {
            TraceInstance taken = exits;
            exits = null;
            return taken;
        }
    }

    @Override
    public void stop() {
        lostRecords();
        synchronized (removing) {
            remove(clones);
            remove(takeExits());
            clones = null;
            if (clocks != null) {
                clocks.close();
                clocks = null;
            }
            if (tracefs != null) {
                tracefs.close();
                tracefs = null;
            }
        }
    }

    private void remove(TraceInstance instance) {
        try {
            if (instance != null) {
                instance.remove();
            }
        } catch (IOException busy) {
            // The next start of a source removes the instance once this process is gone.
            why = why == null ? "the tracing instance could not be removed: " + busy.getMessage() : why;
        }
    }
}
