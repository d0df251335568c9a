package io.clonetrace.trace.ptrace;

import static io.clonetrace.clone.CloneCall.UNKNOWN;

import io.clonetrace.clone.CloneArgument;
import io.clonetrace.clone.CloneCall;
import io.clonetrace.clone.CloneFlag;
import io.clonetrace.clone.CloneFlags;
import io.clonetrace.clone.CloneSyscall;
import io.clonetrace.linux.LinuxException;
import io.clonetrace.linux.process.Clocks;
import io.clonetrace.linux.process.Ptrace;
import io.clonetrace.linux.process.RemoteMemory;
import java.util.Optional;

/**
 * Reads the call of a task that stopped within clone, clone3, fork or vfork. As strace does, it takes {@code tls} and
 * {@code child_tid} only where a flag makes the kernel look at them.
 */
final class CloneReader {
    private static final int FLAGS = 0; // struct clone_args of linux/sched.h
    private static final int CHILD_TID = 16;
    private static final int EXIT_SIGNAL = 32;
    private static final int STACK = 40;
    private static final int STACK_SIZE = 48;
    private static final int TLS = 56;
    private static final int READ_BYTES = 64; // CLONE_ARGS_SIZE_VER0, the least that the kernel accepts

    private static final CloneFlags CHILD_TID_FLAGS =
            CloneFlags.of(CloneFlag.CLONE_CHILD_SETTID, CloneFlag.CLONE_CHILD_CLEARTID);

    private final Ptrace ptrace;
    private final Clocks clocks;
    private final RemoteMemory cloneArgs = new RemoteMemory(READ_BYTES);

    CloneReader(Ptrace ptrace, Clocks clocks) {
        this.ptrace = ptrace;
        this.clocks = clocks;
    }

    /**
     * The call, which has made a task.
     *
     * @return empty if the caller was killed meanwhile, or is a 32-bit task
     */
    Optional<CloneCall> read(int tid, int childTid) throws LinuxException {
        // The caller waits: no call into the C library that isn't needed.
        long kernelTime = System.nanoTime();
        long observedAt = clocks.realtimeOf(kernelTime);
        if (!ptrace.readRegisters(tid)) {
            return Optional.empty();
        }
        return CloneSyscall.named(ptrace.syscall()).map(syscall -> switch (syscall) {
            case CLONE -> clone(tid, childTid, observedAt, kernelTime);
            case CLONE3 -> clone3(tid, childTid, observedAt, kernelTime);
            case FORK, VFORK -> without(syscall, tid, childTid, observedAt, kernelTime);
        });
    }

    void close() {
        cloneArgs.close();
    }

    private CloneCall clone(int tid, int childTid, long observedAt, long kernelTime) {
        CloneArgument argument = CloneArgument.of(ptrace.argument(0));
        long flags = argument.flags().bits();
        return new CloneCall(
                CloneSyscall.CLONE,
                tid,
                childTid,
                null,
                flags,
                argument.exitSignal(),
                ptrace.argument(1),
                UNKNOWN,
                argument.flags().has(CloneFlag.CLONE_SETTLS) ? ptrace.cloneTls() : UNKNOWN,
                takesChildTid(flags) ? ptrace.cloneChildTid() : UNKNOWN,
                observedAt,
                kernelTime);
    }

    private CloneCall clone3(int tid, int childTid, long observedAt, long kernelTime) {
        if (!cloneArgs.read(tid, ptrace.argument(0), READ_BYTES)) {
            return without(CloneSyscall.CLONE3, tid, childTid, observedAt, kernelTime);
        }
        long flags = cloneArgs.longAt(FLAGS);
        return new CloneCall(
                CloneSyscall.CLONE3,
                tid,
                childTid,
                null,
                flags,
                (int) cloneArgs.longAt(EXIT_SIGNAL),
                cloneArgs.longAt(STACK),
                cloneArgs.longAt(STACK_SIZE),
                (flags & CloneFlag.CLONE_SETTLS.bit()) != 0 ? cloneArgs.longAt(TLS) : UNKNOWN,
                takesChildTid(flags) ? cloneArgs.longAt(CHILD_TID) : UNKNOWN,
                observedAt,
                kernelTime);
    }

    private static boolean takesChildTid(long flags) {
        return (flags & CHILD_TID_FLAGS.bits()) != 0;
    }

    private static CloneCall without(CloneSyscall syscall, int tid, int childTid, long observedAt, long kernelTime) {
        return new CloneCall(
                syscall,
                tid,
                childTid,
                null,
                UNKNOWN,
                UNKNOWN,
                UNKNOWN,
                UNKNOWN,
                UNKNOWN,
                UNKNOWN,
                observedAt,
                kernelTime);
    }
}
