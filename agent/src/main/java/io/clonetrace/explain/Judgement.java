package io.clonetrace.explain;

import static io.clonetrace.explain.Words.amount;
import static io.clonetrace.explain.Words.in;

import io.clonetrace.explain.LimitState.Use;
import io.clonetrace.explain.evidence.Document;
import io.clonetrace.explain.evidence.Failure;
import io.clonetrace.explain.evidence.LimitName;
import io.clonetrace.explain.evidence.Operation;
import io.clonetrace.explain.evidence.Place;
import io.clonetrace.explain.evidence.Resource;
import io.clonetrace.explain.evidence.SeenUse;
import io.clonetrace.report.model.Amounts;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which limit stopped a thread.
 *
 * @param limit the one; empty if the texts do not say
 * @param summary in one sentence
 * @param evidence the numbers, or why it is not known
 */
record Judgement(Optional<LimitName> limit, String summary, String evidence) {
    private static final String FAILED = "Threads could not be started: ";
    private static final String OF_PROCESSES = "Processes could not be started: ";

    /** Less in use is not worth a word. */
    private static final double NEAR = 0.5;

    private static final Set<LimitName> ON_MEMORY =
            EnumSet.of(LimitName.MAX_MAP_COUNT, LimitName.RLIMIT_AS, LimitName.RLIMIT_DATA);

    /**
     * What the failures mean.
     *
     * @param uses of what a limit counts that no text states
     * @param filter the line that shows a seccomp filter; empty if none does
     */
    static Judgement of(List<Failure> failures, List<LimitState> limits, List<SeenUse> uses, Optional<Place> filter) {
        Judgement judgement = ofTasks(failures, limits, uses, filter);
        boolean threads = failures.stream().anyMatch(one -> one.operation() != Operation.FORK);
        return threads || !judgement.summary.startsWith(FAILED)
                ? judgement
                : new Judgement(
                        judgement.limit,
                        OF_PROCESSES + judgement.summary.substring(FAILED.length()),
                        judgement.evidence);
    }

    private static Judgement ofTasks(
            List<Failure> failures, List<LimitState> limits, List<SeenUse> uses, Optional<Place> filter) {
        Optional<Failure> cgroup = refusal(failures);
        if (cgroup.isPresent() && !(isOfTheMachine(cgroup.get(), limits) && isAnotherReached(limits))) {
            return proven(cgroup.get(), limits);
        }
        Optional<Failure> guard = failures.stream()
                .filter(one -> one.operation() == Operation.GUARD_ZONE || Document.isGuardZoneSized(one))
                .findFirst();
        if (guard.isPresent()) {
            return ofGuardZone(limits, uses);
        }
        // A text that shows ENOMEM of the call itself speaks of memory, and not of tasks.
        boolean onlyMemory = failures.stream().allMatch(one -> "ENOMEM".equals(one.errno()));
        List<LimitState> reached = limits.stream()
                .filter(LimitState::isReached)
                .filter(state -> state.name().resource() != Resource.CGROUP_MEMORY)
                .filter(state -> !onlyMemory || ON_MEMORY.contains(state.name()))
                .filter(state -> !kernelSaidAgain(failures) || !ON_MEMORY.contains(state.name()))
                .toList();
        if (!reached.isEmpty()) {
            LimitState nearest = reached.get(0);
            return new Judgement(
                    Optional.of(nearest.name()),
                    FAILED + nearest.name().label() + " is reached.",
                    reached.stream().map(Judgement::numbers).collect(Collectors.joining(" ")));
        }
        return unknown(failures, limits, onlyMemory, filter);
    }

    /** The call's own errno, by which the kernel speaks of tasks alone: glibc's EAGAIN may be about memory. */
    private static boolean kernelSaidAgain(List<Failure> failures) {
        return failures.stream()
                .anyMatch(one -> "EAGAIN".equals(one.errno())
                        && (one.operation() == Operation.CLONE || one.operation() == Operation.FORK));
    }

    /** A refusal by pids.max: that a cgroup's own file counts rather than one in the log of the machine. */
    private static Optional<Failure> refusal(List<Failure> failures) {
        return failures.stream()
                .filter(one -> one.operation() == Operation.CGROUP_REFUSAL)
                .min(Comparator.comparing(Judgement::isLogged));
    }

    private static boolean isLogged(Failure refusal) {
        return refusal.detail() == null || !refusal.detail().contains("pids.events");
    }

    /** The kernel's log has the refusals of all cgroups of the machine, of all the time. */
    private static boolean isOfTheMachine(Failure refusal, List<LimitState> limits) {
        return isLogged(refusal)
                && limits.stream().noneMatch(state -> state.name() == LimitName.PIDS_MAX && state.isReached());
    }

    private static boolean isAnotherReached(List<LimitState> limits) {
        return limits.stream()
                .anyMatch(state -> state.isReached() && state.name().resource() != Resource.CGROUP_MEMORY);
    }

    /** The kernel's own message. */
    private static Judgement proven(Failure refusal, List<LimitState> limits) {
        return new Judgement(
                Optional.of(LimitName.PIDS_MAX),
                FAILED + "pids.max of a cgroup was reached.",
                "The kernel says so itself" + in(refusal.place()) + "."
                        + (isOfTheMachine(refusal, limits)
                                ? " Whether the process was in that cgroup is not stated; /proc/PID/cgroup says it."
                                : "")
                        + known(limits, LimitName.PIDS_MAX));
    }

    private static String known(List<LimitState> limits, LimitName name) {
        return limits.stream()
                .filter(state -> state.name() == name)
                .findFirst()
                .map(state -> " " + numbers(state))
                .orElse("");
    }

    /** The mprotect or mmap of a guard zone splits the mapping of a stack: what fails is one more mapping. */
    private static Judgement ofGuardZone(List<LimitState> limits, List<SeenUse> uses) {
        Optional<LimitState> maps = limits.stream()
                .filter(state -> state.name() == LimitName.MAX_MAP_COUNT)
                .findFirst();
        boolean reached = maps.filter(LimitState::isReached).isPresent();
        boolean counted =
                maps.flatMap(LimitState::use).filter(use -> !use.atLeast()).isPresent();
        String zone = "A guard zone splits the mapping of a stack, so each Java thread takes two mappings.";
        if (counted && !reached) {
            return new Judgement(
                    Optional.empty(),
                    FAILED + "a guard zone could not be made, though vm.max_map_count had room.",
                    zone + " " + numbers(maps.get())
                            + " So it was rather a lack of memory, as with vm.overcommit_memory=2, or RLIMIT_AS; threads may"
                            + " have ended before the mappings were counted.");
        }
        return new Judgement(
                Optional.of(LimitName.MAX_MAP_COUNT),
                FAILED
                        + (reached
                                ? "vm.max_map_count is reached."
                                : "the failed guard zone points to vm.max_map_count."),
                zone
                        + maps.map(state -> " " + numbers(state)).orElse("")
                        + (maps.flatMap(LimitState::use).isPresent() ? "" : mappings(uses)));
    }

    /** JDK 8 lists the mappings, and not their limit. The default is DEFAULT_MAX_MAP_COUNT of linux/mm.h. */
    private static String mappings(List<SeenUse> uses) {
        return uses.stream()
                .filter(use -> use.resource() == Resource.MAPPINGS)
                .findFirst()
                .map(use -> " The process had " + (use.atLeast() ? "at least " : "") + Amounts.count(use.amount())
                        + " mappings" + in(use.place()) + "; vm.max_map_count is not stated, and 65,530 by default.")
                .orElse(" How many mappings the process had is not stated.");
    }

    private static Judgement unknown(
            List<Failure> failures, List<LimitState> limits, boolean onlyMemory, Optional<Place> filter) {
        boolean again = failures.stream().anyMatch(one -> "EAGAIN".equals(one.errno()));
        String meaning;
        if (onlyMemory) {
            meaning =
                    "ENOMEM is a lack of memory or address space: vm.max_map_count, RLIMIT_AS, overcommit, or a cgroup's"
                            + " memory.";
        } else if (kernelSaidAgain(failures)) {
            meaning = "EAGAIN of the call itself is a limit on threads: pids.max, RLIMIT_NPROC, kernel.threads-max or"
                    + " kernel.pid_max.";
        } else if (again) {
            meaning =
                    "EAGAIN is a limit: on threads (pids.max, RLIMIT_NPROC, kernel.threads-max, kernel.pid_max), or on"
                            + " mappings and address space, since glibc says EAGAIN, too, if it can't map a stack.";
        } else {
            meaning =
                    "The JVM does not pass the errno on, so it may be any limit on threads or memory, or a seccomp filter.";
        }
        String nearest = limits.stream()
                .filter(state -> state.share() >= NEAR)
                .filter(state -> !onlyMemory || ON_MEMORY.contains(state.name()))
                .findFirst()
                .map(state -> " The nearest of the stated ones: " + numbers(state))
                .orElse("");
        return new Judgement(
                Optional.empty(),
                again
                        ? FAILED + "EAGAIN, a limit; which one is not stated."
                        : FAILED + (onlyMemory ? "ENOMEM, a lack of memory." : "why is not stated."),
                meaning + nearest);
    }

    /** {@code vm.max_map_count: 65,531 of 65,530, all in use (a.log:9-70, 80).} */
    static String numbers(LimitState state) {
        Resource resource = state.name().resource();
        String max = amount(resource, state.max());
        if (state.root().isPresent()) {
            return state.name().label() + " is " + max + in(state.maxPlace()) + ", which does not limit root"
                    + in(state.root().get()) + ".";
        }
        if (state.use().isEmpty() || state.isUnlimited()) {
            return state.name().label() + " is " + max + in(state.maxPlace()) + ".";
        }
        Use use = state.use().get();
        if (state.isExceeded()) {
            return state.name().label() + " is " + max + in(state.maxPlace()) + ", but "
                    + (use.atLeast() ? "at least " : "") + amount(resource, use.amount()) + " are in use"
                    + (use.how().isEmpty() ? "" : " by " + use.how()) + in(use.place())
                    + ": the process has another limit, this one was lowered since, or it does not apply.";
        }
        return state.name().label() + ": " + (use.atLeast() ? "at least " : "") + amount(resource, use.amount())
                + " of "
                + max + (use.how().isEmpty() ? "" : " by " + use.how()) + ", "
                + (state.share() >= 1 ? "all in use" : Amounts.percent(state.share()))
                + in(use.place(), state.maxPlace())
                + (resource == Resource.CGROUP_TASKS && use.amount() > state.max()
                        ? ": it was lowered below its use, or tasks were moved into the cgroup."
                        : ".");
    }
}
