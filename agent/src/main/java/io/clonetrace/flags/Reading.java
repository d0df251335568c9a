package io.clonetrace.flags;

import io.clonetrace.clone.CloneArgument;
import io.clonetrace.clone.CloneFlag;
import io.clonetrace.clone.CloneFlags;
import io.clonetrace.clone.CloneProfile;
import io.clonetrace.clone.CloneSyscall;
import java.util.List;
import java.util.Optional;

/**
 * One way to understand what was pasted.
 *
 * @param how how it was read: {@code hexadecimal}, {@code decimal}, {@code fork of musl}; empty if there is one way
 *     only
 * @param argument the flags and the exit signal
 * @param call the system call that passes them; null if the text doesn't say
 * @param error the errno's name, if the text shows that the call failed; else null
 * @param remarks what must be known about the text, one sentence each
 */
record Reading(String how, CloneArgument argument, Call call, String error, List<String> remarks) {

    /** The system calls that take clone flags, or make a task. */
    enum Call {
        CLONE(CloneSyscall.CLONE),
        CLONE3(CloneSyscall.CLONE3),
        FORK(CloneSyscall.FORK),
        VFORK(CloneSyscall.VFORK),
        /** Changes what its caller shares, and makes no task (unshare(2)). */
        UNSHARE(null);

        private final CloneSyscall syscall;

        Call(CloneSyscall syscall) {
            this.syscall = syscall;
        }

        static Call of(CloneSyscall syscall) {
            return valueOf(syscall.name());
        }

        String text() {
            return syscall == null ? "unshare" : syscall.syscallName();
        }
    }

    Reading {
        remarks = List.copyOf(remarks);
    }

    static Reading of(CloneArgument argument, List<String> remarks) {
        return new Reading("", argument, null, null, remarks);
    }

    /** What a known caller passes. */
    static Reading of(CloneProfile profile) {
        return new Reading(
                profile.label(),
                new CloneArgument(profile.flags(), profile.exitSignal()),
                Call.of(profile.syscall()),
                null,
                List.of());
    }

    Reading read(String how) {
        return new Reading(how, argument, call, error, remarks);
    }

    /** Flags and exit signal as clone takes them, in one number; those that clone can't take are or-ed as they are. */
    long word() {
        return argument.flags().bits() | argument.exitSignal();
    }

    /** The flags of an unshare, which has no exit signal. */
    CloneFlags unshared() {
        return new CloneFlags(word());
    }

    boolean isUnshare() {
        return call == Call.UNSHARE;
    }

    /** Whether it makes a thread of its creator's process; a process if not. */
    boolean makesThread() {
        return argument.flags().has(CloneFlag.CLONE_THREAD);
    }

    /** The known callers that pass exactly this. */
    List<CloneProfile> profiles() {
        return isUnshare() ? List.of() : CloneProfile.all(argument.flags(), argument.exitSignal());
    }

    /** The system call whose rules apply, if the text says which. */
    Optional<CloneSyscall> syscall() {
        return Optional.ofNullable(call).map(known -> known.syscall);
    }
}
