package io.clonetrace.report.model;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Threads that had one Java id one after another. HotSpot keeps the Thread objects of its compilers: it ends idle
 * compiler threads, and starts a thread for the same object when there is work again (compileBroker.cpp).
 */
final class ReusedIds {
    /** A start or an end by the JDK's event. */
    private record Moment(long at, boolean start, int tid) {}

    private final Map<Long, List<Moment>> moments = new HashMap<>();

    /** Notes a start if the thread has another one already. */
    void started(ThreadRow row, long at, long tid) {
        if (row.hasOtherStart(at)) {
            note(row, new Moment(at, true, (int) tid));
        }
    }

    /** Notes an end if the thread has another one already. */
    void ended(ThreadRow row, long at, long tid) {
        if (row.hasOtherEnd(at)) {
            note(row, new Moment(at, false, (int) tid));
        }
    }

    private void note(ThreadRow row, Moment moment) {
        List<Moment> all = moments.computeIfAbsent(row.javaId(), id -> new ArrayList<>(2));
        if (all.isEmpty()) {
            addRecorded(row, all);
        }
        add(moment, all);
    }

    private static void addRecorded(ThreadRow row, List<Moment> into) {
        if (row.hasOtherStart(Event.ABSENT)) {
            add(new Moment(row.started(), true, row.tid()), into);
        }
        if (row.hasOtherEnd(Event.ABSENT)) {
            add(new Moment(row.ended(), false, row.tid()), into);
        }
    }

    private static void add(Moment moment, List<Moment> into) {
        if (into.stream().noneMatch(one -> one.at == moment.at && one.start == moment.start)) {
            into.add(moment);
        }
    }

    /**
     * Leaves each of these rows the last thread that had its id.
     *
     * @return those that had it before
     */
    List<ThreadRow> split(Iterable<ThreadRow> rows) {
        List<ThreadRow> earlier = new ArrayList<>();
        for (ThreadRow row : rows) {
            List<Moment> all = moments.isEmpty() ? null : moments.get(row.javaId());
            if (all == null && row.endsBeforeItStarts()) {
                all = new ArrayList<>(2);
            }
            if (all != null) {
                split(row, all, earlier);
            }
        }
        moments.clear();
        return earlier;
    }

    private static void split(ThreadRow row, List<Moment> all, List<ThreadRow> earlier) {
        addRecorded(row, all);
        List<long[]> lives = lives(all);
        for (long[] life : lives.subList(0, lives.size() - 1)) {
            earlier.add(row.withLife(life[0], life[1], (int) life[2]));
        }
        long[] last = lives.get(lives.size() - 1);
        row.life(last[0], last[1], (int) last[2]);
    }

    /** Start, end and tid of each, in their order; absent for what was not recorded. */
    private static List<long[]> lives(List<Moment> all) {
        all.sort(Comparator.comparingLong(Moment::at).thenComparing(Moment::start));
        List<long[]> lives = new ArrayList<>();
        long[] life = null;
        for (Moment moment : all) {
            if (life == null || moment.start() || life[1] > 0) {
                if (life != null && life[1] < 0) {
                    // Its end was not recorded, and it is not alive.
                    life[1] = moment.at();
                }
                life = new long[] {Event.ABSENT, Event.ABSENT, Event.ABSENT};
                lives.add(life);
            }
            life[moment.start() ? 0 : 1] = moment.at();
            life[2] = moment.tid() > 0 ? moment.tid() : life[2];
        }
        return lives;
    }
}
