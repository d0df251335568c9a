package io.clonetrace.report.compare;

import io.clonetrace.clone.TaskKind;
import io.clonetrace.report.summary.StackTotal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The stacks of one kind of threads on both sides, of which at least one is there; the agent's are left out. */
public record StackChange(String kind, Optional<StackTotal> old, Optional<StackTotal> now) {
    static List<StackChange> changes(List<StackTotal> old, List<StackTotal> now) {
        List<StackChange> all = new ArrayList<>();
        now.forEach(total -> all.add(new StackChange(total.kind(), of(total.kind(), old), Optional.of(total))));
        old.stream()
                .filter(total -> of(total.kind(), now).isEmpty())
                .forEach(total -> all.add(new StackChange(total.kind(), Optional.of(total), Optional.empty())));
        all.removeIf(change -> change.kind().equals(TaskKind.AGENT.label()));
        return all;
    }

    private static Optional<StackTotal> of(String kind, List<StackTotal> totals) {
        return totals.stream().filter(total -> total.kind().equals(kind)).findFirst();
    }
}
