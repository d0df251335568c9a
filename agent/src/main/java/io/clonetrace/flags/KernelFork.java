package io.clonetrace.flags;

import io.clonetrace.clone.CloneArgument;
import io.clonetrace.clone.CloneFlag;
import io.clonetrace.clone.CloneFlags;
import io.clonetrace.clone.CloneSyscall;

/** What the kernel takes fork(2) and vfork(2) for, which pass no flags themselves (kernel/fork.c). */
final class KernelFork {
    private static final int SIGCHLD = 17;

    private KernelFork() {}

    static CloneArgument argument(CloneSyscall syscall) {
        return new CloneArgument(
                syscall == CloneSyscall.VFORK
                        ? CloneFlags.of(CloneFlag.CLONE_VM, CloneFlag.CLONE_VFORK)
                        : new CloneFlags(0),
                SIGCHLD);
    }
}
