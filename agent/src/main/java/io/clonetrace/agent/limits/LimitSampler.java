package io.clonetrace.agent.limits;

import io.clonetrace.agent.host.SessionPart;
import io.clonetrace.agent.recording.JfrState;
import io.clonetrace.agent.stacks.LiveThreads;
import io.clonetrace.event.Recorder;
import io.clonetrace.event.ThreadLimitEvent;
import io.clonetrace.limit.ThreadLimit;
import io.clonetrace.limit.ThreadLimits;
import io.clonetrace.limit.ThreadNeeds;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Commits a ThreadLimit event for each limit, the nearest first: as often as the recording's settings say, and when a
 * recording ends. Confined to the session's thread.
 */
public final class LimitSampler implements SessionPart {
    private final JfrState jfr;
    private final LiveThreads threads;
    private final LongSupplier mappings;
    private final Consumer<LimitFinder> failures;
    private ThreadLimits limits;
    private ThreadNeeds needs;
    private long stackSize;
    private boolean explained;

    /**
     * @param mappings how many mappings this process has, if another part has just counted them; else
     *     {@link ThreadLimit#UNKNOWN}
     * @param failures takes the finder of the limit that made a start fail
     */
    public LimitSampler(JfrState jfr, LiveThreads threads, LongSupplier mappings, Consumer<LimitFinder> failures) {
        this.jfr = jfr;
        this.threads = threads;
        this.mappings = mappings;
        this.failures = failures;
    }

    @Override
    public void tick() {
        // Not earlier: the application's start would wait for it.
        if (!explained) {
            explained = true;
            prepare();
            failures.accept(new LimitFinder(stackSize, ThreadLimits::ofSelf));
        }
        if (jfr.limitsAreDue()) {
            commit();
        }
    }

    private void prepare() {
        if (limits == null) {
            limits = ThreadLimits.ofSelf();
            stackSize = threads.defaultStackSize();
            needs = ThreadNeeds.ofStack(stackSize);
        }
    }

    @Override
    public void measure() {
        commit();
    }

    private void commit() {
        if (!Recorder.isReady() || !new ThreadLimitEvent().isEnabled()) {
            return;
        }
        prepare();
        for (ThreadLimit limit : limits.read(needs, mappings.getAsLong())) {
            ThreadLimitEvent event = new ThreadLimitEvent();
            event.limit = limit.name();
            event.used = limit.used();
            event.max = limit.max();
            event.location = limit.source();
            event.commit();
        }
    }
}
