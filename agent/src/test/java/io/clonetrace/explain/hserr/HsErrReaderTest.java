package io.clonetrace.explain.hserr;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.explain.Explained;
import io.clonetrace.explain.evidence.CrashedStack;
import io.clonetrace.explain.evidence.Document;
import io.clonetrace.explain.evidence.DocumentKind;
import io.clonetrace.explain.evidence.Fact;
import io.clonetrace.explain.evidence.Failure;
import io.clonetrace.explain.evidence.LimitName;
import io.clonetrace.explain.evidence.Operation;
import io.clonetrace.explain.evidence.Reading;
import io.clonetrace.explain.evidence.Resource;
import io.clonetrace.explain.evidence.SeenLimit;
import io.clonetrace.explain.evidence.SeenThread;
import io.clonetrace.explain.evidence.SeenUse;
import io.clonetrace.explain.evidence.ThreadKind;
import io.clonetrace.explain.evidence.ThreadTotal;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HsErrReaderTest {
    private static Document only(Explained explained) {
        List<Document> documents = explained.incident().documents();
        assertEquals(1, documents.size());
        return documents.get(0);
    }

    private static Document file(String name) {
        return only(new Explained().file("hserr/" + name));
    }

    private static Document text(String... lines) {
        return only(new Explained().text("hs_err", String.join("\n", lines)));
    }

    private static Map<LimitName, Long> limits(Document document) {
        return document.limits().stream()
                .collect(Collectors.toMap(SeenLimit::name, SeenLimit::soft, (one, other) -> one));
    }

    @ParameterizedTest
    @CsvSource({
        "11, 11.0.24+8, 13988, 5, 7, 32",
        "17, 17.0.15+6, 13642, 7, 7, 34",
        "21, 21.0.13+9, 13737, 6, 7, 33",
        "25, 25.0.3+9, 13685, 6, 7, 33",
    })
    void aCrashListsItsThreads(String jdk, String version, String pid, int vmJava, int vmOther, int length) {
        Document document = file("crash-" + jdk + ".log.gz");

        assertEquals(DocumentKind.HS_ERR, document.kind());
        assertEquals(2, document.recognised().first());
        assertEquals(version, document.fact(Fact.Name.JVM).orElseThrow().value());
        assertEquals(pid, document.fact(Fact.Name.PID).orElseThrow().value());
        assertEquals("Crash", document.fact(Fact.Name.MAIN_CLASS).orElseThrow().value());
        assertTrue(document.fact(Fact.Name.ERROR).orElseThrow().value().startsWith("SIGSEGV (0xb) at pc="));
        assertEquals(length - vmJava, document.listed(ThreadKind.JAVA));
        assertEquals(vmJava + vmOther, document.listed(ThreadKind.VM));
        assertEquals(
                23,
                document.threads().stream()
                        .filter(thread -> thread.name().startsWith("pool-1-thread-"))
                        .count());
        assertEquals(length, document.totals().get(0).count());
        assertTrue(document.threads().stream().allMatch(thread -> thread.tid() > 0 && thread.stackSize() >= 1 << 20));
        assertEquals(List.of(), document.gaps());
    }

    /** Its lists have no length, and a thread that has not begun to run has no stack yet. */
    @Test
    void aCrashOfJdk8() {
        Document document = file("crash-8.log.gz");

        assertEquals("8.0_504-b01", document.fact(Fact.Name.JVM).orElseThrow().value());
        assertEquals("32334", document.fact(Fact.Name.PID).orElseThrow().value());
        assertEquals("Crash", document.fact(Fact.Name.MAIN_CLASS).orElseThrow().value());
        assertEquals(30 - 4, document.listed(ThreadKind.JAVA));
        assertEquals(4 + 2, document.listed(ThreadKind.VM));
        assertEquals(
                3,
                document.threads().stream()
                        .filter(thread -> thread.stackSize() < 0)
                        .count());
        assertEquals(
                Map.of(
                        LimitName.RLIMIT_NPROC,
                        96_365L,
                        LimitName.RLIMIT_STACK,
                        8L << 20,
                        LimitName.RLIMIT_AS,
                        SeenLimit.UNLIMITED),
                limits(document));
        assertEquals("main", document.crashedStack().orElseThrow().thread());
        assertEquals(206 - 1, use(document, Resource.MAPPINGS).amount());
    }

    @ParameterizedTest
    @ValueSource(strings = {"11", "17", "21", "25"})
    void aCrashHasLimitsAndTheThreadsStack(String jdk) {
        Document document = file("crash-" + jdk + ".log.gz");

        Map<LimitName, Long> limits = limits(document);
        assertEquals(96_365, limits.get(LimitName.RLIMIT_NPROC));
        assertEquals(8 << 20, limits.get(LimitName.RLIMIT_STACK));
        assertEquals(SeenLimit.UNLIMITED, limits.get(LimitName.RLIMIT_AS));
        assertEquals(192_730, limits.get(LimitName.THREADS_MAX));
        assertEquals(65_530, limits.get(LimitName.MAX_MAP_COUNT));
        assertEquals(32_768, limits.get(LimitName.PID_MAX));
        CrashedStack stack = document.crashedStack().orElseThrow();
        assertEquals("main", stack.thread());
        assertEquals(1, stack.size() >> 20);
        assertTrue(stack.left() >= 1_017 << 10 && stack.isInside());
        // As grep -c counts the lines of Dynamic libraries, without [vsyscall].
        SeenUse maps = document.uses().stream()
                .filter(use -> use.resource() == Resource.MAPPINGS)
                .findFirst()
                .orElseThrow();
        assertEquals(Map.of("11", 246L, "17", 220L, "21", 215L, "25", 215L).get(jdk), maps.amount());
    }

    @ParameterizedTest
    @ValueSource(strings = {"11", "17", "21", "25"})
    void theMmapOfAGuardZoneIsKnownByItsCaller(String jdk) {
        Document document = file("maps-" + jdk + ".log.gz");

        Failure failure = document.failures().stream()
                .filter(one -> one.operation() == Operation.GUARD_ZONE)
                .findFirst()
                .orElseThrow();
        assertEquals(16_384, failure.bytes());
        assertEquals(3, failure.place().first());
        assertTrue(failure.by().first() > 40);
    }

    @ParameterizedTest
    @ValueSource(strings = {"21", "25"})
    void aShortenedListOfMappingsHasItsTotal(String jdk) {
        Document document = file("maps-" + jdk + ".log.gz");

        assertEquals(65_531, use(document, Resource.MAPPINGS).amount());
        assertTrue(document.gaps().stream()
                .anyMatch(gap -> gap.sentence()
                        .equals("The list of mappings is shortened: 65532 by its own count, 552 listed.")));
    }

    private static SeenUse use(Document document, Resource resource) {
        return document.uses().stream()
                .filter(use -> use.resource() == resource)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void mprotectOfAGuardZoneAndAShortenedList() {
        Document document = file("hs-17-guard.txt");

        Failure failure = document.failures().iterator().next();
        assertEquals(Operation.GUARD_ZONE, failure.operation());
        assertEquals("mprotect", failure.detail());
        assertEquals(
                new ThreadTotal(
                        ThreadKind.JAVA,
                        32_550,
                        -1,
                        -1,
                        document.totals().get(0).place()),
                document.totals().get(0));
        assertEquals(
                "The list of threads is shortened: 32550 by its own count, 1 listed.",
                document.gaps().get(0).sentence());
        SeenThread gc = document.threads().get(1);
        assertEquals(ThreadKind.VM, gc.kind());
        assertEquals("GC Thread#0", gc.name());
        assertEquals(102, gc.tid());
        assertEquals(1 << 20, gc.stackSize());
        assertEquals(250_000, limits(document).get(LimitName.THREADS_MAX));
    }

    @Test
    void aPartOfTheListOfJdk21IsRecognised() {
        Document document = file("hs-21-25.txt");

        assertEquals("a part of it", document.form().orElseThrow());
        assertEquals(1, document.listed(ThreadKind.JAVA));
        assertEquals("VM Thread", document.threads().get(1).name());
        assertEquals(List.of(), document.gaps());
        assertEquals(
                "container information not found",
                document.fact(Fact.Name.CONTAINER).orElseThrow().value());
    }

    /** As Markdown has code. */
    @Test
    void aFileMayBeIndented() {
        Document indented = only(
                new Explained().text("hs-8.txt", Reading.text("hserr/hs-8.txt").indent(4)));
        assertEquals(file("hs-8.txt").threads(), indented.threads());
        assertEquals(file("hs-8.txt").limits(), indented.limits());
    }

    @Test
    void jdk8() {
        Document document = file("hs-8.txt");

        Failure failure = document.failures().iterator().next();
        assertEquals(Operation.PTHREAD_CREATE, failure.operation());
        assertEquals("GC thread", failure.subject());
        assertEquals("VMThread", document.threads().get(1).name());
        assertEquals(0x101000, document.threads().get(0).stackSize());
        assertEquals(4_096, limits(document).get(LimitName.RLIMIT_NPROC));
        assertEquals(8 << 20, limits(document).get(LimitName.RLIMIT_STACK));
        assertEquals(2, use(document, Resource.MAPPINGS).amount());
        assertEquals(
                "Linux 3.10.0 x86_64",
                document.fact(Fact.Name.KERNEL).orElseThrow().value());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "maximum number of tasks: 100|current number of tasks: 53|100|53",
                "maximum number of tasks: unlimited|current number of tasks: 7|9223372036854775807|7"
            })
    void aContainersTasks(String max, String current, long limit, long used) {
        Document document = text(
                "# A fatal error has been detected by the Java Runtime Environment:",
                "---------------  S Y S T E M  ---------------",
                "container (cgroup) information:",
                "container_type: cgroupv2",
                "memory_limit_in_bytes: 524288 k",
                "memory_usage_in_bytes: 536870912",
                max,
                current,
                "",
                "END.");

        assertEquals(limit, limits(document).get(LimitName.PIDS_MAX));
        assertEquals(used, use(document, Resource.CGROUP_TASKS).amount());
        assertEquals(512 << 20, limits(document).get(LimitName.MEMORY_MAX));
        assertEquals(512 << 20, use(document, Resource.CGROUP_MEMORY).amount());
    }

    @ParameterizedTest
    @ValueSource(strings = {"(thread #41)", "(threads #41)"})
    void nativeMemoryTrackingCountsTheStacks(String threads) {
        Document document = text(
                "# A fatal error has been detected by the Java Runtime Environment:",
                "---------------  S Y S T E M  ---------------",
                "Native Memory Tracking:",
                "-                    Thread (reserved=42099KB, committed=3195KB)",
                "                            " + threads,
                "                            (stack: reserved=41984KB, committed=3080KB, peak=3080KB)",
                "                            (malloc=71KB #251) ");

        assertEquals(1, document.totals().size());
        ThreadTotal total = document.totals().get(0);
        assertEquals(ThreadKind.UNKNOWN, total.kind());
        assertEquals(41, total.count());
        assertEquals(41_984 << 10, total.stackReserved());
        assertEquals(3_080 << 10, total.stackCommitted());
        assertEquals("hs_err:5-6", total.place().toString());
    }

    @Test
    void aNameMayHoldAnything() {
        Document document = text(
                "Java Threads: ( => current thread )",
                "  0x00007f0000000010 JavaThread \"a \" [_thread_blocked, id=1, stack(0x0,0x1)] b\" daemon"
                        + " [_thread_new, id=101, stack(0x00007f0001000000,0x00007f0001101000)]",
                "=>0x00007f0000000020 JavaThread \"\" [_thread_in_vm, id=102, stack(0x0000000000000000,0x0000000000000000)]");

        SeenThread thread = document.threads().get(0);
        assertEquals("a \" [_thread_blocked, id=1, stack(0x0,0x1)] b", thread.name());
        assertEquals(101, thread.tid());
        assertEquals("_thread_new", thread.state());
        assertEquals(Document.UNKNOWN, document.threads().get(1).stackSize());
    }

    @Test
    void theMessageOnTheConsoleIsNoFile() {
        Document document = text(
                "#",
                "# A fatal error has been detected by the Java Runtime Environment:",
                "#",
                "#  SIGSEGV (0xb) at pc=0x00007f, pid=7, tid=0x00007f01",
                "#",
                "2026-11-29 application goes on");

        assertEquals(DocumentKind.FATAL_ERROR, document.kind());
        assertEquals("7", document.fact(Fact.Name.PID).orElseThrow().value());
        assertEquals(5, document.place().last());
        assertEquals(List.of(), document.gaps());
    }

    @Test
    void twoFilesInOneTextAreTwo() {
        String one = "# A fatal error has been detected by the Java Runtime Environment:\n#  SIGBUS (0x7) at pc=0x1,"
                + " pid=%d, tid=1\n---------------  S U M M A R Y ------------\nrlimit: STACK 8192k, NPROC 7\nEND.\n";
        List<Document> documents = new Explained()
                .text("log", String.format(one, 3) + "something\n" + String.format(one, 5))
                .incident()
                .documents();

        assertEquals(2, documents.size());
        assertEquals("log:1-5", documents.get(0).place().toString());
        assertEquals("log:7-11", documents.get(1).place().toString());
        assertFalse(documents.get(1).limits().isEmpty());
    }
}
