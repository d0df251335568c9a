package io.clonetrace.demoapp.bench.events;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;

/**
 * Commits for each start of a thread what an agent has to: one event on its creator, and one on a thread of its own,
 * which gets the starts in batches. No more is read or looked up for them than the JDK has at hand.
 */
public final class StartEvents {
    private static final long BATCH_MILLIS = 100;
    private static final long LOWEST = 0x7f00_0000_0000L;
    private static final long RESERVED = 1 << 20;
    private static final long FLAGS = 0x3d0f00;
    private static final String FLAG_NAMES = "CLONE_VM|CLONE_FS|CLONE_FILES|CLONE_SIGHAND|CLONE_THREAD|CLONE_SYSVSEM"
            + "|CLONE_SETTLS|CLONE_PARENT_SETTID|CLONE_CHILD_CLEARTID";
    private static final String CALL_SITE = "io.clonetrace.demoapp.bench.Threads.start(Threads.java)";
    private static final String LOADER = "jdk.internal.loader.ClassLoaders$AppClassLoader@0";

    private static final Queue<Started> STARTED = new ConcurrentLinkedQueue<>();
    private static final Thread CLONES = new Thread(StartEvents::commitClones, "bench clones");

    /** Whether {@link #CLONES} waits for the first of a batch. */
    private static volatile boolean waiting;

    static {
        CLONES.setDaemon(true);
        CLONES.start();
    }

    private StartEvents() {}

    private record Started(Thread child, Thread parent, long at, long nanos) {}

    /** Starts it, with an event of the duration, and hands it over. */
    public static void start(Thread thread) {
        StartEvent event = new StartEvent();
        event.begin();
        thread.start();
        event.end();
        STARTED.add(new Started(thread, Thread.currentThread(), System.currentTimeMillis(), System.nanoTime()));
        if (waiting) {
            LockSupport.unpark(CLONES);
        }
        if (!event.shouldCommit()) {
            return;
        }
        long id = thread.getId();
        event.child = thread;
        event.childName = thread.getName();
        event.childId = id;
        event.childTid = (int) id;
        event.threadClass = thread.getClass();
        event.requestedStackSize = 0;
        event.stackBase = LOWEST + id * RESERVED;
        event.stackSize = RESERVED;
        event.callSite = CALL_SITE;
        event.contextClassLoader = LOADER;
        event.commit();
    }

    /** The same work, with an event at its end. */
    public static Runnable withEnd(Runnable work) {
        return () -> {
            work.run();
            StackEvents.commitOwn();
        };
    }

    private static void commitClones() {
        try {
            while (true) {
                waiting = true;
                while (STARTED.isEmpty()) {
                    LockSupport.park(STARTED);
                }
                waiting = false;
                Thread.sleep(BATCH_MILLIS);
                commitRest();
            }
        } catch (InterruptedException ends) {
            Thread.currentThread().interrupt();
        }
    }

    /** Commits what was handed over since the last batch: before a JVM ends. */
    public static synchronized void commitRest() {
        for (Started next = STARTED.poll(); next != null; next = STARTED.poll()) {
            commitClone(next);
        }
    }

    private static void commitClone(Started started) {
        CloneEvent event = new CloneEvent();
        if (!event.shouldCommit()) {
            return;
        }
        long id = started.child().getId();
        event.kind = "java";
        event.childName = started.child().getName();
        event.childId = id;
        event.childTid = (int) id;
        event.child = started.child();
        event.parentName = started.parent().getName();
        event.parentId = started.parent().getId();
        event.parentTid = (int) event.parentId;
        event.syscall = "clone3";
        event.flags = FLAGS;
        event.flagNames = FLAG_NAMES;
        event.stack = LOWEST + id * RESERVED;
        event.stackSize = RESERVED;
        event.tls = LOWEST + id * RESERVED + RESERVED;
        event.exitSignal = 0;
        event.source = "bench";
        event.observedAt = started.at();
        event.kernelTime = started.nanos();
        event.nativeStackId = -1;
        event.attempts = 1;
        event.used = -1;
        event.max = -1;
        event.commit();
    }
}
