package io.clonetrace.explain;

import static io.clonetrace.explain.Words.in;
import static io.clonetrace.report.model.Amounts.size;

import io.clonetrace.explain.evidence.CrashedStack;
import io.clonetrace.explain.evidence.Document;
import io.clonetrace.report.finding.Finding;
import io.clonetrace.report.finding.Severity;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A JVM crashed in a thread whose stack was at its end. */
final class CrashedStackFinding {
    /** As report's rule has it. */
    private static final double NEAR = 0.9;

    /** HotSpot's guard zone and glibc's before it. */
    private static final long AROUND_END = 64 * 1024;

    private CrashedStackFinding() {}

    static List<Finding> of(List<Document> documents) {
        return documents.stream().flatMap(document -> of(document).stream()).toList();
    }

    private static Optional<Finding> of(Document document) {
        Optional<CrashedStack> stack = document.crashedStack();
        if (stack.isEmpty()) {
            return Optional.empty();
        }
        CrashedStack crashed = stack.get();
        Optional<CrashedStack.Access> atEnd = document.access()
                .filter(access -> Math.abs(access.offset()) <= AROUND_END && crashed.left() <= 2 * AROUND_END);
        boolean near = !crashed.isInside() || (double) (crashed.size() - crashed.left()) / crashed.size() >= NEAR;
        if (atEnd.isEmpty() && !near) {
            return Optional.empty();
        }
        String name = crashed.thread() == null ? "the crashing thread" : "thread \"" + crashed.thread() + "\"";
        String left = crashed.isInside()
                ? size(crashed.left()) + " of " + size(crashed.size()) + " were left below the stack pointer"
                : "The stack pointer was outside of its stack of " + size(crashed.size());
        return Optional.of(new Finding(
                "stack-near-end",
                atEnd.isPresent() ? Severity.PROBLEM : Severity.WARNING,
                atEnd.isPresent()
                        ? "The JVM crashed by a stack overflow in native code, in " + name + "."
                        : "The stack of " + name + " was almost used up when the JVM crashed.",
                left + in(crashed.place()) + "."
                        + atEnd.map(access -> " The access that failed was at the end of this stack"
                                        + in(access.place()) + ".")
                                .orElse(""),
                "Give that thread a larger stack, by -Xss or the stackSize of Thread's constructor, or bound its recursion.",
                Map.of("left", crashed.left(), "size", crashed.size())));
    }
}
