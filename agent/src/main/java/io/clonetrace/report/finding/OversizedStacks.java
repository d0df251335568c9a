package io.clonetrace.report.finding;

import static io.clonetrace.report.model.Amounts.count;
import static io.clonetrace.report.model.Amounts.size;

import io.clonetrace.clone.TaskKind;
import io.clonetrace.report.model.Jvm;
import io.clonetrace.report.model.Liveness;
import io.clonetrace.report.model.StackUse;
import io.clonetrace.report.model.ThreadRow;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;

/** Stacks of the JVM's default size are far larger than the peak depth of any. */
final class OversizedStacks implements Rule {
    private static final long KILO = 1024;
    private static final long STEP = 64 * KILO;
    /** HotSpot itself refuses much less, and what a thread of the JDK does may need it. */
    private static final long LEAST = 256 * KILO;

    /** HotSpot's shadow zone (StackShadowPages: 80 KiB on x86-64), which native code gets, and some more. */
    private static final long HEADROOM = 128 * KILO;

    private static final long WORTH_IT = 64 * KILO * KILO;
    private static final int FEWEST_MEASURED = 20;
    /** One in so many threads may be unmeasured, such as a shutdown hook's. */
    private static final int MOST_UNMEASURED = 20;

    /** compileBroker.cpp names them "C2 CompilerThread0"; their stacks have a size of their own. */
    private static final String COMPILER = " CompilerThread";

    @Override
    public String name() {
        return "stacks-oversized";
    }

    @Override
    public String description() {
        return "Stacks are far larger than their peak depth.";
    }

    @Override
    public List<Finding> findings(Jvm jvm) {
        if (!mayBeWorthIt(jvm)) {
            return List.of();
        }
        List<ThreadRow> rows = jvm.threads().stream()
                .filter(row -> row.javaId() > 0 && row.requestedStack() <= 0 && !isCompiler(row))
                .toList();
        // A thread before the agent may have asked for a size of its own: most have the default.
        Optional<Long> usual = rows.stream()
                .filter(row -> isJava(row) && row.reserved() > 0)
                .collect(Collectors.groupingBy(ThreadRow::reserved, Collectors.counting()))
                .entrySet()
                .stream()
                .max(Map.Entry.<Long, Long>comparingByValue().thenComparing(Map.Entry.comparingByKey()))
                .map(Map.Entry::getKey);
        return usual.flatMap(reserved -> finding(
                        reserved,
                        rows.stream()
                                .filter(row -> row.reserved() == reserved || row.reserved() <= 0)
                                .toList()))
                .map(List::of)
                .orElse(List.of());
    }

    /** Whether the living threads' stacks are so large at all; of a million threads, few live. */
    private static boolean mayBeWorthIt(Jvm jvm) {
        long living = 0;
        long largest = 0;
        for (ThreadRow row : jvm.threads()) {
            if (isJava(row)) {
                living += row.life() == Liveness.ALIVE ? 1 : 0;
                largest = Math.max(largest, row.reserved());
            }
        }
        return (double) living * largest >= WORTH_IT;
    }

    private static boolean isJava(ThreadRow row) {
        return row.is(TaskKind.JAVA);
    }

    private static boolean isCompiler(ThreadRow row) {
        return row.name() != null && row.name().contains(COMPILER);
    }

    /** @param rows the Java threads with the default size, the JDK's own too: -Xss is theirs as well */
    private Optional<Finding> finding(long reserved, List<ThreadRow> rows) {
        long deepest = most(rows, StackUse::depth);
        long fitting = fitting(deepest, most(rows, StackUse::guard));
        List<ThreadRow> java = rows.stream().filter(OversizedStacks::isJava).toList();
        long measured = java.stream().filter(OversizedStacks::hasDepth).count();
        long unmeasured = java.size() - measured;
        long living = java.stream().filter(row -> row.life() == Liveness.ALIVE).count();
        long saved = living * (reserved - fitting);
        if (measured < FEWEST_MEASURED
                || unmeasured * MOST_UNMEASURED > java.size()
                || fitting > reserved / 2
                || saved < WORTH_IT) {
            return Optional.empty();
        }
        return Optional.of(new Finding(
                name(),
                Severity.NOTE,
                "Stacks of " + size(reserved) + " are far larger than they are used.",
                "Of " + count(measured) + " measured threads with the default size none touched a page deeper than "
                        + size(deepest) + " below its top"
                        + (unmeasured == 0 ? "" : ", " + count(unmeasured) + " more were not measured")
                        + "; " + count(living) + " live and reserve " + size(living * reserved) + ".",
                "-Xss" + fitting / KILO
                        + "k is a size to test, not one to rely on: twice that depth, the guard zone and a"
                        + " margin. It would reserve " + size(saved)
                        + " less address space; memory use is unaffected, since"
                        + " only touched pages count. A recording cannot show the depth of calls that were not made, nor"
                        + " what native code reserves and never touches, and interpreted code needs"
                        + " more than compiled: test with -Xint too. In native code an overflow ends the JVM by SIGSEGV.",
                Map.of(
                        "measured",
                        measured,
                        "unmeasured",
                        unmeasured,
                        "alive",
                        living,
                        "reservedEach",
                        reserved,
                        "mostUsed",
                        deepest,
                        "fitting",
                        fitting,
                        "saved",
                        saved)));
    }

    private static boolean hasDepth(ThreadRow row) {
        return row.stack().map(use -> use.depth() >= 0).orElse(false);
    }

    private static long most(List<ThreadRow> rows, ToLongFunction<StackUse> size) {
        return rows.stream()
                .<StackUse>mapMulti((row, uses) -> row.stack().ifPresent(uses))
                .mapToLong(size)
                .max()
                .orElse(0);
    }

    /** Twice the depth, and room for the guard and shadow zones, which -Xss counts in. */
    private static long fitting(long depth, long guard) {
        return Math.max(LEAST, (2 * depth + Math.max(0, guard) + HEADROOM + STEP - 1) / STEP * STEP);
    }
}
