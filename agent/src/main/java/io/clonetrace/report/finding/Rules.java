package io.clonetrace.report.finding;

import io.clonetrace.report.model.BackgroundTask;
import io.clonetrace.report.model.Jvm;
import io.clonetrace.report.model.LimitUse;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** All rules. */
public final class Rules {
    private static final List<Rule> ALL = List.of(
            new FailedStarts(),
            new LimitNear(),
            new ExecutorLeak(),
            new ThreadLeak(),
            new RedeployLeak(),
            new ManyThreads(),
            new ThreadChurn(),
            new NativePools.Several(),
            new NativePools.Size(),
            new RecordsLost(),
            new OutsidePthread(),
            new Clone3Refused(),
            new HugePages(),
            new StackNearEnd(),
            new OversizedStacks(),
            new CarriersPinned());

    private Rules() {}

    public static List<Rule> all() {
        return ALL;
    }

    /**
     * Seconds until a limit of that JVM is reached: at the rate of its readings, or else at that of the threads that
     * were found to become more and more; negative if neither is known to grow.
     */
    public static double secondsLeft(Jvm jvm, LimitUse limit) {
        return Outlook.secondsLeft(Examination.of(jvm), limit);
    }

    /** The findings about one JVM, the worst first; of the same severity, the one about the most threads. */
    public static List<Finding> findings(Jvm jvm) {
        return jvm.derived().once(Rules.class, () -> {
            List<Finding> all = new ArrayList<>();
            // Another thread begins at the other end: the last rules do not need what the first ones compute first.
            // What fails in it fails again below.
            BackgroundTask.begin("rules", () -> {
                for (int index = ALL.size() - 1; index >= 0; index--) {
                    findings(ALL.get(index), jvm);
                }
            });
            ALL.forEach(rule -> all.addAll(findings(rule, jvm)));
            all.sort(Comparator.comparing(Finding::severity)
                    .thenComparing(finding -> -finding.subject().threads().size()));
            return List.copyOf(all);
        });
    }

    private static List<Finding> findings(Rule rule, Jvm jvm) {
        return jvm.derived().once(rule.getClass(), () -> rule.findings(jvm));
    }
}
