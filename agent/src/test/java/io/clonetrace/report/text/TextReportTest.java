package io.clonetrace.report.text;

import static io.clonetrace.report.Recordings.cloned;
import static io.clonetrace.report.Recordings.fleet;
import static io.clonetrace.report.Recordings.report;
import static io.clonetrace.report.Recordings.stack;
import static io.clonetrace.report.Recordings.status;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.clone.CloneCall;
import io.clonetrace.clone.CloneSyscall;
import io.clonetrace.event.CloneComparisonEvent;
import io.clonetrace.event.ThreadStackEvent;
import io.clonetrace.report.RecordedFailure;
import io.clonetrace.report.RecordedLimit;
import io.clonetrace.report.Recordings;
import io.clonetrace.report.model.Application;
import io.clonetrace.report.model.CloneTable;
import io.clonetrace.report.model.Coverage;
import io.clonetrace.report.model.Derived;
import io.clonetrace.report.model.Fleet;
import io.clonetrace.report.model.Jvm;
import io.clonetrace.report.model.JvmName;
import io.clonetrace.report.model.LimitUse;
import io.clonetrace.report.model.SourceStatus;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TextReportTest {
    private static final String CLONES = "kind +clones +system call +stack size +flags";
    private static final String CREATED_AT = "created +alive +growth +stack memory +created at";
    private static final String CREATORS_TEST = "creatorsShowTheirSiteAndTheNamesOfTheirThreads";
    private static final String LIVE_STACKS = "live stacks +threads +reserved +touched +huge +of RSS";
    private static final String PEAK_DEPTH = "peak depth +threads +p50 +p90 +p99 +max +of stack";

    private static final long PTHREAD = 0x3d0f00;
    private static final long FORK = 0x1200000;
    private static final long SPAWN = 0x4100;
    private static final long MEGABYTE = 0xff000;
    private static final long UNKNOWN = CloneCall.UNKNOWN;

    /** The lines behind the one that matches, up to a blank one, their columns one space apart. */
    private static List<String> below(String head, List<String> lines) {
        int start = 0;
        while (!lines.get(start).matches(head)) {
            start++;
        }
        return lines.stream()
                .skip(start + 1L)
                .takeWhile(line -> !line.isEmpty())
                .map(line -> line.replaceAll("(?<=\\S) {2,}", " ").stripLeading())
                .toList();
    }

    private static void assertTerminalSafe(List<String> lines) {
        for (String line : lines) {
            assertTrue(line.length() <= 80, () -> line.length() + " columns: " + line);
            assertTrue(line.chars().allMatch(c -> (c >= ' ' && c < 0x7f) || c == 0xfffd), line);
        }
    }

    @Test
    void cloneTableCountsCallsByOwnerAndArguments() throws IOException {
        List<String> lines = report(fleet(() -> {
            for (int i = 0; i < 3; i++) {
                cloned("java", "clone3", PTHREAD, MEGABYTE, null);
            }
            cloned("java", "clone3", PTHREAD, MEGABYTE + 4096, null);
            cloned("java", "clone3", PTHREAD, MEGABYTE, "EAGAIN");
            cloned("process", "clone", FORK, UNKNOWN, null);
            cloned(null, "vfork", UNKNOWN, UNKNOWN, null);
            status("strace", "stopped", null, 7, 0);
            status("hook", "stopped", null, 5, 0);
        }));
        assertEquals(
                List.of(
                        "java 4 clone3 mostly 1,020 KiB A",
                        "java 1 clone3 EAGAIN 1,020 KiB A",
                        "process 1 clone none B",
                        "unknown 1 vfork none not observed"),
                below(CLONES, lines));
        assertTrue(lines.contains("source  strace: stopped, 7 clone calls seen, 0 lost"), lines::toString);
        assertTrue(lines.contains("source  hook: stopped, 5 thread starts seen, 0 lost"), lines::toString);
        assertEquals(
                List.of(
                        "CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD |",
                        "CLONE_SYSVSEM | CLONE_SETTLS | CLONE_PARENT_SETTID | CLONE_CHILD_CLEARTID"),
                below("A  0x3d0f00  5 calls, the flags of pthread_create of glibc", lines));
        assertTerminalSafe(lines);
    }

    /** A prime number of threads that live, of one name, beside one that has ended. */
    @Test
    void creatorsShowTheirSiteAndTheNamesOfTheirThreads() throws IOException {
        CountDownLatch end = new CountDownLatch(1);
        Fleet fleet;
        try {
            fleet = fleet(() -> {
                CountDownLatch running = new CountDownLatch(13);
                for (int i = 0; i < 13; i++) {
                    Thread thread = new Thread(
                            () -> {
                                running.countDown();
                                awaitUninterruptibly(end);
                            },
                            "leaky-" + i);
                    thread.setDaemon(true);
                    thread.start();
                }
                running.await();
            });
        } finally {
            end.countDown();
        }
        String site = "io\\.clonetrace\\.report\\.text\\.TextReportTest\\.\\S*" + CREATORS_TEST + "\\S*:\\d+";
        List<String> wide = report(fleet, new TextLayout(180, false));
        assertMatch(List.of("13 13 \\+13 (-|0 B) " + site, "named leaky-\\*"), below(CREATED_AT, wide));
        assertMatch(
                List.of("13 at least 13 \\+13 (-|0 B) leaky-\\*", "created at " + site),
                below("created +alive +growth +stack memory +threads named", wide));
        // It does not fit beside its numbers.
        assertMatch(
                List.of("13 13 \\+13 (-|0 B)", site, "named leaky-\\*"),
                below(CREATED_AT, report(fleet, new TextLayout(110, false))));
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
        }
    }

    private static void assertMatch(List<String> patterns, List<String> lines) {
        assertEquals(patterns.size(), lines.size(), lines::toString);
        for (int i = 0; i < lines.size(); i++) {
            assertTrue(lines.get(i).matches(patterns.get(i)), patterns.get(i) + " does not match " + lines.get(i));
        }
    }

    /** How Java starts processes is no news; a process made in another way may be. */
    @Test
    void onlyFlagsOfNoLibraryFunctionAreMarked() throws IOException {
        List<String> lines = report(fleet(() -> {
            cloned("process", "clone", SPAWN, UNKNOWN, null);
            cloned("process", "clone", FORK, UNKNOWN, null);
            cloned("java", "clone3", PTHREAD, MEGABYTE, null);
            cloned("process", "clone", FORK | 0x40000000, UNKNOWN, null);
            cloned("native", "clone", 0x10900, UNKNOWN, null);
        }));
        assertEquals(
                Set.of("0x41200000", "0x10900"),
                lines.stream()
                        .filter(line -> line.matches("\\w !0x.*"))
                        .map(line -> line.substring(3).split(" ")[0])
                        .collect(Collectors.toSet()));
        // Rows of equal counts come in any order.
        assertTrue(
                lines.stream()
                        .anyMatch(line ->
                                line.matches("\\w  0x4100  1 call, the flags of posix_spawn or vfork of glibc")),
                lines::toString);
    }

    @Test
    void sourcesThatCannotWorkHereAreOneLine() throws IOException {
        List<String> lines = report(fleet(() -> {
            for (String source : List.of("ebpf", "tracefs", "ptrace")) {
                status(source, "refused", "it takes root and much else that is not here", 0, -1);
            }
            status("strace", "stopped", null, 7, 0);
        }));
        assertEquals(
                List.of(
                        "source  strace: stopped, 7 clone calls seen, 0 lost",
                        "refused ebpf, ptrace, tracefs (clonetrace doctor tells why)"),
                lines.stream()
                        .filter(line -> line.matches("(source|refused) .*"))
                        .toList());
    }

    @Test
    void withoutAnySourceTheReasonsAreShown() throws IOException {
        List<String> lines = report(fleet(() -> {
            status("ebpf", "refused", "it takes root", 0, -1);
            status("ptrace", "refused", "yama forbids it", 0, -1);
        }));
        assertTrue(lines.containsAll(List.of("refused ebpf: it takes root", "refused ptrace: yama forbids it")));
    }

    @Test
    void findingsComeBeforeAllTables() throws IOException {
        List<String> lines = report(fleet(() -> {
            cloned("java", "clone3", PTHREAD, MEGABYTE, null);
            RecordedLimit.commit("kernel.pid_max", 99, 100, "/proc/sys/kernel/pid_max");
        }));
        assertTrue(lines.get(0).matches(".*pid " + ProcessHandle.current().pid() + ".*"), lines::toString);
        List<String> heads = List.of("findings: ", "problem: ", "call sites: ", "limit ", "kind ", "stacks: ", "JVM ");
        assertEquals(
                heads,
                lines.stream()
                        .flatMap(line -> heads.stream().filter(line::startsWith))
                        .distinct()
                        .toList());
    }

    @ParameterizedTest
    @ValueSource(ints = {30, 40, 80, 120, 200})
    void noLineIsWiderThanTheTerminal(int columns) throws IOException {
        Fleet fleet = fleet(() -> {
            cloned("java", "clone3", PTHREAD, MEGABYTE, null);
            cloned("process", "clone3", FORK | 0x40000000, MEGABYTE, "EAGAIN");
            status("ebpf", "refused", "x".repeat(300), 0, -1);
            status("stacks", "stopped", "y".repeat(300), 1_000_000_000_000L, 7);
            stack(1, "java", "periodic", 1 << 20, 900_000);
            stack(2, "\u5de5\u4f5c".repeat(99), "periodic", Long.MAX_VALUE, -1);
            RecordedLimit.commit("kernel.pid_max", 31_000_000, 32_000_000, "/proc/sys/kernel/pid_max");
            RecordedLimit.commit("memory.max", 31L << 30, 32L << 30, "/sys/fs/cgroup/memory.max");
        });
        for (boolean colour : new boolean[] {false, true}) {
            for (String line : report(fleet, new TextLayout(columns, colour))) {
                String plain = line.replaceAll("\u001b\\[[0-9;]*m", "");
                assertTrue(PlainText.columns(plain) <= columns, () -> columns + " columns: " + plain);
                assertTrue(colour || plain.equals(line), line);
            }
        }
    }

    @Test
    void fleetShowsItsJvmsWorstFirst() {
        List<Jvm> jvms = IntStream.range(0, 9)
                .mapToObj(number -> jvm(number, number == 7 ? 99 : number == 3 ? 85 : 1))
                .toList();
        List<String> lines = report(new Fleet(jvms, 9, List.of(), new CloneTable()));
        assertEquals("9 JVMs in 9 recordings, 2026-11-28 10:00:00 UTC, for 60 s", lines.get(0));
        List<String> rows = below("worst +findings +created +alive +peak +JVM", lines);
        assertEquals(9, rows.size());
        assertEquals(
                List.of("problem 1 0 - - app.jar, pid 7, host web-7", "warning 1 0 - - app.jar, pid 3, host web-3"),
                rows.subList(0, 2));
        assertTrue(lines.contains("findings: 1 problem, 1 warning"), lines::toString);
        assertEquals(
                "kernel.pid_max 99 100 99.0% - app.jar, pid 7, host web-7",
                below("limit +used +of +time left +JVM", lines).get(0));
        // They need not have lived at the same time.
        assertTrue(lines.stream().anyMatch("kind           created  already running  alive"::equals), lines::toString);
        assertTerminalSafe(lines);
    }

    private static Jvm jvm(int number, long used) {
        long at = 1_795_860_000L * 1_000_000_000;
        long to = at + 60L * 1_000_000_000;
        return new Jvm(
                new JvmName(Optional.of("web-" + number), number, at, Optional.of("app.jar")),
                Optional.empty(),
                new Jvm.SystemName(Optional.empty(), Optional.empty(), Optional.empty()),
                at,
                to,
                1,
                Set.of("clonetrace.ThreadLimit"),
                Coverage.FULL,
                List.of(new SourceStatus(to, "ebpf", "stopped", null, 7, 0)),
                List.of(),
                -1,
                new CloneTable(),
                List.of(new LimitUse("kernel.pid_max", "/proc/sys/kernel/pid_max", at, used, to, used, 100)),
                List.of(),
                List.of(),
                List.of(),
                new Jvm.Counters(0, 0, -1, 2, -1, -1, -1, -1, 0),
                Application.DEFAULT,
                new Derived());
    }

    @Test
    void programBesideTheJvmHasRowsOfItsOwn() throws IOException {
        Fleet fleet = fleet(() -> cloned("java", "clone3", PTHREAD, MEGABYTE, null));
        fleet.programs()
                .addProgram(
                        "clone_thread",
                        new CloneCall(
                                CloneSyscall.CLONE, 1, 2, null, 0x10900, 0, 1, -1, -1, -1, -1, -1, null, -1, -1, 1));
        assertEquals(List.of("java 1 clone3 1,020 KiB A", "clone_thread 1 clone none B"), below(CLONES, report(fleet)));
    }

    @Test
    void namesAreCleanedOfTerminalEscapes() throws IOException {
        String evil = "\u001b[31m\u009b2J\r\n\u202e\u2028\ud800 ";
        Fleet fleet = fleet(() -> {
            cloned(evil.repeat(9), "clone3", PTHREAD, Long.MAX_VALUE, null);
            cloned("java", evil.repeat(9), PTHREAD, Long.MIN_VALUE, evil.repeat(9));
            status(evil, evil, evil + "/deep".repeat(50) + evil, 1, -1);
            stack(1, evil.repeat(9), "periodic", Long.MAX_VALUE, -1);
        });
        fleet.programs()
                .addProgram(
                        evil.repeat(9),
                        new CloneCall(
                                CloneSyscall.CLONE, 1, 2, null, FORK, 17, 0, -1, -1, -1, -1, -1, null, -1, -1, 1));
        assertTerminalSafe(report(fleet));
    }

    @Test
    void flagSetsBeyondTheAlphabetAreNumbered() throws IOException {
        int sets = 30;
        List<String> lines = report(fleet(() -> {
            for (int set = 1; set <= sets; set++) {
                cloned("native", "clone", (long) set << 8, UNKNOWN, null);
            }
        }));
        List<String> rows = below(CLONES, lines);
        assertEquals(sets, rows.size());
        assertEquals(
                sets, rows.stream().map(row -> row.split(" ")[4]).distinct().count());
        for (String row : rows) {
            String label = row.split(" ")[4];
            assertEquals(
                    1,
                    lines.stream()
                            .filter(line -> line.startsWith(label + " !0x"))
                            .count(),
                    label);
        }
        assertTerminalSafe(lines);
    }

    /** Names of threads and of what they are made by are hostile, and long. */
    @Test
    void threadNamesAreCleanedOfTerminalEscapes() throws IOException {
        String evil = "\u001b[31m\u009b2J\r\n\u202e\u2028\ud800 ";
        List<String> lines = report(fleet(() -> {
            Thread thread = new Thread(() -> {}, evil.repeat(1_000));
            thread.start();
            thread.join();
            ThreadStackEvent stack = new ThreadStackEvent();
            stack.name = evil.repeat(1_000);
            stack.threadId = thread.getId();
            stack.kind = "java";
            stack.moment = "end";
            stack.reserved = 1 << 20;
            stack.touched = 1 << 20;
            stack.depth = 1 << 20;
            stack.commit();
            RecordedLimit.commit(evil.repeat(1_000), 99, 100, evil.repeat(1_000));
            RecordedFailure.commit(evil, evil.repeat(1_000), 99, 100, evil);
            CloneComparisonEvent way = new CloneComparisonEvent();
            way.how = evil;
            way.syscall = evil;
            way.missing = evil.repeat(1_000);
            way.sharesTls = evil;
            way.commit();
        }));
        assertTerminalSafe(lines);
        assertTrue(lines.stream().anyMatch(line -> line.startsWith("warning: The stack of thread")), lines::toString);
    }

    @Test
    void recordingWithoutTheAgentSaysSo() throws IOException {
        List<String> types = List.of("jdk.JVMInformation", "jdk.ThreadStart", "jdk.ThreadEnd", "jdk.ActiveSetting");
        List<String> lines = report(Recordings.read(Recordings.file(types, () -> {
            for (int i = 0; i < 7; i++) {
                Thread thread = new Thread(() -> {}, "short");
                thread.start();
                thread.join();
            }
        })));
        assertTrue(lines.contains("kernel  not recorded"), lines::toString);
        assertTrue(lines.contains("source  not recorded: the clonetrace agent was not in this JVM"), lines::toString);
        // Which threads lived all the time was not recorded, nor how many of them.
        assertTrue(lines.stream().anyMatch(line -> line.matches("java +7 +- +- +at least \\d")), lines::toString);
        assertEquals(List.of("(not recorded)"), below(CLONES, lines));
        for (String what : List.of("virtual threads", "stacks", "limits")) {
            assertTrue(lines.contains(what + ": not recorded"), lines::toString);
        }
        assertTrue(
                String.join("\n", lines)
                        .matches("(?s).*\n +7 +\\d +\\+?\\d +(-|0 B)\\s+io\\.\\S+\\s+\\S*recordingWithoutTheAgent.*"),
                lines::toString);
        assertTerminalSafe(lines);
    }

    @Test
    void demoComparisonIsATable() throws IOException {
        List<String> lines = report(fleet(() -> {
            CloneComparisonEvent way = new CloneComparisonEvent();
            way.how = "clone";
            way.syscall = "clone";
            way.flags = 0x10900;
            way.missing = "CLONE_FS|CLONE_SETTLS";
            way.sharesTls = "yes";
            way.commit();
        }));
        assertEquals(
                List.of("clone clone 0x10900 shared FS SETTLS"),
                below("clone demo +system call +flags +TLS +missing against pthread_create", lines));
    }

    @Test
    void stackTableShowsTheLastSnapshot() throws IOException {
        List<String> lines = report(fleet(() -> {
            stack(1, "java", "periodic", 1 << 20, 4096);
            // Snapshots have no number: two lie further apart in time than the events of one.
            Thread.sleep(200);
            stack(1, "java", "periodic", 1 << 20, 8192);
            stack(2, "java", "periodic", 1 << 20, -1);
            stack(3, "vm", "periodic", 1 << 23, 12_288);
            stack(4, "java", "periodic", 1 << 20, 4096);
            stack(4, "java", "end", 1 << 20, 20_480);
            stack(5, "java", "end", 1 << 20, 16_384);
        }));
        assertEquals(
                List.of("java 2 2 MiB 8 KiB 0 B -", "1 of them not measured", "vm 1 8 MiB 12 KiB 0 B -"),
                below(LIVE_STACKS, lines));
        assertEquals(
                List.of("java 3 16 KiB 20 KiB 20 KiB 20 KiB 2.0%", "vm 1 12 KiB 12 KiB 12 KiB 12 KiB 0.1%"),
                below(PEAK_DEPTH, lines));
    }

    /** As far down as a page was touched, however few were; recordings of clonetrace 0.1 tell only how many. */
    @Test
    void depthTableShowsPercentiles() throws IOException {
        List<String> lines = report(fleet(() -> {
            for (int tid = 1; tid <= 7; tid++) {
                ThreadStackEvent event = new ThreadStackEvent();
                event.threadId = 1_000_000 + tid;
                event.tid = tid;
                event.kind = tid < 6 ? "java" : "vm";
                event.moment = "end";
                event.reserved = 1 << 20;
                event.touched = 24 << 10;
                event.depth = tid < 5 ? (100 + tid) << 10 : -1;
                event.commit();
            }
        }));
        assertEquals(
                List.of(
                        "java 4 102 KiB 104 KiB 104 KiB 104 KiB 10.2%",
                        "depth not recorded for 1 thread", "vm 0 - - - - -", "depth not recorded for 2 threads"),
                below(PEAK_DEPTH, lines));
    }
}
