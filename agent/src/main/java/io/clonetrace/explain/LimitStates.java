package io.clonetrace.explain;

import io.clonetrace.explain.LimitState.Use;
import io.clonetrace.explain.evidence.Document;
import io.clonetrace.explain.evidence.LimitName;
import io.clonetrace.explain.evidence.Place;
import io.clonetrace.explain.evidence.Resource;
import io.clonetrace.explain.evidence.SeenLimit;
import io.clonetrace.explain.evidence.SeenUse;
import io.clonetrace.explain.evidence.ThreadKind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The limits of an incident, each with what is known of its use, the nearest first. */
final class LimitStates {
    /** A Java thread's stack: its guard zone and the rest. */
    private static final int MAPPINGS_OF_JAVA_THREAD = 2;

    private final List<Document> documents;

    private LimitStates(List<Document> documents) {
        this.documents = documents;
    }

    static List<LimitState> of(List<Document> documents) {
        return new LimitStates(documents).all();
    }

    private List<LimitState> all() {
        Map<LimitName, SeenLimit> limits = new EnumMap<>(LimitName.class);
        // Of several values of one limit, the one that stops the process first.
        documents.stream()
                .flatMap(document -> document.limits().stream())
                .filter(limit -> limit.name() != LimitName.RLIMIT_STACK)
                .forEach(limit -> limits.merge(limit.name(), limit, LimitStates::nearer));
        List<LimitState> states = new ArrayList<>();
        limits.forEach((name, limit) ->
                states.add(new LimitState(name, limit.soft(), limit.place(), use(name.resource(), limit.place()))));
        states.sort(Comparator.comparing(LimitState::isReached)
                .thenComparingDouble(LimitState::share)
                .reversed()
                .thenComparing(LimitState::isUnlimited)
                .thenComparing(LimitState::name));
        return states;
    }

    private static SeenLimit nearer(SeenLimit one, SeenLimit other) {
        return other.soft() < one.soft() ? other : one;
    }

    private Optional<Use> use(Resource resource, Place limit) {
        return stated(resource, limit).or(() -> derived(resource));
    }

    /** What a text states: in the file of the limit rather than in another; the last. */
    private Optional<Use> stated(Resource resource, Place limit) {
        return documents.stream()
                .flatMap(document -> document.uses().stream())
                .filter(use -> use.resource() == resource && !use.peak())
                .max(Comparator.comparing((SeenUse use) -> use.place().file().equals(limit.file()))
                        .thenComparing(use -> !use.atLeast())
                        .thenComparingLong(SeenUse::amount))
                .map(use -> new Use(use.amount(), use.atLeast(), "", use.place()));
    }

    /** What follows from the threads of the process: lower bounds. */
    private Optional<Use> derived(Resource resource) {
        return switch (resource) {
            case USER_TASKS, CGROUP_TASKS, MACHINE_TASKS -> tasks();
            case MAPPINGS -> mappings();
            case ADDRESS_SPACE -> stacks();
            default -> Optional.empty();
        };
    }

    /** The process's own threads count in each limit on threads. */
    private Optional<Use> tasks() {
        return ThreadTally.of(documents).stream()
                .map(tally -> new Use(tally.tasks(), true, "this process's threads", tally.place()))
                .max(Comparator.comparingLong(Use::amount));
    }

    private Optional<Use> mappings() {
        return ThreadTally.of(documents).stream()
                .map(tally -> new Use(
                        tally.count(ThreadKind.JAVA) * MAPPINGS_OF_JAVA_THREAD,
                        true,
                        "two mappings a Java thread",
                        tally.place()))
                .filter(use -> use.amount() > 0)
                .max(Comparator.comparingLong(Use::amount));
    }

    private Optional<Use> stacks() {
        return ThreadTally.of(documents).stream()
                .map(tally -> new Use(tally.stacks(), true, "stacks", tally.place()))
                .filter(use -> use.amount() > 0)
                .max(Comparator.comparingLong(Use::amount));
    }
}
