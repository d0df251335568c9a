package io.clonetrace.cli.doctor;

import io.clonetrace.cli.target.JavaStack;
import io.clonetrace.limit.ThreadLimit;
import io.clonetrace.limit.ThreadLimit.Unit;
import io.clonetrace.limit.ThreadLimits;
import io.clonetrace.limit.ThreadNeeds;
import io.clonetrace.linux.proc.ProcessStatus;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** How many more threads a process can make, and which limit stops it then; nearest limit first. */
final class LimitChecks {
    private static final String NAME = "more threads";
    private static final long KILO = 1024;

    private final JavaStack stack;
    private final ThreadNeeds thread;

    private LimitChecks(JavaStack stack) {
        this.stack = stack;
        this.thread = ThreadNeeds.ofStack(stack.bytes());
    }

    /**
     * Reads the limits as they will be when this command has ended.
     *
     * @param self this process
     * @param target the process to check
     */
    static List<Ability> of(ProcessStatus self, ProcessStatus target) {
        JavaStack stack = JavaStack.of(target.folder());
        List<ThreadLimit> limits = ThreadLimits.of(target.folder()).read(ThreadNeeds.ofStack(stack.bytes()));
        return rows(OwnTasks.of(self, target).without(limits), stack);
    }

    static List<Ability> rows(List<ThreadLimit> limits, JavaStack stack) {
        return new LimitChecks(stack).rows(limits);
    }

    private List<Ability> rows(List<ThreadLimit> limits) {
        List<Ability> rows = new ArrayList<>();
        Optional<ThreadLimit> nearest = ThreadLimits.nearest(limits, thread);
        rows.add(nearest.map(this::fits).orElseGet(() -> Ability.open(NAME, "no limit is known", "")));
        List<String> unlimited = new ArrayList<>();
        for (ThreadLimit limit : nearestFirst(limits)) {
            if (limit.room(thread) == ThreadLimit.UNLIMITED) {
                unlimited.add(limit.name());
            } else {
                rows.add(row(limit));
            }
        }
        if (!unlimited.isEmpty()) {
            rows.add(Ability.yes("no limit", unlimited.stream().distinct().collect(Collectors.joining(", ")), ""));
        }
        return rows;
    }

    private Ability fits(ThreadLimit nearest) {
        if (nearest.isReached(thread)) {
            return Ability.no(
                    NAME,
                    "not one: " + nearest.name() + " is reached",
                    nearest.location(),
                    nearest.advice() + (nearest.unit() == Unit.ADDRESS_SPACE ? "; ulimit takes KiB" : "")
                            + "; or make fewer threads");
        }
        return Ability.yes(
                NAME,
                grouped(nearest.room(thread)) + " with a stack of " + stack.size() + " (" + stack.source() + "), then "
                        + nearest.name() + " stops them",
                nearest.location());
    }

    private Ability row(ThreadLimit limit) {
        String numbers = amount(limit.used(), limit.unit()) + " of " + amount(limit.max(), limit.unit())
                + unit(limit.unit()) + " in use";
        String note = limit.note() == null ? "" : "; " + limit.note();
        long room = limit.room(thread);
        if (room == ThreadLimit.UNKNOWN) {
            String found = limit.max() == ThreadLimit.UNKNOWN ? "not known" : numbers;
            return Ability.open(limit.name(), found + note, limit.location());
        }
        if (room == 0) {
            return Ability.no(limit.name(), numbers + note, limit.location(), "");
        }
        return Ability.yes(limit.name(), numbers + ": room for " + grouped(room) + note, limit.location());
    }

    private List<ThreadLimit> nearestFirst(List<ThreadLimit> limits) {
        return limits.stream()
                .sorted(Comparator.comparingLong(limit ->
                        limit.room(thread) == ThreadLimit.UNKNOWN ? ThreadLimit.UNLIMITED : limit.room(thread)))
                .toList();
    }

    private static String amount(long count, Unit unit) {
        return count == ThreadLimit.UNKNOWN ? "?" : grouped(isBytes(unit) ? count / KILO : count);
    }

    private static String unit(Unit unit) {
        return isBytes(unit) ? " KiB" : unit == Unit.TASKS ? " tasks" : " mappings";
    }

    private static boolean isBytes(Unit unit) {
        return unit == Unit.ADDRESS_SPACE || unit == Unit.MEMORY;
    }

    private static String grouped(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    /**
     * The threads of this command: they count in some limits of the target, but will be gone when it makes threads.
     *
     * @param count how many
     * @param sameUser whether the target has the same real user, whose threads RLIMIT_NPROC counts
     * @param cgroups the {@code pids.max} files that count them
     */
    record OwnTasks(long count, boolean sameUser, Set<String> cgroups) {
        private static final String PIDS = "pids.max";
        private static final String NPROC = "RLIMIT_NPROC";

        static OwnTasks of(ProcessStatus self, ProcessStatus target) {
            // Read again: it may have more by now.
            ProcessStatus now = ProcessStatus.of(self.folder()).orElse(self);
            return new OwnTasks(
                    now.threads(),
                    now.realUser() == target.realUser(),
                    ThreadLimits.of(self.folder()).quick().stream()
                            .filter(limit -> limit.name().equals(PIDS))
                            .map(ThreadLimit::location)
                            .collect(Collectors.toSet()));
        }

        /** The limits without these threads, and with a note of that. */
        List<ThreadLimit> without(List<ThreadLimit> limits) {
            return limits.stream()
                    .map(limit -> counts(limit) ? without(limit) : limit)
                    .toList();
        }

        private boolean counts(ThreadLimit limit) {
            return limit.unit() == Unit.TASKS
                    && limit.isLimited()
                    && limit.used() >= count
                    && switch (limit.name()) {
                        case PIDS -> cgroups.contains(limit.location());
                        case NPROC -> sameUser;
                        default -> true;
                    };
        }

        private ThreadLimit without(ThreadLimit limit) {
            String note = (limit.note() == null ? "" : limit.note() + "; ") + "without this command's " + count;
            return new ThreadLimit(
                    limit.name(),
                    limit.unit(),
                    limit.used() - count,
                    limit.max(),
                    limit.reserve(),
                    limit.location(),
                    note,
                    limit.holds());
        }
    }
}
