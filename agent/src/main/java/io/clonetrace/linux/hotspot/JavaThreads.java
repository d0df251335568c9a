package io.clonetrace.linux.hotspot;

import com.sun.jna.Pointer;
import io.clonetrace.linux.Processor;
import io.clonetrace.linux.memory.MemoryBatch;
import io.clonetrace.linux.memory.OwnMemory;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.LongSupplier;

/**
 * Reads the native side of Java threads out of HotSpot's {@code JavaThread} (the {@code eetop} of java.lang.Thread) and
 * its {@code OSThread}. No pointer of a thread that may end meanwhile is followed: see {@link OwnMemory}.
 */
public final class JavaThreads {
    /** All of this process's memory, read in place through JNI. */
    private static final Pointer IN_PLACE = new Pointer(0);

    /** A power of two. */
    private static final int KNOWN = 256;

    private static final int KNOWN_SHIFT = 9; // malloc's blocks of this size lie at least so far apart
    private static final long AGAIN = 1; // an OSThread's address is even

    private final OwnMemory memory = new OwnMemory();

    /**
     * The {@code OSThread} of the last {@code JavaThread} at an address, plus {@link #AGAIN} if the one before had the
     * same: malloc(3) often gives the next one the same two, and then one call reads both.
     */
    private final AtomicLongArray known = new AtomicLongArray(KNOWN);

    private final OwnMemory.Part javaThread;
    private final OwnMemory.Part osThread;
    private final long osThreadOffset;
    private final long stackBaseOffset;
    private final long stackSizeOffset;
    private final long threadIdOffset;
    private final long pthreadIdOffset;
    private final int osThreadAt;
    private final int stackBaseAt;
    private final int stackSizeAt;
    private final int threadIdAt;
    private final int pthreadIdAt;

    /** Offset of the anchor's stack pointer and pc in a {@code JavaThread}; -1 if not known. */
    private final long anchorSpAt;

    private final long anchorPcAt;

    private final Processor processor;

    JavaThreads(JavaThreadLayout layout) {
        javaThread = OwnMemory.Part.holding(layout.osThread(), layout.stackBase(), layout.stackSize());
        osThreadOffset = layout.osThread();
        stackBaseOffset = layout.stackBase();
        stackSizeOffset = layout.stackSize();
        threadIdOffset = layout.threadId();
        pthreadIdOffset = layout.pthreadId();
        osThreadAt = javaThread.place(layout.osThread());
        stackBaseAt = javaThread.place(layout.stackBase());
        stackSizeAt = javaThread.place(layout.stackSize());
        osThread = OwnMemory.Part.holding(layout.threadId(), layout.pthreadId());
        threadIdAt = osThread.place(layout.threadId());
        pthreadIdAt = osThread.place(layout.pthreadId());
        anchorSpAt = layout.anchorSp();
        anchorPcAt = layout.anchorPc();
        processor = Processor.current().orElseThrow();
    }

    /**
     * The native side of the thread whose {@code eetop} was {@code eetop}.
     *
     * @param eetop the {@code JavaThread*}, as the field held it a moment ago
     * @param now reads the field again; what was read counts only if it has not changed, because the memory of a
     *     {@code JavaThread} that ended may have been reused
     * @return null if the thread ended meanwhile or has not started
     */
    public OsThread read(long eetop, LongSupplier now) {
        if (eetop == 0) {
            return null;
        }
        OwnMemory.Buffer buffer = memory.borrow();
        try {
            OwnThread thread = new OwnThread();
            return read(eetop, buffer, thread) && now.getAsLong() == eetop ? thread.toOsThread() : null;
        } finally {
            memory.giveBack(buffer);
        }
    }

    /**
     * Where a thread last left Java code.
     *
     * @param eetop as for {@link #read}
     * @param now as for {@link #read}
     * @return null if the thread ended meanwhile or has not started, or if this JVM's anchors can't be read
     */
    public JavaAnchor anchor(long eetop, LongSupplier now) {
        if (eetop == 0 || anchorSpAt == JavaThreadLayout.NONE) {
            return null;
        }
        OwnMemory.Buffer buffer = memory.borrow();
        try {
            buffer.add(eetop + anchorSpAt, Long.BYTES);
            buffer.add(eetop + anchorPcAt, Long.BYTES);
            return buffer.read(memory.pid()) && now.getAsLong() == eetop
                    ? JavaAnchor.of(buffer.longAt(0), buffer.longAt(Long.BYTES), processor)
                    : null;
        } finally {
            memory.giveBack(buffer);
        }
    }

    /**
     * The native sides of many threads, with few system calls.
     *
     * @param eetops their {@code JavaThread*}s, as the fields held them a moment ago
     * @return in the same order; null for a thread that has not started. The caller has to read each field again: as
     *     for {@link #read}, what was read counts only if it has not changed
     */
    public OsThread[] readAll(long[] eetops) {
        OsThread[] threads = new OsThread[eetops.length];
        if (eetops.length == 0) {
            return threads;
        }
        long[] os = new long[eetops.length];
        try (MemoryBatch javas = new MemoryBatch(javaThread, eetops.length);
                MemoryBatch oss = new MemoryBatch(osThread, eetops.length)) {
            int at = 0;
            while (at < eetops.length) {
                int read = javas.read(eetops, at, eetops.length);
                for (int i = 0; i < read; i++) {
                    os[at + i] = javas.longAt(i, osThreadOffset);
                }
                int both = read == 0 ? 0 : oss.read(os, at, at + read);
                for (int i = 0; i < both; i++) {
                    threads[at + i] = new OsThread(
                            oss.intAt(i, threadIdOffset),
                            oss.longAt(i, pthreadIdOffset),
                            javas.longAt(i, stackBaseOffset),
                            javas.longAt(i, stackSizeOffset));
                }
                boolean stopped = both < Math.min(javas.most(), eetops.length - at) && both < oss.most();
                // The next has not started, or ended and its memory is unmapped: it must not hide the others.
                at += stopped ? both + 1 : both;
            }
        }
        return threads;
    }

    /**
     * The native side of the calling thread: while it runs, HotSpot frees neither structure, so they are read in place,
     * without a system call. Allocates nothing.
     *
     * @param eetop its own {@code JavaThread*}; any other would crash the JVM
     * @return false if the field is empty
     */
    public boolean readOwn(long eetop, OwnThread own) {
        if (eetop == 0) {
            return false;
        }
        long java = eetop + javaThread.from();
        long os = ownOsThread(eetop);
        own.set(
                IN_PLACE.getInt(os + threadIdAt),
                IN_PLACE.getLong(os + pthreadIdAt),
                IN_PLACE.getLong(java + stackBaseAt),
                IN_PLACE.getLong(java + stackSizeAt));
        return true;
    }

    /**
     * The native side of a thread that can't free its two structures meanwhile, read in place, without a system call.
     *
     * @param eetop its {@code JavaThread*}, read while {@link io.clonetrace.hook.ThreadFields#keepsEetop} was true, and
     *     still is; any other would crash the JVM
     * @return null if the field is empty: the thread has ended or has not started
     */
    public OsThread readHeld(long eetop) {
        OwnThread thread = new OwnThread();
        return readOwn(eetop, thread) ? thread.toOsThread() : null;
    }

    /** As {@link #readOwn}, but only the tid of the calling thread; -1 if the field is empty. */
    public int ownTid(long eetop) {
        return eetop == 0 ? -1 : IN_PLACE.getInt(ownOsThread(eetop) + threadIdAt);
    }

    /**
     * The tid of any of HotSpot's threads.
     *
     * @param thread its {@code Thread*}
     * @return -1 if there is no such object in memory
     */
    int tidOf(long thread) {
        OwnMemory.Buffer buffer = memory.borrow();
        try {
            buffer.add(thread, javaThread);
            if (!buffer.read(memory.pid())) {
                return -1;
            }
            buffer.add(buffer.longAt(osThreadAt), osThread);
            return buffer.read(memory.pid()) ? buffer.intAt(threadIdAt) : -1;
        } finally {
            memory.giveBack(buffer);
        }
    }

    private long ownOsThread(long eetop) {
        return IN_PLACE.getLong(eetop + javaThread.from() + osThreadAt) + osThread.from();
    }

    private boolean read(long eetop, OwnMemory.Buffer buffer, OwnThread thread) {
        int place = (int) (eetop >>> KNOWN_SHIFT) & KNOWN - 1;
        long before = known.getPlain(place);
        long guess = (before & AGAIN) == 0 ? 0 : before - AGAIN;
        buffer.add(eetop, javaThread);
        if (guess != 0) {
            buffer.add(guess, osThread);
        }
        long done = buffer.readSome(memory.pid());
        if (done < javaThread.length()) {
            return false;
        }
        long base = buffer.longAt(stackBaseAt);
        long size = buffer.longAt(stackSizeAt);
        long os = buffer.longAt(osThreadAt);
        int at = javaThread.length();
        // What was read by a guess counts only if the JavaThread says that it is its own.
        if (os != guess || done < at + (long) osThread.length()) {
            buffer.add(os, osThread);
            if (!buffer.read(memory.pid())) {
                return false;
            }
            at = 0;
            known.setPlain(place, os == before ? os + AGAIN : os);
        }
        thread.set(buffer.intAt(at + threadIdAt), buffer.longAt(at + pthreadIdAt), base, size);
        return true;
    }
}
