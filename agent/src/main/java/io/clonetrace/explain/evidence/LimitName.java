package io.clonetrace.explain.evidence;

/** The limits that can stop a thread from being made, by the kernel's names; docs/limits.md says how each is read. */
public enum LimitName {
    PIDS_MAX("pids.max", Resource.CGROUP_TASKS),
    RLIMIT_NPROC("RLIMIT_NPROC", Resource.USER_TASKS),
    THREADS_MAX("kernel.threads-max", Resource.MACHINE_TASKS),
    PID_MAX("kernel.pid_max", Resource.MACHINE_TASKS),
    MAX_MAP_COUNT("vm.max_map_count", Resource.MAPPINGS),
    RLIMIT_AS("RLIMIT_AS", Resource.ADDRESS_SPACE),
    RLIMIT_DATA("RLIMIT_DATA", Resource.DATA),
    MEMORY_MAX("memory.max", Resource.CGROUP_MEMORY),
    /** Stops no thread: the size of the stack of a thread for which none is asked, and of the main thread. */
    RLIMIT_STACK("RLIMIT_STACK", Resource.STACK);

    private final String label;
    private final Resource resource;

    LimitName(String label, Resource resource) {
        this.label = label;
        this.resource = resource;
    }

    /** The kernel's name. */
    public String label() {
        return label;
    }

    /** What it counts. */
    public Resource resource() {
        return resource;
    }
}
