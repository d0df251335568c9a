package io.clonetrace.report.model;

import java.util.List;

/**
 * How much of its threads' lives a recording has: whether a count of them is all of them, a lower bound, or nothing at
 * all.
 *
 * @param starts whether the starts of Java threads were recorded
 * @param clones whether those of other tasks were
 * @param ends whether the ends of Java threads were recorded
 * @param all whether every Java thread that lived is known: the live ones were listed, and ends were recorded
 * @param lost whether JFR dropped events, starts and ends perhaps among them
 */
public record Coverage(boolean starts, boolean clones, boolean ends, boolean all, boolean lost) {
    /** Of threads of which each is known. */
    public static final Coverage FULL = new Coverage(true, true, true, true, false);

    /** What is covered in each of these. */
    public static Coverage of(List<Jvm> jvms) {
        return jvms.stream().map(Jvm::coverage).reduce(FULL, Coverage::and);
    }

    /** Of threads of which each is known, but for those whose events JFR dropped. */
    public static Coverage ofKnown(List<Jvm> jvms) {
        return new Coverage(true, true, true, true, of(jvms).lost);
    }

    private Coverage and(Coverage other) {
        return new Coverage(
                starts && other.starts,
                clones && other.clones,
                ends && other.ends,
                all && other.all,
                lost || other.lost);
    }

    /** The same of tasks that are no Java threads. */
    public Coverage ofTasks() {
        return new Coverage(clones, clones, ends, all, lost);
    }
}
