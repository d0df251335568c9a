package io.clonetrace.report.finding;

import static io.clonetrace.report.model.Amounts.count;

import io.clonetrace.report.model.CloneTable.CloneRow;
import io.clonetrace.report.model.FailedStart;
import io.clonetrace.report.model.Jvm;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Threads could not be started. */
final class FailedStarts implements Rule {
    /** These reject the call itself and are no lack of resources: {@link Clone3Refused}. */
    private static final Set<String> OF_THE_CALL = Set.of("ENOSYS", "EPERM");

    @Override
    public String name() {
        return "failed-starts";
    }

    @Override
    public String description() {
        return "Threads could not be started.";
    }

    @Override
    public List<Finding> findings(Jvm jvm) {
        List<Finding> found = new ArrayList<>();
        jvm.failedStarts().forEach(failed -> found.add(finding(failed)));
        if (found.isEmpty()) {
            // Without the hook, the kernel's refusals are all there is.
            jvm.clones().rows().stream()
                    .filter(row -> row.way().error() != null
                            && !OF_THE_CALL.contains(row.way().error()))
                    .forEach(row -> found.add(finding(row)));
        }
        return found;
    }

    private Finding finding(FailedStart failed) {
        String site = failed.site().map(frame -> " at " + frame).orElse("");
        String limit = failed.limit() == null
                ? "Which limit it was could not be found."
                : "It hit " + failed.limit() + ": " + failed.amount(failed.used()) + " of "
                        + failed.amount(failed.max()) + ", read from " + failed.location() + ".";
        return new Finding(
                name(),
                Severity.PROBLEM,
                "Thread.start failed " + times(failed.count()) + site + ".",
                "It threw " + failed.error() + ". " + limit,
                failed.limit() == null
                        ? "See dmesg and the limits of clonetrace doctor."
                        : "Raise that limit, or make fewer threads.",
                Map.of("count", failed.count(), "used", failed.used(), "max", failed.max()),
                new Subject(failed.site(), failed.trace(), List.of(), List.of()));
    }

    private Finding finding(CloneRow row) {
        return new Finding(
                name(),
                Severity.PROBLEM,
                "The kernel refused to make a task " + times(row.count()) + ".",
                row.way().syscall() + " for the kind " + row.way().owner() + " answered "
                        + row.way().error() + ".",
                "EAGAIN is a limit on threads or processes, ENOMEM one on memory; clonetrace doctor shows them.",
                Map.of("count", row.count()));
    }

    private static String times(long count) {
        return count == 1 ? "once" : count(count) + " times";
    }
}
