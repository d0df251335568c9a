package io.clonetrace.report.finding;

import io.clonetrace.report.model.Jvm;
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

    /** The findings about one JVM, the worst first; of the same severity, the one about the most threads. */
    public static List<Finding> findings(Jvm jvm) {
        return jvm.derived().once(Rules.class, () -> {
            List<Finding> all = new ArrayList<>();
            ALL.forEach(rule -> all.addAll(rule.findings(jvm)));
            all.sort(Comparator.comparing(Finding::severity)
                    .thenComparing(finding -> -finding.subject().threads().size()));
            return List.copyOf(all);
        });
    }
}
