package io.clonetrace.report.text;

import io.clonetrace.report.model.Amounts;
import io.clonetrace.report.model.Jvm;
import io.clonetrace.report.summary.KindCount;
import java.util.List;

/** How many threads there were, by kind. */
final class ThreadsText {
    private static final String ROW = "%-14s%11s%14s%11s%11s";

    private final TerminalText out;

    ThreadsText(TerminalText out) {
        this.out = out;
    }

    void print(List<Jvm> jvms) {
        out.blank();
        out.row(ROW, "threads", "created", "lived before", "alive", "peak");
        List<KindCount> kinds = KindCount.of(jvms);
        for (KindCount kind : kinds) {
            print(kind);
        }
        print(KindCount.application(jvms));
        if (kinds.stream().anyMatch(kind -> kind.alive() < 0)) {
            out.line("-: not recorded");
        }
        long virtual = jvms.stream()
                .mapToLong(jvm -> Math.max(0, jvm.counters().virtualThreads()))
                .sum();
        boolean recorded = jvms.stream().anyMatch(jvm -> jvm.counters().virtualThreads() >= 0);
        out.line(
                recorded
                        ? Amounts.count(virtual) + " virtual threads started, without clone calls of their own"
                        : "virtual threads: not recorded");
    }

    private void print(KindCount kind) {
        out.row(
                ROW,
                kind.kind(),
                Amounts.count(kind.created()),
                Amounts.count(kind.before()),
                Amounts.countOrDash(kind.alive()),
                Amounts.countOrDash(kind.peak()));
    }
}
