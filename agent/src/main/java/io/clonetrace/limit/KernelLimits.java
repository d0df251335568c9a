package io.clonetrace.limit;

import io.clonetrace.limit.ThreadLimit.Unit;

/** The limits on the threads of the whole machine: kernel.threads-max and kernel.pid_max (proc(5)). Not thread-safe. */
final class KernelLimits {
    /** kernel/pid.c, RESERVED_PIDS: once pids wrap around, the first 300 are not used. */
    private static final long RESERVED_PIDS = 300;

    private final String proc;
    private final ProcText text;
    private final ProcessFacts facts;

    KernelLimits(String proc, ProcText text, ProcessFacts facts) {
        this.proc = proc;
        this.text = text;
        this.facts = facts;
    }

    ThreadLimit threadsMax() {
        return sysctl("kernel.threads-max", "/sys/kernel/threads-max", tasks());
    }

    /**
     * The pids that are left. A pid is also taken while it identifies a process group or session, so there may be a few
     * fewer.
     *
     * @param inNamespace the threads of this pid namespace, if they were counted
     */
    ThreadLimit pidMax(long inNamespace) {
        long used = facts.pidMaxIsOfNamespace() ? inNamespace : tasks();
        ThreadLimit limit = sysctl("kernel.pid_max", "/sys/kernel/pid_max", used);
        return limit.isLimited() ? limit.withReserve(RESERVED_PIDS) : limit;
    }

    /** Whether {@link #pidMax} needs the number of threads in this pid namespace. */
    boolean countsNamespace() {
        return facts.pidMaxIsOfNamespace();
    }

    /** The kernel's nr_threads, of all namespaces: the second number of the fourth word (proc_loadavg(5)). */
    private long tasks() {
        if (!text.read(proc + "/loadavg")) {
            return ThreadLimit.UNKNOWN;
        }
        String loads = text.text();
        int slash = loads.indexOf('/');
        int end = loads.indexOf(' ', slash);
        try {
            return slash < 0 || end < 0
                    ? ThreadLimit.UNKNOWN
                    : Math.max(ThreadLimit.UNKNOWN, Long.parseLong(loads.substring(slash + 1, end)));
        } catch (NumberFormatException other) {
            return ThreadLimit.UNKNOWN;
        }
    }

    private ThreadLimit sysctl(String name, String file, long used) {
        String location = proc + file;
        String failure = text.read(location) ? null : text.failure();
        return ThreadLimit.of(name, Unit.TASKS, used, failure == null ? text.number() : ThreadLimit.UNKNOWN, location)
                .withNote(failure);
    }
}
