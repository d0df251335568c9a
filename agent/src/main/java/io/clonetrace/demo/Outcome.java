package io.clonetrace.demo;

import io.clonetrace.stack.StackMeasure;
import java.util.Optional;

/** What came of one way of making a task, by this JVM's own word: none of it is what the kernel saw. */
public sealed interface Outcome {

    /** One sentence for people, or empty where there is nothing to be said. */
    String note();

    /**
     * A task was made, and has ended.
     *
     * @param parentTid tid of the task that made it
     * @param childTid its tid; of a process, the pid
     * @param stack lowest address of the stack that the demo gave it, without the guard; {@link StackMeasure#UNKNOWN}
     *     where libc or the JVM chose it, 0 for none
     * @param stackSize bytes from there on; {@link StackMeasure#UNKNOWN} where libc or the JVM chose it
     * @param measured its stack in /proc/self while it lived, if it lived long enough in this process
     * @param child its report, if it ran code of the demo
     * @param creator the same of the task that made it
     * @param note see {@link #note}
     */
    record Made(
            int parentTid,
            int childTid,
            long stack,
            long stackSize,
            Optional<StackMeasure> measured,
            Optional<ChildReport> child,
            Optional<ChildReport> creator,
            String note)
            implements Outcome {

        /**
         * Whether the child has its creator's thread pointer, and with it errno and stdio locks; empty if it didn't
         * say.
         */
        public Optional<Boolean> sharesThreadPointer() {
            return child.flatMap(
                    own -> creator.map(other -> own.sharesMemory() && own.threadPointer() == other.threadPointer()));
        }

        /** Whether printf(3) is safe in the child; empty if it didn't say enough. */
        public Optional<Boolean> printfIsSafe() {
            // A copy of the memory has copies of the locks that other threads held, and no thread to release them.
            return sharesThreadPointer()
                    .map(shares ->
                            !shares && child.map(ChildReport::sharesMemory).orElse(false));
        }
    }

    /**
     * Java code ran as a thread of its own, and no task was made for it.
     *
     * @param carrierTid tid of the task that carried it
     * @param carrierIsNew whether that task was made meanwhile: a clone, but the carrier's
     * @param note see {@link #note}
     */
    record Carried(int carrierTid, boolean carrierIsNew, String note) implements Outcome {}

    /**
     * Nothing was made.
     *
     * @param note the reason
     */
    record Refused(String note) implements Outcome {}

    /**
     * What a task reports of itself, by system calls and registers alone.
     *
     * @param tid gettid(2)
     * @param threadPointer FS base of x86-64, TPIDR_EL0 of aarch64: where libc finds errno and who owns a stdio lock
     * @param signalMask the blocked signals, signal n as bit n-1; SIGKILL and SIGSTOP never are
     * @param stackPointer an address on the stack that it ran on
     * @param sharesMemory whether what it wrote in its creator's memory is there
     */
    public record ChildReport(int tid, long threadPointer, long signalMask, long stackPointer, boolean sharesMemory) {}
}
