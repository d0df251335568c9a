package io.clonetrace.trace.ptrace;

import static io.clonetrace.clone.CloneCall.UNKNOWN;

import io.clonetrace.clone.CloneArgs;
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
 * Reads the call of a task that stopped within clone, clone3, fork or vfork. Like strace, it reads {@code tls} and
 * {@code child_tid} only where a flag makes the kernel use them.
 */
final class CloneReader {
    private final Ptrace ptrace;
    private final Clocks clocks;
    private final RemoteMemory cloneArgs = new RemoteMemory(CloneArgs.SIZE_VER0 + Long.BYTES);

    /** The register that held {@code tls} at the last clone3; -1 if none did. */
    private int tlsRegister = -1;

    private long startRoutine = UNKNOWN;

    CloneReader(Ptrace ptrace, Clocks clocks) {
        this.ptrace = ptrace;
        this.clocks = clocks;
    }

    /**
     * Reads the call, which has made a task.
     *
     * @param startRoutineOffset where the process's {@code struct pthread} holds the start routine;
     *     {@link CloneCall#UNKNOWN} if that is not known, or not wanted
     * @return empty if the caller has been killed meanwhile, or is a 32-bit task
     */
    Optional<CloneCall> read(int tid, int childTid, long startRoutineOffset) throws LinuxException {
        startRoutine = UNKNOWN;
        // The caller waits: avoid every unneeded call into the C library.
        long kernelTime = System.nanoTime();
        long observedAt = clocks.realtimeOf(kernelTime);
        if (!ptrace.readRegisters(tid)) {
            return Optional.empty();
        }
        return CloneSyscall.named(ptrace.syscall()).map(syscall -> switch (syscall) {
            case CLONE -> clone(calling(syscall, tid, childTid, observedAt, kernelTime));
            case CLONE3 -> clone3(tid, calling(syscall, tid, childTid, observedAt, kernelTime), startRoutineOffset);
            case FORK, VFORK ->
                calling(syscall, tid, childTid, observedAt, kernelTime).build();
        });
    }

    /** The start routine of the thread that the call made, if it was read with the call; else UNKNOWN. */
    long startRoutine() {
        return startRoutine;
    }

    void close() {
        cloneArgs.close();
    }

    private static CloneCall.Builder calling(
            CloneSyscall syscall, int tid, int childTid, long observedAt, long kernelTime) {
        return CloneCall.builder(syscall, tid)
                .made(childTid)
                .observedAt(observedAt)
                .kernelTime(kernelTime);
    }

    private CloneCall clone(CloneCall.Builder call) {
        CloneArgument argument = CloneArgument.of(ptrace.argument(0));
        CloneFlags flags = argument.flags();
        return call.flags(flags.bits())
                .exitSignal(argument.exitSignal())
                .stack(ptrace.argument(1))
                .tls(flags.has(CloneFlag.CLONE_SETTLS) ? ptrace.cloneTls() : UNKNOWN)
                .childTidAddress(flags.useChildTid() ? ptrace.cloneChildTid() : UNKNOWN)
                .build();
    }

    private CloneCall clone3(int tid, CloneCall.Builder call, long startRoutineOffset) {
        // glibc passes on the address of the struct pthread in a register, and it is tls: then one call reads both.
        long expectedTls = startRoutineOffset == UNKNOWN || tlsRegister < 0 ? UNKNOWN : ptrace.register(tlsRegister);
        int read = expectedTls == UNKNOWN
                ? (cloneArgs.read(tid, ptrace.argument(0), CloneArgs.SIZE_VER0) ? CloneArgs.SIZE_VER0 : -1)
                : cloneArgs.readBoth(
                        tid, ptrace.argument(0), CloneArgs.SIZE_VER0, expectedTls + startRoutineOffset, Long.BYTES);
        if (read < CloneArgs.SIZE_VER0) {
            return call.build();
        }
        CloneFlags flags = new CloneFlags(cloneArgs.longAt(CloneArgs.FLAGS));
        if (flags.has(CloneFlag.CLONE_SETTLS)) {
            long tls = cloneArgs.longAt(CloneArgs.TLS);
            if (read == CloneArgs.SIZE_VER0 + Long.BYTES && tls == expectedTls) {
                startRoutine = cloneArgs.longAt(CloneArgs.SIZE_VER0);
            } else {
                tlsRegister = ptrace.registerWith(tls);
            }
        }
        return call.flags(flags.bits())
                .exitSignal((int) cloneArgs.longAt(CloneArgs.EXIT_SIGNAL))
                .stack(cloneArgs.longAt(CloneArgs.STACK))
                .stackSize(cloneArgs.longAt(CloneArgs.STACK_SIZE))
                .tls(flags.has(CloneFlag.CLONE_SETTLS) ? cloneArgs.longAt(CloneArgs.TLS) : UNKNOWN)
                .childTidAddress(flags.useChildTid() ? cloneArgs.longAt(CloneArgs.CHILD_TID) : UNKNOWN)
                .build();
    }
}
