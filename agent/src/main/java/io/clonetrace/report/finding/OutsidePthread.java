package io.clonetrace.report.finding;

import static io.clonetrace.report.model.Amounts.count;

import io.clonetrace.clone.CloneFlag;
import io.clonetrace.clone.CloneFlags;
import io.clonetrace.clone.TaskKind;
import io.clonetrace.report.model.CloneTable.CloneRow;
import io.clonetrace.report.model.CloneTable.CloneWay;
import io.clonetrace.report.model.Jvm;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Threads created outside pthread_create, which run on their creator's thread pointer. */
final class OutsidePthread implements Rule {
    private static final Set<String> OURS = Set.of(TaskKind.AGENT.label(), TaskKind.DEMO.label());

    @Override
    public String name() {
        return "outside-pthread";
    }

    @Override
    public String description() {
        return "Threads were created outside pthread_create, without a thread pointer of their own.";
    }

    @Override
    public List<Finding> findings(Jvm jvm) {
        return jvm.clones().rows().stream()
                .filter(row -> isOutside(row.way()))
                .map(this::finding)
                .toList();
    }

    private static boolean isOutside(CloneWay way) {
        CloneFlags flags = new CloneFlags(way.flags());
        return way.error() == null
                && way.flagsObserved()
                && flags.has(CloneFlag.CLONE_THREAD)
                && !flags.has(CloneFlag.CLONE_SETTLS)
                && !OURS.contains(way.owner());
    }

    private Finding finding(CloneRow row) {
        return new Finding(
                name(),
                Severity.WARNING,
                "Native code makes threads outside of pthread_create.",
                count(row.count()) + " of the kind " + row.way().owner() + ", with the flags 0x"
                        + Long.toHexString(row.way().flags()) + ": no CLONE_SETTLS.",
                "Such a thread shares its creator's thread pointer and errno: no libc function that touches them, printf"
                        + " first, is safe in it. Have it made by pthread_create.",
                Map.of("threads", row.count(), "flags", row.way().flags()));
    }
}
