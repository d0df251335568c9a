package io.clonetrace.limit;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Reads the limits that stop a process from making threads, and how much of each is in use, from {@code /proc} and the
 * cgroups' files. Calls no native code, and makes no thread or process. Not thread-safe: its buffers are reused.
 */
public final class ThreadLimits {
    private static final int SECCOMP_MODE_FILTER = 2; // linux/seccomp.h

    private final ProcText text;
    private final String limits;
    private final String status;
    private final String cgroup;
    private final String maps;
    private final String maxMapCount;
    private final UserTasks tasks;
    private final UserLimit user;
    private final KernelLimits kernel;
    private final AddressSpaceLimits addressSpace;
    private final CgroupLimits cgroups;

    /**
     * @param process its directory
     * @param thread the directory of the thread whose cgroups and capabilities count
     */
    private ThreadLimits(Path process, Path thread) {
        Path proc = process.toAbsolutePath().getParent();
        text = new ProcText();
        ProcessFacts facts = new ProcessFacts(process, proc, text);
        limits = process + "/limits";
        status = thread + "/status";
        cgroup = thread + "/cgroup";
        maps = process + "/maps";
        maxMapCount = proc + "/sys/vm/max_map_count";
        tasks = new UserTasks(proc.toString(), text);
        user = new UserLimit(text, facts);
        kernel = new KernelLimits(proc.toString(), text, facts);
        addressSpace = new AddressSpaceLimits(text);
        boolean mounts = text.read(proc + "/self/mountinfo");
        cgroups = new CgroupLimits(text, new CgroupFolders(mounts ? text.lines() : List.of()));
    }

    /** The limits of this process, or of the calling thread if they are a thread's. */
    public static ThreadLimits ofSelf() {
        return new ThreadLimits(Path.of("/proc/self"), Path.of("/proc/thread-self"));
    }

    /** The limits of the process with that directory, {@code /proc/PID}, as visible here. */
    public static ThreadLimits of(Path procDir) {
        return new ThreadLimits(procDir, procDir);
    }

    /** The limit with the least room; empty if none is known. */
    public static Optional<ThreadLimit> nearest(List<ThreadLimit> limits, ThreadNeeds needs) {
        Comparator<ThreadLimit> nearestFirst = ThreadLimit.nearestFirst(needs);
        ThreadLimit nearest = null;
        for (ThreadLimit limit : limits) {
            long room = limit.room(needs);
            if (room >= 0
                    && room != ThreadLimit.UNLIMITED
                    && (nearest == null || nearestFirst.compare(limit, nearest) < 0)) {
                nearest = limit;
            }
        }
        return Optional.ofNullable(nearest);
    }

    /**
     * All limits, nearest first; those without a number are last, with the reason.
     *
     * @param needs what one more thread takes
     */
    public List<ThreadLimit> read(ThreadNeeds needs) {
        return read(needs, ThreadLimit.UNKNOWN);
    }

    /**
     * The same, where the mappings need not be counted.
     *
     * @param needs what one more thread takes
     * @param mappings how many mappings the process has, if that was just counted; else {@link ThreadLimit#UNKNOWN}
     */
    public List<ThreadLimit> read(ThreadNeeds needs, long mappings) {
        List<ThreadLimit> all = quick();
        all.addAll(slow(mappings));
        all.sort(ThreadLimit.nearestFirst(needs));
        return all;
    }

    /** All limits, unordered. */
    List<ThreadLimit> all() {
        List<ThreadLimit> all = quick();
        all.addAll(slow());
        return all;
    }

    /** How often the cgroups' limits on threads have refused one. */
    public CgroupRefusals refusals() {
        return cgroups.refusals(cgroup);
    }

    /**
     * The file that says that the thread is under a seccomp filter (proc_pid_status(5)); null if it is not, or that
     * can't be read.
     */
    public String seccompFilter() {
        return text.read(status) && text.number("Seccomp:") == SECCOMP_MODE_FILTER ? status : null;
    }

    /** The limits that are read in constant time. */
    public List<ThreadLimit> quick() {
        List<ThreadLimit> all = new ArrayList<>();
        cgroups.addTo(all, cgroup);
        all.add(kernel.threadsMax());
        if (!kernel.countsNamespace()) {
            all.add(kernel.pidMax(ThreadLimit.UNKNOWN));
        }
        all.add(addressSpace.all(limits, status));
        all.add(addressSpace.data(limits, status));
        return all;
    }

    /** The other limits: all processes and all mappings have to be counted. */
    public List<ThreadLimit> slow() {
        return slow(ThreadLimit.UNKNOWN);
    }

    private List<ThreadLimit> slow(long mappings) {
        List<ThreadLimit> all = new ArrayList<>();
        all.add(addressSpace.mappings(maxMapCount, maps, mappings));
        ThreadLimit ofUser = user.unused(limits, status);
        if (ofUser.isLimited() || kernel.countsNamespace()) {
            tasks.count(user.uid(status));
        }
        all.add(user.used(ofUser, tasks));
        if (kernel.countsNamespace()) {
            all.add(kernel.pidMax(tasks.all()));
        }
        return all;
    }
}
