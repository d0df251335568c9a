package io.clonetrace.report.text;

import io.clonetrace.report.finding.Finding;
import io.clonetrace.report.finding.Rules;
import io.clonetrace.report.model.CloneTable.CloneWay;
import io.clonetrace.report.model.Jvm;
import io.clonetrace.report.model.SourceStatus;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What was recorded of a JVM as one paragraph of at most 80 columns: clone calls by kind and by flags, and the worst
 * finding.
 */
public final class ShortReport {
    private static final String INDENT = "  ";

    private final TerminalText out;

    public ShortReport(PrintWriter out) {
        this.out = new TerminalText(out);
    }

    /** Prints the paragraph of the recording in that file. */
    public void print(Path file, Jvm jvm) {
        if (!jvm.hasAgent()) {
            out.wrapped("clonetrace: ", withoutAgent(file, jvm));
            worst(jvm);
            out.flush();
            return;
        }
        out.wrapped("clonetrace: ", head(jvm));
        out.wrapped(INDENT, counted(jvm, ShortReport::owner));
        out.wrapped(INDENT, counted(jvm, ShortReport::flags));
        for (SourceStatus source : jvm.sources()) {
            if (source.reason() != null) {
                out.wrapped(INDENT, PlainText.clean(source.source() + ": " + fate(source)));
            }
        }
        worst(jvm);
        out.wrapped(INDENT, "recording: " + PlainText.clean(file.toString()));
        out.flush();
    }

    private void worst(Jvm jvm) {
        List<Finding> findings = Rules.findings(jvm);
        if (!findings.isEmpty()) {
            Finding worst = findings.get(0);
            int others = findings.size() - 1;
            out.wrapped(
                    INDENT,
                    PlainText.clean(worst.severity().label() + ": " + worst.summary())
                            + (others == 0
                                    ? ""
                                    : " (and " + others + (others == 1 ? " more finding" : " more findings") + ")"));
        }
    }

    private static String withoutAgent(Path file, Jvm jvm) {
        return "no clonetrace events in " + PlainText.clean(file.toString())
                + ": the agent was not active in its JVM, " + process(jvm)
                + ". What that JVM printed to stderr may say why; clonetrace doctor says what keeps the agent from working"
                + " here.";
    }

    private static String process(Jvm jvm) {
        return jvm.name().pid() < 0 ? "pid not recorded" : "pid " + jvm.name().pid();
    }

    private static String head(Jvm jvm) {
        String seen = "no source of clone flags reported a status";
        for (SourceStatus source : jvm.sources()) {
            if (source.isOfClones() && !source.state().equals("refused")) {
                if (!source.isCounted()) {
                    seen = "clone calls recorded: " + jvm.clones().calls() + "; " + PlainText.clean(source.source())
                            + " is active, and " + source.counts();
                    continue;
                }
                String lost = source.lost() < 0 ? "not known how many" : Long.toString(source.lost());
                seen = source.seen() + " clone calls seen by " + PlainText.clean(source.source()) + ", " + lost
                        + " lost";
            }
        }
        return process(jvm) + ": " + seen;
    }

    /** A source that stopped did so at the end of the JVM or the agent; its reason is then that of its losses. */
    private static String fate(SourceStatus source) {
        return source.state().equals("stopped")
                ? source.counts() + " (" + source.reason() + ")"
                : source.state() + ", because " + source.reason();
    }

    private static String owner(CloneWay way) {
        return PlainText.clean(way.owner() + (way.error() == null ? "" : " refused with " + way.error()));
    }

    private static String flags(CloneWay way) {
        return way.flagsObserved()
                ? "with 0x" + Long.toHexString(way.flags())
                        + way.profile().map(profile -> " (" + profile + ")").orElse("")
                : "with flags not observed";
    }

    private static String counted(Jvm jvm, Function<CloneWay, String> naming) {
        Map<String, Long> counts = new LinkedHashMap<>();
        jvm.clones().rows().forEach(row -> counts.merge(naming.apply(row.way()), row.count(), Long::sum));
        return counts.isEmpty()
                ? "no clone call observed"
                : counts.entrySet().stream()
                        .map(one -> one.getValue() + " " + one.getKey())
                        .collect(Collectors.joining(", "));
    }
}
