package io.clonetrace.demo;

import io.clonetrace.clone.CloneProfile;
import io.clonetrace.linux.process.NativeTasks;
import java.util.Optional;

/** A bare thread, as the seed post makes it: libc's clone(2) with three flags, on a MAP_STACK stack. */
record LibcCloneWay() implements CloneWay {
    private static final int FAILED = -1;

    @Override
    public String how() {
        return "clone";
    }

    @Override
    public boolean isBare() {
        return true;
    }

    @Override
    public Outcome run(NativeCode code) throws RefusedException {
        try (CodeThread thread = CodeThread.onOwnStack(code)) {
            Optional<ChildReport> creator = code.callersReport();
            int tid = (int) thread.call(
                    NativeTasks.cloneFunction(),
                    code.address("bare"),
                    thread.stackTop(),
                    CloneProfile.BARE_THREAD.flags().bits(),
                    thread.block().address());
            if (tid == FAILED) {
                throw new RefusedException(
                        NativeTasks.failure("clone", NativeTasks.errno()).getMessage());
            }
            thread.awaitReport();
            return thread.end(creator, ThreadSelf.tid(), "");
        }
    }
}
