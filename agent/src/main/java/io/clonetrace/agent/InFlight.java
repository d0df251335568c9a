package io.clonetrace.agent;

import io.clonetrace.clone.CloneCall;
import io.clonetrace.correlate.StartsInFlight;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** The calls of Thread.start that are under way, by the child's Java id. */
final class InFlight implements StartsInFlight {
    private final ConcurrentMap<Long, Start> starts = new ConcurrentHashMap<>();

    /** A thread that is started twice at once has two starts; the first is the one that succeeds or has succeeded. */
    void add(long id, Start start) {
        starts.putIfAbsent(id, start);
    }

    Start get(long id) {
        // Boxes nothing where nobody is interested in starts.
        return starts.isEmpty() ? null : starts.get(id);
    }

    void remove(long id, Start start) {
        starts.remove(id, start);
    }

    @Override
    public boolean by(int tid, long moment) {
        for (Start start : starts.values()) {
            boolean itsOwn = start.creatorTid == tid || start.creatorTid == CloneCall.UNKNOWN;
            if (itsOwn && start.began - moment <= 0) {
                return true;
            }
        }
        return false;
    }
}
