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
import io.clonetrace.report.model.Fleet;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class TextReportTest {
    private static final String PEAK_DEPTH =
            "peak depth   threads         p50         p90         p99         max  of stack";

    private static final long PTHREAD = 0x3d0f00;
    private static final long FORK = 0x1200000;
    private static final long MEGABYTE = 0xff000;
    private static final long UNKNOWN = CloneCall.UNKNOWN;

    private static List<String> between(List<String> lines, String first, String next) {
        int start = lines.indexOf(first);
        int end = lines.subList(start, lines.size()).indexOf(next);
        return lines.subList(start + 1, end < 0 ? lines.size() : start + end);
    }

    private static List<String> rows(List<String> lines) {
        return between(lines, "made for          clones  system call   stack size passed   flags", "");
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
                        "java                   4  clone3         mostly 1,020 KiB   A",
                        "java                   1  clone3 EAGAIN         1,020 KiB   A",
                        "process                1  clone                      none   B",
                        "unknown                1  vfork                      none   not observed"),
                rows(lines));
        assertTrue(lines.contains("source  strace: stopped, 7 clone calls seen, 0 lost"), lines::toString);
        assertTrue(lines.contains("source  hook: stopped, 5 thread starts seen, 0 lost"), lines::toString);
        assertEquals(
                List.of(
                        "   CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD |",
                        "   CLONE_SYSVSEM | CLONE_SETTLS | CLONE_PARENT_SETTID | CLONE_CHILD_CLEARTID"),
                between(lines, "A  0x3d0f00  5 calls, the flags of pthread_create of glibc", ""));
        assertTerminalSafe(lines);
    }

    @Test
    void programBesideTheJvmHasRowsOfItsOwn() throws IOException {
        Fleet fleet = fleet(() -> cloned("java", "clone3", PTHREAD, MEGABYTE, null));
        fleet.programs()
                .addProgram(
                        "clone_thread",
                        new CloneCall(CloneSyscall.CLONE, 1, 2, null, 0x10900, 0, 1, -1, -1, -1, -1, -1));
        assertEquals(
                List.of(
                        "java                   1  clone3                1,020 KiB   A",
                        "clone_thread           1  clone                      none   B"),
                rows(report(fleet)));
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
                        evil.repeat(9), new CloneCall(CloneSyscall.CLONE, 1, 2, null, FORK, 17, 0, -1, -1, -1, -1, -1));
        assertTerminalSafe(report(fleet));
    }

    @Test
    void flagSetsBeyondTheAlphabetAreNumbered() throws IOException {
        int sets = 30;
        List<String> lines = report(fleet(() -> {
            for (int set = 0; set < sets; set++) {
                cloned("native", "clone", (long) set << 8, UNKNOWN, null);
            }
        }));
        List<String> rows = rows(lines);
        assertEquals(sets, rows.size());
        assertEquals(
                sets, rows.stream().map(row -> row.split(" +")[4]).distinct().count());
        for (String row : rows) {
            String label = row.split(" +")[4];
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
        // Thread.join comes back a moment before the thread has ended for the JVM.
        assertTrue(lines.stream().anyMatch(line -> line.matches("java +7 +0 +0 +\\d")), lines::toString);
        assertEquals(List.of("(not recorded)"), rows(lines));
        for (String what : List.of("virtual threads", "stacks", "limits")) {
            assertTrue(lines.contains(what + ": not recorded"), lines::toString);
        }
        assertTrue(
                lines.stream().anyMatch(line -> line.matches(" +7 +0 +0 B +.*recordingWithoutTheAgent.*")),
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
                List.of("clone           clone        0x10900    shared  FS SETTLS"),
                between(lines, "clone demo      system call  flags      TLS     missing against pthread_create", ""));
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
                List.of(
                        "java               2      2,048 KiB          8 KiB          0 B       -",
                        "   1 of them not measured",
                        "vm                 1      8,192 KiB         12 KiB          0 B       -"),
                between(lines, "live stacks  threads       reserved        touched         huge  of RSS", ""));
        assertEquals(
                List.of(
                        "java               3      16 KiB      20 KiB      20 KiB      20 KiB      2.0%",
                        "vm                 1      12 KiB      12 KiB      12 KiB      12 KiB      0.1%"),
                between(lines, PEAK_DEPTH, ""));
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
                        "java               4     102 KiB     104 KiB     104 KiB     104 KiB     10.2%",
                        "   depth not recorded for 1 thread",
                        "vm                 0           -           -           -           -         -",
                        "   depth not recorded for 2 threads"),
                between(lines, PEAK_DEPTH, ""));
    }
}
