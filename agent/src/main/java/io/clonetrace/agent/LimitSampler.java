package io.clonetrace.agent;

import io.clonetrace.event.Recorder;
import io.clonetrace.event.ThreadLimitEvent;
import io.clonetrace.limit.ThreadLimit;
import io.clonetrace.limit.ThreadLimits;
import io.clonetrace.limit.ThreadNeeds;

/**
 * Commits a ThreadLimit event for each limit, the nearest first: as often as the recording's settings ask for, and when
 * a recording ends. Confined to one thread.
 */
final class LimitSampler implements SessionPart {
    private final Surroundings found;
    private ThreadLimits limits;
    private ThreadNeeds needs;

    LimitSampler(Surroundings found) {
        this.found = found;
    }

    @Override
    public void tick() {
        // Not earlier: the application's start would wait for it.
        if (limits == null) {
            begin();
        }
        if (found.jfr().limitsAreDue()) {
            commit();
        }
    }

    private void begin() {
        limits = ThreadLimits.ofSelf();
        long stackSize = found.threads().defaultStackSize();
        needs = ThreadNeeds.ofStack(stackSize);
        found.hooks().explainBy(new LimitFinder(stackSize, ThreadLimits::ofSelf));
    }

    @Override
    public void recordingEnds(boolean last) {
        commit();
    }

    private void commit() {
        if (!Recorder.isReady() || !new ThreadLimitEvent().isEnabled()) {
            return;
        }
        if (limits == null) {
            begin();
        }
        for (ThreadLimit limit : limits.read(needs)) {
            ThreadLimitEvent event = new ThreadLimitEvent();
            event.limit = limit.name();
            event.used = limit.used();
            event.max = limit.max();
            event.location = limit.source();
            event.commit();
        }
    }
}
