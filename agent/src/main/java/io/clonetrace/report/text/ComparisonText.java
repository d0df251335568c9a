package io.clonetrace.report.text;

import static io.clonetrace.report.text.TextTable.text;

import io.clonetrace.report.model.ComparedWay;
import io.clonetrace.report.model.Event;
import io.clonetrace.report.model.Jvm;
import java.util.List;

/** The ways of making a task side by side, if the native clone demo ran. */
final class ComparisonText {
    private static final String NOT_OBSERVED = "not observed";

    private final TerminalText out;

    ComparisonText(TerminalText out) {
        this.out = out;
    }

    void print(List<Jvm> jvms) {
        jvms.stream().filter(jvm -> !jvm.comparison().isEmpty()).findFirst().ifPresent(jvm -> {
            out.blank();
            TextTable table = new TextTable(
                    out,
                    "missing against pthread_create",
                    text("clone demo"),
                    text("system call"),
                    text("flags"),
                    text("TLS"));
            jvm.comparison().forEach(way -> way(table, way));
            table.print();
        });
    }

    private static void way(TextTable table, ComparedWay way) {
        boolean observed = way.flags() != Event.ABSENT;
        table.row(
                        way.how(),
                        way.syscall() == null ? NOT_OBSERVED : way.syscall(),
                        observed ? "0x" + Long.toHexString(way.flags()) : "-",
                        tls(way))
                .text(observed ? missing(way.missing()) : "-");
    }

    private static String tls(ComparedWay way) {
        return way.sharesTls() == null ? "-" : way.sharesTls().equals("yes") ? "shared" : "own";
    }

    private static String missing(String missing) {
        return missing == null || missing.isEmpty() || missing.equals("0")
                ? "nothing"
                : missing.replace("CLONE_", "").replace('|', ' ');
    }
}
