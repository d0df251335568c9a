package io.clonetrace.explain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.report.finding.Finding;
import io.clonetrace.report.finding.Severity;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExplanationTest {
    private static void holds(String text, String... sentences) {
        for (String sentence : sentences) {
            assertTrue(text.contains(sentence), () -> "\"" + sentence + "\" is not in:\n" + text);
        }
    }

    private static final String AGAIN = "[1.0s][warning][os,thread] Failed to start thread \"Unknown thread\" -"
            + " pthread_create failed (EAGAIN) for attributes: stacksize: 1024k, guardsize: 0k, detached.\n";

    @ParameterizedTest
    @ValueSource(strings = {"21", "25"})
    void mappingsRanOut(String jdk) {
        Explained both = new Explained().file("hserr/maps-" + jdk + ".log.gz").file("console/maps-" + jdk + ".txt");

        Finding finding = both.explanation().findings().get(0);
        assertEquals("failed-starts", finding.rule());
        assertEquals("Threads could not be started: vm.max_map_count is reached.", finding.summary());
        assertEquals(65_531, finding.numbers().get("used"));
        assertEquals(65_530, finding.numbers().get("max"));
        assertEquals(1, both.explanation().findings().size(), () -> both.printed());
        holds(
                both.sentences(),
                "HotSpot could not make the guard zone of a thread's stack, 16 KiB, mmap (maps-" + jdk
                        + ".log.gz:3), called" + " by create_stack_guard_pages",
                "pthread_create failed with EAGAIN, for a stack of 1 MiB (maps-" + jdk + ".txt:",
                "vm.max_map_count: 65,531 of 65,530, all in use");
    }

    /** Its length counts the compiler thread, which is HotSpot's own. */
    @Test
    void aListThatIsCutOffCountsNoThreadTwice() {
        String list = "_java_thread_list=0x00007f, length=52, elements={\n}\n\nJava Threads: ( => current thread )\n"
                + "  0x00007f0001 JavaThread \"main\" [_thread_in_vm, id=10, stack(0x00007f0000000000,0x00007f0000100000)]\n"
                + "  0x00007f0002 JavaThread \"C1 CompilerThread0\" daemon [_thread_blocked, id=11,"
                + " stack(0x00007f0000200000,0x00007f0000300000)]\n";
        holds(
                new Explained().text("hs", list).sentences(),
                "threads: 52 of the JVM (hs:5-6)",
                "51 Java, stacks of 1 of them 1 MiB, 1 MiB in all: 1 main, 50 not listed",
                "1 VM,");
    }

    @Test
    void aProcessIsNoThread() {
        holds(
                new Explained()
                        .text("log", "bash: fork: retry: Resource temporarily unavailable\n")
                        .sentences(),
                "problem: Processes could not be started: EAGAIN, a limit; which one is not stated.");
        holds(
                new Explained()
                        .text("log", "Cannot run program \"ls\": error=1, Operation not permitted\n")
                        .sentences(),
                "problem: A filter of system calls (seccomp) forbids processes: EPERM is no limit.");
    }

    @Test
    void theNumberOfJavaThreadsTellsTheMappings() {
        Explained field = new Explained().file("hserr/hs-17-guard.txt");

        holds(
                field.sentences(),
                "problem: Threads could not be started: vm.max_map_count is reached.",
                "vm.max_map_count: at least 65,100 of 65,530 by two mappings a Java thread, 99.3%"
                        + " (hs-17-guard.txt:5-6, 9).",
                "threads: 32,551 of the JVM");
    }

    @ParameterizedTest
    @ValueSource(strings = {"11", "17", "21", "25"})
    void withoutLimitsNoneIsNamed(String jdk) {
        Explained console = new Explained().file("console/pids-" + jdk + ".txt");

        Finding finding = console.explanation().findings().get(0);
        assertEquals("Threads could not be started: EAGAIN, a limit; which one is not stated.", finding.summary());
        holds(
                console.sentences(),
                "at Load.main(Load.java:29) (pids-" + jdk + ".txt:3)",
                "glibc says EAGAIN, too, if it can't map a stack",
                "Any limit: pids.max, RLIMIT_NPROC,");
    }

    @ParameterizedTest
    @ValueSource(strings = {"17", "25"})
    void epermIsNoLimit(String jdk) {
        Explained console = new Explained().file("console/eperm-" + jdk + ".txt");

        List<Finding> findings = console.explanation().findings();
        assertEquals(1, findings.size());
        assertEquals(
                "A filter of system calls (seccomp) forbids threads: EPERM is no limit.",
                findings.get(0).summary());
        assertEquals(Severity.PROBLEM, findings.get(0).severity());
        holds(console.sentences(), "Raising a limit changes nothing.");
    }

    @Test
    void aTextWithNumbersNamesTheLimit() {
        Explained both = new Explained()
                .text("console", AGAIN)
                .text(
                        "hs_err",
                        "# A fatal error has been detected by the Java Runtime Environment:\n"
                                + "---------------  S Y S T E M  ---------------\n"
                                + "rlimit (soft/hard): STACK 8192k/infinity , NPROC 4096/4096 , AS infinity/infinity\n"
                                + "container (cgroup) information:\nmaximum number of tasks: 53\n"
                                + "current number of tasks: 53\n\nEND.\n");

        holds(
                both.sentences(),
                "problem: Threads could not be started: pids.max is reached.",
                "pids.max: 53 of 53, all in use (hs_err:6, 5).",
                "RLIMIT_NPROC is 4,096 (hs_err:3).");
        assertFalse(both.sentences().contains("limit-near"), both::printed);
    }

    @ParameterizedTest
    @CsvSource({"79, 0", "80, 1", "96, 1"})
    void aNearLimitIsFoundByReportsRule(int used, int findings) {
        Explained text = new Explained()
                .text(
                        "hs_err",
                        "# A fatal error has been detected by the Java Runtime Environment:\n"
                                + "---------------  S Y S T E M  ---------------\ncontainer (cgroup) information:\n"
                                + "maximum number of tasks: 100\ncurrent number of tasks: " + used + "\n\nEND.\n");

        List<Finding> found = text.explanation().findings();
        assertEquals(findings, found.size());
        if (findings > 0) {
            assertEquals("limit-near", found.get(0).rule());
            holds(found.get(0).evidence(), used + " of 100, read from hs_err:4, its use from hs_err:5.");
        }
    }

    @Test
    void manyThreadsOfOneNameAreFoundByReportsRule() {
        StringBuilder text = new StringBuilder("Java Threads: ( => current thread )\n");
        for (int i = 0; i < 307; i++) {
            text.append("  0x00007f00000000" + (10 + i % 90) + " JavaThread \"http-worker-" + i
                    + "\" [_thread_blocked, id=" + (1000 + i) + ", stack(0x00007f0001000000,0x00007f0001100000)]\n");
        }
        Explained many = new Explained().text("hs_err", text.toString());

        holds(
                many.sentences(),
                "307 threads named http-worker-* are alive.",
                "The threads are listed in hs_err:2-308.",
                "307 Java, stacks 1 MiB, 307 MiB in all: 307 http-worker-*");
    }

    @Test
    void aStackOverflowInNativeCode() {
        Explained crash = new Explained()
                .text(
                        "hs_err",
                        "# A fatal error has been detected by the Java Runtime Environment:\n"
                                + "#  SIGSEGV (0xb) at pc=0x00007f0001, pid=7, tid=9\n"
                                + "---------------  T H R E A D  ---------------\n"
                                + "Current thread (0x00007f0000000010):  JavaThread \"deep\" [_thread_in_native, id=9,"
                                + " stack(0x00007f0001000000,0x00007f0001100000)]\n"
                                + "Stack: [0x00007f0001000000,0x00007f0001100000],  sp=0x00007f0001002ff0,  free space=11k\n"
                                + "siginfo: si_signo: 11 (SIGSEGV), si_code: 2 (SEGV_ACCERR), si_addr: 0x00007f0001001ff8\n"
                                + "END.\n");

        holds(
                crash.sentences(),
                "problem: The JVM crashed by a stack overflow in native code, in thread \"deep\".",
                "12 KiB of 1 MiB were left below the stack pointer (hs_err:5). The access that failed was at the end of this"
                        + " stack (hs_err:6).");
    }

    @Test
    void whatIsUnknownIsSaid() {
        Explained notes = new Explained().text("notes.txt", "hello\nworld\n");

        assertEquals("notes.txt is of no known kind: 2 lines, none recognised.\n", notes.printed());
    }

    @Test
    void aRecordingIsNamed() {
        Explained recording = new Explained().text("a.jfr", "FLR\u0000\u0000\u0002\u0000.");

        assertEquals("a.jfr is a flight recording: clonetrace report reads it.\n", recording.printed());
    }

    /** The file with as many lines of mappings as it had before most were left out. */
    private static Explained inFull(String name, int lines) {
        String file = Explained.unpacked("hserr/" + name + ".log.gz");
        String more = IntStream.range(0, lines - 552)
                .mapToObj(i -> String.format(
                        "%012x-%012x r--s 00000000 fe:00 9%n",
                        (1L << 40) + ((long) i << 13), (1L << 40) + ((long) i << 13) + 4096))
                .collect(Collectors.joining());
        return new Explained().text(name, file.replace("Dynamic libraries:\n", "Dynamic libraries:\n" + more));
    }

    @ParameterizedTest
    @ValueSource(strings = {"maps-11", "maps-17"})
    void mappingsWithoutATotalAreCounted(String name) {
        holds(
                inFull(name, 65_532).sentences(),
                "problem: Threads could not be started: vm.max_map_count is reached.",
                "vm.max_map_count: 65,531 of 65,530, all in use (" + name + ":");
    }

    @Test
    void jdk8HasTheMappingsAndNotTheirLimit() {
        holds(
                inFull("maps-8", 65_531).sentences(),
                "problem: Threads could not be started: the failed guard zone points to vm.max_map_count.",
                "The process had 65,530 mappings (maps-8:265-65795); vm.max_map_count is not stated, and 65,530 by default.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"maps-8", "maps-17", "maps-25", "crash-8", "crash-11", "crash-21"})
    void oneScreenOf80Columns(String name) {
        List<String> lines = new Explained()
                .file("hserr/" + name + ".log.gz")
                .printed()
                .lines()
                .toList();

        assertTrue(lines.size() <= 40, () -> String.join("\n", lines));
        lines.forEach(line -> assertTrue(line.length() <= 80, line));
    }

    @Test
    void terminalSequencesInNamesAreHarmless() {
        String printed = new Explained()
                .text("log", "[1s] Failed to start the native thread for java.lang.Thread \"\u202eevil\u0085\"\n")
                .printed();

        assertTrue(
                printed.chars().noneMatch(c -> c < ' ' && c != '\n' || c >= 0x7f && c < 0xa0 || c == 0x202e), printed);
    }
}
