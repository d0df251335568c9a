package io.clonetrace.report.text;

import io.clonetrace.clone.CloneCall;
import io.clonetrace.report.model.Amounts;
import io.clonetrace.report.model.CloneTable;
import io.clonetrace.report.model.CloneTable.CloneRow;
import io.clonetrace.report.model.CloneTable.CloneWay;
import io.clonetrace.report.model.CloneTable.FlagSet;
import io.clonetrace.report.model.Jvm;
import java.util.List;
import java.util.stream.Collectors;

/** The clone calls by kind and arguments, and each distinct set of flags once. */
final class ClonesText {
    private static final String INDENT = "   ";
    private static final String NOT_OBSERVED = "not observed";
    private static final int LETTERS = 26;

    private final TerminalText out;

    ClonesText(TerminalText out) {
        this.out = out;
    }

    void print(CloneTable clones, List<Jvm> jvms) {
        List<FlagSet> sets = clones.flagSets();
        out.blank();
        out.line("made for          clones  system call   stack size passed   flags");
        for (CloneRow row : clones.rows()) {
            row(row, sets);
        }
        if (clones.rows().isEmpty()) {
            boolean recorded = jvms.stream().anyMatch(jvm -> jvm.records("clonetrace.Clone"));
            out.line(recorded ? "(no clone call observed)" : "(not recorded)");
        }
        for (FlagSet set : sets) {
            set(set, letter(sets.indexOf(set)));
        }
    }

    private void row(CloneRow row, List<FlagSet> sets) {
        CloneWay way = row.way();
        String syscall = way.syscall() == null ? NOT_OBSERVED : way.syscall();
        String call = way.error() == null ? syscall : syscall + " " + way.error();
        out.row(
                "%-15.15s%9s  %-13.13s %17s   %s",
                PlainText.clean(way.owner()),
                Amounts.count(row.count()),
                PlainText.clean(call),
                stackSize(row),
                flags(way, sets));
    }

    private static String flags(CloneWay way, List<FlagSet> sets) {
        for (FlagSet set : sets) {
            if (way.flagsObserved() && set.flags() == way.flags()) {
                return letter(sets.indexOf(set));
            }
        }
        return NOT_OBSERVED;
    }

    /** A mark shows that the set is not that of pthread_create; for a thread, the missing flags follow. */
    private void set(FlagSet set, String letter) {
        out.blank();
        out.wrapped(
                letter + (set.isPthread() ? "  " : " !"),
                "0x" + Long.toHexString(set.flags()) + "  " + Amounts.count(set.calls())
                        + (set.calls() == 1 ? " call" : " calls")
                        + set.profile()
                                .map(", the flags of "::concat)
                                .orElse(", not those of a known library function"));
        out.wrapped(INDENT, set.names().replace("|", " | "));
        if (set.isThread() && !set.missing().isEmpty()) {
            out.wrapped(
                    INDENT,
                    "without "
                            + set.missing().stream()
                                    .map(missing -> missing.flag().name())
                                    .collect(Collectors.joining(", ")));
        }
    }

    private static String stackSize(CloneRow row) {
        if (row.usualStackSize() == CloneCall.UNKNOWN) {
            // Without the system call, it is not known either whether a size was passed.
            return row.way().syscall() == null ? NOT_OBSERVED : "none";
        }
        return (row.oneStackSize() ? "" : "mostly ") + Amounts.size(row.usualStackSize());
    }

    private static String letter(int index) {
        return index < LETTERS ? Character.toString('A' + index) : "#" + index;
    }
}
