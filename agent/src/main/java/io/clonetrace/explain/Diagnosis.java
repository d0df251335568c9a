package io.clonetrace.explain;

import static io.clonetrace.explain.Words.in;
import static io.clonetrace.explain.Words.times;

import io.clonetrace.explain.evidence.Document;
import io.clonetrace.explain.evidence.Fact;
import io.clonetrace.explain.evidence.Failure;
import io.clonetrace.explain.evidence.LimitName;
import io.clonetrace.explain.evidence.Operation;
import io.clonetrace.explain.evidence.Place;
import io.clonetrace.explain.evidence.SeenUse;
import io.clonetrace.report.finding.Finding;
import io.clonetrace.report.finding.Severity;
import io.clonetrace.report.finding.Subject;
import io.clonetrace.report.model.Amounts;
import io.clonetrace.report.model.NamePattern;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Why threads could not be made, as far as the texts tell: the failures, their errno, and the limits. Nothing is named
 * that no line says.
 */
final class Diagnosis {
    /** The name of the rule that reports the same in recordings. */
    private static final String FAILED_STARTS = "failed-starts";

    private static final String EPERM = "EPERM";
    private static final Set<String> LACK = Set.of("EAGAIN", "ENOMEM");
    private static final String NATIVE_MEMORY = "native-memory";
    private static final int MOST_TOLD = 6;

    private static final String FILTER =
            "Update the container's runtime and libseccomp, or give the container a profile that answers clone3 with ENOSYS,"
                    + " on which glibc uses clone (docs/limits.md). Raising a limit changes nothing.";

    private static final String COLLECT =
            "Collect the limits and their use while the JVM runs, and add them: /proc/PID/limits, /proc/PID/status, wc -l"
                    + " /proc/PID/maps, sysctl kernel.threads-max kernel.pid_max vm.max_map_count, pids.max and pids.current"
                    + " of its cgroup, dmesg. Or run clonetrace doctor PID there.";

    private final List<Failure> failures;
    private final List<LimitState> limits;
    private final List<SeenUse> uses;
    private final boolean onlyForbidden;

    /** The lines that say that a seccomp filter is on. */
    private final Optional<Place> filter;

    private Diagnosis(List<Document> documents, List<LimitState> limits) {
        failures = documents.stream()
                .flatMap(document -> document.failures().stream())
                .toList();
        this.limits = limits;
        uses = UseWithoutLimit.of(documents, limits);
        filter = documents.stream()
                .flatMap(document -> document.fact(Fact.Name.SECCOMP).stream())
                .filter(fact -> fact.value().equals("Seccomp: 2"))
                .map(Fact::place)
                .findFirst();
        Set<String> told = failures.stream()
                .filter(Diagnosis::isOfThread)
                .map(Failure::errno)
                .filter(errno -> errno != null)
                .collect(Collectors.toSet());
        onlyForbidden = told.equals(Set.of(EPERM));
    }

    static List<Finding> findings(List<Document> documents, List<LimitState> limits) {
        Diagnosis diagnosis = new Diagnosis(documents, limits);
        List<Finding> found = new ArrayList<>();
        diagnosis.forbidden().ifPresent(found::add);
        diagnosis.rejected().ifPresent(found::add);
        Optional<Finding> refused = diagnosis.refused();
        refused.ifPresent(found::add);
        if (refused.isEmpty() || !diagnosis.isMemoryExplained()) {
            diagnosis.memory().ifPresent(found::add);
        }
        return found;
    }

    /** EPERM, or no errno where all that are stated are EPERM: the same failure, reported once more by another line. */
    private boolean isForbidden(Failure failure) {
        return failure.errno() == null ? onlyForbidden : EPERM.equals(failure.errno());
    }

    /** Whether a thread or process was wanted and not made. */
    private static boolean isOfThread(Failure failure) {
        return switch (failure.operation()) {
            case THREAD_START, OUT_OF_MEMORY_ERROR, PTHREAD_CREATE, CLONE, FORK, GUARD_ZONE, CGROUP_REFUSAL -> true;
            case MPROTECT, MMAP, MALLOC -> Document.isGuardZoneSized(failure) || Document.isOfAStack(failure);
        };
    }

    private List<Failure> some(Predicate<Failure> which) {
        return failures.stream().filter(which).toList();
    }

    private static String told(List<Failure> some) {
        String told = some.stream().limit(MOST_TOLD).map(Diagnosis::sentence).collect(Collectors.joining(" "));
        int more = some.size() - MOST_TOLD;
        return more > 0 ? told + " And " + Words.count(more, "further kind") + " of failure." : told;
    }

    /** {@code pthread_create failed with EAGAIN, 7 times, for a stack of 1 MiB (console.log:3).} */
    private static String sentence(Failure failure) {
        StringBuilder sentence = new StringBuilder();
        sentence.append(
                switch (failure.operation()) {
                    case OUT_OF_MEMORY_ERROR -> "Java code got OutOfMemoryError: unable to create native thread";
                    case CGROUP_REFUSAL -> "The kernel refused a task because of a cgroup's pids.max";
                    case GUARD_ZONE -> "HotSpot could not make the guard zone of a thread's stack";
                    default -> failure.operation().label() + " failed";
                });
        if (failure.errno() != null) {
            sentence.append(" with ").append(failure.errno());
        }
        if (failure.count() > 1) {
            sentence.append(", ").append(times(failure.count()));
        }
        if (failure.bytes() > 0) {
            boolean stack = failure.operation() == Operation.PTHREAD_CREATE;
            sentence.append(stack ? ", for a stack of " : ", ").append(Amounts.size(failure.bytes()));
        }
        if (failure.subject() != null) {
            sentence.append(failure.operation() == Operation.CLONE ? ", " : ", for ")
                    .append(failure.count() > 1 ? NamePattern.of(failure.subject()) : failure.subject());
        }
        if (failure.detail() != null) {
            sentence.append(failure.detail().startsWith("at ") ? " " : ", ").append(failure.detail());
        }
        sentence.append(failure.count() > 1 ? " (first " + failure.place() + ")" : in(failure.place()));
        if (failure.by() != null) {
            sentence.append(", called by create_stack_guard_pages").append(in(failure.by()));
        }
        return sentence.append('.').toString();
    }

    /** EPERM is no limit. */
    private Optional<Finding> forbidden() {
        List<Failure> some = some(failure -> isOfThread(failure) && isForbidden(failure));
        if (some.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new Finding(
                FAILED_STARTS,
                Severity.PROBLEM,
                "A filter of system calls (seccomp) forbids "
                        + (some.stream().allMatch(one -> one.operation() == Operation.FORK) ? "processes" : "threads")
                        + ": EPERM is no limit.",
                told(some),
                FILTER,
                Map.of("count", some.stream().mapToLong(Failure::count).sum()),
                subject(some)));
    }

    private boolean isRefused(Failure failure) {
        return isOfThread(failure) && !isForbidden(failure) && !isRejected(failure);
    }

    private static boolean isRejected(Failure failure) {
        return failure.errno() != null && !LACK.contains(failure.errno()) && !EPERM.equals(failure.errno());
    }

    /** An errno that is neither a lack of anything nor EPERM. */
    private Optional<Finding> rejected() {
        List<Failure> some = some(failure -> isOfThread(failure) && isRejected(failure));
        if (some.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new Finding(
                FAILED_STARTS,
                Severity.PROBLEM,
                "Calls that make threads or processes were rejected, not for a lack of anything.",
                told(some),
                "EINVAL: the flags or sizes exclude each other; clonetrace flags says which. ENOSYS: the kernel, or a filter,"
                        + " has no such call. Others: see clone(2).",
                Map.of("count", some.stream().mapToLong(Failure::count).sum()),
                subject(some)));
    }

    /** Where mappings or address space ran out, other memory can't be had for the same reason. */
    private boolean isMemoryExplained() {
        return Judgement.of(some(this::isRefused), limits, uses, filter)
                .limit()
                .filter(Diagnosis::isOfMemory)
                .isPresent();
    }

    private Optional<Finding> refused() {
        List<Failure> some = some(this::isRefused);
        if (some.isEmpty()) {
            return Optional.empty();
        }
        Judgement judgement = Judgement.of(some, limits, uses, filter);
        if (isMemoryExplained()) {
            some = some(failure -> !isForbidden(failure) && !isRejected(failure));
        }
        Map<String, Long> numbers = new HashMap<>();
        numbers.put("count", some.stream().mapToLong(Failure::count).max().orElse(0));
        judgement.limit().flatMap(this::state).ifPresent(state -> {
            numbers.put("max", state.max());
            state.use().ifPresent(use -> numbers.put("used", use.amount()));
        });
        return Optional.of(new Finding(
                FAILED_STARTS,
                Severity.PROBLEM,
                judgement.summary(),
                told(some) + " " + judgement.evidence(),
                judgement.limit().map(LimitAdvice::of).orElse(COLLECT),
                Map.copyOf(numbers),
                subject(some)));
    }

    private Optional<LimitState> state(LimitName name) {
        return limits.stream().filter(state -> state.name() == name).findFirst();
    }

    /** Memory for something else than a thread. */
    private Optional<Finding> memory() {
        List<Failure> some = some(failure -> !isOfThread(failure));
        if (some.isEmpty()) {
            return Optional.empty();
        }
        String reached = limits.stream()
                .filter(state -> state.isReached() && isOfMemory(state.name()))
                .map(state -> " " + Judgement.numbers(state))
                .collect(Collectors.joining());
        return Optional.of(new Finding(
                NATIVE_MEMORY,
                Severity.PROBLEM,
                "The JVM could not get memory outside of its heap.",
                told(some)
                        + (reached.isEmpty()
                                ? " It may be a lack of memory, a limit on address space or mappings; which one is not stated."
                                : reached),
                "Give the process more memory, or a smaller heap (-Xmx): stacks, code and buffers lie beside it. A limit on"
                        + " mappings or address space is raised where it is set (docs/limits.md).",
                Map.of("count", some.stream().mapToLong(Failure::count).sum())));
    }

    private static boolean isOfMemory(LimitName name) {
        return switch (name) {
            case MAX_MAP_COUNT, RLIMIT_AS, RLIMIT_DATA, MEMORY_MAX -> true;
            default -> false;
        };
    }

    private static Subject subject(List<Failure> some) {
        List<String> names = some.stream()
                .map(Failure::subject)
                .filter(name -> name != null)
                .map(NamePattern::of)
                .distinct()
                .toList();
        return new Subject(Optional.empty(), Optional.empty(), names, List.of());
    }
}
