package io.clonetrace.report.text;

import io.clonetrace.report.finding.Finding;
import io.clonetrace.report.model.Amounts;
import io.clonetrace.report.model.Fleet;
import io.clonetrace.report.model.Jvm;
import io.clonetrace.report.model.SourceStatus;
import io.clonetrace.report.summary.KindCount;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Which JVM it was, on which system, which sources observed it and what they lost. */
final class HeadText {
    private static final String NOT_RECORDED = "not recorded";

    private final TerminalText out;

    HeadText(TerminalText out) {
        this.out = out;
    }

    /** One JVM. */
    void print(Jvm jvm) {
        out.wrapped(
                "JVM     ",
                PlainText.clean(jvm.version().map(version -> version + ", ").orElse("")) + JvmLabel.of(jvm.name()));
        out.wrapped("kernel  ", kernel(jvm));
        if (jvm.to() > 0) {
            out.wrapped("time    ", JvmLabel.time(jvm.from()) + " UTC, for " + JvmLabel.duration(jvm.from(), jvm.to()));
        }
        sources(jvm);
    }

    /** Several. */
    void print(Fleet fleet, Map<Jvm, List<Finding>> findings) {
        out.line("JVMs    " + Amounts.count(fleet.jvms().size()) + ", from " + Amounts.count(fleet.files())
                + " recordings");
        out.blank();
        out.row("%-19s  %8s %8s %8s  %s", "started (UTC)", "created", "alive", "findings", "JVM");
        for (Jvm jvm : fleet.jvms()) {
            KindCount threads = KindCount.application(List.of(jvm));
            out.row(
                    "%-19s  %8s %8s %8s  %s",
                    JvmLabel.time(jvm.name().started()),
                    Amounts.count(threads.created()),
                    Amounts.countOrDash(threads.alive()),
                    findings.get(jvm).size(),
                    PlainText.end(JvmLabel.of(jvm.name()), 31));
        }
        out.blank();
        for (Jvm jvm : fleet.jvms()) {
            for (SourceStatus source : jvm.sources()) {
                if (source.lost() > 0) {
                    out.wrapped("source  ", JvmLabel.of(jvm.name()) + ": " + source(source));
                }
            }
        }
    }

    private static String kernel(Jvm jvm) {
        List<String> parts = new ArrayList<>();
        jvm.system().kernel().ifPresent(parts::add);
        jvm.system().libc().ifPresent(parts::add);
        jvm.system().distribution().ifPresent(parts::add);
        return parts.isEmpty() ? NOT_RECORDED : PlainText.clean(String.join(", ", parts));
    }

    private void sources(Jvm jvm) {
        for (SourceStatus source : jvm.sources()) {
            out.wrapped("source  ", source(source));
        }
        if (!jvm.hasAgent()) {
            out.line("source  not recorded: the clonetrace agent was not in this JVM");
        } else if (jvm.sources().isEmpty()) {
            out.line("source  no source reported a status");
        }
        if (jvm.counters().lostBytes() > 0) {
            out.line("JFR     dropped " + Amounts.size(jvm.counters().lostBytes()) + " of events");
        }
    }

    /** {@code ptrace: stopped, 7 clone calls seen, 0 lost}. */
    static String source(SourceStatus source) {
        String reason = source.reason() == null ? "" : " (" + source.reason() + ")";
        return PlainText.clean(source.source() + ": " + source.state() + ", " + source.counts() + reason);
    }
}
