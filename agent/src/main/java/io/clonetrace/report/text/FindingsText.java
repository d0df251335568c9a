package io.clonetrace.report.text;

import io.clonetrace.report.finding.Finding;
import io.clonetrace.report.finding.Severity;
import io.clonetrace.report.model.Jvm;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The findings: their count at the head, and the list at the end. */
final class FindingsText {
    private static final String INDENT = "   ";

    private final TerminalText out;

    FindingsText(TerminalText out) {
        this.out = out;
    }

    /** One line that points to them. */
    void counts(Map<Jvm, List<Finding>> findings) {
        Map<Severity, Long> counts = findings.values().stream()
                .flatMap(List::stream)
                .collect(Collectors.groupingBy(Finding::severity, Collectors.counting()));
        String counted = Arrays.stream(Severity.values())
                .filter(counts::containsKey)
                .map(severity -> counts.get(severity) + " " + severity.label() + (counts.get(severity) == 1 ? "" : "s"))
                .collect(Collectors.joining(", "));
        out.line("found   " + (counted.isEmpty() ? "nothing" : counted + ", listed at the end"));
    }

    void print(Map<Jvm, List<Finding>> findings) {
        findings.forEach((jvm, found) -> found.forEach(finding -> {
            out.blank();
            out.wrapped(finding.severity().label() + ": ", PlainText.clean(finding.summary()));
            if (findings.size() > 1) {
                out.wrapped(INDENT, JvmLabel.of(jvm.name()));
            }
            out.wrapped(INDENT, PlainText.clean(finding.evidence()));
            out.wrapped(INDENT, PlainText.clean(finding.advice()));
        }));
    }
}
