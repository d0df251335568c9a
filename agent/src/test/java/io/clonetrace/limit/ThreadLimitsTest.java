package io.clonetrace.limit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.stack.Machine;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Limits as other machines have them, from files as their kernels write them. */
class ThreadLimitsTest {
    private static final long UNKNOWN = ThreadLimit.UNKNOWN;
    private static final ThreadNeeds NEEDS = ThreadNeeds.ofStack(1 << 20);

    @TempDir
    private Path root;

    private Machine machine;

    @BeforeEach
    void make() throws IOException {
        machine = new Machine(root);
    }

    private List<ThreadLimit> all(String name) {
        return machine.limits().read(NEEDS).stream()
                .filter(limit -> limit.name().equals(name))
                .toList();
    }

    private ThreadLimit only(String name) {
        List<ThreadLimit> all = all(name);
        assertEquals(1, all.size(), all::toString);
        return all.get(0);
    }

    private static void assertNumbers(long used, long max, ThreadLimit limit) {
        assertEquals(List.of(used, max), List.of(limit.used(), limit.max()), limit::toString);
    }

    @Test
    void everyAncestorOfTheCommonHierarchy() throws IOException {
        machine.mount("cgroup2", "nsdelegate", "/", "cgroup")
                .write("proc/7/cgroup", "0::/app.slice/pod/main\n")
                .cgroup("cgroup/app.slice", "100", 93)
                .cgroup("cgroup/app.slice/pod", "max", 90)
                .cgroup("cgroup/app.slice/pod/main", "200", 90)
                .write("cgroup/app.slice/memory.max", "1048576\n")
                .write("cgroup/app.slice/memory.current", "1048576\n")
                .write("cgroup/app.slice/memory.stat", "anon 700000\nactive_file 40000\ninactive_file 60000\n");
        List<ThreadLimit> pids = all("pids.max");
        assertEquals(3, pids.size());
        assertNumbers(93, 100, pids.get(0));
        assertEquals(machine.path("cgroup/app.slice/pids.max"), pids.get(0).location());
        assertEquals(7, pids.get(0).room(NEEDS));
        assertNumbers(90, 200, pids.get(1));
        assertNumbers(90, UNKNOWN, pids.get(2));
        assertEquals("no limit", pids.get(2).note());
        assertEquals(ThreadLimit.UNLIMITED, pids.get(2).room(NEEDS));
        assertNumbers(1_048_576, 1_048_576, only("memory.max"));
        assertEquals(100_000 / (16 * 1024), only("memory.max").room(NEEDS));
        assertEquals("memory.max", machine.limits().read(NEEDS).get(0).name());
    }

    @Test
    void aHierarchyForEachController() throws IOException {
        machine.mount("cgroup", "memory", "/", "cgroup/memory")
                .mount("cgroup", "cpu,pids", "/", "cgroup/cpu,pids")
                .mount("cgroup2", "", "/", "cgroup/unified")
                .write("proc/7/cgroup", "9:name=systemd:/\n8:cpu,pids:/a b\n4:memory:/\n0::/else\n")
                .cgroup("cgroup/cpu,pids/a b", "7", 7)
                .cgroup("cgroup/unified/else", "3", 3)
                .write("cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n")
                .write("cgroup/memory/memory.usage_in_bytes", "12345\n");
        assertNumbers(7, 7, only("pids.max"));
        assertEquals(
                machine.path("cgroup/cpu,pids/a b/pids.max"), only("pids.max").location());
        assertNumbers(12_345, UNKNOWN, only("memory.limit_in_bytes"));
        assertEquals("no limit", only("memory.limit_in_bytes").note());
    }

    @Test
    void theLimitOfVersionOneWithItsCache() throws IOException {
        machine.mount("cgroup", "memory", "/docker/4f", "cgroup")
                .write("proc/7/cgroup", "4:memory:/docker/4f/in\n")
                .write("cgroup/in/memory.limit_in_bytes", "2000000\n")
                .write("cgroup/in/memory.usage_in_bytes", "1999999\n")
                .write("cgroup/in/memory.stat", "inactive_file 5\ntotal_inactive_file 50000\ntotal_active_file 1\n")
                .write("cgroup/memory.limit_in_bytes", "4000000\n")
                .write("cgroup/memory.usage_in_bytes", "3000000\n");
        List<ThreadLimit> memory = all("memory.limit_in_bytes");
        assertNumbers(1_999_999, 2_000_000, memory.get(0));
        assertEquals(-50_001, memory.get(0).reserve());
        assertNumbers(3_000_000, 4_000_000, memory.get(1));
        assertEquals("this kernel has no cgroups with pids", only("pids.max").note());
    }

    /** The mount shows a container's own cgroup, /proc/PID/cgroup its whole path. */
    @Test
    void aContainerWithoutACgroupNamespace() throws IOException {
        machine.mount("cgroup", "pids", "/docker/4f", "cgroup")
                .write("proc/7/cgroup", "8:pids:/docker/4f\n")
                .cgroup("cgroup", "50", 19);
        assertNumbers(19, 50, only("pids.max"));
        machine.write("proc/7/cgroup", "8:pids:/docker/4fe\n");
        assertNumbers(UNKNOWN, UNKNOWN, only("pids.max"));
        assertEquals(
                "the cgroup /docker/4fe is not visible at " + machine.path("cgroup"),
                only("pids.max").note());
    }

    @ParameterizedTest
    @CsvSource({"/../else, the cgroup /../else is not visible at ", "/gone (deleted), there is no such folder"})
    void aCgroupThatCannotBeSeen(String path, String why) throws IOException {
        machine.mount("cgroup2", "", "/", "a cgroup").write("proc/7/cgroup", "0::" + path + "\n");
        ThreadLimit pids = only("pids.max");
        assertNumbers(UNKNOWN, UNKNOWN, pids);
        assertTrue(pids.note().startsWith(why), pids::toString);
        assertEquals(UNKNOWN, pids.room(NEEDS));
    }

    @Test
    void nothingMounted() {
        assertEquals(
                "no cgroup file system with pids is mounted", only("pids.max").note());
        assertEquals(UNKNOWN, only("pids.max").room(NEEDS));
    }

    @Test
    void theRootCgroupHasNoLimit() throws IOException {
        machine.mount("cgroup2", "", "/", "cgroup");
        assertEquals("no cgroup of the process limits it", only("pids.max").note());
        assertEquals(ThreadLimit.UNLIMITED, only("pids.max").room(NEEDS));
    }

    @Test
    void threadsOfTheRealUser() throws IOException {
        machine.resources("4096", "unlimited", "unlimited")
                .process(8, Machine.UID, 23, 0)
                .process(9, 0, 29, 0)
                .process(10, Machine.UID + 1, 31, 0);
        ThreadLimit processes = only("RLIMIT_NPROC");
        assertNumbers(19 + 23, 4_096, processes);
        assertEquals("user 1000", processes.note());
        assertEquals(4_096 - 42, processes.room(NEEDS));
        assertEquals(machine.path("proc/7/limits"), processes.location());
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0, user:[4026531837], 0 0 4294967295, does not apply to root",
        "1000, 0x1000000, user:[4026531837], 0 0 4294967295, does not apply with CAP_SYS_RESOURCE",
        "1000, 0x200000, user:[4026531837], 0 0 4294967295, does not apply with CAP_SYS_ADMIN",
        "1000, 0xffffffdfffff, user:[4026531999], 0 1000 1000, ",
        "0, 0xffffffdfffff, user:[4026531999], 0 1000 1, ",
        "0, 0, user:[4026531999], 0 0 1, 'does not apply to root, which this user is outside'",
        "1000, 0x0001f0, user:[4026531837], 0 0 4294967295, ",
    })
    void whomTheUsersLimitStops(int uid, String capabilities, String namespace, String map, String exempt)
            throws IOException {
        machine.resources("100", "unlimited", "unlimited")
                .process(7, uid, 19, Long.decode(capabilities))
                .namespaces(namespace, "pid:[4026531836]")
                .write("proc/7/uid_map", map + "\n");
        ThreadLimit limit = only("RLIMIT_NPROC");
        assertNumbers(exempt == null ? 19 : UNKNOWN, 100, limit);
        assertEquals(exempt == null ? "user " + uid : exempt, limit.note());
        assertEquals(exempt == null, limit.holds());
    }

    @Test
    void inAPidNamespaceNotAllIsSeen() throws IOException {
        machine.resources("100", "unlimited", "unlimited")
                .namespaces("user:[4026531837]", "pid:[4026532000]")
                .process(8, 0, 23, 0);
        assertEquals(
                "user 1000; threads outside of this pid namespace are not counted",
                only("RLIMIT_NPROC").note());
        assertNumbers(19 + 23, 32_768, only("kernel.pid_max"));
        machine.write("proc/sys/kernel/osrelease", "6.13.12\n");
        assertNumbers(251, 32_768, only("kernel.pid_max"));
    }

    @Test
    void theMachinesOwn() {
        assertNumbers(251, 192_730, only("kernel.threads-max"));
        assertNumbers(251, 32_768, only("kernel.pid_max"));
        assertEquals(32_768 - 300 - 251, only("kernel.pid_max").room(NEEDS));
    }

    @Test
    void addressSpace() throws IOException {
        machine.resources("unlimited", "12000000", "8192000");
        assertNumbers(9_000 * 1_024, 12_000_000, only("RLIMIT_AS"));
        assertNumbers(4_000 * 1_024, 8_192_000, only("RLIMIT_DATA"));
        assertEquals(2, only("RLIMIT_AS").room(NEEDS));
        assertEquals("no limit", only("RLIMIT_NPROC").note());
    }

    /** x86-64's vsyscall page is in the list of mappings, but is none. */
    @Test
    void mappings() throws IOException {
        assertNumbers(2, 65_530, only("vm.max_map_count"));
        String gate = "ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0                  [vsyscall]\n";
        machine.write("proc/7/maps", "55d0-55d1 r--p 0 00:00 0  /tmp/[vsyscall]\n".repeat(1_009) + gate);
        assertNumbers(1_009, 65_530, only("vm.max_map_count"));
    }

    @Test
    void whatCannotBeReadSaysSo() throws IOException {
        for (String file : List.of(
                "7/limits",
                "7/status",
                "7/maps",
                "7/cgroup",
                "loadavg",
                "sys/kernel/threads-max",
                "sys/kernel/pid_max",
                "self/mountinfo")) {
            machine.delete("proc/" + file);
        }
        for (ThreadLimit limit : machine.limits().read(NEEDS)) {
            if (limit.name().equals("vm.max_map_count")) {
                assertNumbers(UNKNOWN, 65_530, limit);
                assertEquals(machine.path("proc/7/maps") + ": there is no such file", limit.note());
            } else {
                assertNumbers(UNKNOWN, UNKNOWN, limit);
                assertEquals("there is no such file", limit.note());
            }
            assertEquals(UNKNOWN, limit.room(NEEDS), limit::toString);
            assertFalse(limit.isReached(NEEDS));
        }
    }

    @Test
    void aCgroupOrMountThatIsNoPathIsNotSeen() throws IOException {
        machine.mount("cgroup2", "", "/", "cgroup").write("proc/7/cgroup", "0::no/slash\n");
        assertEquals(UNKNOWN, only("pids.max").max());
        machine.write("proc/7/cgroup", "0::" + "/".repeat(100_000) + "\n");
        assertEquals(UNKNOWN, only("pids.max").max());
        machine.write("proc/self/mountinfo", "31 23 0:28 / /a\\9s\\7 rw - cgroup2 cgroup rw\n");
        assertEquals(1, all("pids.max").size());
    }

    @Test
    void numbersTooLargeForALongAreTheLargest() throws IOException {
        machine.namespaces("user:[4026532000]", "pid:[4026531836]")
                .write("proc/7/uid_map", "x 0 1\n 0 99999999999 1\n")
                .write("proc/loadavg", "0.10 0.20 0.30 2/-251 4711\n")
                .resources("100", "18446744073709551614", "unlimited")
                .write("proc/7/status", "VmSize:\t99999999999999999999 kB\nUid:\t1000\n");
        assertNumbers(Long.MAX_VALUE, Long.MAX_VALUE, only("RLIMIT_AS"));
        assertNumbers(UNKNOWN, 192_730, only("kernel.threads-max"));
        assertEquals(100, only("RLIMIT_NPROC").max());
        ThreadLimit cache = ThreadLimit.of("memory.max", ThreadLimit.Unit.MEMORY, 1, Long.MAX_VALUE - 1, "")
                .withReserve(-Long.MAX_VALUE);
        assertTrue(cache.room(NEEDS) > 0);
    }

    @Test
    void rubbishIsNoNumber() throws IOException {
        machine.mount("cgroup2", "", "/", "cgroup")
                .write("proc/7/cgroup", "\n0:\n:::\n0::/x\n")
                .write("cgroup/x/pids.max", "?\n")
                .write("proc/self/ns/none", "")
                .write("proc/loadavg", "2/\n")
                .write("proc/sys/kernel/threads-max", "99999999999999999999\n")
                .write("proc/7/limits", "Max processes\n");
        assertNumbers(UNKNOWN, UNKNOWN, only("pids.max"));
        assertEquals("it holds no number", only("pids.max").note());
        assertNumbers(UNKNOWN, Long.MAX_VALUE, only("kernel.threads-max"));
        assertNumbers(UNKNOWN, UNKNOWN, only("RLIMIT_NPROC"));
        assertNull(only("kernel.threads-max").note());
    }
}
