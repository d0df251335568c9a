package io.clonetrace.report.finding;

import static io.clonetrace.report.model.Amounts.count;
import static io.clonetrace.report.model.Amounts.percent;
import static io.clonetrace.report.model.Amounts.size;

import io.clonetrace.report.model.Jvm;
import io.clonetrace.report.model.Origin;
import io.clonetrace.report.model.StackUse;
import io.clonetrace.report.model.ThreadRow;
import io.clonetrace.report.summary.NameCount;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** A thread almost reached the end of its stack. */
final class StackNearEnd implements Rule {
    private static final double NEAR = 0.9;

    @Override
    public String name() {
        return "stack-near-end";
    }

    @Override
    public String description() {
        return "A thread used almost all of its stack.";
    }

    @Override
    public List<Finding> findings(Jvm jvm) {
        List<ThreadRow> near = jvm.threads().stream()
                .filter(row -> row.isApplications()
                        && row.hasStack()
                        && isNear(row.stack().orElseThrow()))
                .sorted(Comparator.comparingDouble(
                                (ThreadRow row) -> row.stack().orElseThrow().share())
                        .reversed())
                .toList();
        if (near.isEmpty()) {
            return List.of();
        }
        ThreadRow worst = near.get(0);
        StackUse use = worst.stack().orElseThrow();
        String site = worst.origin()
                .map(origin -> ", started at " + origin.site() + ",")
                .orElse("");
        String others = near.size() == 1 ? "" : " " + count(near.size()) + " threads in all came so near.";
        return List.of(new Finding(
                name(),
                Severity.WARNING,
                "The stack of thread \"" + worst.name() + "\"" + site + " is almost used up.",
                (use.withoutDepth()
                                ? "It touched " + size(use.depthAtLeast())
                                : "The lowest page that it touched is " + size(use.depthAtLeast()) + " below its top,")
                        + " of " + size(use.usable()) + ", " + percent(use.share()) + "." + others,
                "The next deeper call may end in a StackOverflowError, in native code by SIGSEGV: give it a larger stack,"
                        + " by -Xss or the stackSize of Thread's constructor, or bound its recursion.",
                Map.of("threads", (long) near.size(), "used", use.depthAtLeast(), "usable", use.usable()),
                new Subject(
                        worst.origin().map(Origin::site),
                        worst.origin().map(Origin::trace),
                        NameCount.of(near).stream().map(NameCount::pattern).toList(),
                        near)));
    }

    /** A stack in huge pages is touched as a whole, however little is used of it. */
    private static boolean isNear(StackUse use) {
        return use.share() >= NEAR && use.mostHuge() <= 0;
    }
}
