package io.clonetrace.junit;

import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ForkJoinWorkerThread;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * Which live threads belong to which test or class: a thread belongs to that for which its creator works, or to which
 * its creator belongs. The agent calls {@link #accept} in the creator, before the thread can start others; so this
 * takes no lock, and is exact with any number of tests at once.
 */
final class ThreadStarts implements Consumer<Thread> {
    private static final int ENDED_ARE_DROPPED_EVERY = 256;
    private static final long SHORTEST_PAUSE_NANOS = 1_000_000;
    private static final long LONGEST_PAUSE_NANOS = 16_000_000;

    /** Threads of JUnit's that run code of a test or class now. */
    private final Map<Key, LeakScope> running = new ConcurrentHashMap<>();

    private final Map<Key, ThreadStart> starts = new ConcurrentHashMap<>();
    private final ReferenceQueue<Thread> collected = new ReferenceQueue<>();
    private final AtomicLong count = new AtomicLong();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();

    /** A thread by identity: a subclass may override hashCode and equals. */
    private static final class Key extends WeakReference<Thread> {
        private final int hash;

        Key(Thread thread, ReferenceQueue<Thread> queue) {
            super(thread, queue);
            hash = System.identityHashCode(thread);
        }

        @Override
        public int hashCode() {
            return hash;
        }

        @Override
        public boolean equals(Object other) {
            if (this == other) {
                return true;
            }
            Thread thread = get();
            return thread != null && other instanceof Key key && key.get() == thread;
        }
    }

    /** What the calling thread starts belongs to {@code scope} until {@link #leave}. Returns what it belonged to. */
    LeakScope enter(LeakScope scope) {
        return running.put(key(Thread.currentThread()), scope);
    }

    /** @param before what {@link #enter} returned; null for none */
    void leave(LeakScope before) {
        if (before == null) {
            running.remove(key(Thread.currentThread()));
        } else {
            running.put(key(Thread.currentThread()), before);
        }
    }

    @Override
    public void accept(Thread child) {
        try {
            Thread creator = Thread.currentThread();
            LeakScope scope = running.get(key(creator));
            ThreadStart creatorsStart = scope == null ? starts.get(key(creator)) : null;
            if (scope == null && creatorsStart == null) {
                return;
            }
            if (scope != null && areOfOnePool(creator, child) || JdkThreads.isShared(child)) {
                return;
            }
            StackTraceElement[] trace = new Throwable().getStackTrace();
            add(child, creator, scope == null ? creatorsStart.scope() : scope, creatorsStart, trace);
        } catch (Throwable unobserved) {
            failure.compareAndSet(null, unobserved);
        }
    }

    /**
     * JUnit's parallel tests run in a pool, which starts a worker inside of any test that makes one of its own wait.
     */
    private static boolean areOfOnePool(Thread creator, Thread child) {
        return creator instanceof ForkJoinWorkerThread one
                && child instanceof ForkJoinWorkerThread other
                && one.getPool() == other.getPool();
    }

    private void add(
            Thread child, Thread creator, LeakScope runs, ThreadStart creatorsStart, StackTraceElement[] wholeTrace) {
        StackTraceElement[] trace = StartTrace.ofTest(wholeTrace);
        LeakScope scope = runs.ownerOf(trace);
        if (scope == null) {
            return;
        }
        long order = count.incrementAndGet();
        if (order % ENDED_ARE_DROPPED_EVERY == 0) {
            dropEnded();
        }
        Key key = new Key(child, collected);
        ThreadStart root = creatorsStart == null ? null : creatorsStart.root();
        starts.putIfAbsent(key, new ThreadStart(key, scope, order, creator.getName(), trace, root));
    }

    private void dropEnded() {
        for (Object key = collected.poll(); key != null; key = collected.poll()) {
            starts.remove(key);
        }
        starts.values().removeIf(ThreadStart::hasEnded);
    }

    /**
     * Waits until all threads of {@code scope} have ended, at most its grace time, and forgets them.
     *
     * @return those that are still alive and not allowed, in the order of their starts
     */
    List<ThreadStart> awaitEnd(LeakScope scope) {
        long deadline = System.nanoTime() + scope.settings().grace().toNanos();
        long pause = SHORTEST_PAUSE_NANOS;
        boolean interrupted = Thread.interrupted();
        List<ThreadStart> alive = alive(scope);
        while (!alive.isEmpty() && System.nanoTime() - deadline < 0) {
            // Not Thread.join, which waits for the monitor of a thread that the test may hold.
            LockSupport.parkNanos(this, pause);
            interrupted |= Thread.interrupted();
            pause = Math.min(2 * pause, LONGEST_PAUSE_NANOS);
            alive = alive(scope);
        }
        starts.values().removeIf(start -> start.scope() == scope);
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return alive;
    }

    private List<ThreadStart> alive(LeakScope scope) {
        List<ThreadStart> alive = new ArrayList<>();
        for (ThreadStart start : starts.values()) {
            Thread thread =
                    start.scope() == scope && start.isAlive() ? start.thread().get() : null;
            if (thread != null && !scope.settings().allows(thread.getName()) && !JdkThreads.isShared(thread)) {
                alive.add(start);
            }
        }
        alive.sort(Comparator.comparingLong(ThreadStart::order));
        return alive;
    }

    /** The first failure to observe a start since the last call; null if there was none. */
    Throwable takeFailure() {
        return failure.getAndSet(null);
    }

    private static Key key(Thread thread) {
        return new Key(thread, null);
    }
}
