package io.clonetrace.explain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Dumps, limits and memory of one incident together. */
class DumpsAndLimitsTest {
    private static final String GREP = """
            /sys/fs/cgroup/system.slice/other.service/pids.current:3000
            /sys/fs/cgroup/system.slice/other.service/pids.max:9000
            /sys/fs/cgroup/system.slice/app.service/pids.current:52
            /sys/fs/cgroup/system.slice/app.service/pids.max:53
            """;

    private static void holds(String text, String... sentences) {
        for (String sentence : sentences) {
            assertTrue(text.contains(sentence), () -> "\"" + sentence + "\" is not in:\n" + text);
        }
    }

    @Test
    void aDumpAndLimits() {
        String told = new Explained()
                .file("dump/jdk25-sigquit.txt")
                .file("limit/bash-ulimit.txt")
                .sentences();

        holds(
                told,
                "jdk25-sigquit.txt:3-303: thread dump",
                "bash-ulimit.txt:1-17: limits, ulimit -a, by line 1",
                "threads: 35 of the JVM (jdk25-sigquit.txt:16-301)",
                "21 Java: 7 pool-*-thread-*, 5 http-nio-*-exec-*, 2 ForkJoinPool-*-worker-*, 7 others",
                "14 VM: 2 C* CompilerThread*",
                "1 virtual: 1 (no name)",
                "RLIMIT_NPROC: at least 35 of 96,365 by this process's threads, 0.0% (jdk25-sigquit.txt:16-301,"
                        + " bash-ulimit.txt:15).",
                "unlimited: RLIMIT_AS (bash-ulimit.txt:16), RLIMIT_DATA (bash-ulimit.txt:3)",
                "Only virtual threads that are mounted on a carrier are listed",
                "Whether a thread could not be made: no line says so.",
                "These limits: pids.max, kernel.threads-max, kernel.pid_max, vm.max_map_count, memory.max.");
    }

    @Test
    void eachCgroupHasItsOwnUse() {
        List<LimitState> limits =
                new Explained().text("cgroups", GREP).explanation().limits();
        assertEquals(1, limits.size());
        assertEquals("pids.max: 52 of 53, 98.1% (cgroups:3, 4).", Judgement.numbers(limits.get(0)));
    }

    @Test
    void theKernelNamesTheCgroupThatRefused() {
        String told = new Explained()
                .text("dmesg", "[ 5667.545996] cgroup: fork rejected by pids controller in /system.slice/app.service\n")
                .text("cgroups", GREP)
                .sentences();
        holds(
                told,
                "problem: Threads could not be started: pids.max of a cgroup was reached.",
                "The kernel says so itself (dmesg:1). pids.max: 52 of 53");
    }

    /** The log is the machine's. */
    @Test
    void aCgroupThatRefusedMayBeAnothers() {
        String log = "[ 5667.545996] cgroup: fork rejected by pids controller in /kubepods/other\n";
        String oom = "java.lang.OutOfMemoryError: unable to create native thread\n";
        holds(
                new Explained().text("dmesg", log).text("console", oom).sentences(),
                "problem: Threads could not be started: pids.max of a cgroup was reached.",
                "Whether the process was in that cgroup is not stated; /proc/PID/cgroup says it.");
        holds(
                new Explained()
                        .text("dmesg", log)
                        .text("console", oom)
                        .text("limits", "Max processes             60                    60                processes\n")
                        .text("status", "Threads:\t60\n")
                        .sentences(),
                "problem: Threads could not be started: RLIMIT_NPROC is reached.");
    }

    @Test
    void mappingsAgainstTheirLimit() {
        String told = new Explained()
                .file("memory/jdk25-smaps.txt")
                .text("sysctl", "vm.max_map_count = 219\n")
                .sentences();
        holds(
                told,
                "vm.max_map_count: 218 of 219, 99.5%",
                "threads: 35 with stacks",
                "stacks reserve 30 MiB, 2.2 MiB in memory (jdk25-smaps.txt:1-655)",
                "28 of the guards are larger than a page");
    }

    /** The number is that of {@code wc -l}, without the vsyscall page, which is in every list and no mapping. */
    @Test
    void mappingsWithoutTheirLimit() {
        holds(
                new Explained().file("memory/jdk17-maps.txt").sentences(),
                "limits: none stated mappings of the process: 213 in use, of a limit that is not stated"
                        + " (jdk17-maps.txt:1-214).");
    }

    @Test
    void addressSpaceWithoutItsLimit() {
        holds(
                new Explained().file("limit/proc-status.txt").sentences(),
                "address space of the process: 2.5 GiB in use, of a limit that is not stated (proc-status.txt:19).");
        assertFalse(new Explained()
                .file("limit/proc-status.txt")
                .file("limit/dash-ulimit.txt")
                .sentences()
                .contains("not stated (proc-status.txt:19)"));
    }

    @Test
    void nativeMemoryOfTheSameProcess() {
        holds(
                new Explained().file("memory/jdk25-native-memory.txt").sentences(),
                "native memory summary, by line 3; pid 672 (line 1)",
                "threads: 35 of the JVM",
                "stacks reserve 30 MiB, 2.6 MiB committed");
    }

    @Test
    void severalThingsInOneTextWithOtherOutputBetween() {
        String text = "$ java -jar app.jar\n"
                + "[warning][os,thread] Failed to start thread \"x\" - pthread_create failed (EAGAIN) for attributes:"
                + " stacksize: 1024k, guardsize: 0k, detached.\n"
                + "$ ulimit -u\n36\n$ grep Threads /proc/672/status\nThreads:\t36\n$ cat /sys/fs/cgroup/pids.max\nmax\n";
        holds(
                new Explained().text("post", text).sentences(),
                "problem: Threads could not be started: RLIMIT_NPROC is reached.",
                "RLIMIT_NPROC: at least 36 of 36 by this process's threads, all in use (post:6, 4).",
                "unlimited: pids.max (post:8)");
    }
}
