package io.clonetrace.linux.proc;

/** The capabilities that decide what may be observed (linux/capability.h). */
public enum Capability {
    CAP_SYS_ADMIN(21),
    CAP_BPF(39),
    CAP_PERFMON(38),
    CAP_SYS_PTRACE(19);

    private final int number;

    Capability(int number) {
        this.number = number;
    }

    /** Its bit in a set of /proc/PID/status. */
    long bit() {
        return 1L << number;
    }
}
