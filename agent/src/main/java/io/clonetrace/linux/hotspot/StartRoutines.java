package io.clonetrace.linux.hotspot;

import com.sun.jna.Pointer;
import io.clonetrace.linux.Processor;
import io.clonetrace.linux.memory.OwnMemory;
import java.io.IOException;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Distinguishes threads that HotSpot made from those that other native code made, by the function that was passed to
 * pthread_create(3): HotSpot starts all of its threads, Java or not, in one function of libjvm, with its {@code Thread}
 * object as the argument.
 *
 * <p>glibc keeps the function and its argument side by side in {@code struct pthread} (nptl/descr.h), whose layout is
 * private. Their offset is found in this process, from a thread whose argument is known: a Java thread's is its
 * {@code JavaThread*}.
 */
public final class StartRoutines {
    private static final int UNKNOWN_LAYOUT = -1;
    private static final long UNKNOWN_DISTANCE = -1;

    /** What one thread is read by: its proof, and start routine and argument. */
    private static final int PROVED_BYTES = PthreadList.PROOF_BYTES + 2 * Long.BYTES;

    private static final int PROVED_AT_ONCE = OwnMemory.Buffer.IOVECS / (PthreadList.PROOF_RANGES + 1);

    /** More than any list is followed for one thread. */
    private static final int MOST_TASKS = 100_000;

    /** All of this process's memory, read in place through JNI. */
    private static final Pointer IN_PLACE = new Pointer(0);

    private final OwnMemory memory = new OwnMemory();
    private final boolean tlsIsPthread;
    private final PthreadList threads;
    private final JavaThreads javaThreads;
    private final int offset;
    private final long hotSpotStart;
    private final long javaThreadClass;

    /** How far behind its pthread_t a thread's tls lies: the same for all, and learned from the first that is found. */
    private volatile long tlsDistance;

    /** Whose a task is. */
    public enum Origin {
        /** HotSpot's own: GC, compiler, signal dispatcher. */
        VM,
        /** A Java thread's, by the C++ class of its {@code Thread} object. */
        JAVA,
        /** Other native code's, which may have attached it to the JVM since. */
        NATIVE
    }

    /**
     * @param self the native side of the calling thread, which is a Java thread that Thread.start made
     * @param eetop its {@code JavaThread*}
     */
    public StartRoutines(OsThread self, long eetop, JavaThreads javaThreads) throws IOException {
        this(
                self,
                eetop,
                javaThreads,
                Processor.current().map(Processor::tlsIsPthread).orElse(false));
    }

    /** @param tlsIsPthread whether a thread's tls is its pthread_t */
    StartRoutines(OsThread self, long eetop, JavaThreads javaThreads, boolean tlsIsPthread) throws IOException {
        this.tlsIsPthread = tlsIsPthread;
        this.tlsDistance = tlsIsPthread ? 0 : UNKNOWN_DISTANCE;
        LibJvm jvm = OwnLibraries.ofThisProcess().jvm();
        // At the top of its stack's mapping, so fewer words may be readable.
        long[] words = memory.words(self.pthreadId(), OwnMemory.Buffer.WORDS);
        int found = UNKNOWN_LAYOUT;
        for (int word = 0; word + 1 < words.length && found == UNKNOWN_LAYOUT; word++) {
            if (jvm.holdsCode(words[word]) && words[word + 1] == eetop) {
                found = word;
            }
        }
        this.offset = found == UNKNOWN_LAYOUT ? UNKNOWN_LAYOUT : found * Long.BYTES;
        this.hotSpotStart = found == UNKNOWN_LAYOUT ? 0 : words[found];
        this.javaThreads = javaThreads;
        this.threads = new PthreadList(memory, self, words);
        this.javaThreadClass = word(eetop);
    }

    /** The word at an address: of a C++ object with virtual functions the pointer that tells its class. */
    private long word(long address) {
        OwnMemory.Buffer buffer = memory.borrow();
        try {
            buffer.add(address, Long.BYTES);
            return buffer.read(memory.pid()) ? buffer.longAt(0) : 0;
        } finally {
            memory.giveBack(buffer);
        }
    }

    /** Whether the layout of this C library was found; if not, nothing here is ever known. */
    public boolean known() {
        return offset != UNKNOWN_LAYOUT;
    }

    /** Whether {@link #of} can prove anything with this C library and processor. */
    public boolean provesTasks() {
        return known() && threads.known();
    }

    /**
     * Whether HotSpot made the thread.
     *
     * @param tls as passed to clone: its pthread_t on x86-64, an address behind that on aarch64
     * @param tidAddress clone's child_tid, where glibc keeps the thread's tid up to version 2.42: of a thread whose
     *     {@code struct pthread} is not understood, that proves the memory to be still its own
     * @param tid the kernel's id
     * @param self the native side of the calling thread, asked for if tls is not pthread_t; null if it can't be read
     * @return empty if the thread is gone or the layout unknown
     */
    public Optional<Boolean> madeByHotSpot(long tls, long tidAddress, int tid, Supplier<OsThread> self) {
        if (!known() || !tlsIsPthread && !threads.known()) {
            return Optional.empty();
        }
        OwnMemory.Buffer buffer = memory.borrow();
        try {
            if (threads.known()) {
                return readProved(pthread(tls, tid, self), tid, buffer)
                        ? Optional.of(buffer.longAt(PthreadList.PROOF_BYTES) == hotSpotStart)
                        : Optional.empty();
            }
            buffer.add(tls + offset, Long.BYTES);
            buffer.add(tidAddress, Integer.BYTES);
            return buffer.read(memory.pid()) && buffer.intAt(Long.BYTES) == tid
                    ? Optional.of(buffer.longAt(0) == hotSpotStart)
                    : Optional.empty();
        } finally {
            memory.giveBack(buffer);
        }
    }

    /** Where the thread's pthread_t is if it lives; to be proved. */
    private long pthread(long tls, int tid, Supplier<OsThread> self) {
        if (tlsDistance == UNKNOWN_DISTANCE) {
            OsThread from = self.get();
            Long found = from == null
                    ? null
                    : threads.find(from.pthreadId(), Set.of(tid), MOST_TASKS).get(tid);
            if (found == null) {
                return 0;
            }
            tlsDistance = tls - found;
        }
        return tls - tlsDistance;
    }

    /**
     * Whether a thread with this start routine is one of HotSpot's.
     *
     * @param startRoutine the function that was passed to pthread_create(3) in this process
     * @return empty if it is not known where HotSpot starts its threads
     */
    public Optional<Boolean> isHotSpots(long startRoutine) {
        return known() ? Optional.of(startRoutine == hotSpotStart) : Optional.empty();
    }

    /**
     * Whether native code made the calling thread and attached it to the JVM. Read in place, and allocates nothing.
     *
     * @param self its own native side; any other would crash the JVM
     */
    public boolean isAttached(OwnThread self) {
        return known() && IN_PLACE.getLong(self.pthreadId() + offset) != hotSpotStart;
    }

    /**
     * Which Java threads native code made and attached to the JVM, with few system calls.
     *
     * @param java the native sides of Java threads
     * @return false for a thread that is gone, and for all if the layout is unknown
     */
    public BitSet attached(List<OsThread> java) {
        BitSet attached = new BitSet();
        if (!provesTasks()) {
            return attached;
        }
        OwnMemory.Buffer buffer = memory.borrow();
        try {
            for (int from = 0; from < java.size(); ) {
                int to = Math.min(java.size(), from + PROVED_AT_ONCE);
                for (int i = from; i < to; i++) {
                    addProved(java.get(i).pthreadId(), buffer);
                }
                long done = buffer.readSome(memory.pid());
                int read = (int) Math.max(0, done / PROVED_BYTES);
                for (int i = from; i < from + read; i++) {
                    int at = (i - from) * PROVED_BYTES;
                    if (threads.isProved(java.get(i).pthreadId(), java.get(i).tid(), buffer, at)) {
                        attached.set(i, buffer.longAt(at + PthreadList.PROOF_BYTES) != hotSpotStart);
                    }
                }
                // The one at which reading ended is gone, which must not hide the others.
                from += from + read < to ? read + 1 : read;
            }
        } finally {
            memory.giveBack(buffer);
        }
        return attached;
    }

    /**
     * Whose live tasks are. A task is missing in the answer if that can't be proved: it is gone, its stack is not from
     * glibc, or the layout is unknown.
     *
     * @param tids the tasks in question
     * @param tasks about how many tasks the process has
     * @param self the native side of the calling thread
     */
    public Map<Integer, Origin> of(Set<Integer> tids, int tasks, OsThread self) {
        Map<Integer, Origin> origins = new HashMap<>();
        if (provesTasks() && self != null) {
            threads.find(self.pthreadId(), tids, tasks).forEach((tid, pthread) -> {
                Origin origin = origin(pthread, tid);
                if (origin != null) {
                    origins.put(tid, origin);
                }
            });
        }
        return origins;
    }

    private Origin origin(long pthread, int tid) {
        OwnMemory.Buffer buffer = memory.borrow();
        try {
            if (!readProved(pthread, tid, buffer)) {
                return null;
            }
            if (buffer.longAt(PthreadList.PROOF_BYTES) != hotSpotStart) {
                return Origin.NATIVE;
            }
            long thread = buffer.longAt(PthreadList.PROOF_BYTES + Long.BYTES);
            if (word(thread) == javaThreadClass) {
                // Even if it is just starting: it writes its tid itself.
                return Origin.JAVA;
            }
            // What the task was started with is still its Thread, not memory that has been freed.
            return javaThreads.tidOf(thread) == tid ? Origin.VM : null;
        } finally {
            memory.giveBack(buffer);
        }
    }

    /** Reads a thread's start routine and argument behind the proof that they are this thread's. */
    private boolean readProved(long pthread, int tid, OwnMemory.Buffer buffer) {
        addProved(pthread, buffer);
        return buffer.read(memory.pid()) && threads.isProved(pthread, tid, buffer, 0);
    }

    private void addProved(long pthread, OwnMemory.Buffer buffer) {
        threads.addProof(pthread, buffer);
        buffer.add(pthread + offset, 2L * Long.BYTES);
    }
}
