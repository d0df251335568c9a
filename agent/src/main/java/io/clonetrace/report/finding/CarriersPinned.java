package io.clonetrace.report.finding;

import static io.clonetrace.report.model.Amounts.count;

import io.clonetrace.report.model.Jvm;
import io.clonetrace.report.model.ThreadRow;
import java.util.List;
import java.util.Map;

/** Pinned virtual threads hold their carriers while they wait, so that the JDK makes more carriers than processors. */
final class CarriersPinned implements Rule {
    private static final int MOST_TOLD = 256;

    @Override
    public String name() {
        return "carriers-pinned";
    }

    @Override
    public String description() {
        return "Pinned virtual threads held their carriers, so that more carriers were created.";
    }

    @Override
    public List<Finding> findings(Jvm jvm) {
        Jvm.Counters counters = jvm.counters();
        if (counters.pinned() == 0) {
            return List.of();
        }
        long carriers = jvm.threads().stream().filter(ThreadRow::isCarrier).count();
        long after = jvm.threads().stream()
                .filter(row -> row.isCarrier() && row.started() > counters.firstPinned())
                .count();
        if (after == 0 || carriers <= counters.processors()) {
            return List.of();
        }
        String processors = counters.processors() < 0 ? "" : " for " + count(counters.processors()) + " processors";
        return List.of(new Finding(
                name(),
                Severity.WARNING,
                "Virtual threads are pinned to their carriers, and more carriers are made.",
                count(counters.pinned()) + " times a virtual thread held its carrier while it waited"
                        + " (jdk.VirtualThreadPinned); there are " + count(carriers) + " carriers" + processors + ", "
                        + count(after) + " of them made after the first time.",
                "Look at the stack traces of jdk.VirtualThreadPinned: before JDK 24 wait under a ReentrantLock in place of"
                        + " synchronized, and do not block in native frames or class initializers. The JDK stops at "
                        + MOST_TOLD + " carriers (jdk.virtualThreadScheduler.maxPoolSize).",
                Map.of("pinned", counters.pinned(), "carriers", carriers, "carriersAfter", after)));
    }
}
