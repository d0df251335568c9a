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
 * Sees clones by the kernel's tracepoint task:task_newtask, in a ring buffer of its own. No task is stopped, and no
 * system call gets slower. It sees the flags, who called and the child; not which of the calls it was, nor their other
 * arguments, nor calls that failed.
 *
 * <p>Clones and exits are in two rings, so that a clone that was lost is never counted as an exit, and the exits never
 * take the room of the clones.
 */
public final class TracefsSource implements CloneSource {
    /** For each CPU and ring, where there are few CPUs: some 10,000 clones of 50 bytes between two polls. */
    private static final int KILOBYTES = 512;

    /** For all CPUs of a ring, where there are many: none of them gets less than a fourth of the above. */
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
    /** The instances lie under a descriptor, which is not to be closed while one is being removed. */
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

    /** A clone or, without a call, the end of a task; time is CLOCK_MONOTONIC's. */
    private record Seen(long time, int tid, CloneCall call) {}

    /**
     * @param pid the process to observe
     * @param followForks whether to observe the processes that it makes too
     */
    public TracefsSource(int pid, boolean followForks) {
        this(pid, followForks, 0);
    }

    /** @param kilobytes of each CPU's ring; 0 for what the number of CPUs allows */
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

    /** Until two listings say the same: a task that is made meanwhile may be made by one not followed yet. */
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
        // What another CPU may still show an earlier record than is kept for the next pass.
        while (!held.isEmpty() && (held.peek().time() < until || why != null)) {
            deliver(held.poll(), sink);
        }
        // What has come meanwhile waits: who reads a ring as fast as it is filled keeps a processor busy.
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

    /** Clones that found no room in the ring, and those of which it isn't known whose they were. */
    @Override
    public long lostRecords() {
        if (clones != null) {
            try {
                lost = clones.lost();
            } catch (IOException unreadable) {
                // The count before it stands.
            }
        }
        return lost + family.undecided();
    }

    @Override
    public String lossReason() {
        return why;
    }

    /** The kernel takes a tenth of a second for each instance; that of the exits can go before the last clones came. */
    @Override
    public void processEnds() {
        synchronized (removing) {
            TraceInstance early = begun ? takeExits() : null;
            try {
                if (early != null) {
                    early.remove();
                }
            } catch (IOException busy) {
                // No reason not to read the last clones; the next start of a source removes it.
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
            // The next start of a source removes it, when this process is gone.
            why = why == null ? "the tracing instance could not be removed: " + busy.getMessage() : why;
        }
    }
}
