package io.clonetrace.linux.hotspot;

import io.clonetrace.linux.memory.OwnMemory;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * Finds the {@code pthread_t} of live tasks. glibc links the {@code struct pthread} of all threads whose stacks it
 * allocated in a list (nptl/descr.h, {@code list}; {@code dl_stack_used}), with the tid right behind the links. The
 * structure is private, so the links' offset is found in this process.
 *
 * <p>The list is read while threads are linked and unlinked: what is found is proved by the tid and, on x86-64, by the
 * pointer of a {@code struct pthread} to itself ({@code header.self}); on aarch64, which has none, by the neighbour's
 * link back. What isn't found is missing, not dead.
 */
final class PthreadList {
    private static final int UNKNOWN_LAYOUT = -1;

    /** Of {@code tcbhead_t.self} (glibc sysdeps/x86_64/nptl/tls.h). */
    private static final int SELF = 2 * Long.BYTES;

    private static final int NEXT = 0;
    private static final int PREVIOUS = Long.BYTES;

    /** Behind the two links. */
    private static final int TID = 2 * Long.BYTES;

    /** More nodes than there are tasks: the list's head, and threads that were just made. */
    private static final int SLACK = 64;

    private final OwnMemory memory;
    private final boolean pointsToItself;
    private final int links;

    /**
     * @param self the native side of the calling thread
     * @param words the first words of its {@code struct pthread}
     */
    PthreadList(OwnMemory memory, OsThread self, long[] words) {
        this(memory, self, words, words.length > SELF / Long.BYTES && words[SELF / Long.BYTES] == self.pthreadId());
    }

    /** @param pointsToItself whether to rely on {@code header.self} */
    PthreadList(OwnMemory memory, OsThread self, long[] words, boolean pointsToItself) {
        this.memory = memory;
        this.pointsToItself = pointsToItself;
        this.links = links(self, words);
    }

    private int links(OsThread self, long[] words) {
        for (int word = 0; word + 2 < words.length; word++) {
            int at = word * Long.BYTES;
            if ((int) words[word + 2] == self.tid() && isLinkAt(at, self, words[word], words[word + 1])) {
                return at;
            }
        }
        return UNKNOWN_LAYOUT;
    }

    private boolean isLinkAt(int at, OsThread self, long next, long previous) {
        return pointsToItself
                ? isOther(next - at, self) || isOther(previous - at, self)
                : isLinked(self.pthreadId() + at, next, previous);
    }

    /** Whether both neighbours of a node link back to it. */
    private boolean isLinked(long node, long next, long previous) {
        OwnMemory.Buffer buffer = memory.borrow();
        try {
            buffer.add(next + PREVIOUS, Long.BYTES);
            buffer.add(previous + NEXT, Long.BYTES);
            return next != node
                    && buffer.read(memory.pid())
                    && buffer.longAt(0) == node
                    && buffer.longAt(Long.BYTES) == node;
        } finally {
            memory.giveBack(buffer);
        }
    }

    private boolean isOther(long pthread, OsThread self) {
        OwnMemory.Buffer buffer = memory.borrow();
        try {
            buffer.add(pthread + SELF, Long.BYTES);
            return pthread != self.pthreadId() && buffer.read(memory.pid()) && buffer.longAt(0) == pthread;
        } finally {
            memory.giveBack(buffer);
        }
    }

    /** Whether the links were found; if not, {@link #find} finds nothing. */
    boolean known() {
        return links != UNKNOWN_LAYOUT;
    }

    /**
     * Finds threads, from the calling one on in both directions: the oldest and the newest threads are near the head.
     *
     * @param self the {@code pthread_t} of the calling thread
     * @param tids the tasks wanted
     * @param tasks about how many tasks the process has
     * @return their {@code pthread_t}, by tid
     */
    Map<Integer, Long> find(long self, Set<Integer> tids, int tasks) {
        Map<Integer, Long> found = new HashMap<>();
        if (!known() || tids.isEmpty()) {
            return found;
        }
        OwnMemory.Buffer buffer = memory.borrow();
        try {
            long newer = self + links;
            long older = newer;
            for (int i = 0; i < tasks + SLACK && found.size() < tids.size(); i++) {
                newer = newer == 0 ? 0 : visit(newer, PREVIOUS, buffer, tids, found);
                older = older == 0 ? 0 : visit(older, NEXT, buffer, tids, found);
                if (newer == older) {
                    break;
                }
            }
            if (newer != 0 && newer == older) {
                visit(newer, NEXT, buffer, tids, found);
            }
        } finally {
            memory.giveBack(buffer);
        }
        return found;
    }

    /** Notes the thread with that node, and returns its neighbour; 0 if it can't be read. */
    private long visit(long node, int direction, OwnMemory.Buffer buffer, Set<Integer> tids, Map<Integer, Long> found) {
        long pthread = node - links;
        buffer.add(node, TID + (long) Integer.BYTES);
        buffer.add(pthread + SELF, Long.BYTES);
        if (buffer.read(memory.pid())) {
            int tid = buffer.intAt(TID);
            long next = buffer.longAt(NEXT);
            long previous = buffer.longAt(PREVIOUS);
            boolean itself = pointsToItself && buffer.longAt(TID + Integer.BYTES) == pthread;
            if (tids.contains(tid) && (itself || !pointsToItself && isLinked(node, next, previous))) {
                found.put(tid, pthread);
            }
            return direction == NEXT ? next : previous;
        }
        // The head has no thread around it.
        buffer.add(node, TID);
        return buffer.read(memory.pid()) ? buffer.longAt(direction) : 0;
    }

    /** Of {@link #addProof}. */
    static final int PROOF_BYTES = Long.BYTES + Integer.BYTES;

    static final int PROOF_RANGES = 2;

    /** Whether the thread with that tid still has that {@code pthread_t}: adds to the next read what proves it. */
    void addProof(long pthread, OwnMemory.Buffer buffer) {
        buffer.add(pthread + SELF, Long.BYTES);
        buffer.add(pthread + links + TID, Integer.BYTES);
    }

    /** What {@link #addProof} has read, at that offset in the buffer. */
    boolean isProved(long pthread, int tid, OwnMemory.Buffer buffer, int at) {
        return (!pointsToItself || buffer.longAt(at) == pthread) && buffer.intAt(at + Long.BYTES) == tid;
    }
}
