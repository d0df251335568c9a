package io.clonetrace.linux.hotspot;

import java.util.Optional;

/**
 * Where HotSpot's {@code JavaThread} and its {@code OSThread} have their fields in this JVM; all values are offsets in
 * bytes.
 *
 * @param osThread of the pointer to the OSThread, in a JavaThread
 * @param stackBase of the stack's highest address, in a JavaThread
 * @param stackSize of the stack's size, in a JavaThread
 * @param threadId of the kernel's tid, in an OSThread
 * @param pthreadId of the pthread_t, in an OSThread
 * @param anchorSp of the last Java frame's stack pointer, in a JavaThread; -1 if not known
 * @param anchorPc of the last Java frame's pc, in a JavaThread; -1 if not known
 */
record JavaThreadLayout(
        long osThread, long stackBase, long stackSize, long threadId, long pthreadId, long anchorSp, long anchorPc) {
    static final long NONE = -1;

    /** What the JVM's table says; empty if it lacks a field that is needed. */
    static Optional<JavaThreadLayout> of(VmStructs structs) {
        long anchor = structs.offset("_anchor", "JavaThread");
        long sp = structs.offset("_last_Java_sp", "JavaFrameAnchor");
        long pc = structs.offset("_last_Java_pc", "JavaFrameAnchor");
        boolean known = anchor != NONE && sp != NONE && pc != NONE;
        JavaThreadLayout layout = new JavaThreadLayout(
                structs.offset("_osthread", "JavaThread", "Thread"),
                structs.offset("_stack_base", "JavaThread", "Thread"),
                structs.offset("_stack_size", "JavaThread", "Thread"),
                structs.offset("_thread_id", "OSThread"),
                structs.offset("_pthread_id", "OSThread"),
                known ? anchor + sp : NONE,
                known ? anchor + pc : NONE);
        return layout.isComplete() ? Optional.of(layout) : Optional.empty();
    }

    private boolean isComplete() {
        return osThread != NONE && stackBase != NONE && stackSize != NONE && threadId != NONE && pthreadId != NONE;
    }
}
