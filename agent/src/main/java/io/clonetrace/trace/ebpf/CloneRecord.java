package io.clonetrace.trace.ebpf;

import static io.clonetrace.clone.CloneCall.UNKNOWN;

import io.clonetrace.clone.CloneArgument;
import io.clonetrace.clone.CloneCall;
import io.clonetrace.clone.CloneFlag;
import io.clonetrace.clone.CloneFlags;
import io.clonetrace.clone.CloneSyscall;
import io.clonetrace.clone.NativeOrigin;
import io.clonetrace.linux.Errno;
import io.clonetrace.linux.bpf.TaskRegisters;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;

/**
 * What {@link CloneProgram} writes about one new task, and {@link RefusalProgram} about a call that made none.
 *
 * @param time CLOCK_MONOTONIC in nanoseconds
 * @param parent the caller's tid
 * @param child the new task's tid; of a refused call, the errno, negative
 * @param number the system call's number; in a 32-bit task, which has other numbers, {@link #NUMBER_32} is added
 * @param exitSignal clone3's exit_signal
 * @param seenFlags the flags as the kernel accepted them; -1 if it refused the call
 * @param passedFlags the flags as they were passed: clone's first argument, or clone3's member
 * @param stack the stack argument as passed
 * @param stackSize clone3's stack_size
 * @param tls the tls argument as passed, whether the kernel used it or not
 * @param childTid the child_tid argument, like {@code tls}
 * @param parentInside the caller's tid in its own pid namespace; not positive if unknown
 * @param childInside the new task's tid there; not positive if unknown, or if there is none
 */
record CloneRecord(
        long time,
        int parent,
        int child,
        int number,
        int exitSignal,
        long seenFlags,
        long passedFlags,
        long stack,
        long stackSize,
        long tls,
        long childTid,
        int parentInside,
        int childInside) {
    static final int TIME = 0; // offsets in bytes
    static final int PARENT = 8;
    static final int CHILD = 12;
    static final int NUMBER = 16;
    static final int EXIT_SIGNAL = 20;
    static final int SEEN_FLAGS = 24;
    static final int PASSED_FLAGS = 32;
    static final int STACK = 40;
    static final int STACK_SIZE = 48;
    static final int TLS = 56;
    static final int CHILD_TID = 64;
    static final int PARENT_INSIDE = 72;
    static final int CHILD_INSIDE = 76;
    static final int BYTES = 80;

    static final int NUMBER_32 = 1 << 30;

    /** From {@link TaskRegisters#MODE_BIT} to {@link #NUMBER_32}. */
    static final int NUMBER_32_SHIFT = 26;

    private static final long LOW_HALF = 0xffff_ffffL;

    static CloneRecord at(ByteBuffer bytes, int start) {
        return new CloneRecord(
                bytes.getLong(start + TIME),
                bytes.getInt(start + PARENT),
                bytes.getInt(start + CHILD),
                bytes.getInt(start + NUMBER),
                bytes.getInt(start + EXIT_SIGNAL),
                bytes.getLong(start + SEEN_FLAGS),
                bytes.getLong(start + PASSED_FLAGS),
                bytes.getLong(start + STACK),
                bytes.getLong(start + STACK_SIZE),
                bytes.getLong(start + TLS),
                bytes.getLong(start + CHILD_TID),
                bytes.getInt(start + PARENT_INSIDE),
                bytes.getInt(start + CHILD_INSIDE));
    }

    private boolean refused() {
        return child < 0;
    }

    /** Whether the kernel made the task for itself, like io_uring's workers, without a system call. */
    boolean madeByKernel() {
        return !refused() && (seenFlags & CloneFlag.CLONE_UNTRACED.bit()) != 0;
    }

    /**
     * Converts the record to a call. Once for each thread that the application starts: with as few objects as can be.
     *
     * @param calls the names of the calls by number
     * @param realtime CLOCK_REALTIME minus CLOCK_MONOTONIC in nanoseconds
     * @param origin where in native code the call was made; null if that was not captured
     * @return empty if the call was none of the four
     */
    Optional<CloneCall> call(Map<Long, String> calls, long realtime, NativeOrigin origin) {
        boolean in32 = number >= NUMBER_32;
        String name = in32 ? TaskRegisters.CALLS_32.get((long) number - NUMBER_32) : calls.get((long) number);
        Optional<CloneSyscall> syscall = CloneSyscall.named(name);
        if (syscall.isEmpty()) {
            return Optional.empty();
        }
        CloneCall.Builder call = calling(syscall.get(), realtime).origin(origin);
        switch (syscall.get()) {
            case CLONE -> addClone(call, in32);
            case CLONE3 -> addClone3(call, in32);
            case FORK, VFORK -> {
                // They pass nothing.
            }
        }
        return Optional.of(call.build());
    }

    /** Of a 32-bit task's call, the program reads no arguments; the flags are those that the kernel accepted. */
    private void addClone(CloneCall.Builder call, boolean in32) {
        CloneArgument argument = CloneArgument.of(passedFlags);
        boolean accepted = (argument.flags().bits() & LOW_HALF) == seenFlags; // clone ignores the upper half
        if (in32 || !accepted && !refused()) {
            call.flags(seenFlags);
        } else {
            addArguments(call, argument.flags());
            call.exitSignal(argument.exitSignal());
        }
    }

    private void addClone3(CloneCall.Builder call, boolean in32) {
        // Of a refused call whose arguments could not be read, both are unknown.
        if (in32 || passedFlags != seenFlags && !refused() || passedFlags == UNKNOWN) {
            call.flags(seenFlags);
        } else {
            addArguments(call, new CloneFlags(passedFlags));
            call.exitSignal(exitSignal).stackSize(stackSize);
        }
    }

    private CloneCall.Builder calling(CloneSyscall syscall, long realtime) {
        CloneCall.Builder call =
                CloneCall.builder(syscall, parent).observedAt(time + realtime).kernelTime(time);
        if (parentInside > 0 && (refused() || childInside > 0)) {
            call.inside(parentInside, refused() ? UNKNOWN : childInside);
        }
        return refused() ? call.failed(Errno.name(-child)) : call.made(child);
    }

    /**
     * Adds the arguments, but only if they are those that the kernel used. They are not if another thread has changed
     * them since, or if they could not be read.
     */
    private void addArguments(CloneCall.Builder call, CloneFlags flags) {
        call.flags(flags.bits())
                .stack(stack)
                .tls(flags.has(CloneFlag.CLONE_SETTLS) ? tls : UNKNOWN)
                .childTidAddress(flags.useChildTid() ? childTid : UNKNOWN);
    }
}
