package io.clonetrace.report.text;

import static io.clonetrace.report.text.TextTable.number;
import static io.clonetrace.report.text.TextTable.text;

import io.clonetrace.report.model.Amounts;
import io.clonetrace.report.model.Jvm;
import io.clonetrace.report.summary.AtLeast;
import io.clonetrace.report.summary.KindCount;
import java.util.ArrayList;
import java.util.List;

/** How many threads there were, by kind. */
final class ThreadsText {
    private final TerminalText out;

    ThreadsText(TerminalText out) {
        this.out = out;
    }

    void print(List<Jvm> jvms) {
        out.blank();
        List<KindCount> kinds = new ArrayList<>(KindCount.of(jvms));
        kinds.add(KindCount.application(jvms));
        // Several JVMs need not have lived at the same time: a peak is that of one JVM.
        TextTable table = jvms.size() == 1
                ? new TextTable(
                        out,
                        text("kind"),
                        number("created"),
                        number("already running"),
                        number("alive"),
                        number("peak"))
                : new TextTable(out, text("kind"), number("created"), number("already running"), number("alive"));
        boolean unknown = false;
        boolean bounds = false;
        for (KindCount kind : kinds) {
            List<String> cells = cells(kind);
            cells = jvms.size() == 1 ? cells : cells.subList(0, cells.size() - 1);
            unknown |= cells.contains("-");
            bounds |= cells.stream().anyMatch(cell -> cell.startsWith("at least"));
            List<String> row = new ArrayList<>(List.of(kind.kind()));
            row.addAll(cells);
            table.row(row.toArray(String[]::new));
        }
        table.print();
        if (unknown) {
            out.line("-: not recorded");
        }
        if (bounds) {
            out.wrapped("", "at least: a lower bound; whether there were more was not recorded");
        }
        if (kinds.get(kinds.size() - 1).byJvm()) {
            out.wrapped(
                    "",
                    KindCount.APPLICATION + ": live threads" + (jvms.size() == 1 ? " and peak" : "")
                            + " are the JVM's own counts of its Java threads (jdk.JavaThreadStatistics), without its"
                            + " compilers" + (jvms.size() == 1 ? "; the peak is that since it started" : ""));
        }
        if (jvms.stream().noneMatch(jvm -> jvm.coverage().clones())) {
            out.wrapped("", "threads that are not Java's: not recorded");
        }
        long virtual = jvms.stream()
                .mapToLong(jvm -> Math.max(0, jvm.counters().virtualThreads()))
                .sum();
        boolean recorded = jvms.stream().anyMatch(jvm -> jvm.counters().virtualThreads() >= 0);
        out.wrapped(
                "",
                recorded
                        ? Amounts.count(virtual) + " virtual threads started, without clone calls of their own"
                        : "virtual threads: not recorded");
    }

    private static List<String> cells(KindCount kind) {
        AtLeast atLeast = kind.atLeast();
        return List.of(
                Amounts.countOrBound(kind.created(), atLeast.created()),
                Amounts.countOrBound(kind.before(), atLeast.before()),
                Amounts.countOrBound(kind.alive(), atLeast.alive()),
                Amounts.countOrBound(kind.peak(), atLeast.peak()));
    }
}
