package io.clonetrace.report.compare;

import io.clonetrace.report.model.Event;
import io.clonetrace.report.summary.Tally;
import java.util.Optional;

/**
 * How many threads there were of some, on one side of a comparison. Recordings differ in length, so what was created
 * counts a minute.
 *
 * @param created made while it was recorded; {@link Event#ABSENT} if not recorded
 * @param alive those that lived at the end; {@link Event#ABSENT} if not recorded
 * @param atLeast whether alive is a lower bound
 * @param minutes how long was recorded, of all JVMs together
 * @param jvms in how many JVMs these are
 */
public record Count(long created, long alive, boolean atLeast, double minutes, int jvms) {
    /** Fewer threads more or less are chance: a pool starts and ends some at any moment. */
    private static final int FEWEST = 3;

    private static final double LEAST_SHARE = 0.1;

    /** With fewer created, a rate is chance: the standard deviation of a Poisson process is the root of its count. */
    private static final int FEWEST_CREATED = 20;

    private static final double LEAST_FACTOR = 1.5;

    static Count of(Tally tally, double minutes, int jvms) {
        return new Count(tally.created(), tally.alive(), tally.atLeast().alive(), minutes, jvms);
    }

    Count plus(Count other) {
        return new Count(sum(created, other.created), sum(alive, other.alive), atLeast || other.atLeast, minutes, jvms);
    }

    private static long sum(long one, long other) {
        return one < 0 && other < 0 ? Event.ABSENT : Math.max(0, one) + Math.max(0, other);
    }

    /** How many were created a minute in one JVM; NaN if not recorded, or if the recordings have no length. */
    public double perMinute() {
        return created >= 0 && minutes > 0 ? created / minutes : Double.NaN;
    }

    /** How many lived at the end in one JVM; NaN if not recorded. */
    public double alivePerJvm() {
        return alive < 0 || jvms == 0 ? Double.NaN : (double) alive / jvms;
    }

    /**
     * What became of them: by the living ones in one JVM, and where these are the same, by those created a minute. At
     * least {@value #FEWEST} threads and a tenth make a difference, or a rate that differs by half.
     */
    static Change change(Optional<Count> old, Optional<Count> now) {
        if (old.isEmpty() || now.isEmpty()) {
            return old.isEmpty() ? now.isEmpty() ? Change.SAME : Change.APPEARED : Change.GONE;
        }
        // A lower bound may be compared with another one, that leaves out the same threads, but not with a count.
        boolean alike = old.get().atLeast == now.get().atLeast;
        double alive = alike ? now.get().alivePerJvm() - old.get().alivePerJvm() : 0;
        double most = Math.max(now.get().alivePerJvm(), old.get().alivePerJvm());
        if (Math.abs(alive) >= FEWEST && Math.abs(alive) >= LEAST_SHARE * most) {
            return alive > 0 ? Change.GREW : Change.SHRANK;
        }
        if (isFaster(old.get(), now.get())) {
            return Change.GREW;
        }
        return isFaster(now.get(), old.get()) ? Change.SHRANK : Change.SAME;
    }

    private static boolean isFaster(Count slow, Count fast) {
        return fast.created >= FEWEST_CREATED && fast.perMinute() >= LEAST_FACTOR * slow.perMinute();
    }

    /** How much it matters: the living ones count most. */
    static double weight(Optional<Count> old, Optional<Count> now) {
        double alive = number(now.map(Count::alivePerJvm)) - number(old.map(Count::alivePerJvm));
        double rate = number(now.map(Count::perMinute)) - number(old.map(Count::perMinute));
        return 1_000 * Math.abs(alive) + Math.abs(rate);
    }

    private static double number(Optional<Double> value) {
        return value.filter(known -> !known.isNaN()).orElse(0.0);
    }
}
