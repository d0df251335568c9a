package io.clonetrace.agent.limits;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.correlate.Refusal;
import io.clonetrace.limit.ThreadLimits;
import io.clonetrace.stack.Machine;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which limit is named, on machines whose limits are at their ends in various ways. */
class LimitFinderTest {
    private static final long STACK = 1 << 20;

    @TempDir
    private Path root;

    private Machine machine;

    @BeforeEach
    void make() throws IOException {
        machine = new Machine(root).mount("cgroup2", "", "/", "cgroup").write("proc/7/cgroup", "0::/pod/main\n");
    }

    private LimitFinder finder() {
        return new LimitFinder(STACK, machine::limits);
    }

    private void named(String name, boolean reached) {
        LimitFinder.Finding found = finder().find(0);
        assertEquals(name, found.limit() == null ? null : found.limit().name(), found.location());
        assertEquals(reached, found.reached());
    }

    @Test
    void exhaustedLimitIsNamed() throws IOException {
        machine.cgroup("cgroup/pod", "100", 100).cgroup("cgroup/pod/main", "120", 100);
        LimitFinder.Finding found = finder().find(0);
        assertEquals(
                "pids.max is reached: 100 of 100, " + root.resolve("cgroup/pod/pids.max")
                        + "; raise it (systemd: TasksMax, docker: --pids-limit, Kubernetes: podPidsLimit),"
                        + " or start fewer threads",
                found.words());
    }

    @Test
    void nearlyExhaustedLimitIsTheNearest() throws IOException {
        machine.cgroup("cgroup/pod/main", "100", 85);
        named("pids.max", false);
        machine.cgroup("cgroup/pod/main", "10000", 9_801);
        named("pids.max", false);
        assertTrue(finder().find(0).words().startsWith("pids.max is the nearest limit: 9801 of 10000, "));
    }

    @Test
    void noLimitIsNamedWhereAllHaveRoom() throws IOException {
        machine.cgroup("cgroup/pod/main", "100", 80);
        LimitFinder.Finding found = finder().find(0);
        assertNull(found.limit());
        assertFalse(found.reached());
        assertEquals(
                "none of the known limits is reached; the nearest, pids.max, has room for 20 more threads",
                found.words());
    }

    @Test
    void memoryIsNamedOnlyIfNoOtherLimitIsExhausted() throws IOException {
        machine.write("cgroup/pod/memory.max", "4096000\n")
                .write("cgroup/pod/memory.current", "4096000\n")
                .write("cgroup/pod/memory.stat", "inactive_file 0\n");
        named("memory.max", true);
        machine.write("proc/sys/vm/max_map_count", "2\n");
        named("vm.max_map_count", true);
        machine.cgroup("cgroup/pod/main", "19", 19);
        named("pids.max", true);
    }

    /** 9,000 KiB are in use. */
    @Test
    void addressSpaceIsExhaustedForAStackThatDoesNotFit() throws IOException {
        machine.resources("unlimited", Long.toString(9_000 * 1024 + 32 * STACK), "unlimited");
        assertNull(finder().find(0).limit());
        assertFalse(finder().find(16 * STACK).reached());
        assertTrue(finder().find(33 * STACK).reached());
        assertEquals("RLIMIT_AS", finder().find(33 * STACK).limit().name());
    }

    @Test
    void cachedLimitSaysHowOldItIs() throws IOException {
        machine.resources("19", "unlimited", "unlimited");
        LimitFinder finder = finder();
        assertEquals(5, finder.rehearse().size());
        LimitFinder.Finding first = finder.find(0);
        assertEquals(root.resolve("proc/7/limits") + " (user 1000)", first.location());
        LimitFinder.Finding second = finder.find(0);
        assertTrue(
                second.location().equals(first.location())
                        || second.location().matches(".* \\(user 1000\\); read \\d+ ms before"),
                second::location);
        assertTrue(second.reached());
    }

    /** Since Linux 6.12, pids.events.local counts what the cgroup's own limit refused. */
    @Test
    void limitWhoseOwnCounterHasGrownIsNamedAlthoughItHasRoomAgain() throws IOException {
        machine.cgroup("cgroup/pod", "100", 20).write("cgroup/pod/pids.events.local", "max 7\n");
        machine.cgroup("cgroup/pod/main", "50", 19).write("cgroup/pod/main/pids.events.local", "max 0\n");
        LimitFinder finder = finder();
        assertNull(finder.find(0).limit());
        machine.write("cgroup/pod/pids.events.local", "max 11\n");
        LimitFinder.Finding found = finder.find(0);
        assertEquals(machine.path("cgroup/pod/pids.max"), found.limit().location());
        assertTrue(found.reached());
        assertEquals(
                machine.path("cgroup/pod/pids.max") + "; " + machine.path("cgroup/pod/pids.events.local")
                        + " counts 11 refusals",
                found.location());
        assertNull(finder.find(0).limit());
    }

    /**
     * Version 1, and version 2 before: the cgroup that the thread is made in counts what any ancestor's limit refuses.
     */
    @Test
    void visibleLimitIsNamedIfTheInnermostCounterHasGrown() throws IOException {
        machine.cgroup("cgroup/pod", "100", 99);
        machine.cgroup("cgroup/pod/main", "max", 99).write("cgroup/pod/main/pids.events", "max 3\n");
        LimitFinder finder = finder();
        assertTrue(finder.find(0).location().startsWith(machine.path("cgroup/pod/pids.max")));
        machine.write("cgroup/pod/main/pids.events", "max 7\n");
        LimitFinder.Finding found = finder.find(0);
        assertEquals(machine.path("cgroup/pod/pids.max"), found.limit().location());
        assertTrue(found.location().endsWith("cgroup/pod/main/pids.events counts 7 refusals"), found::location);
    }

    @Test
    void limitOfACgroupAboveTheVisibleOnesIsNamedWithoutItsNumbers() throws IOException {
        machine.cgroup("cgroup", "max", 20);
        machine.cgroup("cgroup/pod/main", "max", 20).write("cgroup/pod/main/pids.events", "max 3\n");
        LimitFinder finder = finder();
        finder.find(0);
        machine.write("cgroup/pod/main/pids.events", "max 7\n");
        LimitFinder.Finding found = finder.find(0);
        assertEquals(
                new Refusal(
                        "pids.max",
                        -1,
                        -1,
                        "of a cgroup above those that are visible here: "
                                + machine.path("cgroup/pod/main/pids.events")
                                + " counts 7 refusals, and no visible pids.max is reached"),
                found.refusal());
        assertTrue(found.words().startsWith("pids.max is reached, of a cgroup above "), found.words());
        assertFalse(found.words().contains(" -1"), found.words());
    }

    @Test
    void outerLimitIsPossibleWhereTheOutermostVisibleCgroupIsNoRoot() throws IOException {
        machine.cgroup("cgroup", "max", 20).cgroup("cgroup/pod/main", "100", 20);
        assertEquals(
                "no visible limit is exhausted; inside this container an outer one may be: the cgroups above "
                        + machine.path("cgroup")
                        + " can't be seen; the nearest, pids.max, has room for 80 more threads",
                finder().find(0).words());
    }

    @Test
    void seccompFilterIsSaidWhereNoLimitIsReached() throws IOException {
        machine.write("proc/7/status", "Uid:\t1000\t0\t0\t0\nCapEff:\t0\nSeccomp:\t2\n");
        String words = finder().find(0).words();
        assertTrue(words.startsWith("none of the known limits is reached; the nearest, "), words);
        assertTrue(
                words.contains("; a seccomp filter is on (Seccomp: 2 in " + machine.path("proc/7/status")
                        + "): it may refuse the call; "),
                words);
        assertTrue(words.contains("20.10.10"), words);
    }

    @Test
    void refusalOtherThanEagainAndEnomemNamesNoLimit() throws IOException {
        machine.cgroup("cgroup/pod/main", "19", 19);
        for (String error : new String[] {"EPERM", "ENOSYS", "EINVAL", "errno 71"}) {
            Refusal refusal = finder().find(error, new Refusal("pids.max", 19, 19, "/pids.max"));
            assertNull(refusal.limit());
            assertEquals(-1, refusal.max());
            assertTrue(refusal.location().startsWith(error + " is no limit's: "), refusal::location);
            assertFalse(refusal.location().contains("seccomp"), refusal::location);
        }
        machine.write("proc/7/status", "Seccomp:\t2\n");
        for (String error : new String[] {"EPERM", "ENOSYS"}) {
            String location = finder().find(error, null).location();
            assertTrue(location.contains("Seccomp: 2 in " + machine.path("proc/7/status")), location);
        }
    }

    @Test
    void refusalWithEagainNamesALimitOnThreadsOnly() throws IOException {
        machine.cgroup("cgroup/pod/main", "100", 97)
                .write("cgroup/pod/memory.max", "4096000\n")
                .write("cgroup/pod/memory.current", "4096000\n")
                .write("proc/sys/vm/max_map_count", "2\n");
        assertEquals("pids.max", finder().find("EAGAIN", null).limit());
        assertEquals("memory.max", finder().find("ENOMEM", null).limit());
        Refusal known = new Refusal("RLIMIT_NPROC", 53, 53, "/proc/self/limits");
        assertEquals(known, finder().find("EAGAIN", known));
    }

    @Test
    void filterIsNoReasonForEagain() throws IOException {
        machine.write("proc/7/status", "Uid:\t1000\t0\t0\t0\nCapEff:\t0\nSeccomp:\t2\n");
        String before = finder().find(0).refusal().location();
        assertTrue(before.contains("EPERM"), before);
        for (Refusal known : new Refusal[] {null, Refusal.without(before)}) {
            String location = finder().find("EAGAIN", known).location();
            assertTrue(location.startsWith("none of the known limits is reached; the nearest, "), location);
            assertTrue(location.endsWith(" more threads"), location);
        }
    }

    @Test
    void noLimitIsNamedWithoutAProc() {
        LimitFinder nowhere = new LimitFinder(STACK, () -> ThreadLimits.of(root.resolve("gone/7")));
        assertEquals("none of the known limits could be read", nowhere.find(0).words());
    }
}
