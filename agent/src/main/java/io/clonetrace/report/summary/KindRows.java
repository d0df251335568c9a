package io.clonetrace.report.summary;

import io.clonetrace.clone.TaskKind;
import io.clonetrace.report.model.Jvm;
import io.clonetrace.report.model.ThreadRow;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;

/** Threads by kind. */
final class KindRows {
    private static final int KINDS = TaskKind.values().length;

    private final List<List<ThreadRow>> kinds = new ArrayList<>();

    private KindRows() {
        for (int kind = 0; kind <= KINDS; kind++) {
            kinds.add(new ArrayList<>());
        }
    }

    /**
     * Those of these JVMs, by the place of their kind in the order of {@link TaskKind}; those that could not be
     * observed come last. Of each kind there is one at least.
     */
    static Map<Integer, List<ThreadRow>> of(List<Jvm> jvms, Predicate<ThreadRow> wanted) {
        // Of a million rows, a collector of the JDK's takes several times as long.
        KindRows all = new KindRows();
        for (Jvm jvm : jvms) {
            for (ThreadRow row : jvm.threads()) {
                if (wanted.test(row)) {
                    all.add(row);
                }
            }
        }
        Map<Integer, List<ThreadRow>> found = new TreeMap<>();
        for (int kind = 0; kind <= KINDS; kind++) {
            if (!all.kinds.get(kind).isEmpty()) {
                found.put(kind, all.kinds.get(kind));
            }
        }
        return found;
    }

    private void add(ThreadRow row) {
        Optional<TaskKind> kind = row.kind();
        kinds.get(kind.isPresent() ? kind.get().ordinal() : KINDS).add(row);
    }
}
