package io.clonetrace.report.text;

import static io.clonetrace.report.text.TextTable.number;
import static io.clonetrace.report.text.TextTable.text;

import io.clonetrace.report.model.Amounts;
import io.clonetrace.report.model.Event;
import io.clonetrace.report.model.Jvm;
import io.clonetrace.report.summary.Percentiles;
import io.clonetrace.report.summary.StackTotal;
import java.util.List;

/** The stacks by kind of thread: what the live ones take, and the peak depth of all. */
final class StacksText {
    private final TerminalText out;

    StacksText(TerminalText out) {
        this.out = out;
    }

    void print(List<Jvm> jvms) {
        List<StackTotal> totals = StackTotal.of(jvms);
        out.blank();
        if (totals.isEmpty()) {
            out.line("stacks: not recorded");
            return;
        }
        live(totals, rss(jvms));
        reached(totals);
    }

    private void live(List<StackTotal> totals, long rss) {
        TextTable table = new TextTable(
                out,
                text("live stacks"),
                number("threads"),
                number("reserved"),
                number("touched"),
                number("huge"),
                number("of RSS"));
        for (StackTotal total : totals) {
            TextTable.Row row = table.row(
                    total.kind(),
                    Amounts.count(total.live()),
                    Amounts.size(total.reserved()),
                    Amounts.size(total.touched()),
                    Amounts.size(total.huge()),
                    rss <= 0 ? "-" : Amounts.percent((double) total.touched() / rss));
            if (total.unmeasured() > 0) {
                row.note(Amounts.count(total.unmeasured()) + " of them not measured");
            }
        }
        table.print();
    }

    private void reached(List<StackTotal> totals) {
        out.blank();
        TextTable table = new TextTable(
                out,
                text("peak depth"),
                number("threads"),
                number("p50"),
                number("p90"),
                number("p99"),
                number("max"),
                number("of stack"));
        for (StackTotal total : totals) {
            Percentiles depths = total.depths();
            TextTable.Row row = table.row(
                    total.kind(),
                    Amounts.count(depths.count()),
                    Amounts.sizeOrDash(depths.at(50)),
                    Amounts.sizeOrDash(depths.at(90)),
                    Amounts.sizeOrDash(depths.at(99)),
                    Amounts.sizeOrDash(depths.max()),
                    depths.count() == 0 ? "-" : Amounts.percent(total.largestShare()));
            if (total.withoutDepth() > 0) {
                row.note("depth not recorded for " + Amounts.count(total.withoutDepth())
                        + (total.withoutDepth() == 1 ? " thread" : " threads"));
            }
        }
        table.print();
    }

    /** Of all JVMs together, if it was recorded for all. */
    private static long rss(List<Jvm> jvms) {
        return jvms.stream().anyMatch(jvm -> jvm.counters().rss() < 0)
                ? Event.ABSENT
                : jvms.stream().mapToLong(jvm -> jvm.counters().rss()).sum();
    }
}
