package io.clonetrace.linux.hotspot;

import io.clonetrace.linux.NativeUnavailableException;
import io.clonetrace.linux.jna.LibC;
import io.clonetrace.linux.jna.LibPthread;
import io.clonetrace.linux.memory.OwnMemory;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * Finds the layout of a {@code JavaThread} in a JVM that exports no table of it. The calling thread knows from the
 * kernel and glibc what its own {@code JavaThread} must hold: its tid, its pthread_t and its stack. A place where they
 * are counts only if it is right for all other Java threads as well, which glibc's {@code struct pthread} proves: it
 * holds the thread's tid, and lies in the thread's stack.
 */
final class LayoutSearch {
    /** Bytes of an OSThread in which the ids are looked for. */
    private static final int OS_THREAD_WORDS = 32;

    /** Room of pthread_attr_t: glibc's has 56 bytes on x86-64, and 64 on aarch64. */
    private static final int ATTRIBUTES_BYTES = 256;

    /** No struct pthread is larger: a pointer into one leads to the ids, too. */
    private static final long PTHREAD_BYTES = 4_096;

    /** Pages have at least as many bytes. */
    private static final long PAGE = 4_096;

    /** Other threads for which a layout must be right. */
    private static final int WITNESSES = 2;

    private final OwnMemory memory = new OwnMemory();
    private final long eetop;
    private final int tid = LibC.gettid();
    private final long pthread = LibPthread.pthread_self();
    private final Stack stack;
    private final List<Integer> tidsInPthread;

    /** As HotSpot takes it from pthread_getattr_np(3). */
    private record Stack(long base, long size, long guard) {
        boolean holds(long address) {
            return address < base && address >= base - size;
        }
    }

    /** @param eetop the {@code JavaThread*} of the calling thread, which Thread.start made */
    LayoutSearch(long eetop) throws NativeUnavailableException {
        this.eetop = eetop;
        this.stack = stack(pthread);
        this.tidsInPthread = intsOf(memory.words(pthread, OwnMemory.Buffer.WORDS), tid);
    }

    private static Stack stack(long pthread) throws NativeUnavailableException {
        byte[] attributes = new byte[ATTRIBUTES_BYTES];
        long[] lowest = new long[1];
        long[] size = new long[1];
        long[] guard = new long[1];
        int error = LibPthread.pthread_getattr_np(pthread, attributes);
        if (error != 0) {
            throw new NativeUnavailableException("pthread_getattr_np failed with error " + error, null);
        }
        LibPthread.pthread_attr_getstack(attributes, lowest, size);
        LibPthread.pthread_attr_getguardsize(attributes, guard);
        LibPthread.pthread_attr_destroy(attributes);
        return new Stack(lowest[0] + size[0], size[0], guard[0]);
    }

    /**
     * The one layout that is right for all threads.
     *
     * @param others read the {@code JavaThread*} of other Java threads, as it is now; 0 for a thread that has ended
     * @throws NativeUnavailableException if there is none, or more than one
     */
    JavaThreadLayout find(List<LongSupplier> others) throws NativeUnavailableException {
        List<JavaThreadLayout> right = new ArrayList<>();
        long nearest = Long.MAX_VALUE;
        for (JavaThreadLayout candidate : candidates()) {
            // A pointer to what lies before the OSThread leads there as well, from farther away.
            if (candidate.threadId() <= nearest && isRightFor(others, candidate)) {
                nearest = candidate.threadId();
                right.add(candidate);
            }
        }
        if (right.size() != 1) {
            throw new NativeUnavailableException(
                    "this JVM exports no complete gHotSpotVMStructs, and " + right.size()
                            + " places in a JavaThread, not one,"
                            + " may hold a thread's tid and stack; clones are recorded without the Java threads that"
                            + " they made",
                    null);
        }
        return right.get(0);
    }

    /** What fits the calling thread; the places nearest to the tid first. */
    private List<JavaThreadLayout> candidates() {
        List<JavaThreadLayout> found = new ArrayList<>();
        long[] words = memory.words(eetop, OwnMemory.Buffer.WORDS);
        for (int base = 0; base + 1 < words.length; base++) {
            boolean sized = words[base + 1] == stack.size() || words[base + 1] == stack.size() - stack.guard();
            if (words[base] == stack.base() && sized) {
                addAll(words, base * (long) Long.BYTES, found);
            }
        }
        found.sort(Comparator.comparingLong(JavaThreadLayout::threadId));
        return found;
    }

    private void addAll(long[] words, long base, List<JavaThreadLayout> found) {
        for (int os = 0; os < words.length; os++) {
            found.addAll(layouts(os * (long) Long.BYTES, words[os], base));
        }
    }

    /** @param osThread perhaps a pointer to the OSThread */
    private List<JavaThreadLayout> layouts(long at, long osThread, long base) {
        List<JavaThreadLayout> found = new ArrayList<>();
        boolean inPthread = Math.abs(osThread - pthread) < PTHREAD_BYTES;
        if (osThread == 0 || osThread % Long.BYTES != 0 || inPthread || stack.holds(osThread)) {
            return found;
        }
        long[] words = memory.words(osThread, OS_THREAD_WORDS);
        for (int word = 0; word < words.length; word++) {
            if (words[word] == pthread) {
                for (int threadId : intsOf(words, tid)) {
                    found.add(new JavaThreadLayout(
                            at,
                            base,
                            base + Long.BYTES,
                            threadId,
                            word * (long) Long.BYTES,
                            JavaThreadLayout.NONE,
                            JavaThreadLayout.NONE));
                }
            }
        }
        return found;
    }

    private boolean isRightFor(List<LongSupplier> others, JavaThreadLayout layout) {
        JavaThreads threads = new JavaThreads(layout);
        Set<Integer> tids = new HashSet<>(Set.of(tid));
        int witnesses = 0;
        for (LongSupplier other : others) {
            long its = other.getAsLong();
            if (its == 0 || its == eetop) {
                continue;
            }
            OsThread os = threads.read(its, () -> its);
            boolean right = os != null && tids.add(os.tid()) && isRight(os);
            // What was read of a thread that has ended since is no witness.
            if (other.getAsLong() == its) {
                if (!right) {
                    return false;
                }
                witnesses++;
            }
        }
        return witnesses >= WITNESSES;
    }

    private boolean isRight(OsThread os) {
        boolean pages = os.stackBase() % PAGE == 0 && os.stackSize() % PAGE == 0 && os.stackSize() > 0;
        // The first task's stack is the kernel's, and its struct pthread lies elsewhere.
        boolean inside = os.tid() == memory.pid() || new Stack(os.stackBase(), os.stackSize(), 0).holds(os.pthreadId());
        return pages
                && inside
                && intsOf(memory.words(os.pthreadId(), OwnMemory.Buffer.WORDS), os.tid()).stream()
                        .anyMatch(tidsInPthread::contains);
    }

    /** The offsets at which that int is, in bytes. */
    private static List<Integer> intsOf(long[] words, int wanted) {
        List<Integer> found = new ArrayList<>();
        for (int word = 0; word < words.length; word++) {
            if ((int) words[word] == wanted) {
                found.add(word * Long.BYTES);
            }
            if ((int) (words[word] >>> Integer.SIZE) == wanted) {
                found.add(word * Long.BYTES + Integer.BYTES);
            }
        }
        return found;
    }
}
