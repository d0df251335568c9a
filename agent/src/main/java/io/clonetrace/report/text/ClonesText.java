package io.clonetrace.report.text;

import static io.clonetrace.report.text.TextTable.number;
import static io.clonetrace.report.text.TextTable.text;

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
        TextTable table = new TextTable(
                out, text("kind"), number("clones"), text("system call"), number("stack size"), text("flags"));
        clones.rows().forEach(row -> row(table, row, sets));
        table.print();
        if (clones.rows().isEmpty()) {
            boolean recorded = jvms.isEmpty() || jvms.stream().anyMatch(jvm -> jvm.records("clonetrace.Clone"));
            out.line(recorded ? "(no clone call observed)" : "(not recorded)");
        }
        for (FlagSet set : sets) {
            set(set, letter(sets.indexOf(set)));
        }
    }

    private static void row(TextTable table, CloneRow row, List<FlagSet> sets) {
        CloneWay way = row.way();
        String syscall = way.syscall() == null ? NOT_OBSERVED : way.syscall();
        table.row(
                way.owner(),
                Amounts.count(row.count()),
                way.error() == null ? syscall : syscall + " " + way.error(),
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

    /** A mark shows that no known library function passes these; for a thread, the missing flags follow. */
    private void set(FlagSet set, String letter) {
        out.blank();
        boolean odd = isOdd(set);
        out.wrapped(
                odd ? Ink.WARNING : Ink.NONE,
                letter + (odd ? " !" : "  "),
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

    /** A thread lacks flags of pthread_create, or a process is made unlike fork, vfork and posix_spawn make it. */
    private static boolean isOdd(FlagSet set) {
        return set.isThread() ? !set.missing().isEmpty() : set.profile().isEmpty();
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
