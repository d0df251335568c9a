package io.clonetrace.report.text;

import static io.clonetrace.report.text.TextTable.number;
import static io.clonetrace.report.text.TextTable.text;

import io.clonetrace.report.model.Amounts;
import io.clonetrace.report.model.Jvm;
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
        boolean unknown = kinds.stream().anyMatch(kind -> kind.alive() < 0);
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
        for (KindCount kind : kinds) {
            List<String> cells = new ArrayList<>(List.of(
                    kind.kind(),
                    Amounts.count(kind.created()),
                    Amounts.count(kind.before()),
                    Amounts.countOrDash(kind.alive())));
            if (jvms.size() == 1) {
                cells.add(Amounts.countOrDash(kind.peak()));
            }
            table.row(cells.toArray(String[]::new));
        }
        table.print();
        if (unknown) {
            out.line("-: not recorded");
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
}
