package io.clonetrace.report.model;

import io.clonetrace.clone.TaskKind;
import java.util.List;

/** Whether a thread lived when its recording ended. */
public enum Liveness {
    ALIVE,
    ENDED,
    /** Neither its end nor a look at the live threads was recorded, or JFR may have dropped them. */
    NOT_RECORDED;

    /**
     * Which threads lived when the recording ended: those whose end was not recorded though it would have been, and
     * those of the last look at all live threads.
     */
    static final class Decision {
        /** Within this, all stacks have been looked at, where there was but one look; nanoseconds. */
        private static final long ONE_LOOK = 10_000_000_000L;

        /** The live threads are listed so long before the first of them is looked at, at most; nanoseconds. */
        private static final long LISTING = 1_000_000_000;

        private final List<ThreadRow> rows;
        private final boolean endsRecorded;
        private final long look;
        private final long listing;
        private final long lookBefore;
        private final long lookBegan;
        private final long lostUntil;

        /**
         * What is known of them.
         *
         * @param endsRecorded whether the ends of Java threads were recorded
         * @param look when the stacks were last looked at; absent if never
         * @param listing when the JDK last listed the live Java threads; absent if never
         * @param lostUntil when JFR last dropped events; absent if never
         */
        Decision(List<ThreadRow> rows, boolean endsRecorded, long look, long listing, long lostUntil) {
            this.rows = rows;
            this.endsRecorded = endsRecorded;
            this.look = look;
            this.listing = listing;
            this.lostUntil = lostUntil;
            // Of many threads, most ended between two looks.
            List<StackUse> seen = rows.stream()
                    .filter(ThreadRow::wasLookedAt)
                    .map(row -> row.stack().orElseThrow())
                    .toList();
            lookBefore = seen.stream().mapToLong(StackUse::before).max().orElse(Event.ABSENT);
            lookBegan = seen.stream()
                    .filter(this::inLastLook)
                    .mapToLong(StackUse::looked)
                    .min()
                    .orElse(look);
        }

        void decide() {
            rows.forEach(row -> row.life(of(row)));
        }

        private Liveness of(ThreadRow row) {
            if (row.ended() > 0) {
                return ENDED;
            }
            if (row.is(TaskKind.PROCESS)) {
                return NOT_RECORDED;
            }
            if (row.stack().map(this::inLastLook).orElse(false)) {
                return ALIVE;
            }
            if (row.javaId() > 0 && endsRecorded) {
                // Who lives is in the look, but for those that started while it was going on.
                return look > 0 && row.started() < lookBegan - LISTING
                        ? unlessLost(ENDED, lookBegan)
                        : unlessLost(ALIVE, Math.max(row.started(), row.lastListed()));
            }
            if (look < 0 && listing > 0 && row.javaId() > 0) {
                return row.started() >= listing || row.lastListed() == listing ? ALIVE : unlessLost(ENDED, listing);
            }
            return look > 0 && row.started() < look ? unlessLost(ENDED, lookBegan) : NOT_RECORDED;
        }

        /** What follows from an event that is not there since that time, and may be one that JFR dropped. */
        private Liveness unlessLost(Liveness life, long since) {
            return since <= lostUntil && lostUntil > 0 ? NOT_RECORDED : life;
        }

        /**
         * Without a time of its own, which 0.1 did not record, a look's events lie nearer to each other than to those
         * of the look before.
         */
        private boolean inLastLook(StackUse use) {
            long sinceBefore = lookBefore > 0 ? use.looked() - lookBefore : ONE_LOOK;
            return use.looked() > 0 && look - use.looked() < sinceBefore;
        }
    }
}
