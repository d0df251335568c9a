package io.clonetrace.agent.starts;

import io.clonetrace.agent.host.Console;
import io.clonetrace.agent.host.SessionPart;
import io.clonetrace.agent.recording.StatusLog;
import io.clonetrace.event.SourceState;
import java.util.concurrent.TimeUnit;

/**
 * Notices when another agent has removed the hook from {@code Thread}. Our transformer sees each change of a class's
 * code, but not what later transformers make of it: so after each change a thread of ours is started, and the hook must
 * see it. Also drops stale starts.
 */
public final class HookWatch implements SessionPart {
    /** The new code runs once all classes of a retransformation are ready; an agent may retransform thousands. */
    private static final long[] AFTER_SECONDS = {1, 10, 60};

    private final HookListeners listeners;
    private final StatusLog statuses;
    private long known;
    private long changed;
    private int checks = AFTER_SECONDS.length;

    public HookWatch(HookListeners listeners, StatusLog statuses) {
        this.listeners = listeners;
        this.statuses = statuses;
    }

    @Override
    public void tick() {
        listeners.dropStaleStarts();
        long now = listeners.transformations();
        if (now != known) {
            known = now;
            if (now != listeners.testedTransformations()) {
                changed = System.nanoTime();
                checks = 0;
            }
        }
        if (isPending() && System.nanoTime() - changed >= TimeUnit.SECONDS.toNanos(AFTER_SECONDS[checks])) {
            checks++;
            check();
        }
    }

    @Override
    public void recordingEnds(boolean last) {
        if (isPending()) {
            check();
        }
    }

    private boolean isPending() {
        return checks < AFTER_SECONDS.length;
    }

    private void check() {
        boolean worked = !listeners.areReplaced();
        try {
            listeners.selfTest();
        } catch (InterruptedException hostsEnd) {
            return;
        }
        if (worked == listeners.areReplaced()) {
            Console.say(
                    worked
                            ? HookListeners.LOST + "; the thread starts since then are missing"
                            : "the hook in java.lang.Thread is back");
            if (!worked) {
                listeners.recount();
            }
            statuses.change(listeners.status(SourceState.ACTIVE));
        }
    }
}
