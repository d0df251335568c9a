package io.clonetrace.unwind;

import io.clonetrace.clone.CloneCall;
import io.clonetrace.clone.NativeFrame;
import io.clonetrace.clone.NativeOrigin;
import io.clonetrace.clone.NativeStack;
import io.clonetrace.unwind.ChainMemo.Chain;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
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
 * Unwinds copies of stacks on a thread of its own, which starts with the first copy. A start routine that was found
 * before is looked up again only in a {@link #hurry}, together with all that came since: a tracer that wakes another
 * thread for each clone has no time for the clones. All methods may be called from any thread.
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

    private final List<StartRoutine> same = new ArrayList<>();
    private final Libraries libraries = new Libraries();
    private final Map<NativeStack, NativeStack> chains = Unwinder.chains();
    private final Map<Integer, Unwinder> processes = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Integer, Unwinder> eldest) {
            return size() > MOST_PROCESSES;
        }
    };

    /** The start routine that was found last; null if it was not. */
    private volatile StartRoutine latest;

    private sealed interface Task {
        /** What it takes in the queue. */
        long bytes();

        /** It will not be done, or has failed. */
        void giveUp(String why);
    }

    /**
     * What is to be done.
     *
     * @param bytes as {@link Task#bytes}
     * @param work run by the thread
     * @param refusal as {@link Task#giveUp}
     */
    private record Work(long bytes, Runnable work, Consumer<String> refusal) implements Task {
        @Override
        public void giveUp(String why) {
            refusal.accept(why);
        }
    }

    /**
     * A start routine to be looked up, without a stack.
     *
     * @param takenAt when it was seen (System.nanoTime), at the latest
     */
    private final class StartRoutine implements Task {
        private final int pid;
        private final long takenAt;
        private final NativeOrigin origin;

        StartRoutine(int pid, long takenAt, NativeOrigin origin) {
            this.pid = pid;
            this.takenAt = takenAt;
            this.origin = origin;
        }

        boolean isSame(StartRoutine other) {
            return other != null
                    && pid == other.pid
                    && origin.startRoutineAddress() == other.origin.startRoutineAddress();
        }

        @Override
        public long bytes() {
            return OVERHEAD;
        }

        @Override
        public void giveUp(String why) {
            UnwindingThread.this.giveUp(origin, why);
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
        NativeOrigin origin = new NativeOrigin(startRoutine, copy == null ? CloneCall.UNKNOWN : copy.stackPointer());
        long takenAt = System.nanoTime();
        long bytes = OVERHEAD + (copy == null ? 0 : copy.stack().length);
        boolean fits = queued.get() + bytes <= mostQueued;
        if (!fits && copy != null) {
            dropped.incrementAndGet();
            origin.withoutStack(NO_ROOM);
        }
        Task task = copy != null && fits
                ? new Work(bytes, () -> resolve(pid, copy, takenAt, origin), why -> giveUp(origin, why))
                // The start routine tells whose the thread is, and takes little.
                : new StartRoutine(pid, takenAt, origin);
        if (queued.get() + task.bytes() > ROOM_WITHOUT_COPIES * mostQueued) {
            task.giveUp(NO_ROOM);
        } else if (!add(task)) {
            task.giveUp(closed ? ENDED : failure);
        }
        return origin;
    }

    @Override
    public void hurry(long nanos) {
        if (nanos <= 0) {
            wake();
            return;
        }
        try {
            await(nanos);
        } catch (InterruptedException impatient) {
            Thread.currentThread().interrupt();
        }
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
        add(new Work(OVERHEAD, () -> unwinder(pid).space().open(), why -> {}));
    }

    @Override
    public void replaced(int pid) {
        if (thread != null) {
            add(new Work(OVERHEAD, () -> forget(pid), why -> {}));
        }
    }

    private void forget(int pid) {
        processes.remove(pid);
        // The same address may be another function's.
        latest = null;
    }

    /** Puts a task into the queue; false if no thread will take it. */
    private boolean add(Task task) {
        if (closed || !isStarted()) {
            return false;
        }
        queued.addAndGet(task.bytes());
        queue.add(task);
        // The first of a process can't wait: its files are opened while it lives.
        boolean known = task instanceof StartRoutine routine && routine.isSame(latest);
        if (!known || queued.get() > mostQueued / 2) {
            wake();
        }
        if (closed) {
            // The thread may have ended before it saw the task.
            giveUp();
        }
        return true;
    }

    private void wake() {
        if (idle) {
            LockSupport.unpark(thread);
        }
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
            if (task instanceof Work unwinding) {
                unwinding.work().run();
            } else {
                lookUp((StartRoutine) task);
            }
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError failed) {
            task.giveUp("unwinding failed: " + failed);
        }
    }

    /** All were seen before the mapping is confirmed, once for all. */
    private void lookUp(StartRoutine first) {
        same.add(first);
        while (queue.peek() instanceof StartRoutine next && next.isSame(first) && queue.remove(next)) {
            queued.addAndGet(-next.bytes());
            same.add(next);
        }
        try {
            AddressSpace space = refreshed(first.pid).space();
            String name = name(space, first.origin, same.get(same.size() - 1).takenAt);
            String problem = space.problem();
            for (StartRoutine one : same) {
                if (problem == null) {
                    one.origin.complete(name, null, CloneCall.UNKNOWN);
                } else {
                    one.origin.fail(null, problem);
                }
            }
            latest = name == null ? null : first;
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError failed) {
            same.forEach(one -> one.giveUp("unwinding failed: " + failed));
        } finally {
            same.clear();
        }
    }

    private Unwinder unwinder(int pid) {
        return processes.computeIfAbsent(pid, key -> new Unwinder(new AddressSpace(key, libraries), chains));
    }

    private Unwinder refreshed(int pid) {
        Unwinder unwinder = unwinder(pid);
        unwinder.space().refresh();
        return unwinder;
    }

    private void resolve(int pid, StackCopy copy, long takenAt, NativeOrigin origin) {
        Unwinder unwinder = refreshed(pid);
        String routine = name(unwinder.space(), origin, takenAt);
        if (unwinder.space().problem() != null) {
            origin.fail(null, unwinder.space().problem());
        } else {
            Chain chain = unwinder.unwind(copy, takenAt);
            long java = chain.javaStackPointer();
            origin.complete(routine, chain.stack(), java < 0 ? CloneCall.UNKNOWN : copy.stackPointer() + java);
        }
    }

    /** The name of the start routine; null if it is not known. */
    private static String name(AddressSpace space, NativeOrigin origin, long takenAt) {
        long start = origin.startRoutineAddress();
        return start == CloneCall.UNKNOWN
                ? null
                : space.function(start, takenAt).map(NativeFrame::text).orElse(null);
    }

    /** Gives up the tasks that are left: the thread ends. */
    private void giveUp() {
        for (Task task = queue.poll(); task != null; task = queue.poll()) {
            queued.addAndGet(-task.bytes());
            task.giveUp(ENDED);
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
                || !add(new Work(0, reached::countDown, why -> reached.countDown()))
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
