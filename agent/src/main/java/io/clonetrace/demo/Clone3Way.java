package io.clonetrace.demo;

import io.clonetrace.clone.CloneProfile;
import io.clonetrace.linux.process.NativeTasks;
import java.util.Optional;

/**
 * The same bare thread by the system call clone3 itself, without libc: the stack is told by its lowest address and its
 * size.
 */
record Clone3Way() implements CloneWay {
    private static final int SYS_CLONE3 = 435; // asm-generic/unistd.h; equal on x86-64

    // struct clone_args, linux/sched.h, as Linux 5.3 brought it (CLONE_ARGS_SIZE_VER0).
    private static final int FLAGS = 0;
    private static final int STACK = 40;
    private static final int STACK_SIZE = 48;
    private static final int SIZE = 64;

    @Override
    public String how() {
        return "clone3";
    }

    @Override
    public boolean isBare() {
        return true;
    }

    @Override
    public Outcome run(NativeCode code) throws RefusedException {
        try (CodeThread thread = CodeThread.onOwnStack(code)) {
            Optional<ChildReport> creator = code.callersReport();
            ChildBlock block = thread.block();
            block.setCloneArg(FLAGS, CloneProfile.BARE_THREAD.flags().bits());
            block.setCloneArg(STACK, thread.stackLow());
            block.setCloneArg(STACK_SIZE, thread.stackSize());
            block.setSystemCall(SYS_CLONE3, block.cloneArgsAddress(), SIZE);
            long result = thread.call(code.address("raw"), block.address());
            if (result < 0) {
                throw new RefusedException(
                        NativeTasks.failure("clone3", (int) -result).getMessage());
            }
            thread.awaitReport();
            return thread.end(creator, ThreadSelf.tid(), "");
        }
    }
}
