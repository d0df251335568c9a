package io.clonetrace.linux.proc;

import java.nio.file.Path;

/**
 * What the calling thread may do (the fields CapEff and Seccomp of its status), found out without a system call that
 * could be refused.
 *
 * @param user the effective user; -1 if it is unknown
 * @param capabilities a bit for each (capabilities(7))
 * @param filtered whether a seccomp filter decides about each system call; it can't be asked beforehand, and may kill
 *     the process for a call
 */
public record Rights(long user, long capabilities, boolean filtered) {
    /** The calling thread's; if /proc doesn't tell, all capabilities, under a filter. */
    public static Rights own() {
        try {
            return ProcessStatus.of(Path.of("/proc/thread-self"))
                    .map(Rights::of)
                    .orElseGet(Rights::unknown);
        } catch (IllegalStateException malformed) {
            return unknown();
        }
    }

    static Rights of(ProcessStatus status) {
        return new Rights(status.user(), status.capabilities(), status.isFiltered());
    }

    private static Rights unknown() {
        return new Rights(-1, -1, true);
    }

    /** Whether it may load BPF programs that observe; a user namespace of its own can still prevent that. */
    public boolean toTraceByBpf() {
        return toAdminister() || has(Capability.CAP_BPF) && has(Capability.CAP_PERFMON);
    }

    /** CAP_SYS_ADMIN: root, mostly. */
    public boolean toAdminister() {
        return has(Capability.CAP_SYS_ADMIN);
    }

    /** Whether the capability is in its effective set. */
    public boolean has(Capability capability) {
        return (capabilities & capability.bit()) != 0;
    }
}
