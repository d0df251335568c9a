package io.clonetrace.report.finding;

import io.clonetrace.report.finding.LiveCurve.Growth;
import io.clonetrace.report.finding.Suspect.Cause;
import io.clonetrace.report.model.Amounts;
import io.clonetrace.report.model.LimitUse;
import io.clonetrace.report.model.StackTrace.Frame;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * When threads that become more will reach a limit.
 *
 * @param limit the first that they reach within an hour; empty if none
 * @param seconds until then
 * @param failed whether starts of such threads have failed
 */
record Outlook(Optional<LimitUse> limit, double seconds, boolean failed) {
    private static final double HOUR = 3_600;

    /** A stack and its guard zone (docs/limits.md). */
    private static final int MAPPINGS = 2;

    private static final Set<String> IN_THREADS =
            Set.of("pids.max", "RLIMIT_NPROC", "kernel.threads-max", "kernel.pid_max");

    private static final Set<String> IN_STACKS = Set.of("RLIMIT_AS", "RLIMIT_DATA");
    private static final String IN_MAPPINGS = "vm.max_map_count";

    static Outlook of(Examination examination, Suspect suspect) {
        return of(
                examination.jvm().limits(),
                suspect.growth().map(Growth::perSecond).orElse(0.0),
                suspect.stackSize(),
                hasFailed(examination, suspect));
    }

    /**
     * The outlook of a growth.
     *
     * @param perSecond threads that are more each second
     * @param stackSize what one of them reserves, in bytes; negative if not known
     */
    static Outlook of(List<LimitUse> limits, double perSecond, double stackSize, boolean failed) {
        Optional<LimitUse> first = limits.stream()
                .filter(limit -> seconds(limit, perSecond, stackSize) < HOUR)
                .min(Comparator.comparingDouble(limit -> seconds(limit, perSecond, stackSize)));
        return new Outlook(
                first, first.map(limit -> seconds(limit, perSecond, stackSize)).orElse(-1.0), failed);
    }

    /**
     * Seconds until a limit is reached: at the rate of its readings, or else at that of the threads that rules found to
     * become more and more.
     *
     * @return negative if neither is known to grow
     */
    static double secondsLeft(Examination examination, LimitUse limit) {
        if (limit.secondsLeft() >= 0 && !limit.isOfMachine()) {
            return limit.secondsLeft();
        }
        List<Suspect> growing = examination.suspects().stream()
                .filter(suspect ->
                        suspect.cause() != Cause.NONE && suspect.growth().isPresent())
                .toList();
        double perSecond = growing.stream()
                .mapToDouble(suspect -> suspect.growth().get().perSecond())
                .sum();
        double stackSize =
                growing.stream().mapToDouble(Suspect::stackSize).max().orElse(-1);
        double seconds = seconds(limit, perSecond, stackSize);
        return Double.isInfinite(seconds) ? -1 : seconds;
    }

    /** Whether threads could not be made at its site. */
    static boolean hasFailed(Examination examination, Suspect suspect) {
        Optional<Frame> site = suspect.site();
        return site.isPresent()
                && examination.jvm().refusals().stream()
                        .anyMatch(refusal -> refusal.site().equals(site) && !refusal.isFallenBackFrom());
    }

    /** Until a limit is reached; infinite if it isn't, or is not on threads. */
    private static double seconds(LimitUse limit, double perSecond, double stackSize) {
        double each = 0;
        if (IN_THREADS.contains(limit.name())) {
            each = 1;
        } else if (limit.name().equals(IN_MAPPINGS)) {
            each = MAPPINGS;
        } else if (IN_STACKS.contains(limit.name())) {
            each = Math.max(0, stackSize);
        }
        return !limit.isKnown() || perSecond * each <= 0 ? Double.POSITIVE_INFINITY : limit.left() / (perSecond * each);
    }

    boolean isProblem() {
        return failed || limit.isPresent();
    }

    /** A sentence; empty if there is nothing to tell. */
    String text() {
        return (failed ? " Starts have failed there." : "")
                + limit.map(one -> one.isReached()
                                ? " The limit " + one.name() + " is reached."
                                : " At this rate " + one.name() + ", " + one.amount(one.max()) + ", is reached in "
                                        + Amounts.seconds(seconds) + ".")
                        .orElse("");
    }

    Map<String, Long> numbers() {
        return limit.isPresent() ? Map.of("secondsLeft", Math.round(seconds)) : Map.of();
    }
}
