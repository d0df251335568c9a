package io.clonetrace.report.text;

import static io.clonetrace.report.text.TextTable.number;
import static io.clonetrace.report.text.TextTable.text;

import io.clonetrace.report.finding.Finding;
import io.clonetrace.report.finding.Severity;
import io.clonetrace.report.model.Amounts;
import io.clonetrace.report.model.Jvm;
import io.clonetrace.report.summary.AtLeast;
import io.clonetrace.report.summary.KindCount;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The JVMs of a fleet, the worst first. */
final class FleetText {
    private static final int SHOWN = 50;
    private static final Comparator<JvmRow> WORST_FIRST = Comparator.comparingInt(JvmRow::severity)
            .thenComparing(row -> -row.threads.alive())
            .thenComparing(row -> -row.threads.created());

    private final TerminalText out;

    FleetText(TerminalText out) {
        this.out = out;
    }

    /** A JVM with what its row shows. */
    private record JvmRow(Jvm jvm, List<Finding> findings, KindCount threads) {
        int severity() {
            return findings.stream()
                    .mapToInt(finding -> finding.severity().ordinal())
                    .min()
                    .orElse(Severity.values().length);
        }
    }

    void print(Map<Jvm, List<Finding>> findings) {
        List<JvmRow> rows = findings.entrySet().stream()
                .map(one -> new JvmRow(one.getKey(), one.getValue(), KindCount.application(List.of(one.getKey()))))
                .sorted(WORST_FIRST)
                .toList();
        Set<String> names = new HashSet<>();
        boolean ambiguous = !rows.stream().allMatch(row -> names.add(JvmLabel.of(row.jvm.name())));
        TextTable table = new TextTable(
                out, "JVM", text("worst"), number("findings"), number("created"), number("alive"), number("peak"));
        out.blank();
        for (JvmRow row : rows.subList(0, Math.min(SHOWN, rows.size()))) {
            String started =
                    ambiguous ? ", started " + JvmLabel.time(row.jvm.name().started()) + " UTC" : "";
            boolean any = !row.findings.isEmpty();
            AtLeast atLeast = row.threads.atLeast();
            Severity worst = any ? Severity.values()[row.severity()] : null;
            table.row(
                            any ? worst.label() : "-",
                            row.jvm.isAboutThreads() ? Amounts.count(row.findings.size()) : "-",
                            Amounts.countOrBound(row.threads.created(), atLeast.created()),
                            Amounts.countOrBound(row.threads.alive(), atLeast.alive()),
                            Amounts.countOrBound(row.threads.peak(), atLeast.peak()))
                    .ink(any ? Ink.of(worst) : Ink.NONE)
                    .text(JvmLabel.of(row.jvm.name()) + started);
        }
        table.print();
        if (rows.size() > SHOWN) {
            out.line("and " + Amounts.count(rows.size() - SHOWN) + " more");
        }
    }
}
