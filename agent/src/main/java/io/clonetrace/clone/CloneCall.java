package io.clonetrace.clone;

import java.util.Optional;

/**
 * One call of clone, clone3, fork or vfork, as a source saw it in the kernel. What the source did not see is
 * {@link #UNKNOWN}, never 0.
 *
 * @param syscall which of the four calls; null if the source sees the new task but not the call that made it, as the
 *     kernel's tracepoint task:task_newtask does
 * @param parentTid tid of the calling task
 * @param childTid tid that the kernel gave the new task; {@link #UNKNOWN} if the call failed
 * @param error the errno's name ({@code EAGAIN}) if the call failed, else null
 * @param flags the clone flags without the exit signal (the low byte of clone's argument); {@link #UNKNOWN} for fork
 *     and vfork, which pass none
 * @param exitSignal the signal sent to the parent when the child ends, 0 for none
 * @param stack the stack argument as it was passed: its <em>highest</em> address for clone, its <em>lowest</em> for
 *     clone3 (clone(2)); 0 for NULL, the parent's own
 * @param stackSize clone3's stack_size in bytes; {@link #UNKNOWN} for the others, which pass none
 * @param tls the new thread pointer, with CLONE_SETTLS; glibc's pthread_t of the child
 * @param childTidAddress where the kernel writes the child's tid, and clears it when the child ends; glibc's
 *     {@code pthread.tid}, and {@code pthread.joinstate} since 2.43
 * @param observedAt when the call was made, nanoseconds since the epoch, by the source's clock
 * @param kernelTime the same in nanoseconds of CLOCK_MONOTONIC, from sources that read that clock
 * @param origin where in native code the call was made; null if the source did not capture that
 * @param parentTidInside tid of the calling task in its own pid namespace; {@link #UNKNOWN} if the source does not know
 *     it
 * @param childTidInside tid of the new task in the calling task's pid namespace, as the call returned it; UNKNOWN if
 *     the source does not know it, or the call failed
 * @param attempts how often in a row the same call was made and refused; 1 for a call that made a task
 */
public record CloneCall(
        CloneSyscall syscall,
        int parentTid,
        int childTid,
        String error,
        long flags,
        int exitSignal,
        long stack,
        long stackSize,
        long tls,
        long childTidAddress,
        long observedAt,
        long kernelTime,
        NativeOrigin origin,
        int parentTidInside,
        int childTidInside,
        int attempts) {

    /** Stands for what a source did not see. */
    public static final int UNKNOWN = -1;

    /**
     * Starts building a call.
     *
     * @param syscall which of the four calls, or null
     * @param parentTid tid of the calling task
     */
    public static Builder builder(CloneSyscall syscall, int parentTid) {
        return new Builder(syscall, parentTid);
    }

    /** The same call with the time of CLOCK_MONOTONIC at which it was made. */
    public CloneCall at(long kernelTime) {
        return copy().kernelTime(kernelTime).build();
    }

    /** The same call without the addresses that it reveals. */
    public CloneCall withoutAddresses() {
        return copy().stack(UNKNOWN).tls(UNKNOWN).childTidAddress(UNKNOWN).build();
    }

    /** The same call with its place in native code. */
    public CloneCall from(NativeOrigin origin) {
        return copy().origin(origin).build();
    }

    /** The same refused call, made so often in a row. */
    public CloneCall attempted(int attempts) {
        return copy().attempts(attempts).build();
    }

    /** The same call with the tids of the caller's own pid namespace; empty if they are unknown. */
    public Optional<CloneCall> inside() {
        if (parentTidInside == UNKNOWN) {
            return Optional.empty();
        }
        Builder inside = copy(new Builder(syscall, parentTidInside));
        inside.childTid = childTidInside;
        return Optional.of(inside.build());
    }

    private Builder copy() {
        return copy(new Builder(syscall, parentTid));
    }

    private Builder copy(Builder copy) {
        copy.childTid = childTid;
        copy.error = error;
        return copy.flags(flags)
                .exitSignal(exitSignal)
                .stack(stack)
                .stackSize(stackSize)
                .tls(tls)
                .childTidAddress(childTidAddress)
                .observedAt(observedAt)
                .kernelTime(kernelTime)
                .origin(origin)
                .inside(parentTidInside, childTidInside)
                .attempts(attempts);
    }

    /** The call's name, such as {@code clone3}; null if the source did not see which call it was. */
    public String syscallName() {
        return syscall == null ? null : syscall.syscallName();
    }

    /** Whether the kernel refused the call. */
    public boolean failed() {
        return error != null;
    }

    /** Whether {@code flag} (one of {@link CloneFlag}) was passed; false where the flags are unknown. */
    public boolean has(CloneFlag flag) {
        return flags != UNKNOWN && (flags & flag.bit()) != 0;
    }

    /** Builds a call from named parts; a part not set is {@link #UNKNOWN}, and the error null. */
    public static final class Builder {
        private final CloneSyscall syscall;
        private final int parentTid;
        private int childTid = UNKNOWN;
        private String error;
        private long flags = UNKNOWN;
        private int exitSignal = UNKNOWN;
        private long stack = UNKNOWN;
        private long stackSize = UNKNOWN;
        private long tls = UNKNOWN;
        private long childTidAddress = UNKNOWN;
        private long observedAt = UNKNOWN;
        private long kernelTime = UNKNOWN;
        private NativeOrigin origin;
        private int parentTidInside = UNKNOWN;
        private int childTidInside = UNKNOWN;
        private int attempts = 1;

        private Builder(CloneSyscall syscall, int parentTid) {
            this.syscall = syscall;
            this.parentTid = parentTid;
        }

        /** Sets the task that the call made. */
        public Builder made(int childTid) {
            this.childTid = childTid;
            return this;
        }

        /** Marks the call as failed with the errno of this name. */
        public Builder failed(String error) {
            this.error = error;
            return this;
        }

        public Builder flags(long flags) {
            this.flags = flags;
            return this;
        }

        public Builder exitSignal(int exitSignal) {
            this.exitSignal = exitSignal;
            return this;
        }

        public Builder stack(long stack) {
            this.stack = stack;
            return this;
        }

        public Builder stackSize(long stackSize) {
            this.stackSize = stackSize;
            return this;
        }

        public Builder tls(long tls) {
            this.tls = tls;
            return this;
        }

        public Builder childTidAddress(long childTidAddress) {
            this.childTidAddress = childTidAddress;
            return this;
        }

        public Builder observedAt(long observedAt) {
            this.observedAt = observedAt;
            return this;
        }

        public Builder kernelTime(long kernelTime) {
            this.kernelTime = kernelTime;
            return this;
        }

        public Builder origin(NativeOrigin origin) {
            this.origin = origin;
            return this;
        }

        /** Sets both tids as the caller's own pid namespace has them. */
        public Builder inside(int parentTid, int childTid) {
            parentTidInside = parentTid;
            childTidInside = childTid;
            return this;
        }

        public Builder attempts(int attempts) {
            this.attempts = attempts;
            return this;
        }

        /** Returns the call. */
        public CloneCall build() {
            return new CloneCall(
                    syscall,
                    parentTid,
                    childTid,
                    error,
                    flags,
                    exitSignal,
                    stack,
                    stackSize,
                    tls,
                    childTidAddress,
                    observedAt,
                    kernelTime,
                    origin,
                    parentTidInside,
                    childTidInside,
                    attempts);
        }
    }
}
