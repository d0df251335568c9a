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
import java.util.function.Consumer;

/**
 * Unwinds copies of stacks on a thread of its own, which starts with the first copy. All methods may be called from any
 * thread.
 */
public final class UnwindingThread implements OriginResolver, AutoCloseable {
    private static final long MOST_QUEUED = 16 << 20;

    private static final String NO_ROOM = "no room for the copy of the stack";
    private static final String ENDED = "native stacks are not unwound any more";

    /** What a task takes beside its stack. */
    private static final int OVERHEAD = 512;

    /** How many times as much as all copies may wait together with those start routines whose copies had no room. */
    private static final int ROOM_WITHOUT_COPIES = 2;

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
     * @param bytes what it takes in the queue
     * @param work run by the thread
     * @param giveUp run instead if it will not be, or if it fails, with the reason
     */
    private record Task(long bytes, Runnable work, Consumer<String> giveUp) {}

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
        NativeOrigin origin = new NativeOrigin(startRoutine, copy == null ? CloneCall.UNKNOWN : copy.stackPointer());
        long takenAt = System.nanoTime();
        long bytes = OVERHEAD + (copy == null ? 0 : copy.stack().length);
        boolean fits = queued.get() + bytes <= mostQueued;
        if (!fits && copy != null) {
            dropped.incrementAndGet();
            origin.withoutStack(NO_ROOM);
        }
        Task task = fits
                ? new Task(bytes, () -> resolve(pid, copy, takenAt, origin), why -> giveUp(origin, why))
                // The start routine tells whose the thread is, and takes little.
                : new Task(OVERHEAD, () -> resolve(pid, null, takenAt, origin), why -> giveUp(origin, why));
        if (queued.get() + task.bytes() > ROOM_WITHOUT_COPIES * mostQueued) {
            task.giveUp().accept(NO_ROOM);
        } else if (!add(task)) {
            task.giveUp().accept(closed ? ENDED : failure);
        }
        return origin;
    }

    /** What was dropped before is counted already. */
    private void giveUp(NativeOrigin origin, String why) {
        if (origin.missing() == null) {
            dropped.incrementAndGet();
            origin.fail(null, why);
        } else {
            origin.fail(null, origin.missing());
        }
    }

    /** Opens a process's files soon, so that its stacks can be unwound even if it ends. */
    public void prepare(int pid) {
        add(new Task(OVERHEAD, () -> unwinder(pid).space().open(), why -> {}));
    }

    @Override
    public void replaced(int pid) {
        if (thread != null) {
            add(new Task(OVERHEAD, () -> processes.remove(pid), why -> {}));
        }
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
            task.work().run();
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError failed) {
            task.giveUp().accept("unwinding failed: " + failed);
        }
    }

    private Unwinder unwinder(int pid) {
        return processes.computeIfAbsent(pid, key -> new Unwinder(new AddressSpace(key, libraries), chains));
    }

    private void resolve(int pid, StackCopy copy, long takenAt, NativeOrigin origin) {
        Unwinder unwinder = unwinder(pid);
        AddressSpace space = unwinder.space();
        space.refresh();
        long start = origin.startRoutineAddress();
        String routine = start == CloneCall.UNKNOWN
                ? null
                : space.function(start, takenAt).map(NativeFrame::text).orElse(null);
        if (space.problem() != null) {
            origin.fail(null, space.problem());
        } else if (copy == null) {
            origin.complete(routine, null, CloneCall.UNKNOWN);
        } else {
            Chain chain = unwinder.unwind(copy, takenAt);
            long java = chain.javaStackPointer();
            origin.complete(routine, chain.stack(), java < 0 ? CloneCall.UNKNOWN : copy.stackPointer() + java);
        }
    }

    /** Gives up the tasks that are left: the thread ends. */
    private void giveUp() {
        for (Task task = queue.poll(); task != null; task = queue.poll()) {
            queued.addAndGet(-task.bytes());
            task.giveUp().accept(ENDED);
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
                || !add(new Task(0, reached::countDown, why -> reached.countDown()))
                || reached.await(nanos, TimeUnit.NANOSECONDS);
    }

    /** How many copies were not unwound, because there were too many at a time or unwinding failed. */
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
