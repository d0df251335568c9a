package io.clonetrace.linux;

import java.io.IOException;
import java.util.function.LongSupplier;

/**
 * Reads the native side of Java threads out of HotSpot's {@code JavaThread} (the {@code eetop} of java.lang.Thread) and
 * its {@code OSThread}. Nothing is followed as a pointer: see {@link OwnMemory}.
 */
public final class JavaThreads {
    private final OwnMemory memory = new OwnMemory();
    private final long osThread;
    private final long stackBase;
    private final long stackSize;
    private final long threadId;
    private final long pthreadId;

    JavaThreads() throws IOException {
        VmStructs structs = VmStructs.ofThisJvm();
        osThread = structs.offset("_osthread", "JavaThread", "Thread");
        stackBase = structs.offset("_stack_base", "JavaThread", "Thread");
        stackSize = structs.offset("_stack_size", "JavaThread", "Thread");
        threadId = structs.offset("_thread_id", "OSThread");
        pthreadId = structs.offset("_pthread_id", "OSThread");
    }

    /**
     * The native side of the thread whose {@code eetop} was {@code eetop}.
     *
     * @param eetop the {@code JavaThread*}, as the field held it a moment ago
     * @param now reads the field again; what was read counts only if it has not changed, because the memory of a
     *     {@code JavaThread} that ended may be another's by now
     * @return null if the thread ended meanwhile or has not begun
     */
    public OsThread read(long eetop, LongSupplier now) {
        if (eetop == 0) {
            return null;
        }
        OwnMemory.Buffer buffer = memory.borrow();
        try {
            OsThread thread = read(eetop, buffer);
            return thread != null && now.getAsLong() == eetop ? thread : null;
        } finally {
            memory.giveBack(buffer);
        }
    }

    /**
     * The native side of the calling thread, which can't end meanwhile.
     *
     * @param eetop its {@code JavaThread*}
     * @return null if the kernel doesn't let this process read its own memory
     */
    public OsThread readOwn(long eetop) {
        if (eetop == 0) {
            return null;
        }
        OwnMemory.Buffer buffer = memory.borrow();
        try {
            return read(eetop, buffer);
        } finally {
            memory.giveBack(buffer);
        }
    }

    private OsThread read(long eetop, OwnMemory.Buffer buffer) {
        buffer.add(eetop + osThread, Long.BYTES);
        buffer.add(eetop + stackBase, Long.BYTES);
        buffer.add(eetop + stackSize, Long.BYTES);
        if (!buffer.read(memory.pid())) {
            return null;
        }
        long os = buffer.longAt(0);
        long base = buffer.longAt(Long.BYTES);
        long size = buffer.longAt(2 * Long.BYTES);
        buffer.add(os + pthreadId, Long.BYTES);
        buffer.add(os + threadId, Integer.BYTES);
        if (!buffer.read(memory.pid())) {
            return null;
        }
        return new OsThread(buffer.intAt(Long.BYTES), buffer.longAt(0), base, size);
    }
}
