package io.clonetrace.explain;

import io.clonetrace.explain.LimitState.Use;
import io.clonetrace.explain.evidence.Document;
import io.clonetrace.explain.evidence.DocumentKind;
import io.clonetrace.explain.evidence.Fact;
import io.clonetrace.explain.evidence.LimitName;
import io.clonetrace.explain.evidence.Place;
import io.clonetrace.explain.evidence.Resource;
import io.clonetrace.explain.evidence.SeenLimit;
import io.clonetrace.explain.evidence.SeenUse;
import io.clonetrace.explain.evidence.ThreadKind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
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
        List<LimitState> states = new ArrayList<>();
        for (LimitName name : LimitName.values()) {
            if (name != LimitName.RLIMIT_STACK) {
                nearest(name).ifPresent(states::add);
            }
        }
        states.sort(Comparator.comparing(LimitState::isReached)
                .thenComparingDouble(LimitState::share)
                .reversed()
                .thenComparing(LimitState::isUnlimited)
                .thenComparing(LimitState::name));
        return states;
    }

    /**
     * Of several values of one limit, as of nested cgroups, the one that is nearest; a value that the JVM itself tells
     * rather than one of a shell, which may have another.
     */
    private Optional<LimitState> nearest(LimitName name) {
        List<LimitState> states = new ArrayList<>();
        boolean ofJvm = documents.stream().anyMatch(document -> isOfJvm(document) && has(document, name));
        for (Document document : documents) {
            if (!ofJvm || isOfJvm(document)) {
                document.limits().stream()
                        .filter(limit -> limit.name() == name)
                        .map(limit -> state(document, limit))
                        .forEach(states::add);
            }
        }
        return states.stream()
                .min(Comparator.comparing((LimitState state) -> !state.isReached())
                        .thenComparingDouble(state -> -state.share())
                        .thenComparingLong(LimitState::max));
    }

    private static boolean isOfJvm(Document document) {
        return document.kind() == DocumentKind.HS_ERR || document.kind() == DocumentKind.JAVACORE;
    }

    private static boolean has(Document document, LimitName name) {
        return document.limits().stream().anyMatch(limit -> limit.name() == name);
    }

    private LimitState state(Document document, SeenLimit limit) {
        LimitName name = limit.name();
        List<Document> own = List.of(document);
        List<Document> others = documents.stream()
                .filter(one -> one != document && !isOfAnotherProcess(one, document))
                .toList();
        Optional<Use> use = stated(own, name, limit)
                .or(() -> stated(others.stream().filter(one -> !has(one, name)).toList(), name, limit))
                .or(() -> derived(own, name.resource()))
                .or(() -> derived(others, name.resource()));
        return new LimitState(
                name,
                limit.soft(),
                limit.place(),
                use,
                name == LimitName.RLIMIT_NPROC ? root(document) : Optional.empty());
    }

    private static boolean isOfAnotherProcess(Document one, Document other) {
        Optional<String> pid = one.fact(Fact.Name.PID).map(Fact::value);
        return pid.isPresent()
                && other.fact(Fact.Name.PID)
                        .filter(fact -> !fact.value().equals(pid.get()))
                        .isPresent();
    }

    /** The lines that say that the process is root's, which RLIMIT_NPROC does not limit. */
    private Optional<Place> root(Document document) {
        return documents.stream()
                .filter(one -> !isOfAnotherProcess(one, document))
                .flatMap(one -> one.fact(Fact.Name.USER).stream())
                .filter(user -> user.value().equals("uid 0"))
                .map(Fact::place)
                .findFirst();
    }

    /** What a text states: an exact number rather than a bound, in the limit's own file rather than in another. */
    private static Optional<Use> stated(List<Document> some, LimitName name, SeenLimit limit) {
        return some.stream()
                .flatMap(document -> document.uses().stream())
                .filter(use -> use.resource() == name.resource() && !use.peak())
                .max(Comparator.comparing((SeenUse use) ->
                                use.place().file().equals(limit.place().file()))
                        .thenComparing(use -> !use.atLeast())
                        .thenComparingLong(SeenUse::amount))
                .map(use -> new Use(use.amount(), use.atLeast(), "", use.place()));
    }

    /** What follows from the threads of the process: lower bounds. */
    private static Optional<Use> derived(List<Document> some, Resource resource) {
        List<ThreadTally> tallies = ThreadTally.of(some);
        return switch (resource) {
            case USER_TASKS, CGROUP_TASKS, MACHINE_TASKS -> tasks(tallies);
            case MAPPINGS -> mappings(tallies);
            case ADDRESS_SPACE -> stacks(tallies);
            default -> Optional.empty();
        };
    }

    /** The process's own threads count in each limit on threads. */
    private static Optional<Use> tasks(List<ThreadTally> tallies) {
        return tallies.stream()
                .map(tally -> new Use(tally.tasks(), true, "this process's threads", tally.place()))
                .filter(use -> use.amount() > 0)
                .max(Comparator.comparingLong(Use::amount));
    }

    private static Optional<Use> mappings(List<ThreadTally> tallies) {
        return tallies.stream()
                .map(tally -> new Use(
                        tally.count(ThreadKind.JAVA) * MAPPINGS_OF_JAVA_THREAD,
                        true,
                        "two mappings a Java thread",
                        tally.place()))
                .filter(use -> use.amount() > 0)
                .max(Comparator.comparingLong(Use::amount));
    }

    private static Optional<Use> stacks(List<ThreadTally> tallies) {
        return tallies.stream()
                .map(tally -> new Use(tally.stacks(), true, "stacks", tally.place()))
                .filter(use -> use.amount() > 0)
                .max(Comparator.comparingLong(Use::amount));
    }
}
