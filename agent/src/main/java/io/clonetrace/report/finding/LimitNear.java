package io.clonetrace.report.finding;

import static io.clonetrace.report.model.Amounts.seconds;

import io.clonetrace.report.finding.LiveCurve.Growth;
import io.clonetrace.report.finding.Suspect.Cause;
import io.clonetrace.report.model.Jvm;
import io.clonetrace.report.model.LimitUse;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A limit on threads is at least four fifths in use, or reached within an hour. */
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
        return "A limit on threads is at least 80 % in use, or will be reached within an hour.";
    }

    @Override
    public List<Finding> findings(Jvm jvm) {
        Examination examination = Examination.of(jvm);
        List<Finding> found = new ArrayList<>();
        examination.jvm().limits().stream()
                .filter(limit -> limit.share() >= NEAR && !limit.name().startsWith(MEMORY))
                .forEach(limit -> found.add(finding(limit)));
        if (found.isEmpty()) {
            soon(examination).ifPresent(found::add);
        }
        return found;
    }

    /**
     * The limit that is reached within an hour, however little of it is in use: by threads whose growth no other rule
     * reports, and that are not a pool that fills.
     */
    private Optional<Finding> soon(Examination examination) {
        List<Suspect> growing = examination.suspects(Cause.NONE).stream()
                .filter(suspect -> suspect.growth().isPresent() && !suspect.isPool())
                .sorted(Comparator.comparing(LimitNear::rate).reversed())
                .toList();
        if (growing.isEmpty()) {
            return Optional.empty();
        }
        double perSecond = growing.stream().mapToDouble(LimitNear::rate).sum();
        Suspect fastest = growing.get(0);
        Outlook outlook = Outlook.of(examination.jvm().limits(), perSecond, fastest.stackSize(), false);
        return outlook.limit().map(limit -> finding(limit, outlook, perSecond, fastest));
    }

    private static double rate(Suspect suspect) {
        return suspect.growth().map(Growth::perSecond).orElse(0.0);
    }

    private Finding finding(LimitUse limit, Outlook outlook, double perSecond, Suspect fastest) {
        return new Finding(
                name(),
                Severity.PROBLEM,
                "The limit " + limit.name() + " is reached in " + seconds(outlook.seconds()) + " if " + fastest.who()
                        + " goes on starting threads at this rate.",
                limit.amount(limit.used()) + " of " + limit.amount(limit.max()) + " are in use, read from "
                        + limit.location() + ". The number of live threads grew by "
                        + Suspect.rate(perSecond) + ", up to the end of the recording." + fastest.called(0)
                        + fastest.memory(),
                "See that these threads end, or have a pool with a bound do their work. A longer recording shows whether"
                        + " they go on to become more.",
                Map.of("used", limit.used(), "max", limit.max(), "secondsLeft", Math.round(outlook.seconds())),
                fastest.subject());
    }

    private static String when(LimitUse limit, double left) {
        if (limit.isReached()) {
            return "";
        }
        if (limit.isReadOnce()) {
            return " It was read once.";
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
