package io.clonetrace.clone;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Names of clone flags that the kernel no longer has, as old traces and programs spell them (clone(2), "VERSIONS"). */
public enum RetiredFlag {
    CLONE_STOPPED(
            0x2000000,
            "Linux 2.6.0 to 2.6.37: the child began stopped, as by SIGSTOP. Ignored until 4.5; since 4.6 its bit is"
                    + " CLONE_NEWCGROUP."),
    CLONE_PID(
            0x1000,
            "Linux 2.0 to 2.5.15: the child had its creator's pid, since 2.3.21 for the kernel's own use. Ignored until"
                    + " 5.1; since 5.2 its bit is CLONE_PIDFD."),
    CLONE_IDLETASK(
            0x1000,
            "Linux 2.5.16 to 2.6: the child had pid 0, for the kernel's own use. Ignored until 5.1; since 5.2 its bit"
                    + " is CLONE_PIDFD.");

    private static final Map<String, RetiredFlag> BY_NAME = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);

    static {
        for (RetiredFlag flag : values()) {
            BY_NAME.put(flag.name(), flag);
        }
    }

    private final long bit;
    private final String history;

    RetiredFlag(long bit, String history) {
        this.bit = bit;
        this.history = history;
    }

    /** The flag of that name; its prefix is needed, since a mere {@code pid} or {@code stopped} would say anything. */
    public static Optional<RetiredFlag> named(String name) {
        return Optional.ofNullable(BY_NAME.get(name));
    }

    /** The bit it had, which a newer flag has now. */
    public long bit() {
        return bit;
    }

    /** When it existed, what it did, and whose the bit is now. */
    public String history() {
        return history;
    }
}
