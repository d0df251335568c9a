package io.clonetrace.report.compare;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * What became of the threads of a call site, or of a name pattern.
 *
 * @param name the call site or the pattern, now if it is still there; hostile input
 * @param oldName what it was in the baseline, if it is the same code on another line
 * @param kind java or process
 * @param names the most frequent patterns of the threads' names; empty for a pattern
 */
public record CountChange(
        String name,
        Optional<String> oldName,
        String kind,
        List<String> names,
        Change change,
        Optional<Count> old,
        Optional<Count> now) {
    /** What changed most first; what is the same last. */
    static final Comparator<CountChange> LARGEST_FIRST = Comparator.comparing(
                    (CountChange one) -> one.change == Change.SAME)
            .thenComparing(one -> -Count.weight(one.old, one.now))
            .thenComparing(CountChange::name);

    static CountChange of(
            String name,
            Optional<String> oldName,
            String kind,
            List<String> names,
            Optional<Count> old,
            Optional<Count> now) {
        return new CountChange(name, oldName, kind, names, Count.change(old, now), old, now);
    }
}
