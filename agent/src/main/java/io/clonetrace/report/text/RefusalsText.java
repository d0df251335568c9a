package io.clonetrace.report.text;

import static io.clonetrace.report.text.TextTable.number;
import static io.clonetrace.report.text.TextTable.text;

import io.clonetrace.clone.CloneCall;
import io.clonetrace.clone.CloneFlags;
import io.clonetrace.clone.CloneProfile;
import io.clonetrace.report.model.Amounts;
import io.clonetrace.report.model.Jvm;
import io.clonetrace.report.model.Refusal;
import io.clonetrace.report.model.Refusal.Call;
import java.util.Comparator;
import java.util.List;

/** The threads and processes that could not be made: one row for each place, errno and limit. */
final class RefusalsText {
    private static final int SHOWN = 10;
    private static final String NOT_OBSERVED = "not observed";

    private final TerminalText out;

    RefusalsText(TerminalText out) {
        this.out = out;
    }

    void print(List<Jvm> jvms) {
        List<Refusal> all = jvms.stream()
                .flatMap(jvm -> jvm.refusals().stream())
                .sorted(Comparator.comparingLong(Refusal::count).reversed())
                .toList();
        if (all.isEmpty()) {
            return;
        }
        out.blank();
        TextTable table = new TextTable(
                out,
                "refused at",
                number("refused"),
                number("attempts"),
                text("errno"),
                text("limit"),
                number("used"),
                number("of"));
        for (Refusal refusal : all.subList(0, Math.min(SHOWN, all.size()))) {
            row(table, refusal);
        }
        table.print();
        if (all.size() > SHOWN) {
            out.line("and " + Amounts.count(all.size() - SHOWN) + " more");
        }
    }

    private static void row(TextTable table, Refusal refusal) {
        boolean limited = refusal.limit() != null;
        TextTable.Row row = table.row(
                Amounts.count(refusal.count()),
                refusal.call().isEmpty() ? "-" : Amounts.count(refusal.attempts()),
                refusal.call().map(Call::errno).orElse("-"),
                limited ? refusal.limit() : "-",
                limited && refusal.used() >= 0 ? refusal.amount(refusal.used()) : "-",
                limited && refusal.max() >= 0 ? refusal.amount(refusal.max()) : "-");
        row.text(refusal.site()
                .map(frame -> frame.toString())
                .orElse(refusal.isAgents() ? "clonetrace's own" : "place not recorded"));
        refusal.caller().ifPresent(frame -> row.note("called by " + frame));
        row.note(refusal.call().map(RefusalsText::call).orElse("system call and flags " + NOT_OBSERVED)
                + (refusal.threadName() == null ? "" : ", in thread " + refusal.threadName())
                + (refusal.childName() == null ? "" : ", for a thread named " + refusal.childName()));
        refusal.thrown().ifPresent(error -> row.note("Thread.start threw " + error));
        if (refusal.location() != null) {
            row.note(limited ? "read from " + refusal.location() : "no limit named: " + refusal.location());
        }
    }

    private static String call(Call call) {
        boolean seen = call.flags() != CloneCall.UNKNOWN;
        return (call.syscall() == null ? "system call " + NOT_OBSERVED : call.syscall())
                + (seen
                        ? " with 0x" + Long.toHexString(call.flags())
                                + CloneProfile.named(call.flags())
                                        .map(profile -> ", the flags of " + profile.label())
                                        .orElseGet(() -> ": "
                                                + new CloneFlags(call.flags())
                                                        .names()
                                                        .replace("|", " | "))
                        : " with flags " + NOT_OBSERVED);
    }
}
