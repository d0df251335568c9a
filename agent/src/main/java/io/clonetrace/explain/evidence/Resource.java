package io.clonetrace.explain.evidence;

/** What a limit counts. */
public enum Resource {
    PROCESS_THREADS("threads of the process", false),
    USER_TASKS("threads of the user", false),
    CGROUP_TASKS("threads in the cgroup", false),
    MACHINE_TASKS("threads of the machine", false),
    MAPPINGS("mappings of the process", false),
    ADDRESS_SPACE("address space of the process", true),
    DATA("private writable memory of the process", true),
    CGROUP_MEMORY("memory of the cgroup", true),
    MACHINE_MEMORY("memory of the machine", true),
    STACK("the size of a stack", true);

    private final String label;
    private final boolean bytes;

    Resource(String label, boolean bytes) {
        this.label = label;
        this.bytes = bytes;
    }

    /** For people. */
    public String label() {
        return label;
    }

    /** Whether its numbers are bytes. */
    public boolean isInBytes() {
        return bytes;
    }
}
