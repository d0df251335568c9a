package io.clonetrace.stack;

/**
 * One thread whose stack is to be measured: what the caller knows of it. A thread whose base and size are not both
 * known is found through its stack pointer.
 *
 * @param tid tid of the thread (gettid(2))
 * @param base highest address of the stack, exclusive (HotSpot's {@code Thread::_stack_base}), or
 *     {@link StackMeasure#UNKNOWN}
 * @param size bytes below {@code base} that belong to the stack (HotSpot's {@code Thread::_stack_size}), or
 *     {@link StackMeasure#UNKNOWN}
 */
public record ThreadToMeasure(int tid, long base, long size) {

    /** A thread of which only the tid is known, as those that the VM or native code made. */
    public static ThreadToMeasure of(int tid) {
        return new ThreadToMeasure(tid, StackMeasure.UNKNOWN, StackMeasure.UNKNOWN);
    }

    boolean hasRange() {
        return base > 0 && size > 0 && size <= base;
    }
}
