package io.clonetrace.agent.limits;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
        assertEquals(2, finder.rehearse().size());
        LimitFinder.Finding first = finder.find(0);
        assertEquals(root.resolve("proc/7/limits") + " (user 1000)", first.location());
        LimitFinder.Finding second = finder.find(0);
        assertTrue(
                second.location().equals(first.location())
                        || second.location().matches(".* \\(user 1000\\); read \\d+ ms before"),
                second::location);
        assertTrue(second.reached());
    }

    @Test
    void noLimitIsNamedWithoutAProc() {
        LimitFinder nowhere = new LimitFinder(STACK, () -> ThreadLimits.of(root.resolve("gone/7")));
        assertEquals("none of the known limits could be read", nowhere.find(0).words());
    }
}
