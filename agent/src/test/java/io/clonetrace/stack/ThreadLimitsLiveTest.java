package io.clonetrace.stack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The limits of this machine and process against what the shell reads. */
class ThreadLimitsLiveTest {
    private static final ThreadNeeds NEEDS = ThreadNeeds.ofStack(1 << 20);
    private static final int OTHERS = 50;

    private final List<ThreadLimit> limits = ThreadLimits.ofSelf().read(NEEDS);

    private ThreadLimit limit(String name) {
        return limits.stream()
                .filter(limit -> limit.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static long shell(String command) throws IOException {
        return Long.parseLong(Outside.lines("sh", "-c", command).get(0).strip());
    }

    @Test
    void theKernelsOwn() throws IOException {
        assertEquals(
                shell("cat /proc/sys/kernel/threads-max"),
                limit("kernel.threads-max").max());
        assertEquals(
                shell("cat /proc/sys/kernel/pid_max"), limit("kernel.pid_max").max());
        assertEquals(
                shell("cat /proc/sys/vm/max_map_count"),
                limit("vm.max_map_count").max());
    }

    /** Other processes come and go meanwhile. */
    @Test
    void allThreadsOfTheMachine() throws IOException {
        long counted = shell("cut -d ' ' -f 4 /proc/loadavg | cut -d / -f 2");
        long used = limit("kernel.threads-max").used();
        assertTrue(Math.abs(counted - used) < OTHERS, () -> used + " against " + counted);
    }

    @Test
    void theThreadsOfAUser() throws IOException {
        String uid = Outside.lines("id", "-ru").get(0);
        UserTasks tasks = new UserTasks("/proc", new ProcText());
        tasks.count(Long.parseLong(uid));
        long counted = shell("cat /proc/[0-9]*/task/[0-9]*/status 2>/dev/null | grep -c '^Uid:." + uid + "[^0-9]'");
        assertTrue(Math.abs(counted - tasks.ofUser()) < OTHERS, () -> tasks.ofUser() + " against " + counted);
        assertTrue(tasks.all() >= tasks.ofUser());
    }

    @Test
    void mappings() throws IOException {
        long pid = ProcessHandle.current().pid();
        long counted = shell("grep -vc vsyscall /proc/" + pid + "/maps");
        long used = limit("vm.max_map_count").used();
        assertTrue(Math.abs(counted - used) < OTHERS, () -> used + " against " + counted);
    }

    @Test
    void everyLimitSaysWhereItWasRead() {
        for (ThreadLimit limit : limits) {
            boolean read = limit.max() != ThreadLimit.UNKNOWN;
            assertTrue(read || limit.note() != null, limit::toString);
            assertTrue(!read || Files.exists(Path.of(limit.location())), limit::toString);
        }
    }
}
