package io.clonetrace.trace.ebpf;

import java.nio.ByteBuffer;

/**
 * What {@link CaptureProgram} adds to a {@link CloneRecord}.
 *
 * @param startRoutine the address of the function that the new thread runs;
 *     {@link io.clonetrace.clone.CloneCall#UNKNOWN} if it was not read
 * @param process the pid of the caller's process
 * @param generation the generation of the process in the {@link LayoutTable}
 * @param stack whether the caller's stack was captured
 */
record CaptureOutcome(long startRoutine, int process, int generation, Stack stack) {
    static final int START_ROUTINE = CloneRecord.BYTES; // offsets in bytes, from the start of the clone's record
    static final int PROCESS = START_ROUTINE + 8;
    static final int GENERATION = PROCESS + 4;
    static final int STACK = GENERATION + 2;

    /** The size of both records together. */
    static final int BYTES = STACK + 2;

    /** Whether a stack was captured; by ordinal in the record. */
    enum Stack {
        /** No: stacks of such calls are not wanted. */
        UNWANTED,
        /** No: the new thread is HotSpot's. */
        HOTSPOT,
        /** Yes: the ring of stacks has it. */
        CAPTURED,
        /** Yes, with the part of {@code struct pthread} that shows the start routine. */
        CAPTURED_WITH_PTHREAD,
        /** No: the ring had no room. */
        RING_FULL,
        /** No: it is not known which threads of the process are HotSpot's, and enough stacks have been captured. */
        UNDECIDED
    }

    private static final Stack[] STACKS = Stack.values();

    /** @param start of the clone's record */
    static CaptureOutcome at(ByteBuffer bytes, int start) {
        return new CaptureOutcome(
                bytes.getLong(start + START_ROUTINE),
                bytes.getInt(start + PROCESS),
                bytes.getShort(start + GENERATION) & 0xffff,
                STACKS[bytes.getShort(start + STACK)]);
    }

    boolean isCaptured() {
        return stack == Stack.CAPTURED || stack == Stack.CAPTURED_WITH_PTHREAD;
    }

    /** Whether the layout of the process's threads is to be found out, or, where there was no JVM, again. */
    boolean needsLayout() {
        return isCaptured() || stack == Stack.UNDECIDED;
    }
}
