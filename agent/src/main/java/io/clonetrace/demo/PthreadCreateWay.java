package io.clonetrace.demo;

import io.clonetrace.linux.LinuxException;
import io.clonetrace.linux.process.NativeTasks;
import java.util.Optional;

/** A thread of libc's, by pthread_create(3) through JNA: with a thread pointer of its own. */
record PthreadCreateWay() implements CloneWay {
    private static final long DEFAULT_ATTRIBUTES = 0;

    @Override
    public String how() {
        return "pthread_create";
    }

    @Override
    public boolean isBare() {
        return true;
    }

    @Override
    public Outcome run(NativeCode code) throws RefusedException {
        try (CodeThread thread = CodeThread.onLibcStack(code)) {
            ChildBlock block = thread.block();
            Optional<ChildReport> creator = code.callersReport();
            int error = (int) thread.call(
                    NativeTasks.pthreadCreateFunction(),
                    block.pthreadAddress(),
                    DEFAULT_ATTRIBUTES,
                    code.address("thread"),
                    block.address());
            if (error != 0) {
                throw new RefusedException(
                        NativeTasks.failure("pthread_create", error).getMessage());
            }
            thread.awaitReport();
            Outcome.Made made = thread.end(creator, ThreadSelf.tid(), "");
            // After its task is gone, so it can't wait: libc takes its stack back.
            NativeTasks.join(block.pthread());
            return made;
        } catch (LinuxException failed) {
            throw new RefusedException(failed.getMessage(), failed);
        }
    }
}
