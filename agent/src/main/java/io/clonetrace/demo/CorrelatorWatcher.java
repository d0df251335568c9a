package io.clonetrace.demo;

import io.clonetrace.clone.CloneCall;
import io.clonetrace.clone.TaskKind;
import io.clonetrace.correlate.CallObserver;
import io.clonetrace.linux.proc.Patience;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** {@link CloneWatcher} for one demo, by what the correlator shows of each call. Safe for its thread and the demo's. */
public final class CorrelatorWatcher implements CloneWatcher, CallObserver {
    /** More clones than a JVM makes in the time of one watch, or the oldest are forgotten. */
    private static final int CAPACITY = 4_096;

    /** Looks that often whether the source is lost meanwhile, of which there is no signal. */
    private static final long CHECK_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private final Supplier<Optional<String>> source;
    private final Duration patience;
    private final LongSupplier progress;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition more = lock.newCondition();
    private Window window;

    /**
     * @param source the name of the source that observes at the moment, or empty
     * @param patience how long a call is waited for while the source makes no progress: a tracer may write late
     * @param progress the source's progress, as for {@link Patience}
     */
    public CorrelatorWatcher(Supplier<Optional<String>> source, Duration patience, LongSupplier progress) {
        this.source = source;
        this.patience = patience;
        this.progress = progress;
    }

    @Override
    public Optional<TaskKind> observe(CloneCall call) {
        lock.lock();
        try {
            if (window == null) {
                return Optional.empty();
            }
            if (window.calls.size() == CAPACITY) {
                window.calls.remove(0);
            }
            window.calls.add(call);
            more.signalAll();
            return window.bare && window.parentTid == call.parentTid() ? Optional.of(TaskKind.DEMO) : Optional.empty();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Optional<String> source() {
        return source.get();
    }

    @Override
    public Watch watch(int parentTid, boolean bare) {
        lock.lock();
        try {
            window = new Window(parentTid, bare);
            return window;
        } finally {
            lock.unlock();
        }
    }

    private final class Window implements Watch {
        private final int parentTid;
        private final boolean bare;
        private final List<CloneCall> calls = new ArrayList<>();

        Window(int parentTid, boolean bare) {
            this.parentTid = parentTid;
            this.bare = bare;
        }

        @Override
        public Optional<CloneCall> await(int parent, int child) throws InterruptedException {
            Patience awaiting = new Patience(patience.toNanos(), CHECK_NANOS, progress);
            lock.lockInterruptibly();
            try {
                long left = CHECK_NANOS;
                boolean over = false;
                Optional<CloneCall> found = find(parent, child);
                while (found.isEmpty() && !over && source().isPresent()) {
                    left = more.awaitNanos(left);
                    found = find(parent, child);
                    if (left <= 0) {
                        over = awaiting.isOver();
                        left = CHECK_NANOS;
                    }
                }
                return found;
            } finally {
                lock.unlock();
            }
        }

        private Optional<CloneCall> find(int parent, int child) {
            return calls.stream()
                    .filter(call -> call.childTid() == child && (parent == ANY_PARENT || call.parentTid() == parent))
                    .findFirst();
        }

        @Override
        public void close() {
            lock.lock();
            try {
                if (window == this) {
                    window = null;
                }
            } finally {
                lock.unlock();
            }
        }
    }
}
