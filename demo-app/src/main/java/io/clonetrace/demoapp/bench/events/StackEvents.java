package io.clonetrace.demoapp.bench.events;

import java.util.concurrent.TimeUnit;
import jdk.jfr.FlightRecorder;

/** Commits an event of a thread's stack, whose numbers are made up: of the calling thread, or of all live ones. */
public final class StackEvents {
    private static final long LOWEST = 0x7f00_0000_0000L;
    private static final long RESERVED = 1 << 20;
    private static final long GUARD = 16 << 10;
    private static final long TOUCHED = 96 << 10;

    private StackEvents() {}

    /**
     * Commits one for each live thread whenever a chunk of a recording ends, as it does when the JVM ends.
     *
     * @return stops that
     */
    public static Runnable atEndOfChunks() {
        Runnable hook = StackEvents::commitAll;
        FlightRecorder.addPeriodicEvent(StackEvent.class, hook);
        return () -> FlightRecorder.removePeriodicEvent(hook);
    }

    /** The calling thread's, as an agent commits it at a thread's end. */
    static void commitOwn() {
        commit(Thread.currentThread(), "end", -1);
    }

    private static void commitAll() {
        ThreadGroup all = Thread.currentThread().getThreadGroup();
        while (all.getParent() != null) {
            all = all.getParent();
        }
        // As its enumerate says: none was omitted if there is room left.
        Thread[] threads;
        int count;
        int room = all.activeCount();
        do {
            room = 2 * room + 1;
            threads = new Thread[room];
            count = all.enumerate(threads);
        } while (count == room);
        long now = TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis());
        for (int i = 0; i < count; i++) {
            commit(threads[i], "periodic", now);
        }
    }

    private static void commit(Thread thread, String moment, long snapshot) {
        StackEvent event = new StackEvent();
        if (!event.shouldCommit()) {
            return;
        }
        long id = thread.getId();
        event.name = thread.getName();
        event.threadId = id;
        event.tid = (int) id;
        event.thread = thread;
        event.kind = "java";
        event.moment = moment;
        event.base = LOWEST + id * RESERVED;
        event.reserved = RESERVED;
        event.guard = GUARD;
        event.touched = TOUCHED;
        event.huge = 0;
        event.creationObserved = true;
        event.depth = TOUCHED;
        event.taskStarted = -1;
        event.snapshot = snapshot;
        event.commit();
    }
}
