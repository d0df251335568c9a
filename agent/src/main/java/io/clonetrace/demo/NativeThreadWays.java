package io.clonetrace.demo;

import io.clonetrace.clone.CloneArgs;
import io.clonetrace.clone.CloneProfile;
import io.clonetrace.demo.CloneWay.RefusedException;
import io.clonetrace.demo.Outcome.ChildReport;
import io.clonetrace.linux.LinuxException;
import io.clonetrace.linux.process.NativeTasks;
import java.util.Optional;

/** The ways in which native code makes a thread: by libc, with a bare clone, and with clone3 itself. */
final class NativeThreadWays {
    private NativeThreadWays() {}

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
            try (NativeThread thread = NativeThread.onLibcStack(code)) {
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
                Outcome.Made made = thread.end(creator, LiveTask.ownTid(), "");
                // After its task is gone, so it can't wait: libc takes its stack back.
                NativeTasks.join(block.pthread());
                return made;
            } catch (LinuxException failed) {
                throw new RefusedException(failed.getMessage(), failed);
            }
        }
    }

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
            try (NativeThread thread = NativeThread.onOwnStack(code)) {
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
                return thread.end(creator, LiveTask.ownTid(), "");
            }
        }
    }

    /**
     * The same bare thread by the system call clone3 itself, without libc: the stack is given by its lowest address and
     * its size.
     */
    record Clone3Way() implements CloneWay {
        private static final int SYS_CLONE3 = 435; // asm-generic/unistd.h; equal on x86-64

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
            try (NativeThread thread = NativeThread.onOwnStack(code)) {
                Optional<ChildReport> creator = code.callersReport();
                ChildBlock block = thread.block();
                block.setCloneArg(
                        CloneArgs.FLAGS, CloneProfile.BARE_THREAD.flags().bits());
                block.setCloneArg(CloneArgs.STACK, thread.stackLow());
                block.setCloneArg(CloneArgs.STACK_SIZE, thread.stackSize());
                block.setSystemCall(SYS_CLONE3, block.cloneArgsAddress(), CloneArgs.SIZE_VER0);
                long result = thread.call(code.address("raw"), block.address());
                if (result < 0) {
                    throw new RefusedException(
                            NativeTasks.failure("clone3", (int) -result).getMessage());
                }
                thread.awaitReport();
                return thread.end(creator, LiveTask.ownTid(), "");
            }
        }
    }
}
