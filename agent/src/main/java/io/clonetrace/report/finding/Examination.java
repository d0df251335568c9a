package io.clonetrace.report.finding;

import io.clonetrace.clone.TaskKind;
import io.clonetrace.report.finding.Suspect.Cause;
import io.clonetrace.report.model.Jvm;
import io.clonetrace.report.model.Liveness;
import io.clonetrace.report.model.ThreadRow;
import io.clonetrace.report.summary.Creator;
import io.clonetrace.report.summary.NameCount;
import io.clonetrace.report.summary.NameGroup;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What several rules need to know of a JVM's threads. */
final class Examination {
    private final Jvm jvm;
    private final List<Redeploy> redeploys;
    private final List<Suspect> suspects;

    private Examination(Jvm jvm) {
        this.jvm = jvm;
        redeploys = Redeploy.of(Creator.of(jvm));
        suspects = examine();
    }

    static Examination of(Jvm jvm) {
        return jvm.derived().once(Examination.class, () -> new Examination(jvm));
    }

    Jvm jvm() {
        return jvm;
    }

    /** The applications that were loaded anew and left threads. */
    List<Redeploy> redeploys() {
        return redeploys;
    }

    /**
     * The application's threads in groups, the most live ones first. Each thread is in one group, and those that
     * {@link #redeploys} covers are in none.
     */
    List<Suspect> suspects() {
        return suspects;
    }

    /** Those with that cause. */
    List<Suspect> suspects(Cause cause) {
        return suspects.stream().filter(one -> one.cause() == cause).toList();
    }

    private List<Suspect> examine() {
        Set<ThreadRow> told = new HashSet<>();
        redeploys.forEach(redeploy -> told.addAll(redeploy.threads()));
        List<Suspect> all = new ArrayList<>();
        Set<String> known = new HashSet<>();
        Map<List<Object>, List<Creator>> calls = new LinkedHashMap<>();
        for (Creator creator : Creator.of(jvm)) {
            if (creator.kind() != TaskKind.PROCESS && (told.isEmpty() || !isTold(creator, told))) {
                // What a library's threads start is its own matter: the call only began it all.
                Object library = creator.inherited() ? creator.library() : Optional.empty();
                calls.computeIfAbsent(List.of(creator.site(), creator.caller(), library), one -> new ArrayList<>())
                        .add(creator);
            }
        }
        calls.values()
                .forEach(sameCall -> judged(sameCall).forEach(suspect -> {
                    all.add(suspect);
                    if (suspect.cause() != Cause.NONE) {
                        suspect.names().stream().map(NameCount::pattern).forEach(known::add);
                    }
                }));
        for (NameGroup group : NameGroup.of(jvm)) {
            List<ThreadRow> unseen = group.threads().stream()
                    .filter(row -> row.life() == Liveness.ALIVE && row.origin().isEmpty())
                    .toList();
            // Threads with the names of a suspect were probably started by the same code, and are reported with it.
            if (unseen.size() >= Suspect.FEWEST && !known.contains(group.pattern())) {
                all.add(Suspect.of(jvm, group.pattern(), unseen));
            }
        }
        all.sort(Comparator.comparing(one -> -one.curve().alive()));
        return all;
    }

    /** A call that has several threads made by a library is judged as one; if that tells nothing, each by itself. */
    private List<Suspect> judged(List<Creator> sameCall) {
        Suspect call = Suspect.of(jvm, Creator.together(sameCall));
        return sameCall.size() == 1 || call.cause() != Cause.NONE
                ? List.of(call)
                : sameCall.stream().map(creator -> Suspect.of(jvm, creator)).toList();
    }

    private static boolean isTold(Creator creator, Set<ThreadRow> told) {
        long living = 0;
        long left = 0;
        for (ThreadRow row : creator.threads()) {
            if (row.life() == Liveness.ALIVE) {
                living++;
                left += told.contains(row) ? 1 : 0;
            }
        }
        return left > 0 && 2 * left >= living;
    }

    /** How many more live threads with such names lived before the recording; who made them was not seen. */
    long livedBefore(Suspect suspect) {
        if (suspect.creator().isEmpty()) {
            return 0;
        }
        Set<String> patterns = new HashSet<>();
        suspect.names().forEach(name -> patterns.add(name.pattern()));
        return NameGroup.of(jvm).stream()
                .filter(group -> patterns.contains(group.pattern()))
                .flatMap(group -> group.threads().stream())
                .filter(row -> row.origin().isEmpty() && row.life() == Liveness.ALIVE)
                .count();
    }
}
