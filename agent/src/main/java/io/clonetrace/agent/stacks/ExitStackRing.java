package io.clonetrace.agent.stacks;

import io.clonetrace.clone.TaskKind;
import io.clonetrace.event.ThreadStackEvent;
import io.clonetrace.stack.OwnMeasure;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * Passes the measures of dying threads to the session's thread, which commits the events: an event needs objects, and a
 * thread's first object costs more than the measure, see {@link io.clonetrace.linux.hotspot.OwnThread}. A bounded ring
 * after D. Vyukov (1024cores.net, bounded MPMC queue): any number of threads put in, one takes out, none waits, and
 * nothing is allocated.
 */
final class ExitStackRing {
    private final Ended[] ring;
    private final AtomicLong tail = new AtomicLong();
    private long head;

    /** @param room a power of two, at least 2 */
    ExitStackRing(int room) {
        ring = new Ended[room];
        for (int i = 0; i < room; i++) {
            ring[i] = new Ended(i);
        }
    }

    /** The measure of one thread. Refers to the thread until the session's thread has taken it. */
    static final class Ended {
        private volatile long turn;
        private Thread thread;
        private String name;
        private long threadId;
        private TaskKind kind;
        private int tid;
        private long base;
        private long reserved;
        private long guard;
        private long touched;
        private long huge;
        private long depth;

        private Ended(long turn) {
            this.turn = turn;
        }

        /** One outside the ring. */
        static Ended of(Thread ended, long id, TaskKind kind, OwnMeasure measure) {
            Ended one = new Ended(0);
            one.fill(ended, id, kind, measure);
            return one;
        }

        private void fill(Thread ended, long id, TaskKind itsKind, OwnMeasure measure) {
            thread = ended;
            name = ended.getName();
            threadId = id;
            kind = itsKind;
            tid = measure.thread().tid();
            base = measure.base();
            reserved = measure.reserved();
            guard = measure.guard();
            touched = measure.touched();
            huge = measure.huge();
            depth = measure.depth();
        }

        long threadId() {
            return threadId;
        }

        /**
         * Commits the event. Its thread is null in the recording if the JVM, as 17 does, has dropped it.
         *
         * @param observed whether the thread's creation was observed
         */
        void commit(boolean observed) {
            ThreadStackEvent event = new ThreadStackEvent();
            event.thread = thread;
            event.name = name;
            event.threadId = threadId;
            event.kind = kind.label();
            event.tid = tid;
            event.moment = StackSampler.END;
            event.base = base;
            event.reserved = reserved;
            event.guard = guard;
            event.touched = touched;
            event.huge = huge;
            event.depth = depth;
            event.creationObserved = observed;
            event.commit();
        }
    }

    /**
     * Puts a measure in.
     *
     * @return how many were put in before this one in total; -1 if there is no room
     */
    long offer(Thread thread, long id, TaskKind kind, OwnMeasure measure) {
        while (true) {
            long place = tail.get();
            Ended ended = ring[(int) place & (ring.length - 1)];
            long turn = ended.turn;
            if (turn < place) {
                return -1;
            }
            if (turn == place && tail.compareAndSet(place, place + 1)) {
                ended.fill(thread, id, kind, measure);
                ended.turn = place + 1;
                return place;
            }
        }
    }

    /** Takes out all that are in the ring. For one thread at a time. */
    void drain(Consumer<Ended> taker) {
        for (Ended ended = next(); ended.turn == head + 1; ended = next()) {
            try {
                taker.accept(ended);
            } finally {
                ended.thread = null;
                ended.name = null;
                ended.turn = head + ring.length;
                head++;
            }
        }
    }

    private Ended next() {
        return ring[(int) head & (ring.length - 1)];
    }
}
