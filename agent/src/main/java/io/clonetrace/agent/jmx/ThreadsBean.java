package io.clonetrace.agent.jmx;

import io.clonetrace.agent.recording.StatusLog;
import io.clonetrace.clone.CloneCall;
import io.clonetrace.correlate.CloneLog;
import io.clonetrace.limit.ThreadLimit;
import io.clonetrace.limit.ThreadLimits;
import io.clonetrace.limit.ThreadNeeds;
import io.clonetrace.stack.JavaThreadStack;
import io.clonetrace.stack.TaskList;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/** The MXBean's values. Thread-safe: JMX's threads call it. */
public final class ThreadsBean implements ThreadsMXBean {
    private final CloneLog clones;
    private final LongSupplier refusedStarts;
    private final StackSums sums;
    private final TaskList tasks = TaskList.ofSelf();
    private final ThreadLimits limits = ThreadLimits.ofSelf();
    private volatile List<StatusLog.Status> sources = List.of();

    public ThreadsBean(CloneLog clones, StackSums sums, LongSupplier refusedStarts) {
        this.clones = clones;
        this.sums = sums;
        this.refusedStarts = refusedStarts;
    }

    /** Replaces the status of the sources. */
    void sources(List<StatusLog.Status> states) {
        sources = List.copyOf(states);
    }

    @Override
    public Map<String, Long> getClones() {
        return clones.byKind();
    }

    @Override
    public long getRefusedClones() {
        return clones.refused();
    }

    @Override
    public long getFailedStarts() {
        return refusedStarts.getAsLong();
    }

    @Override
    public long getAlive() {
        try {
            return tasks.tids().length;
        } catch (IOException noProc) {
            return CloneCall.UNKNOWN;
        }
    }

    @Override
    public Map<String, StackSum> getStacks() {
        return sums.now();
    }

    @Override
    public synchronized Map<String, Limit> getLimits() {
        ThreadNeeds needs = ThreadNeeds.ofStack(JavaThreadStack.STANDARD);
        Map<String, Limit> all = new LinkedHashMap<>();
        for (ThreadLimit limit : limits.read(needs)) {
            long room = limit.room(needs);
            Limit value = new Limit(
                    limit.used(),
                    limit.max(),
                    room == ThreadLimit.UNLIMITED ? ThreadLimit.UNKNOWN : room,
                    limit.source());
            // Each ancestor of a cgroup has a limit of the same name.
            String name = all.containsKey(limit.name()) ? limit.name() + " " + limit.location() : limit.name();
            all.put(name, value);
        }
        return all;
    }

    @Override
    public String getSource() {
        return clones.source();
    }

    @Override
    public Map<String, Source> getSources() {
        Map<String, Source> all = new LinkedHashMap<>();
        for (StatusLog.Status status : sources) {
            all.put(status.source(), new Source(status.state().label(), status.reason(), status.seen(), status.lost()));
        }
        return all;
    }
}
