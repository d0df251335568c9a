package io.clonetrace.unwind;

import io.clonetrace.clone.CloneCall;
import io.clonetrace.clone.NativeFrame;
import io.clonetrace.clone.NativeOrigin;
import io.clonetrace.clone.NativeStack;
import io.clonetrace.unwind.ChainMemo.Chain;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Unwinds copies of stacks on a thread of its own, which starts with the first copy. All methods may be called from any
 * thread.
 */
public final class UnwindingThread implements OriginResolver, AutoCloseable {
    private static final long MOST_QUEUED = 16 << 20;

    /** What a task takes beside its stack. */
    private static final int OVERHEAD = 512;

    private static final int MOST_PROCESSES = 32;
    private static final long CLOSING = TimeUnit.SECONDS.toNanos(1);
    private static final long NEXT_TRY = TimeUnit.SECONDS.toNanos(10);

    private final ThreadFactory factory;
    private final long mostQueued;
    private final Queue<Task> queue = new ConcurrentLinkedQueue<>();
    private final AtomicLong queued = new AtomicLong();
    private final AtomicLong dropped = new AtomicLong();
    private volatile Thread thread;
    private volatile boolean idle;
    private volatile boolean closed;
    private volatile long failedAt;
    private volatile String failure;

    private final Libraries libraries = new Libraries();
    private final Map<NativeStack, NativeStack> chains = Unwinder.chains();
    private final Map<Integer, Unwinder> processes = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Integer, Unwinder> eldest) {
            return size() > MOST_PROCESSES;
        }
    };

    /**
     * What is to be done.
     *
     * @param origin where the result goes; null to open the process's files only
     * @param reached counted down when its turn has come; null if nobody waits
     */
    private record Task(
            int pid, long startRoutine, StackCopy copy, NativeOrigin origin, long takenAt, CountDownLatch reached) {
        long bytes() {
            return OVERHEAD + (copy == null ? 0 : copy.stack().length);
        }
    }

    /** @param factory makes the thread, which should be a daemon */
    public UnwindingThread(ThreadFactory factory) {
        this(factory, MOST_QUEUED);
    }

    /**
     * @param factory makes the thread, which should be a daemon
     * @param mostQueued how many bytes of copies may wait
     */
    public UnwindingThread(ThreadFactory factory, long mostQueued) {
        this.factory = factory;
        this.mostQueued = mostQueued;
    }

    @Override
    public NativeOrigin resolve(int pid, long startRoutine, StackCopy copy) {
        NativeOrigin origin = new NativeOrigin(startRoutine);
        Task task = new Task(pid, startRoutine, copy, origin, System.nanoTime(), null);
        if (queued.get() + task.bytes() > mostQueued) {
            dropped.incrementAndGet();
            origin.fail(null, "too many native stacks at once");
        } else if (!add(task)) {
            dropped.incrementAndGet();
            origin.fail(null, closed ? "native stacks are not unwound any more" : failure);
        }
        return origin;
    }

    /** Opens a process's files soon, so that its stacks can be unwound even if it ends. */
    public void prepare(int pid) {
        add(new Task(pid, CloneCall.UNKNOWN, null, null, System.nanoTime(), null));
    }

    /** Puts a task into the queue; false if no thread will take it. */
    private boolean add(Task task) {
        if (closed || !isStarted()) {
            return false;
        }
        queued.addAndGet(task.bytes());
        queue.add(task);
        if (idle) {
            LockSupport.unpark(thread);
        }
        if (closed) {
            // The thread may have ended before it saw the task.
            giveUp();
        }
        return true;
    }

    private boolean isStarted() {
        if (thread != null) {
            return true;
        }
        synchronized (queue) {
            if (thread == null && (failure == null || System.nanoTime() - failedAt > NEXT_TRY)) {
                try {
                    Thread made = factory.newThread(this::run);
                    made.start();
                    thread = made;
                } catch (OutOfMemoryError | RuntimeException noThread) {
                    // At a limit on threads, which is when native stacks are wanted most: the next copies try again.
                    failedAt = System.nanoTime();
                    failure = "the thread that unwinds native stacks can't be started: " + noThread.getMessage();
                }
            }
            return thread != null;
        }
    }

    private void run() {
        try {
            while (!closed) {
                Task task = queue.poll();
                if (task != null) {
                    take(task);
                    continue;
                }
                idle = true;
                if (queue.isEmpty() && !closed) {
                    LockSupport.park(this);
                    // Not ours to keep, and park would return at once.
                    Thread.interrupted();
                }
                idle = false;
            }
        } finally {
            closed = true;
            giveUp();
            libraries.close();
        }
    }

    private void take(Task task) {
        queued.addAndGet(-task.bytes());
        try {
            if (task.reached() != null) {
                task.reached().countDown();
            } else if (task.origin() == null) {
                unwinder(task.pid()).space().open();
            } else {
                resolve(task);
            }
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError failed) {
            dropped.incrementAndGet();
            if (task.origin() != null) {
                task.origin().fail(null, "unwinding failed: " + failed);
            }
        }
    }

    private Unwinder unwinder(int pid) {
        return processes.computeIfAbsent(pid, key -> new Unwinder(new AddressSpace(key, libraries), chains));
    }

    private void resolve(Task task) {
        Unwinder unwinder = unwinder(task.pid());
        AddressSpace space = unwinder.space();
        space.refresh();
        String routine = task.startRoutine() == CloneCall.UNKNOWN
                ? null
                : space.function(task.startRoutine(), task.takenAt())
                        .map(NativeFrame::text)
                        .orElse(null);
        if (space.problem() != null) {
            task.origin().fail(null, space.problem());
        } else if (task.copy() == null) {
            task.origin().complete(routine, null, CloneCall.UNKNOWN);
        } else {
            Chain chain = unwinder.unwind(task.copy(), task.takenAt());
            task.origin()
                    .complete(
                            routine,
                            chain.stack(),
                            chain.javaStackPointer() < 0
                                    ? CloneCall.UNKNOWN
                                    : task.copy().stackPointer() + chain.javaStackPointer());
        }
    }

    /** Completes what nobody will take. */
    private void giveUp() {
        for (Task task = queue.poll(); task != null; task = queue.poll()) {
            queued.addAndGet(-task.bytes());
            if (task.reached() != null) {
                task.reached().countDown();
            } else if (task.origin() != null) {
                dropped.incrementAndGet();
                task.origin().fail(null, "native stacks are not unwound any more");
            }
        }
    }

    /**
     * Waits until all copies submitted so far are resolved.
     *
     * @return false if that took longer
     */
    public boolean await(long nanos) throws InterruptedException {
        CountDownLatch reached = new CountDownLatch(1);
        return thread == null
                || !add(new Task(0, CloneCall.UNKNOWN, null, null, 0, reached))
                || reached.await(nanos, TimeUnit.NANOSECONDS);
    }

    /** How many copies were not unwound, because there were too many or unwinding failed. */
    public long dropped() {
        return dropped.get();
    }

    /** Ends the thread, and waits up to a second for it. Copies that it has not reached are dropped. */
    @Override
    public void close() {
        closed = true;
        Thread running = thread;
        if (running != null) {
            LockSupport.unpark(running);
            try {
                if (running != Thread.currentThread()) {
                    running.join(TimeUnit.NANOSECONDS.toMillis(CLOSING));
                }
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
