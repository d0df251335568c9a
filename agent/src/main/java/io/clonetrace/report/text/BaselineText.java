package io.clonetrace.report.text;

import static io.clonetrace.report.text.TextTable.number;
import static io.clonetrace.report.text.TextTable.text;

import io.clonetrace.report.compare.Change;
import io.clonetrace.report.compare.Comparison;
import io.clonetrace.report.compare.Count;
import io.clonetrace.report.compare.CountChange;
import io.clonetrace.report.compare.FindingChange;
import io.clonetrace.report.compare.Side;
import io.clonetrace.report.compare.StackChange;
import io.clonetrace.report.compare.SystemChange;
import io.clonetrace.report.compare.WayChange;
import io.clonetrace.report.finding.Severity;
import io.clonetrace.report.model.Amounts;
import io.clonetrace.report.summary.Percentiles;
import io.clonetrace.report.summary.StackTotal;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What became of the threads since the baseline. */
final class BaselineText {
    private static final String INDENT = "   ";
    private static final int SITES = 8;
    private static final int GROUPS = 5;
    private static final int WAYS = 8;
    private static final int TENTHS_BELOW = 10;

    private final TerminalText out;

    BaselineText(TerminalText out) {
        this.out = out;
    }

    void print(Comparison comparison) {
        Side old = comparison.old();
        Side now = comparison.now();
        out.blank();
        out.wrapped(
                Ink.HEAD,
                "compared with the baseline: ",
                "live threads " + alive(old.threads()) + " -> " + alive(now.threads()) + "; created per minute "
                        + perMinute(old.threads()) + " -> " + perMinute(now.threads()) + "; findings: "
                        + counts(comparison.findings()));
        out.wrapped(
                INDENT,
                "before: " + length(old) + "; now: " + length(now)
                        + (old.threads().jvms() == now.threads().jvms() ? "" : "; changes are those of one JVM"));
        comparison.findings().stream()
                .filter(change -> change.kind() != FindingChange.Kind.SAME)
                .forEach(this::finding);
        changes("call site", comparison.sites(), SITES);
        changes("threads named", comparison.groups(), GROUPS);
        system(comparison.system());
        ways(comparison.ways());
        stacks(comparison.stacks());
    }

    private static String counts(List<FindingChange> all) {
        String counts = Arrays.stream(FindingChange.Kind.values())
                .map(kind -> {
                    long count =
                            all.stream().filter(change -> change.kind() == kind).count();
                    return count == 0 ? "" : Amounts.count(count) + " " + kind.label();
                })
                .filter(count -> !count.isEmpty())
                .collect(Collectors.joining(", "));
        return counts.isEmpty() ? "none on either side" : counts;
    }

    private static String length(Side side) {
        return Amounts.counted(side.files(), "recording") + " of "
                + Amounts.counted(side.threads().jvms(), "JVM") + ", " + Amounts.seconds(side.seconds())
                + (side.threads().jvms() > 1 ? " each on average" : "");
    }

    private void finding(FindingChange change) {
        Severity severity = change.finding().severity();
        out.wrapped(
                change.isNews() ? Ink.of(severity) : Ink.FAINT,
                INDENT + change.kind().label() + " " + severity.label() + ": ",
                PlainText.clean(change.finding().summary()));
    }

    private void changes(String what, List<CountChange> all, int most) {
        List<CountChange> changed =
                all.stream().filter(one -> one.change() != Change.SAME).toList();
        if (changed.isEmpty()) {
            return;
        }
        out.blank();
        TextTable table = new TextTable(
                out,
                what,
                text("change"),
                number("alive before"),
                number("now"),
                number("per minute before"),
                number("now"));
        changed.stream().limit(most).forEach(one -> {
            TextTable.Row row = table.row(
                            one.change().label(),
                            shown(one.old(), BaselineText::alive),
                            shown(one.now(), BaselineText::alive),
                            shown(one.old(), BaselineText::perMinute),
                            shown(one.now(), BaselineText::perMinute))
                    .text(one.name());
            one.oldName().ifPresent(name -> row.text("was " + name));
        });
        table.print();
        int more = changed.size() - most;
        long same = all.size() - changed.size();
        if (more > 0 || same > 0) {
            out.line(
                    more <= 0
                            ? Amounts.count(same) + (same == 1 ? " other" : " others") + " did not change significantly"
                            : "and " + Amounts.count(more) + " more"
                                    + (same == 0 ? "" : "; " + Amounts.count(same) + " did not change significantly"));
        }
    }

    private static String shown(Optional<Count> count, Function<Count, String> figure) {
        return count.map(figure).orElse("-");
    }

    private static String alive(Count count) {
        return Amounts.countOrBound(count.alive(), count.atLeast());
    }

    private static String perMinute(Count count) {
        double rate = count.perMinute();
        if (Double.isNaN(rate)) {
            return "-";
        }
        return rate == 0 || rate >= TENTHS_BELOW
                ? Amounts.count(Math.round(rate))
                : String.format(Locale.ROOT, "%.1f", rate);
    }

    private void system(List<SystemChange> all) {
        if (!all.isEmpty()) {
            out.blank();
        }
        all.forEach(one -> out.wrapped(
                one.what() + ": ",
                PlainText.clean(String.join(", ", one.old()) + " -> " + String.join(", ", one.now()))));
    }

    private void ways(List<WayChange> all) {
        if (!all.isEmpty()) {
            out.blank();
        }
        all.stream()
                .limit(WAYS)
                .forEach(one -> out.wrapped(PlainText.clean(one.way().owner()) + ": ", PlainText.clean(way(one))));
        if (all.size() > WAYS) {
            out.line("and " + Amounts.count(all.size() - WAYS) + " more ways of making tasks");
        }
    }

    private static String way(WayChange one) {
        String call = (one.way().syscall() == null ? "a call" : one.way().syscall())
                + (one.way().flagsObserved()
                        ? " with flags 0x" + Long.toHexString(one.way().flags())
                        : "")
                + (one.way().error() == null
                        ? ""
                        : ", refused with " + one.way().error());
        return switch (one.change()) {
            case APPEARED -> call + ": " + Amounts.counted(one.nowCalls(), "call") + ", none before";
            case GONE -> call + ": no call any more, " + Amounts.count(one.oldCalls()) + " before";
            default ->
                call + ": stacks of " + Amounts.sizeOrDash(one.nowStackSize()) + ", before "
                        + Amounts.sizeOrDash(one.oldStackSize());
        };
    }

    private void stacks(List<StackChange> all) {
        if (all.isEmpty()) {
            return;
        }
        out.blank();
        TextTable table = new TextTable(
                out,
                text("peak depth"),
                number("p50 before"),
                number("now"),
                number("p99 before"),
                number("now"),
                number("max before"),
                number("now"));
        all.forEach(one -> table.row(
                one.kind(),
                depth(one.old(), depths -> depths.at(50)),
                depth(one.now(), depths -> depths.at(50)),
                depth(one.old(), depths -> depths.at(99)),
                depth(one.now(), depths -> depths.at(99)),
                depth(one.old(), Percentiles::max),
                depth(one.now(), Percentiles::max)));
        table.print();
    }

    private static String depth(Optional<StackTotal> total, Function<Percentiles, Long> figure) {
        return total.map(one -> Amounts.sizeOrDash(figure.apply(one.depths()))).orElse("-");
    }
}
