package io.clonetrace.explain.limit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.explain.evidence.Document;
import io.clonetrace.explain.evidence.Fact;
import io.clonetrace.explain.evidence.Failure;
import io.clonetrace.explain.evidence.Reading;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LimitsReaderTest {
    private static Reading read(String text) {
        return Reading.of(text, LimitsReader::new);
    }

    private static Reading resource(String name) {
        return Reading.resource("limit/" + name, LimitsReader::new);
    }

    private static String form(Reading reading) {
        return reading.document().form().orElseThrow();
    }

    @Test
    void ulimitOfBash() {
        Reading reading = resource("bash-ulimit.txt");
        assertEquals(
                List.of(
                        "RLIMIT_DATA unlimited -1 3",
                        "RLIMIT_STACK 8388608 -1 13",
                        "RLIMIT_NPROC 96365 -1 15",
                        "RLIMIT_AS unlimited -1 16"),
                reading.limits());
        assertEquals(List.of(), reading.left());
        assertEquals("1-17", reading.document().place().lines());
    }

    @Test
    void ulimitOfDash() {
        Reading reading = resource("dash-ulimit.txt");
        assertEquals(
                List.of(
                        "RLIMIT_DATA unlimited -1 3",
                        "RLIMIT_STACK 8388608 -1 4",
                        "RLIMIT_NPROC 96365 -1 8",
                        "RLIMIT_AS unlimited -1 10"),
                reading.limits());
        assertEquals(List.of(), reading.left());
        assertEquals("ulimit -a of dash", form(reading));
    }

    /** One line of each other shell, by their sources' formats. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "max user processes              (-u) 1024                              | RLIMIT_NPROC 1024 -1 1",
                "max user processes (-u) 1024                                           | RLIMIT_NPROC 1024 -1 1",
                "stack size              (kbytes, -s) 10240                             | RLIMIT_STACK 10485760 -1 1",
                "Maximum stack size                              (kB, -s) 8192          | RLIMIT_STACK 8388608 -1 1",
                "stack size            (Kibytes)  (-s)  8192                            | RLIMIT_STACK 8388608 -1 1",
                "-u: processes                      63200                               | RLIMIT_NPROC 63200 -1 1",
                "-s: stack size (kbytes)             8192                               | RLIMIT_STACK 8388608 -1 1",
                "-v: address space (kb)              unlimited                          | RLIMIT_AS unlimited -1 1",
                "stacksize    8192 kbytes                                               | RLIMIT_STACK 8388608 -1 1",
                "maxproc      63200                                                     | RLIMIT_NPROC 63200 -1 1",
                "NPROC      max number of processes                96365     96365 processes | RLIMIT_NPROC 96365 96365 1",
                "Max processes             4096                 63200                processes | RLIMIT_NPROC 4096 63200 1",
                "/proc/7/limits:Max processes             4096                 63200                processes"
                        + " | RLIMIT_NPROC 4096 63200 1",
                "kernel.pid_max = 32768                                                 | kernel.pid_max 32768 -1 1",
                "kernel/threads-max: 192730                                             | kernel.threads-max 192730 -1 1",
                "/proc/sys/vm/max_map_count:65530                                       | vm.max_map_count 65530 -1 1",
                "vm.max_map_count=262144                                                | vm.max_map_count 262144 -1 1",
                "pids.max: 100                                                          | pids.max 100 -1 1",
                "pids.max 100                                                           | pids.max 100 -1 1",
                "/sys/fs/cgroup/pids.max:max                                            | pids.max unlimited -1 1",
                "/sys/fs/cgroup/memory/memory.limit_in_bytes:9223372036854771712        | memory.max unlimited -1 1",
                "memory.max:2147483648                                                  | memory.max 2147483648 -1 1",
                "TasksMax=4915                                                          | pids.max 4915 4915 1",
                "MemoryMax=2G                                                           | memory.max 2147483648 2147483648 1",
                "TasksMax=18446744073709551615                                          | pids.max unlimited unlimited 1",
                "    \"PidsLimit\": 100,                                                | pids.max 100 -1 1",
            })
    void oneLine(String line, String limit) {
        assertEquals(List.of(limit), read(line).limits());
    }

    @Test
    void prlimit() {
        assertEquals(
                List.of(
                        "RLIMIT_AS unlimited unlimited 2",
                        "RLIMIT_DATA unlimited unlimited 5",
                        "RLIMIT_NPROC 96365 96365 12",
                        "RLIMIT_STACK 8388608 unlimited 17"),
                resource("prlimit.txt").limits());
    }

    @Test
    void procLimits() {
        Reading reading = resource("proc-limits.txt");
        assertEquals(
                List.of(
                        "RLIMIT_DATA unlimited unlimited 4",
                        "RLIMIT_STACK 8388608 unlimited 5",
                        "RLIMIT_NPROC 96365 96365 8",
                        "RLIMIT_AS unlimited unlimited 11"),
                reading.limits());
        assertEquals(List.of(), reading.left());
    }

    @Test
    void procStatus() {
        Reading reading = resource("proc-status.txt");
        assertEquals(List.of("UNKNOWN 36 -1 -1 37"), reading.totals());
        assertEquals(
                List.of("ADDRESS_SPACE 2733314048 peak 18", "ADDRESS_SPACE 2732261376 19", "DATA 166969344 27"),
                reading.uses());
        assertEquals("672", reading.document().fact(Fact.Name.PID).orElseThrow().value());
        assertTrue(reading.document().fact(Fact.Name.SECCOMP).isEmpty());
        assertEquals("1-59", reading.document().place().lines());
        assertEquals(List.of(), reading.left());
    }

    @Test
    void procStatusAsGrepShowsIt() {
        Reading reading = read("Threads:\t1201\nSeccomp:\t2\n");
        assertEquals(List.of("UNKNOWN 1201 -1 -1 1"), reading.totals());
        assertEquals(
                "Seccomp: 2",
                reading.document().fact(Fact.Name.SECCOMP).orElseThrow().value());
        assertEquals(
                List.of("UNKNOWN 7 -1 -1 1", "UNKNOWN 9 -1 -1 2"),
                read("/proc/1/status:Threads:\t7\n/proc/2/status:Threads:\t9\n").totals());
    }

    @Test
    void sysctl() {
        assertEquals(
                List.of("kernel.pid_max 32768 -1", "kernel.threads-max 192730 -1", "vm.max_map_count 65530 -1"),
                resource("sysctl.txt").limits().stream()
                        .map(limit -> limit.replaceAll(" \\d+$", ""))
                        .toList());
    }

    @Test
    void cgroupsOfVersion1AsGrepShowsThem() {
        Reading reading = resource("cgroup-v1-grep.txt");
        assertEquals(3, reading.documents().size());
        assertEquals(
                List.of("pids.max 71 -1 3", "pids.max unlimited -1 7", "memory.max unlimited -1 15"), reading.limits());
        assertEquals(
                List.of(
                        "CGROUP_TASKS 0 1",
                        "CGROUP_TASKS 15 peak 4",
                        "CGROUP_TASKS 0 5",
                        "CGROUP_TASKS 75 peak 8",
                        "CGROUP_MEMORY 16783355904 peak 16",
                        "CGROUP_MEMORY 7951228928 21"),
                reading.uses());
    }

    @Test
    void cgroupsAsHeadShowsThem() {
        Reading reading = resource("cgroup-v1-head.txt");
        assertEquals(List.of("pids.max 71 -1 8", "pids.max unlimited -1 20"), reading.limits());
        assertEquals(List.of(), reading.left());
    }

    @Test
    void commandsWithTheirAnswers() {
        Reading reading = read("""
                user@host:~$ cat /sys/fs/cgroup/pids.max
                2048
                user@host:~$ cat /sys/fs/cgroup/pids.current
                2047
                user@host:~$ cat /sys/fs/cgroup/pids.events
                max 17
                # ulimit -u
                unlimited
                $ cat /proc/sys/kernel/threads-max
                63200
                """);
        assertEquals(
                List.of("pids.max 2048 -1 2", "RLIMIT_NPROC unlimited -1 8", "kernel.threads-max 63200 -1 10"),
                reading.limits());
        assertEquals(List.of("CGROUP_TASKS 2047 4"), reading.uses());
        assertEquals(
                List.of("/sys/fs/cgroup/pids.events 17 6"),
                reading.documents().get(0).failures().stream()
                        .map(failure -> failure.detail() + " " + failure.count() + " "
                                + failure.place().lines())
                        .toList());
    }

    @ParameterizedTest
    @CsvSource({"pids.max, pids.max 100 -1 1", "a/max_map_count.txt, vm.max_map_count 100 -1 1"})
    void aFileThatIsACopyOfOne(String name, String limit) {
        assertEquals(
                List.of(limit), Reading.named(name, "100\n", LimitsReader::new).limits());
    }

    /** systemd's own source prints it, and the fields of the memory line vary with its version. */
    @ParameterizedTest
    @ValueSource(strings = {"(limit: 2.0G)", "(max: 2.0G available: 1.3G peak: 700.0M)", "(high: 1.5G max: 2.0G)"})
    void systemctlStatus(String memory) {
        Reading reading = read("""
                ● docker.service - Docker Application Container Engine
                   Loaded: loaded (/etc/systemd/system/docker.service; disabled; vendor preset: disabled)
                   Active: active (running) since Fri 2016-01-15 19:58:00 CET; 1min 52s ago
                 Main PID: 2770 (docker)
                    Tasks: 502 (limit: 512)
                   Memory: 616.7M %s
                   CGroup: /system.slice/docker.service
                """.formatted(memory));
        Document unit = reading.document();
        assertEquals(List.of("pids.max 512 -1 5", "memory.max 2147483648 -1 6"), reading.limits());
        assertEquals(List.of("CGROUP_TASKS 502 5", "CGROUP_MEMORY 646656819 6"), reading.uses());
        assertEquals("docker.service", unit.fact(Fact.Name.UNIT).orElseThrow().value());
        assertEquals("2770", unit.fact(Fact.Name.PID).orElseThrow().value());
        assertEquals("1-7", unit.place().lines());
        assertEquals(List.of(), reading.left());
    }

    @Test
    void systemctlShowHasTheHardLimitFirst() {
        assertEquals(
                List.of("RLIMIT_NPROC 4096 63200 2", "pids.max 4915 4915 3"),
                read("LimitNPROC=63200\nLimitNPROCSoft=4096\nTasksMax=4915\n").limits());
    }

    @Test
    void aSecondOutputOfTheSameCommandIsAnotherDocument() {
        String ulimit = Reading.text("limit/bash-ulimit.txt");
        assertEquals(2, read(ulimit + "\n" + ulimit).documents().size());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "100",
                "max",
                "process 7",
                "Threads: 7 total",
                "Tasks: 200 total, 1 running",
                "Tasks: 7",
                "Name: x",
                "usage: foo (-s) 5",
                "vm.swappiness = 10",
                "pids.max",
                "pids.maximum: 5",
                "Max value 5 6",
                "PATH=/bin",
                "a.service - b"
            })
    void otherLinesAreLeft(String line) {
        assertEquals(List.of(), read(line).documents());
    }

    /** What the advice of explain asks for, as wc prints it and as a session at a terminal shows it. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "65531 /proc/1234/maps",
                "$ wc -l /proc/1234/maps\n  65531 /proc/1234/maps",
                "root@host:~# cat /proc/1234/maps | wc -l\n65531",
                "$ wc -l < /proc/1234/maps\n65531",
            })
    void countedMappings(String text) {
        Reading reading = read(text);
        assertEquals(List.of("MAPPINGS 65531 " + text.lines().count()), reading.uses());
        assertEquals(
                "1234", reading.document().fact(Fact.Name.PID).orElseThrow().value());
    }

    @ParameterizedTest
    @ValueSource(strings = {"[me@host ~]$ ls /proc/1234/task | wc -l\n90", "# ps -o nlwp= -p 1234\n  90"})
    void countedThreads(String text) {
        assertEquals(List.of("UNKNOWN 90 -1 -1 2"), read(text).totals());
    }

    /** fish writes an apostrophe of its own. */
    @Test
    void dataSegmentOfFish() {
        assertEquals(
                List.of("RLIMIT_DATA 1048576 -1 1"),
                read("Maximum size of a process\u2019s data segment                        (kB, -d) 1024\n")
                        .limits());
    }

    /** Damaged or mistyped: nothing follows from it, and the reader learns why. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "kernel.pid_max = 99999999999 | An impossible value was left out, of kernel.pid_max.",
                "kernel.threads-max = 0 | An impossible value was left out, of kernel.threads-max.",
                "Threads:\t4294967295 | An impossible value was left out, of a number of threads.",
                "VmSize:\t 999999999999999999 kB | An impossible value was left out, of address space of the process.",
                "pids.current 99999999 | An impossible value was left out, of threads in the cgroup.",
                "Max processes             5                    2                    processes"
                        + " | RLIMIT_NPROC is stated above its hard limit, which no kernel allows.",
            })
    void aValueThatNoKernelHasIsNotStated(String line, String gap) {
        Reading reading = read(line.replace("\\t", "\t"));
        assertEquals(List.of(), reading.limits());
        assertEquals(List.of(), reading.uses());
        assertEquals(List.of(), reading.totals());
        assertEquals(List.of(gap), reading.gaps());
    }

    @Test
    void dockerInspect() {
        Reading reading = read("""
                        "HostConfig": {
                            "CpuShares": 0,
                            "Memory": 536870912,
                            "NanoCpus": 0,
                            "PidsLimit": 0,
                            "Ulimits": [
                                {
                                    "Name": "nproc",
                                    "Hard": 65535,
                                    "Soft": 4096
                                },
                                {
                                    "Name": "nofile",
                                    "Hard": 7,
                                    "Soft": 7
                                }
                            ],
                """);
        assertEquals(
                List.of("memory.max 536870912 -1 3", "pids.max unlimited -1 5", "RLIMIT_NPROC 4096 65535 10"),
                reading.limits());
        assertEquals(
                List.of(),
                read("\"Memory\": 5,\n\"Name\": \"nproc\",\n\"Hard\": 5,\n\"Soft\": 5\n")
                        .documents());
    }

    /** As Markdown has code. */
    @Test
    void limitsMayBeIndented() {
        Reading reading = read(Reading.text("limit/bash-ulimit.txt").indent(4));
        assertEquals(4, reading.limits().size());
        assertEquals(List.of(), reading.left());
        assertEquals(
                4,
                read(Reading.text("limit/proc-limits.txt").indent(4)).limits().size());
    }

    @Test
    void theKernelsMessage() {
        Reading reading = Reading.of(
                "[13964.753718] cgroup: fork rejected by pids controller in /user.slice/user-1000.slice/session-7.scope\n",
                KernelLogReader::new);
        Failure failure = reading.document().failures().iterator().next();
        assertEquals("/user.slice/user-1000.slice/session-7.scope", failure.detail());
        assertEquals("1", failure.place().lines());
    }
}
