package io.clonetrace.report.text;

import io.clonetrace.report.model.ComparedWay;
import io.clonetrace.report.model.Event;
import io.clonetrace.report.model.Jvm;
import java.util.List;

/** The ways of making a task side by side, if the native clone demo ran. */
final class ComparisonText {
    private static final String ROW = "%-15.15s %-12.12s %-10.10s %-7.7s ";
    private static final String NOT_OBSERVED = "not observed";

    private final TerminalText out;

    ComparisonText(TerminalText out) {
        this.out = out;
    }

    void print(List<Jvm> jvms) {
        jvms.stream().filter(jvm -> !jvm.comparison().isEmpty()).findFirst().ifPresent(jvm -> {
            out.blank();
            out.row(ROW + "%s", "clone demo", "system call", "flags", "TLS", "missing against pthread_create");
            jvm.comparison().forEach(this::way);
        });
    }

    private void way(ComparedWay way) {
        boolean observed = way.flags() != Event.ABSENT;
        String start = String.format(
                ROW,
                PlainText.clean(way.how()),
                way.syscall() == null ? NOT_OBSERVED : PlainText.clean(way.syscall()),
                observed ? "0x" + Long.toHexString(way.flags()) : "-",
                tls(way));
        out.wrapped(start, observed ? missing(way.missing()) : "-");
    }

    private static String tls(ComparedWay way) {
        return way.sharesTls() == null ? "-" : way.sharesTls().equals("yes") ? "shared" : "own";
    }

    private static String missing(String missing) {
        return missing == null || missing.isEmpty() || missing.equals("0")
                ? "nothing"
                : PlainText.clean(missing).replace("CLONE_", "").replace('|', ' ');
    }
}
