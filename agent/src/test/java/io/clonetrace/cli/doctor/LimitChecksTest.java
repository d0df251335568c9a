package io.clonetrace.cli.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.clonetrace.cli.target.JavaStack;
import io.clonetrace.limit.ThreadLimit;
import io.clonetrace.limit.ThreadLimit.Unit;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LimitChecksTest {
    private static final ThreadLimit NO_LIMIT =
            limit("RLIMIT_AS", Unit.ADDRESS_SPACE, -1, -1).holding(false);

    /** A limit as it is read, in few words. */
    private record Read(ThreadLimit limit) {
        ThreadLimit holding(boolean holds) {
            return new ThreadLimit(
                    limit.name(), limit.unit(), limit.used(), limit.max(), 0, limit.location(), null, holds);
        }
    }

    private static Read limit(String name, Unit unit, long used, long max) {
        return new Read(new ThreadLimit(name, unit, used, max, 0, "/the/file", null, true));
    }

    private static List<Ability> rows(ThreadLimit... limits) {
        return LimitChecks.rows(List.of(limits), JavaStack.STANDARD);
    }

    @Test
    void theNearestIsWhatCounts() {
        List<Ability> rows = rows(
                limit("pids.max", Unit.TASKS, 24, 31).holding(true),
                limit("vm.max_map_count", Unit.MAPPINGS, 65_000, 65_530).holding(true),
                NO_LIMIT);
        assertEquals(
                List.of(
                        Ability.yes(
                                "more threads",
                                "7 with a stack of 1 MiB (HotSpot's default), then pids.max stops them",
                                "/the/file"),
                        Ability.yes("pids.max", "24 of 31 tasks in use: room for 7", "/the/file"),
                        Ability.yes("vm.max_map_count", "65,000 of 65,530 mappings in use: room for 265", "/the/file"),
                        Ability.yes("no limit", "RLIMIT_AS", "")),
                rows);
    }

    @Test
    void reached() {
        List<Ability> rows = rows(limit("pids.max", Unit.TASKS, 31, 31).holding(true));
        assertEquals(
                List.of(
                        Ability.no(
                                "more threads",
                                "not one: pids.max is reached",
                                "/the/file",
                                "raise it (systemd: TasksMax, docker: --pids-limit, Kubernetes: podPidsLimit); or make fewer"
                                        + " threads"),
                        Ability.no("pids.max", "31 of 31 tasks in use", "/the/file", "")),
                rows);
    }

    @Test
    void aStackOfAnotherSize() {
        ThreadLimit limit =
                limit("RLIMIT_AS", Unit.ADDRESS_SPACE, 1 << 20, 25 << 20).holding(true);
        List<Ability> rows = LimitChecks.rows(List.of(limit), new JavaStack(8 << 20, "by its options"));
        assertEquals(
                "3 with a stack of 8 MiB (by its options), then RLIMIT_AS stops them",
                rows.get(0).found());
        List<Ability> none = LimitChecks.rows(List.of(limit), new JavaStack((25 << 20) + 4096, "seen"));
        assertEquals(
                "raise it (ulimit -v); ulimit takes KiB; or make fewer threads",
                none.get(0).remedy());
    }

    /** Of limits that count this command's own threads, too, the room is what there is without them. */
    @Test
    void thisCommandsOwnThreads() {
        List<ThreadLimit> limits = List.of(
                limit("pids.max", Unit.TASKS, 60, 60).holding(true),
                limit("RLIMIT_NPROC", Unit.TASKS, 60, 61).holding(true),
                NO_LIMIT);
        LimitChecks.OwnTasks both = new LimitChecks.OwnTasks(17, true, Set.of("/the/file"));
        assertEquals(
                List.of(43L, 43L, -1L),
                both.without(limits).stream().map(ThreadLimit::used).toList());
        assertEquals(
                "43 of 60 tasks in use: room for 17; without this command's 17",
                LimitChecks.rows(both.without(limits), JavaStack.STANDARD)
                        .get(1)
                        .found());
        LimitChecks.OwnTasks elsewhere = new LimitChecks.OwnTasks(17, false, Set.of("/another/file"));
        assertEquals(limits, elsewhere.without(limits));
    }

    @Test
    void bytesAreKibibytes() {
        List<Ability> rows =
                rows(limit("RLIMIT_AS", Unit.ADDRESS_SPACE, 1 << 20, 5 << 20).holding(true));
        assertEquals("1,024 of 5,120 KiB in use: room for 4", rows.get(1).found());
    }

    @Test
    void whatCouldNotBeRead() {
        List<Ability> rows = rows(
                limit("pids.max", Unit.TASKS, -1, -1).holding(true),
                limit("vm.max_map_count", Unit.MAPPINGS, -1, 65_530).holding(true));
        assertEquals(
                List.of(
                        Ability.open("more threads", "no limit is known", ""),
                        Ability.open("pids.max", "not known", "/the/file"),
                        Ability.open("vm.max_map_count", "? of 65,530 mappings in use", "/the/file")),
                rows);
    }
}
