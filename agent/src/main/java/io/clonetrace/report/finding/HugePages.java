package io.clonetrace.report.finding;

import static io.clonetrace.report.model.Amounts.count;
import static io.clonetrace.report.model.Amounts.size;

import io.clonetrace.report.model.Jvm;
import io.clonetrace.report.model.StackUse;
import java.util.List;
import java.util.Map;

/** Stacks lie in transparent huge pages, so that a thread takes 2 MB of memory however little it uses. */
final class HugePages implements Rule {
    @Override
    public String name() {
        return "stack-huge-pages";
    }

    @Override
    public String description() {
        return "Stacks lie in transparent huge pages, and take far more memory than they use.";
    }

    @Override
    public List<Finding> findings(Jvm jvm) {
        List<StackUse> huge = jvm.threads().stream()
                .filter(row -> row.isApplications())
                .flatMap(row -> row.stack().stream())
                .filter(use -> use.mostHuge() > 0)
                .toList();
        if (huge.isEmpty()) {
            return List.of();
        }
        long bytes = huge.stream().mapToLong(StackUse::mostHuge).sum();
        return List.of(new Finding(
                name(),
                Severity.WARNING,
                "Stacks lie in transparent huge pages.",
                count(huge.size()) + " threads had " + size(bytes)
                        + " of their stacks in huge pages, which are resident as" + " a whole.",
                "Set /sys/kernel/mm/transparent_hugepage/enabled to madvise, or run Linux 6.7 or later, where MAP_STACK"
                        + " keeps stacks out of huge pages.",
                Map.of("threads", (long) huge.size(), "huge", bytes)));
    }
}
