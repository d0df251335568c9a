package io.clonetrace.cli.doctor;

import io.clonetrace.limit.ThreadLimit;
import io.clonetrace.limit.ThreadLimit.Unit;
import io.clonetrace.limit.ThreadLimits;
import io.clonetrace.linux.proc.ProcessStatus;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The threads of this command: they count in some limits of another process, and are gone when it makes threads.
 *
 * @param count how many
 * @param sameUser whether the other process is of the same real user, whose threads RLIMIT_NPROC counts
 * @param cgroups the files of {@code pids.max} that count them
 */
record OwnTasks(long count, boolean sameUser, Set<String> cgroups) {
    private static final String PIDS = "pids.max";
    private static final String NPROC = "RLIMIT_NPROC";

    static OwnTasks of(ProcessStatus self, ProcessStatus target) {
        // Again: it may have more by now.
        ProcessStatus now = ProcessStatus.of(self.folder()).orElse(self);
        return new OwnTasks(
                now.threads(),
                now.realUser() == target.realUser(),
                ThreadLimits.of(self.folder()).quick().stream()
                        .filter(limit -> limit.name().equals(PIDS))
                        .map(ThreadLimit::location)
                        .collect(Collectors.toSet()));
    }

    /** The limits with these threads taken off where they are counted; it is said there. */
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
