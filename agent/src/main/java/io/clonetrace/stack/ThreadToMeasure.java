package io.clonetrace.stack;

/**
 * What the caller knows of a thread whose stack is to be measured. A stack whose base and size are not both known is
 * found through its stack pointer.
 *
 * @param tid tid of the thread (gettid(2))
 * @param base highest address of the stack, exclusive (HotSpot's {@code Thread::_stack_base}), or
 *     {@link StackMeasure#UNKNOWN}
 * @param size bytes below {@code base} that belong to the stack (HotSpot's {@code Thread::_stack_size}), or
 *     {@link StackMeasure#UNKNOWN}
 * @param guard bytes at the low end of {@code size} that are glibc's guard, or {@link StackMeasure#UNKNOWN}: then
 *     {@code size} is what HotSpot knows, and a guard may be below it
 * @param pointer an address that was once its stack pointer, for a thread that is running, whose stack pointer the
 *     kernel does not show; 0 if none is known
 */
public record ThreadToMeasure(int tid, long base, long size, long guard, long pointer) {

    /** A thread whose stack address is known. */
    public ThreadToMeasure(int tid, long base, long size) {
        this(tid, base, size, StackMeasure.UNKNOWN, 0);
    }

    /** A thread of which only the tid is known, such as one made by the VM or by native code. */
    public static ThreadToMeasure of(int tid) {
        return near(tid, 0);
    }

    /** A thread whose stack is known as glibc allocated it, with its guard. */
    public static ThreadToMeasure allocated(int tid, long low, long base, long guard) {
        return new ThreadToMeasure(tid, base, base - low, guard, 0);
    }

    /** A thread that was seen with that stack pointer. */
    public static ThreadToMeasure near(int tid, long pointer) {
        return new ThreadToMeasure(tid, StackMeasure.UNKNOWN, StackMeasure.UNKNOWN, StackMeasure.UNKNOWN, pointer);
    }

    /** Whether glibc's guard is known. */
    boolean hasGuard() {
        return hasRange() && guard != StackMeasure.UNKNOWN;
    }

    boolean hasRange() {
        return base > 0 && size > 0 && size <= base;
    }
}
