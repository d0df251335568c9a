package io.clonetrace.demo;

import java.util.List;

/** One way in which a task, or what looks like one, is made on Linux. */
sealed interface CloneWay
        permits JavaThreadWays.JavaThreadWay,
                JavaThreadWays.VirtualThreadWay,
                NativeThreadWays.PthreadCreateWay,
                NativeThreadWays.LibcCloneWay,
                NativeThreadWays.Clone3Way,
                ProcessWays.ForkWay,
                ProcessWays.PosixSpawnWay {

    /** All of them, in the order in which they are shown. */
    static List<CloneWay> all() {
        return List.of(
                new JavaThreadWays.JavaThreadWay(),
                new JavaThreadWays.VirtualThreadWay(),
                new NativeThreadWays.PthreadCreateWay(),
                new NativeThreadWays.LibcCloneWay(),
                new NativeThreadWays.Clone3Way(),
                new ProcessWays.ForkWay(),
                new ProcessWays.PosixSpawnWay());
    }

    /** Its name in events and in the table. */
    String how();

    /** Whether the child runs the demo's machine code and nothing else. */
    boolean isBare();

    /**
     * Makes one task and waits for its end.
     *
     * @throws RefusedException if it can't be made here; then there is none
     */
    Outcome run(NativeCode code) throws RefusedException, InterruptedException;

    /** One way of making a task can't be shown here; the message says why. */
    static final class RefusedException extends Exception {
        private static final long serialVersionUID = 1;

        RefusedException(String why) {
            super(why);
        }

        RefusedException(String why, Throwable cause) {
            super(why, cause);
        }
    }
}
