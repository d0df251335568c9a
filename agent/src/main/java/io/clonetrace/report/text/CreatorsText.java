package io.clonetrace.report.text;

import io.clonetrace.report.model.Amounts;
import io.clonetrace.report.model.Jvm;
import io.clonetrace.report.model.ThreadRow;
import io.clonetrace.report.summary.Creator;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.ToLongFunction;

/** The call sites that created the application's threads: those with most threads, most live ones, most stack. */
final class CreatorsText {
    private static final String ROW = "%9s%9s%15s  %s";
    private static final int SITE_WIDTH = 45;
    private static final int BEST = 5;

    private final TerminalText out;

    CreatorsText(TerminalText out) {
        this.out = out;
    }

    void print(List<Jvm> jvms) {
        List<Creator> all = Creator.of(jvms);
        out.blank();
        if (all.isEmpty()) {
            out.line("call sites: not recorded");
        } else {
            table(all);
        }
        List<ThreadRow> jdks = jvms.stream()
                .flatMap(jvm -> jvm.threads().stream())
                .filter(row -> row.isForVirtualThreads() && row.started() >= 0)
                .toList();
        if (!jdks.isEmpty()) {
            long carriers = jdks.stream().filter(ThreadRow::isCarrier).count();
            out.wrapped(
                    "",
                    "the JDK created " + Amounts.count(jdks.size()) + " more to run virtual threads: "
                            + Amounts.count(carriers) + " carriers and " + Amounts.count(jdks.size() - carriers)
                            + " others");
        }
    }

    private void table(List<Creator> all) {
        Set<Creator> shown = new LinkedHashSet<>();
        for (ToLongFunction<Creator> order : List.<ToLongFunction<Creator>>of(
                creator -> creator.tally().created(),
                creator -> creator.tally().alive(),
                creator -> creator.tally().reserved())) {
            all.stream()
                    .sorted(Comparator.comparingLong(order).reversed())
                    .limit(BEST)
                    .filter(creator -> order.applyAsLong(creator) > 0)
                    .forEach(shown::add);
        }
        out.row(ROW, "created", "alive", "their stacks", "created at");
        all.stream()
                .filter(shown::contains)
                .forEach(creator -> out.row(
                        ROW,
                        Amounts.count(creator.tally().created()),
                        Amounts.countOrDash(creator.tally().alive()),
                        Amounts.sizeOrDash(creator.tally().reserved()),
                        PlainText.end(creator.site().toString(), SITE_WIDTH)));
        if (all.size() > shown.size()) {
            out.line("and " + Amounts.count(all.size() - shown.size()) + " more call sites");
        }
    }
}
