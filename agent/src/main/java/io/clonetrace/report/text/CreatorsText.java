package io.clonetrace.report.text;

import static io.clonetrace.report.text.TextTable.number;

import io.clonetrace.clone.TaskKind;
import io.clonetrace.report.model.Amounts;
import io.clonetrace.report.model.Jvm;
import io.clonetrace.report.model.NamePattern;
import io.clonetrace.report.model.NativeChain;
import io.clonetrace.report.model.StackTrace.Frame;
import io.clonetrace.report.model.ThreadRow;
import io.clonetrace.report.summary.Creator;
import io.clonetrace.report.summary.NameCount;
import io.clonetrace.report.summary.NameGroup;
import io.clonetrace.report.summary.Tally;
import java.util.Collections;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;

/** The code that created the application's threads and processes, and the threads by their names. */
final class CreatorsText {
    private static final int MOST_ALIVE = 5;
    private static final int BEST = 3;
    private static final int GROUPS = 5;
    private static final int NAMES = 2;
    private static final int FRAMES = 3;
    private static final int CREATORS = 2;
    private static final int LONGEST_NAME = 48;

    private final TerminalText out;

    CreatorsText(TerminalText out) {
        this.out = out;
    }

    void print(List<Jvm> jvms) {
        List<Creator> all = Creator.of(jvms);
        out.blank();
        if (all.isEmpty()) {
            out.line("call sites: not recorded");
        } else {
            creators(all);
        }
        forVirtualThreads(jvms);
        groups(
                NameGroup.of(jvms),
                jvms.stream()
                        .flatMap(jvm -> jvm.threads().stream())
                        .anyMatch(row -> row.nativeStack().isPresent()));
    }

    /** Those with most live threads, most threads, or most stack memory. */
    private void creators(List<Creator> all) {
        // Each is another one, and equal ones would be compared thread by thread.
        Set<Creator> shown = Collections.newSetFromMap(new IdentityHashMap<>());
        shown.addAll(all.subList(0, Math.min(MOST_ALIVE, all.size())));
        for (ToLongFunction<Tally> order : List.<ToLongFunction<Tally>>of(Tally::created, Tally::touched)) {
            all.stream()
                    .sorted(Comparator.comparingLong((Creator creator) -> order.applyAsLong(creator.tally()))
                            .reversed())
                    .limit(BEST)
                    .filter(creator -> order.applyAsLong(creator.tally()) > 0)
                    .forEach(shown::add);
        }
        TextTable table = table("created at");
        all.stream().filter(shown::contains).forEach(creator -> {
            TextTable.Row row = row(table, creator.tally()).text(creator.site().toString());
            creator.library().ifPresent(frame -> row.text("through " + frame));
            creator.caller().ifPresent(frame -> row.text("called by " + frame));
            if (creator.kind() == TaskKind.NATIVE) {
                inNativeCode(row, creator);
            }
            row.text(
                    creator.kind() == TaskKind.PROCESS
                            ? "processes"
                            : named(creator.names())
                                    + (creator.inherited() ? ", started by threads created here" : ""));
        });
        table.print();
        if (all.size() > shown.size()) {
            out.line("and " + Amounts.count(all.size() - shown.size()) + " more");
        }
    }

    /** What their stacks reserve, what they run, and which native frames called the library's function. */
    private static void inNativeCode(TextTable.Row row, Creator creator) {
        if (creator.tally().reserved() > 0) {
            row.text("stacks reserve " + Amounts.size(creator.tally().reserved()));
        }
        if (!creator.isSiteRecorded()) {
            row.text("which they run; the code that created them was not recorded");
            return;
        }
        List<Frame> routines = creator.startRoutines();
        if (!routines.isEmpty() && !NativeChain.isBetween(routines.get(0))) {
            row.text("they run " + NativeChain.callSite(routines.get(0)) + more(routines.size() - 1));
        }
        creator.nativeStack().ifPresent(chain -> {
            List<Frame> outer = chain.outerFrames();
            if (!outer.isEmpty()) {
                row.note("from "
                        + outer.stream().limit(FRAMES).map(Frame::toString).collect(Collectors.joining(", "))
                        + more(outer.size() - FRAMES));
            }
            chain.nativeMethod().ifPresent(method -> row.note("within the native method " + method));
            chain.reason().ifPresent(reason -> row.note("its native frames are incomplete: " + reason));
        });
    }

    private void forVirtualThreads(List<Jvm> jvms) {
        List<ThreadRow> jdks = jvms.stream()
                .flatMap(jvm -> jvm.threads().stream())
                .filter(row -> row.isForVirtualThreads() && row.started() >= 0)
                .toList();
        if (!jdks.isEmpty()) {
            long carriers = jdks.stream().filter(ThreadRow::isCarrier).count();
            out.wrapped(
                    "",
                    "the JDK created " + Amounts.count(jdks.size()) + " more to run virtual threads: "
                            + Amounts.count(carriers) + " carriers and " + Amounts.count(jdks.size() - carriers)
                            + " others");
        }
    }

    /** A group is more than one thread: the others are found by their creators. */
    private void groups(List<NameGroup> all, boolean withNativeStacks) {
        List<NameGroup> groups =
                all.stream().filter(group -> group.threads().size() > 1).toList();
        if (groups.isEmpty()) {
            return;
        }
        out.blank();
        TextTable table = table("threads named");
        for (NameGroup group : groups.subList(0, Math.min(GROUPS, groups.size()))) {
            creators(row(table, group.tally()).text(name(group.pattern())), group, withNativeStacks);
        }
        table.print();
        if (groups.size() > GROUPS) {
            out.line("and " + Amounts.count(groups.size() - GROUPS) + " more names");
        }
    }

    private static void creators(TextTable.Row row, NameGroup group, boolean withNativeStacks) {
        List<NameGroup.MadeBy> known = group.creators();
        if (known.isEmpty()) {
            List<NameCount> by = group.creatorNames();
            row.text("created at: not recorded" + (by.isEmpty() ? "" : "; by threads named " + names(by)));
            if (!withNativeStacks && group.threads().stream().anyMatch(CreatorsText::isStartedByNativeCode)) {
                row.text("no native stacks: native-stacks=off, or the source sees none");
            }
        }
        for (NameGroup.MadeBy made : known.subList(0, Math.min(CREATORS, known.size()))) {
            String count = made.count() == group.threads().size() ? "" : Amounts.count(made.count()) + " ";
            row.text(count + "created at " + made.creator().label());
        }
        if (known.size() > CREATORS) {
            row.text("and at " + Amounts.count(known.size() - CREATORS) + " more");
        }
    }

    private static boolean isStartedByNativeCode(ThreadRow row) {
        return row.started() >= 0 && row.is(TaskKind.NATIVE);
    }

    private static String names(List<NameCount> names) {
        long all = names.stream().mapToLong(NameCount::count).sum();
        return names.stream()
                        .limit(NAMES)
                        .map(name -> name(name.pattern()) + counted(name.count(), all))
                        .collect(Collectors.joining(", "))
                + more(names.size() - NAMES);
    }

    private static String named(List<NameCount> names) {
        return names.size() == 1 && names.get(0).pattern().equals(NamePattern.UNNAMED)
                ? "without a name"
                : "named " + names(names);
    }

    private static String name(String pattern) {
        return PlainText.begin(pattern, LONGEST_NAME);
    }

    /** How many of all; nothing if it is all. */
    private static String counted(long count, long all) {
        return count == all ? "" : " (" + Amounts.count(count) + ")";
    }

    private static String more(int others) {
        return others > 0 ? " and " + Amounts.count(others) + " more" : "";
    }

    private TextTable table(String last) {
        return new TextTable(out, last, number("created"), number("alive"), number("growth"), number("stack memory"));
    }

    private static TextTable.Row row(TextTable table, Tally tally) {
        return table.row(
                Amounts.countOrBound(tally.created(), tally.atLeast().created()),
                Amounts.countOrBound(tally.alive(), tally.atLeast().alive()),
                tally.growth().isEmpty() ? "-" : Amounts.change(tally.growth().getAsLong()),
                Amounts.sizeOrDash(tally.touched()));
    }
}
