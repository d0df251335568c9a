package io.clonetrace.report.finding;

import static io.clonetrace.report.model.Amounts.seconds;

import io.clonetrace.report.model.Jvm;
import io.clonetrace.report.model.LimitUse;
import java.util.List;
import java.util.Map;

/** A limit on threads is at least four fifths in use. */
final class LimitNear implements Rule {
    /** What a cgroup counts as memory holds the page cache, which it gives back: it is always near. */
    private static final String MEMORY = "memory.";

    private static final double NEAR = 0.8;
    private static final double AT_IT = 0.95;
    private static final double SOON = 3_600;

    @Override
    public String name() {
        return "limit-near";
    }

    @Override
    public String description() {
        return "A limit on threads is at least 80 % in use.";
    }

    @Override
    public List<Finding> findings(Jvm jvm) {
        return jvm.limits().stream()
                .filter(limit -> limit.share() >= NEAR && !limit.name().startsWith(MEMORY))
                .map(this::finding)
                .toList();
    }

    private static String when(LimitUse limit, double left) {
        if (limit.isReached()) {
            return "";
        }
        return left < 0
                ? " Its use did not grow while it was recorded."
                : " At the rate of this recording it is reached in " + seconds(left) + ".";
    }

    /** The command that sets the limit uses another unit than the kernel. */
    private static String unit(LimitUse limit) {
        return switch (limit.name()) {
            case "RLIMIT_AS" -> " ulimit -v takes KiB, the unit used here.";
            case "RLIMIT_DATA" -> " ulimit -d takes KiB, the unit used here.";
            default -> "";
        };
    }

    private Finding finding(LimitUse limit) {
        double left = limit.secondsLeft();
        boolean soon = limit.share() >= AT_IT || left >= 0 && left < SOON;
        return new Finding(
                name(),
                soon ? Severity.PROBLEM : Severity.WARNING,
                limit.isReached()
                        ? "The limit " + limit.name() + " is reached: all of it is in use."
                        : "The limit " + limit.name() + " is near: " + limit.percent() + " of it is in use.",
                limit.amount(limit.used()) + " of " + limit.amount(limit.max()) + ", read from " + limit.location()
                        + "." + when(limit, left),
                "Raise it where it is set (docs/limits.md), if the memory suffices for more threads, or have fewer: "
                        + (limit.isReached() ? "now" : "when it is reached")
                        + " Thread.start throws OutOfMemoryError." + unit(limit),
                Map.of("used", limit.used(), "max", limit.max(), "secondsLeft", Math.round(left)));
    }
}
