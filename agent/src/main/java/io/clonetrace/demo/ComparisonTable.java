package io.clonetrace.demo;

import io.clonetrace.clone.CloneCall;
import io.clonetrace.clone.CloneFlag;
import io.clonetrace.clone.CloneFlags;
import io.clonetrace.clone.CloneProfile;
import io.clonetrace.clone.ExitSignal;
import io.clonetrace.demo.Outcome.ChildReport;
import io.clonetrace.stack.StackMeasure;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/**
 * Comparisons as one table of 80 columns: a column a way, a row a flag with a mark where the kernel saw it, and below
 * what else is known.
 */
public final class ComparisonTable {
    private static final String NOT_OBSERVED = "not observed";
    private static final String MARK = "x";
    private static final String CARRIERS_MARK = "c";
    private static final String PREFIX = "CLONE_";

    private final List<Comparison> comparisons;

    /** @param comparisons at most seven, for want of columns */
    public ComparisonTable(List<Comparison> comparisons) {
        this.comparisons = comparisons;
    }

    /** The table, with a line separator behind each line. */
    public String text() {
        TableText text = new TableText();
        row(text, PREFIX + "...", Comparison::how);
        text.rule();
        for (CloneFlag flag : flags()) {
            kernelRow(text, flag.name().substring(PREFIX.length()), call -> call.has(flag) ? MARK : "");
        }
        unknownBits(text);
        text.rule();
        kernelRow(text, "exit signal", ComparisonTable::exitSignal);
        kernelRow(text, "system call", call -> call.syscall() == null ? NOT_OBSERVED : call.syscallName());
        kernelRow(
                text,
                "stack size",
                call -> bytes(call.stackSize(), call.syscall() == null ? NOT_OBSERVED : "none passed"));
        row(text, "guard", comparison -> measured(comparison, StackMeasure::guard));
        row(text, "stack and guard", comparison -> measured(comparison, StackMeasure::reserved));
        row(text, "thread pointer", ComparisonTable::threadPointer);
        row(text, "printf is safe", ComparisonTable::printf);
        kernelRow(text, "observed by", null);
        text.rule();
        notes(text);
        return text.toString();
    }

    private void notes(TableText text) {
        text.note(MARK
                + ": the kernel saw the flag. Sizes are bytes: the stack's is what was passed to the kernel, the others"
                + " from /proc. The thread pointer is the child's report, or else implied by its flags.");
        if (comparisons.stream().anyMatch(ComparisonTable::isCarriersCall)) {
            text.note(CARRIERS_MARK + ": it is the carrier's clone; a virtual thread makes none.");
        }
        for (Comparison comparison : comparisons) {
            String note = comparison.outcome().note();
            if (!note.isEmpty()) {
                String refused = comparison.outcome() instanceof Outcome.Refused ? "refused: " : "";
                text.note(comparison.how() + ": " + refused + note + ".");
            }
        }
    }

    /** Those of pthread_create, against which the others are compared, and what else was seen. */
    private EnumSet<CloneFlag> flags() {
        EnumSet<CloneFlag> flags = CloneProfile.PTHREAD_CREATE.flags().flags();
        calls().forEach(seen -> flags.addAll(seen.flags()));
        return flags;
    }

    private void unknownBits(TableText text) {
        long unknown = calls().stream().mapToLong(CloneFlags::unknownBits).reduce(0, (one, other) -> one | other);
        for (long rest = unknown; rest != 0; rest &= rest - 1) {
            long bit = Long.lowestOneBit(rest);
            kernelRow(text, "bit " + Long.numberOfTrailingZeros(bit), call -> (call.flags() & bit) != 0 ? MARK : "");
        }
    }

    private List<CloneFlags> calls() {
        return comparisons.stream()
                .flatMap(comparison -> comparison.call().stream())
                .filter(call -> call.flags() != CloneCall.UNKNOWN)
                .map(call -> new CloneFlags(call.flags()))
                .toList();
    }

    private void row(TableText text, String label, Function<Comparison, String> cell) {
        text.row(label, comparisons.stream().map(cell).toList());
    }

    /**
     * A row of what the source saw.
     *
     * @param cell of a call that was seen; null for the source's name itself
     */
    private void kernelRow(TableText text, String label, Function<CloneCall, String> cell) {
        row(text, label, comparison -> {
            if (comparison.isUnobserved()) {
                return NOT_OBSERVED;
            }
            if (cell == null) {
                return comparison.outcome() instanceof Outcome.Refused
                        ? ""
                        : comparison.source().orElse("");
            }
            if (comparison.call().isEmpty()) {
                return label.equals("system call") ? none(comparison) : "";
            }
            String shown = cell.apply(comparison.call().get());
            return isCarriersCall(comparison) && shown.equals(MARK) ? CARRIERS_MARK : shown;
        });
    }

    private static String none(Comparison comparison) {
        return comparison.outcome() instanceof Outcome.Refused ? "refused" : "no clone";
    }

    private static boolean isCarriersCall(Comparison comparison) {
        return comparison.outcome() instanceof Outcome.Carried
                && comparison.call().isPresent();
    }

    private static String exitSignal(CloneCall call) {
        return switch (call.exitSignal()) {
            case CloneCall.UNKNOWN -> NOT_OBSERVED;
            case 0 -> "none";
            default -> ExitSignal.name(call.exitSignal());
        };
    }

    private static String measured(Comparison comparison, ToLongFunction<StackMeasure> field) {
        if (!(comparison.outcome() instanceof Outcome.Made made)) {
            return "";
        }
        Optional<StackMeasure> measure = made.measured();
        return measure.isEmpty() ? "" : bytes(field.applyAsLong(measure.get()), "unknown");
    }

    private static String bytes(long bytes, String unknown) {
        String digits = Long.toString(bytes);
        if (bytes == CloneCall.UNKNOWN) {
            return unknown;
        }
        return digits.length() <= TableText.CELL ? digits : (bytes >> 20) + " MiB";
    }

    private static String threadPointer(Comparison comparison) {
        if (!(comparison.outcome() instanceof Outcome.Made made)) {
            return "";
        }
        String own = made.child().map(ChildReport::sharesMemory).orElse(true) ? "own" : "copy";
        return comparison
                .sharesThreadPointer()
                .map(shares -> shares ? "shared" + untilExec(comparison) : own)
                .orElse(NOT_OBSERVED);
    }

    private static String printf(Comparison comparison) {
        if (!(comparison.outcome() instanceof Outcome.Made)) {
            return "";
        }
        return comparison
                .printfIsSafe()
                .map(safe -> safe ? "yes" : "no" + untilExec(comparison))
                .orElse(NOT_OBSERVED);
    }

    private static String untilExec(Comparison comparison) {
        return comparison.untilExec() ? " until exec" : "";
    }
}
