package io.clonetrace.limit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.stack.Outside;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;

/** The limits of this machine and process against what the shell reads. */
class ThreadLimitsLiveTest {
    private static final ThreadNeeds NEEDS = ThreadNeeds.ofStack(1 << 20);

    /** Threads of the shell itself, and of who else comes and goes. */
    private static final int OTHERS = 12;

    private static ThreadLimit limit(String name) {
        return ThreadLimits.ofSelf().read(NEEDS).stream()
                .filter(limit -> limit.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static long shell(String command) throws IOException {
        return Long.parseLong(Outside.lines("sh", "-c", command).get(0).strip());
    }

    /** Other processes come and go: asks until both have looked at the same moment. */
    private static void awaitEqual(LongSupplier ours, String command) throws IOException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        long used;
        long counted;
        do {
            assertTrue(System.nanoTime() < deadline, "never the same");
            used = ours.getAsLong();
            counted = shell(command);
        } while (Math.abs(used - counted) > OTHERS);
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

    @Test
    void allThreadsOfTheMachine() throws IOException {
        awaitEqual(() -> limit("kernel.threads-max").used(), "cut -d ' ' -f 4 /proc/loadavg | cut -d / -f 2");
    }

    @Test
    void theThreadsOfAUser() throws IOException {
        String uid = Outside.lines("id", "-ru").get(0);
        UserTasks tasks = new UserTasks("/proc", new ProcText());
        awaitEqual(
                () -> {
                    tasks.count(Long.parseLong(uid));
                    return tasks.ofUser();
                },
                "cat /proc/[0-9]*/task/[0-9]*/status 2>/dev/null | grep -c '^Uid:." + uid + "[^0-9]'");
        assertTrue(tasks.all() >= tasks.ofUser());
    }

    @Test
    void mappings() throws IOException {
        long pid = ProcessHandle.current().pid();
        awaitEqual(() -> limit("vm.max_map_count").used(), "grep -vc vsyscall /proc/" + pid + "/maps");
    }

    @Test
    void everyLimitSaysWhereItWasRead() {
        for (ThreadLimit limit : ThreadLimits.ofSelf().read(NEEDS)) {
            boolean read = limit.max() != ThreadLimit.UNKNOWN;
            assertTrue(read || limit.note() != null, limit::toString);
            assertTrue(!read || Files.exists(Path.of(limit.location())), limit::toString);
        }
    }
}
