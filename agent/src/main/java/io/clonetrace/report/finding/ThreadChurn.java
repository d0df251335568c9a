package io.clonetrace.report.finding;

import static io.clonetrace.report.model.Amounts.count;

import io.clonetrace.report.finding.Suspect.Cause;
import io.clonetrace.report.model.Jvm;
import io.clonetrace.report.model.Liveness;
import io.clonetrace.report.model.StackTrace;
import io.clonetrace.report.model.ThreadRow;
import io.clonetrace.report.summary.Percentiles;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Code starts a thread for each of many small tasks: all the time, or thousands of them. A batch of some hundred is
 * none, nor are threads that live for longer.
 */
final class ThreadChurn implements Rule {
    /** JDK 17 to 24: java/util/concurrent/CompletableFuture.java, if the common pool has a parallelism of 1. */
    private static final String THREAD_PER_FUTURE = "java.util.concurrent.CompletableFuture$ThreadPerTaskExecutor";

    private static final int FEWEST = 1_000;
    private static final int FEWEST_SUSTAINED = 60;
    private static final long SHORT_NANOS = 1_000_000_000;
    private static final long MOMENT_NANOS = 100_000_000;
    private static final double LEAST_PER_SECOND = 6;

    /** Of executors that are shut down, which are seldom made in a loop, and of threads that live for longer. */
    private static final double MANY_PER_SECOND = 30;

    /** Fewer cost next to nothing. */
    private static final double MANY_FUTURES = 100;

    private static final int LEAST_SECONDS = 5;
    private static final double MOST = 0.6;
    private static final long SECOND = 1_000_000_000;

    @Override
    public String name() {
        return "thread-churn";
    }

    @Override
    public String description() {
        return "One call site starts a thread for each of many tasks of a moment.";
    }

    @Override
    public List<Finding> findings(Jvm jvm) {
        Examination examination = Examination.of(jvm);
        List<Finding> found = new ArrayList<>();
        for (Suspect suspect : examination.suspects(Cause.NONE)) {
            if (suspect.creator().isEmpty()) {
                continue;
            }
            if (suspect.isNative()) {
                List<ThreadRow> unseen =
                        suspect.threads().stream().filter(ThreadChurn::isUnseen).toList();
                if (unseen.size() >= FEWEST
                        || unseen.size() >= FEWEST_SUSTAINED && isAllTheTime(jvm, unseen, LEAST_PER_SECOND)) {
                    found.add(inNativeCode(suspect, unseen));
                }
                continue;
            }
            List<ThreadRow> brief =
                    suspect.threads().stream().filter(ThreadChurn::isBrief).toList();
            if (brief.size() < FEWEST_SUSTAINED) {
                continue;
            }
            long median = median(brief);
            if (isThousands(brief, median) || isSustained(jvm, suspect, brief, median)) {
                found.add(finding(suspect, brief, median));
            }
        }
        found.sort(Comparator.comparing(finding -> -finding.numbers().get("threads")));
        return found;
    }

    private static boolean isBrief(ThreadRow row) {
        return row.started() >= 0 && row.ended() > 0 && row.ended() - row.started() < SHORT_NANOS;
    }

    /** Of a native thread no end is recorded: it was started and ended between one look at all stacks and the next. */
    private static boolean isUnseen(ThreadRow row) {
        return row.started() >= 0
                && row.life() == Liveness.ENDED
                && row.ended() < 0
                && row.stack().isEmpty();
    }

    private Finding inNativeCode(Suspect suspect, List<ThreadRow> unseen) {
        long first = unseen.stream().mapToLong(ThreadRow::started).min().orElse(0);
        long last = unseen.stream().mapToLong(ThreadRow::started).max().orElse(0);
        double perSecond = unseen.size() / Math.max(1, (last - first) / (double) SECOND);
        return new Finding(
                name(),
                Severity.WARNING,
                "Threads come and go: " + suspect.who() + " started " + count(unseen.size())
                        + " threads that ended soon.",
                "None of them was alive at a look at the stacks; there were " + Suspect.rate(perSecond) + "."
                        + suspect.called(0)
                        + suspect.stackText(),
                "Each costs a clone, a stack and its end: keep what creates them (a session, a database, an environment)"
                        + " and use it again."
                        + suspect.setting().map(" "::concat).orElse(""),
                Map.of("threads", (long) unseen.size()),
                suspect.subject(unseen));
    }

    private static boolean isThousands(List<ThreadRow> brief, long median) {
        return brief.size() >= FEWEST && brief.size() >= seconds(brief) && median < SHORT_NANOS / 4;
    }

    /** Whether they were started in most seconds of the recording, and half of them lived but a moment. */
    private static boolean isSustained(Jvm jvm, Suspect suspect, List<ThreadRow> brief, long median) {
        if (median >= SHORT_NANOS / 4 || suspect.isPool()) {
            return false;
        }
        // Many a second are a thread for each request, if a request waits for a backend.
        boolean few = !suspect.isOfExecutors() && median < MOMENT_NANOS;
        return isAllTheTime(jvm, brief, few ? LEAST_PER_SECOND : MANY_PER_SECOND);
    }

    /** Whether so many a second were started in most seconds of the recording. */
    private static boolean isAllTheTime(Jvm jvm, List<ThreadRow> rows, double least) {
        Set<Long> seconds = new HashSet<>();
        rows.forEach(row -> seconds.add((row.started() - jvm.from()) / SECOND));
        return seconds.size() >= LEAST_SECONDS
                && MOST * (jvm.to() - jvm.from()) <= seconds.size() * SECOND
                && rows.size() >= least * seconds.size();
    }

    /** How long half of them lived, in nanoseconds. */
    private static long median(List<ThreadRow> brief) {
        long[] lives = new long[brief.size()];
        int count = 0;
        for (ThreadRow row : brief) {
            lives[count++] = Math.max(0, row.ended() - row.started());
        }
        return new Percentiles(lives).at(50);
    }

    /** How long the churn lasted. */
    private static double seconds(List<ThreadRow> rows) {
        long first = Long.MAX_VALUE;
        long last = Long.MIN_VALUE;
        for (ThreadRow row : rows) {
            first = Math.min(first, row.started());
            last = Math.max(last, row.ended());
        }
        return (last - first) / (double) SECOND;
    }

    private Finding finding(Suspect suspect, List<ThreadRow> brief, long median) {
        long microseconds = median / 1_000;
        double perSecond = brief.size() / Math.max(1e-3, seconds(brief));
        boolean futures = isOfFutures(suspect);
        return new Finding(
                name(),
                futures && perSecond < MANY_FUTURES ? Severity.NOTE : Severity.WARNING,
                "A thread for each task: " + suspect.who() + " started " + count(brief.size())
                        + " threads that lived for less than a second.",
                String.format(
                                Locale.ROOT,
                                "Half of them lived for less than %.1f ms; there were %.0f a second.",
                                microseconds / 1e3,
                                perSecond)
                        + suspect.called(0)
                        + suspect.stackText(),
                advice(futures),
                Map.of("threads", (long) brief.size(), "medianMicroseconds", microseconds),
                suspect.subject(brief));
    }

    /** The JDK starts the thread, not the code that has work to do. */
    private static boolean isOfFutures(Suspect suspect) {
        long started = TraceCounts.of(suspect.threads(), ThreadChurn::isOfFuture);
        return 2 * started > suspect.threads().size();
    }

    private static boolean isOfFuture(StackTrace trace) {
        return trace.frames().stream().anyMatch(frame -> frame.type().equals(THREAD_PER_FUTURE));
    }

    private static String advice(boolean futures) {
        return futures
                ? "With fewer than three processors CompletableFuture starts a thread for each task (before JDK 25): give"
                        + " its ...Async methods an executor."
                : "Give the work to a pool, or to virtual threads: each of these costs a clone, a stack and its end. Work"
                        + " that waits for other work of the same pool can stop a pool with a bound; virtual threads take"
                        + " JDK 21, and up to 23 hold their carriers while they wait under synchronized.";
    }
}
