package io.clonetrace.demo;

import io.clonetrace.demo.CloneWay.RefusedException;
import io.clonetrace.demo.Outcome.ChildReport;
import io.clonetrace.linux.LinuxException;
import io.clonetrace.linux.process.NativeTasks;
import io.clonetrace.stack.StackMeasure;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.util.Optional;
import java.util.OptionalInt;

/** The ways of making a process. */
final class ProcessWays {
    private ProcessWays() {}

    /**
     * A process with a copy of this one's memory, by the system call clone without any flag. It runs a few instructions
     * on the copy of its creator's stack and exits; nothing of the JVM's or libc's. No SIGCHLD announces its end,
     * because that would come to the application's handler.
     */
    record ForkWay() implements CloneWay {
        private static final long NO_FLAGS = 0;
        private static final long NO_STACK = 0;

        @Override
        public String how() {
            return "fork";
        }

        @Override
        public boolean isBare() {
            return true;
        }

        @Override
        public Outcome run(NativeCode code) throws RefusedException {
            code.require();
            Optional<ChildReport> creator = code.callersReport();
            try (ChildBlock block = new ChildBlock()) {
                block.releaseAhead();
                block.setSystemCall(AssemblyListing.cloneNumber(code.processor()), NO_FLAGS, NO_STACK);
                block.setFunction(code.address("raw"), block.address());
                code.callMasked(block);
                int pid = (int) block.result();
                if (pid < 0) {
                    throw new RefusedException(
                            NativeTasks.failure("clone", -pid).getMessage());
                }
                int status = awaitEnd(pid);
                if (status != 0 || !block.reported()) {
                    throw new RefusedException(
                            "process " + pid + " ended before it could report, with status " + status);
                }
                return new Outcome.Made(
                        LiveTask.ownTid(),
                        pid,
                        NO_STACK,
                        NO_STACK,
                        Optional.empty(),
                        Optional.of(block.report()),
                        creator,
                        "its memory is a copy, with copies of the libc locks that other threads held");
            } catch (LinuxException failed) {
                throw new RefusedException(failed.getMessage(), failed);
            }
        }

        private static int awaitEnd(int pid) throws LinuxException, RefusedException {
            OptionalInt[] status = {OptionalInt.empty()};
            boolean ended = LiveTask.await(() -> {
                try {
                    status[0] = NativeTasks.reap(pid);
                } catch (LinuxException notOurs) {
                    throw new RefusedException(notOurs.getMessage(), notOurs);
                }
                return status[0].isPresent();
            });
            if (!ended) {
                NativeTasks.kill(pid);
                throw new RefusedException("process " + pid + " did not end and was killed");
            }
            return status[0].getAsInt();
        }
    }

    /** A process that Java starts: ProcessBuilder, which on Linux goes through libc's posix_spawn(3). */
    record PosixSpawnWay() implements CloneWay {
        private static final String COMMAND = "true";
        private static final String MECHANISM = "jdk.lang.Process.launchMechanism";

        @Override
        public String how() {
            return "posix_spawn";
        }

        @Override
        public boolean isBare() {
            return false;
        }

        @Override
        public Outcome run(NativeCode code) throws RefusedException, InterruptedException {
            try {
                Process process = new ProcessBuilder(COMMAND)
                        .redirectOutput(Redirect.DISCARD)
                        .redirectError(Redirect.DISCARD)
                        .start();
                process.getOutputStream().close();
                process.waitFor();
                String mechanism = System.getProperty(MECHANISM);
                return new Outcome.Made(
                        LiveTask.ownTid(),
                        (int) process.pid(),
                        StackMeasure.UNKNOWN,
                        StackMeasure.UNKNOWN,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        mechanism == null ? "" : "by " + mechanism + ", as " + MECHANISM + " asks for");
            } catch (IOException noProgram) {
                throw new RefusedException(noProgram.getMessage(), noProgram);
            }
        }
    }
}
