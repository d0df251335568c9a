package io.clonetrace.linux.hotspot;

import io.clonetrace.linux.memory.OwnMemory;
import java.io.IOException;
import java.util.Optional;

/**
 * Distinguishes threads that HotSpot made from those that other native code made, by the function that was passed to
 * pthread_create(3): HotSpot starts all of its threads, Java or not, in one function of libjvm.
 *
 * <p>glibc keeps the function and its argument side by side in {@code struct pthread} (nptl/descr.h), whose layout is
 * private. Their offset is found in this process, from a thread whose argument is known: a Java thread's is its
 * {@code JavaThread*}.
 */
public final class StartRoutines {
    private static final int UNKNOWN_LAYOUT = -1;

    private final OwnMemory memory = new OwnMemory();
    private final int offset;
    private final long hotSpotStart;

    /**
     * @param self the native side of the calling thread, which is a Java thread that Thread.start made
     * @param eetop its {@code JavaThread*}
     */
    StartRoutines(OsThread self, long eetop) throws IOException {
        LibJvm jvm = LibJvm.ofThisProcess();
        OwnMemory.Buffer words = memory.borrow();
        words.add(self.pthreadId(), OwnMemory.Buffer.WORDS * (long) Long.BYTES);
        int length = words.read(memory.pid()) ? OwnMemory.Buffer.WORDS : available(self.pthreadId(), words);
        int found = UNKNOWN_LAYOUT;
        long routine = 0;
        for (int word = 0; word + 1 < length && found == UNKNOWN_LAYOUT; word++) {
            long candidate = words.longAt(word * Long.BYTES);
            if (jvm.holdsCode(candidate) && words.longAt((word + 1) * Long.BYTES) == eetop) {
                found = word * Long.BYTES;
                routine = candidate;
            }
        }
        memory.giveBack(words);
        offset = found;
        hotSpotStart = routine;
    }

    /** A thread's descriptor is at the top of its stack's mapping, so fewer bytes may be readable. */
    private int available(long pthread, OwnMemory.Buffer words) {
        int length = OwnMemory.Buffer.WORDS;
        do {
            length -= 16;
            words.add(pthread, length * (long) Long.BYTES);
        } while (length > 0 && !words.read(memory.pid()));
        return length;
    }

    /** Whether the layout of this C library was found; if not, {@link #madeByHotSpot} always returns empty. */
    public boolean known() {
        return offset != UNKNOWN_LAYOUT;
    }

    /**
     * Whether HotSpot made the thread.
     *
     * @param pthread its pthread_t
     * @param tidAddress where the kernel wrote its tid (clone's child_tid): proves that the memory is still this
     *     thread's
     * @param tid the kernel's id
     * @return empty if the thread is gone or the layout unknown
     */
    public Optional<Boolean> madeByHotSpot(long pthread, long tidAddress, int tid) {
        if (!known()) {
            return Optional.empty();
        }
        OwnMemory.Buffer buffer = memory.borrow();
        try {
            buffer.add(pthread + offset, Long.BYTES);
            buffer.add(tidAddress, Integer.BYTES);
            if (!buffer.read(memory.pid()) || buffer.intAt(Long.BYTES) != tid) {
                return Optional.empty();
            }
            return Optional.of(buffer.longAt(0) == hotSpotStart);
        } finally {
            memory.giveBack(buffer);
        }
    }
}
