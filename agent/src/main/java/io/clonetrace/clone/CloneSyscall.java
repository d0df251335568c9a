package io.clonetrace.clone;

import java.util.Optional;

/** The four system calls that make a task on Linux (clone(2), fork(2), vfork(2)), named as strace prints them. */
public enum CloneSyscall {
    CLONE("clone"),
    CLONE3("clone3"),
    FORK("fork"),
    VFORK("vfork");

    private static final CloneSyscall[] ALL = values();

    private final String syscallName;
    private final Optional<CloneSyscall> itself = Optional.of(this);

    CloneSyscall(String syscallName) {
        this.syscallName = syscallName;
    }

    /** The kernel's name for the call, without {@code sys_}. */
    public String syscallName() {
        return syscallName;
    }

    /** The call of that name, or empty for any other system call, and for null. */
    public static Optional<CloneSyscall> named(String name) {
        for (CloneSyscall call : ALL) {
            if (call.syscallName.equals(name)) {
                return call.itself;
            }
        }
        return Optional.empty();
    }
}
