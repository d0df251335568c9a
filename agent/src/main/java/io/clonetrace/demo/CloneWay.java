package io.clonetrace.demo;

import java.util.List;

/** One way in which a task, or what looks like one, is made on Linux. */
sealed interface CloneWay
        permits JavaThreadWay, VirtualThreadWay, PthreadCreateWay, LibcCloneWay, Clone3Way, ForkWay, PosixSpawnWay {

    /** All of them, in the order in which they are shown. */
    static List<CloneWay> all() {
        return List.of(
                new JavaThreadWay(),
                new VirtualThreadWay(),
                new PthreadCreateWay(),
                new LibcCloneWay(),
                new Clone3Way(),
                new ForkWay(),
                new PosixSpawnWay());
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
}
