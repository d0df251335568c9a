package io.clonetrace.explain.dump;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.explain.evidence.Document;
import io.clonetrace.explain.evidence.Fact;
import io.clonetrace.explain.evidence.Reading;
import io.clonetrace.explain.evidence.SeenThread;
import io.clonetrace.explain.evidence.ThreadKind;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ThreadDumpReaderTest {
    /** The layout of HotSpot's thread.cpp, vm_operations.cpp of each JDK; figures invented. */
    private static final String JDK_8 = """
            2026-11-29 08:39:31
            Full thread dump OpenJDK 64-Bit Server VM (25.392-b08 mixed mode):

            "pool-1-thread-1" #10 prio=5 os_prio=0 tid=0x00007f3a5c0f1000 nid=0x1b0b waiting on condition [0x00007f3a4d5f4000]
               java.lang.Thread.State: WAITING (parking)
            \tat sun.misc.Unsafe.park(Native Method)
            \t- parking to wait for  <0x00000000d6a0f1c8> (a java.util.concurrent.locks.AbstractQueuedSynchronizer$ConditionObject)

            "main" #1 prio=5 os_prio=0 tid=0x00007f3a5c009800 nid=0x1af8 runnable [0x00007f3a63a7d000]
               java.lang.Thread.State: RUNNABLE
            \tat java.io.FileInputStream.readBytes(Native Method)

            "VM Thread" os_prio=0 tid=0x00007f3a5c06c800 nid=0x1afe runnable\s

            "GC task thread#0 (ParallelGC)" os_prio=0 tid=0x00007f3a5c01e800 nid=0x1af9 runnable\s

            "VM Periodic Task Thread" os_prio=0 tid=0x00007f3a5c0b9800 nid=0x1b07 waiting on condition\s

            JNI global references: 12
            """;

    private static final String JDK_7 = """
            Full thread dump Java HotSpot(TM) 64-Bit Server VM (24.80-b11 mixed mode):

            "main" prio=10 tid=0x00007f3a5c009800 nid=0x1af8 runnable [0x00007f3a63a7d000]
               java.lang.Thread.State: RUNNABLE
            \tat java.io.FileInputStream.readBytes(Native Method)

            "VM Thread" prio=10 tid=0x00007f3a5c06c800 nid=0x1afe runnable\s

            JNI global references: 108
            """;

    private static final String JDK_21 = """
            Full thread dump OpenJDK 64-Bit Server VM (21.0.4+7-LTS mixed mode, sharing):

            Threads class SMR info:
            _java_thread_list=0x00007f70d0001fd0, length=2, elements={
            0x00007f7100016c50, 0x00007f7100150450
            }

            "main" #1 [4242] prio=5 os_prio=0 cpu=32.50ms elapsed=12.30s tid=0x00007f7100016c50 nid=4242 waiting on condition  [0x00007f71053fe000]
               java.lang.Thread.State: TIMED_WAITING (sleeping)
            \tat java.lang.Thread.sleep0(java.base@21.0.4/Native Method)

            "ForkJoinPool-1-worker-1" #22 [4260] daemon prio=5 os_prio=0 cpu=7.52ms elapsed=12.20s tid=0x00007f7100150450  [0x00007f70dcafe000]
               Carrying virtual thread #21
            \tat jdk.internal.vm.Continuation.run(java.base@21.0.4/Continuation.java:251)

            "VM Thread" os_prio=0 cpu=1.05ms elapsed=12.28s tid=0x00007f71000f8e40 nid=4250 runnable \s

            JNI global refs: 15, weak refs: 0
            """;

    private static Reading read(String text) {
        return Reading.of(text, ThreadDumpReader::new);
    }

    private static String thread(SeenThread thread) {
        return thread.kind() + " " + thread.name() + " " + thread.tid() + " " + thread.javaId() + " " + thread.state()
                + " " + thread.place().lines();
    }

    private static List<String> threads(Document document) {
        return document.threads().stream().map(ThreadDumpReaderTest::thread).toList();
    }

    /**
     * The counts are {@code grep -c '^".*" #'} and {@code grep -c '^".*" os_prio'}; of the first, 5 to 8 threads are
     * the VM's by their names.
     */
    @ParameterizedTest
    @CsvSource({"11, 22, 7, 5, 6, 3-205", "17, 25, 7, 8, 6, 3-216", "21, 26, 7, 6, 7, 3-280", "25, 28, 7, 7, 6, 3-303"})
    void aWholeDumpOfTheJvmsAtHandOnAConsole(int jdk, long java, long vm, long named, long line, String lines) {
        Reading reading = Reading.resource("dump/jdk" + jdk + "-sigquit.txt", ThreadDumpReader::new);
        Document dump = reading.document();
        assertEquals(List.of("ready"), reading.left());
        assertEquals(lines, dump.place().lines());
        assertEquals(java - named, dump.listed(ThreadKind.JAVA));
        assertEquals(vm + named, dump.listed(ThreadKind.VM));
        assertEquals(jdk >= 21 ? 1 : 0, dump.listed(ThreadKind.VIRTUAL));
        assertEquals(List.of("JAVA " + java + " -1 -1 " + line), reading.totals());
        assertEquals(1, reading.names(ThreadKind.JAVA).get("it's \"quoted\" #9 prio=5"));
        assertEquals(1, reading.names(ThreadKind.JAVA).get("http-nio-8080-exec-4"));
        assertEquals(1, reading.names(ThreadKind.VM).get("GC Thread#0"));
        assertEquals(jdk >= 21 ? 1 : 0, reading.gaps().size(), reading.gaps()::toString);
        assertTrue(dump.fact(Fact.Name.JVM).orElseThrow().value().startsWith("OpenJDK 64-Bit Server VM (" + jdk));
        assertTrue(dump.fact(Fact.Name.TIME).isPresent());
    }

    /** Without a list of the JavaThreads, and with "JNI global references" as its last line. */
    @Test
    void aWholeDumpOfJdk8() {
        Reading reading = Reading.resource("dump/jdk8-sigquit.txt", ThreadDumpReader::new);
        Document dump = reading.document();
        assertEquals(List.of("ready"), reading.left());
        assertEquals("3-194", dump.place().lines());
        assertEquals(22 - 6, dump.listed(ThreadKind.JAVA));
        assertEquals(9 + 6, dump.listed(ThreadKind.VM));
        assertEquals(1, reading.names(ThreadKind.JAVA).get("it's \"quoted\" #9 prio=5"));
        assertEquals(List.of(), reading.totals());
        assertEquals(List.of(), reading.gaps());
    }

    @Test
    void jhsdbListsJavaThreadsOnly() {
        Reading reading = Reading.resource("dump/jdk25-jhsdb.txt", ThreadDumpReader::new);
        assertEquals(List.of(), reading.left());
        assertEquals(21, reading.document().listed(ThreadKind.JAVA));
        assertEquals(3, reading.document().listed(ThreadKind.VM));
        assertEquals(List.of("Threads of the VM (GC, compiler) are not listed in this form."), reading.gaps());
    }

    @Test
    void jdk8() {
        Reading reading = read(JDK_8);
        assertEquals(
                List.of(
                        "JAVA pool-1-thread-1 6923 10 WAITING (parking) 4",
                        "JAVA main 6904 1 RUNNABLE 9",
                        "VM VM Thread 6910 -1 runnable 13",
                        "VM GC task thread#0 (ParallelGC) 6905 -1 runnable 15",
                        "VM VM Periodic Task Thread 6919 -1 waiting on condition 17"),
                threads(reading.document()));
        assertEquals(List.of(), reading.gaps());
        assertEquals(List.of(), reading.left());
    }

    @Test
    void jdk7HasNoJavaIdsAndTheStateTellsWhichAreJava() {
        assertEquals(
                List.of("JAVA main 6904 -1 RUNNABLE 3", "VM VM Thread 6910 -1 runnable 7"),
                threads(read(JDK_7).document()));
    }

    @Test
    void jdk21HasCarriersAndDecimalTids() {
        Reading reading = read(JDK_21);
        assertEquals(
                List.of(
                        "JAVA main 4242 1 TIMED_WAITING (sleeping) 8",
                        "JAVA ForkJoinPool-1-worker-1 4260 22 null 12",
                        "VIRTUAL null -1 21 null 13",
                        "VM VM Thread 4250 -1 runnable 16"),
                threads(reading.document()));
        assertEquals(
                List.of("Only virtual threads that are mounted on a carrier are listed;"
                        + " jcmd PID Thread.dump_to_file lists all."),
                reading.gaps());
    }

    @Test
    void jcmdPrintsThePidFirst() {
        assertEquals(
                "4242",
                read("4242:\n" + JDK_8)
                        .document()
                        .fact(Fact.Name.PID)
                        .orElseThrow()
                        .value());
    }

    @Test
    void twoDumpsInOneFileWithOtherTextBetween() {
        Reading reading = read("before\n" + JDK_8 + "java.lang.OutOfMemoryError: x\n\tat a.B.c(D.java:1)\n" + JDK_21);
        assertEquals(
                List.of("2026-11-29", "no time"),
                reading.documents().stream()
                        .map(dump -> dump.fact(Fact.Name.TIME)
                                .map(fact -> fact.value().substring(0, 10))
                                .orElse("no time"))
                        .toList());
        assertEquals(
                List.of("3-20", "23-40"),
                reading.documents().stream().map(dump -> dump.place().lines()).toList());
        assertEquals(List.of("before", "java.lang.OutOfMemoryError: x", "\tat a.B.c(D.java:1)"), reading.left());
    }

    @Test
    void aDumpThatIsCutOffSaysSo() {
        String cut = JDK_21.substring(0, JDK_21.indexOf("\"ForkJoin"));
        assertEquals(
                List.of("The dump is cut off: it lists 1 of 2 Java threads."),
                read(cut).gaps());
        assertEquals(List.of("JAVA 2 -1 -1 4"), read(cut).totals());
        assertEquals(
                List.of("The dump is cut off: it has no line \"JNI global references\", with which HotSpot ends it."),
                read(JDK_8.substring(0, JDK_8.indexOf("\"VM Thread"))).gaps());
        assertEquals(
                List.of("The dump has no line \"Full thread dump\", with which HotSpot begins it:"
                        + " its first threads may be missing."),
                read(JDK_8.substring(JDK_8.indexOf("\"main\""))).gaps());
        Reading again = read(JDK_21.substring(0, JDK_21.indexOf("\"ForkJoin")) + JDK_21);
        assertEquals(
                List.of(1L, 2L),
                again.documents().stream()
                        .map(dump -> dump.listed(ThreadKind.JAVA))
                        .toList());
    }

    @Test
    void withoutHeadersTheFirstThreadAgainBeginsTheNextDump() {
        String list = JDK_8.substring(JDK_8.indexOf("\"pool"), JDK_8.indexOf("JNI"));
        assertEquals(2, read(list + list).documents().size());
    }

    @Test
    void threadInfoAsJavaLangManagementPrintsIt() {
        Reading reading = read("""
                "main" prio=5 Id=1 RUNNABLE
                \tat java.management@17/sun.management.ThreadImpl.dumpThreads0(Native Method)

                "worker" daemon prio=5 Id=21 TIMED_WAITING on java.lang.Object@1b2c3d
                """);
        assertEquals(
                List.of("JAVA main -1 1 RUNNABLE 1", "JAVA worker -1 21 TIMED_WAITING 4"), threads(reading.document()));
    }

    @Test
    void jstackDashFOfJdk8HasNoNames() {
        Reading reading = read("""
                Attaching to process ID 4242, please wait...
                Debugger attached successfully.
                Deadlock Detection:

                Thread 4250: (state = BLOCKED)
                 - java.lang.Object.wait(long) @bci=0 (Compiled frame)
                """);
        assertEquals(List.of("JAVA null 4250 -1 BLOCKED 5"), threads(reading.document()));
        assertEquals(List.of(), reading.left());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "> \"main\" #1 prio=5 os_prio=0 tid=0x1 nid=0x2 runnable [0x3]",
                "app | \"main\" #1 daemon prio=5 os_prio=31 cpu=1.00ms elapsed=2.0s allocated=3K defined_classes=4"
                        + " tid=0x0000024d222ae4f0 nid=0x2 runnable  [0x3]",
                "\"main\" #1 [2] prio=5 os_prio=0 cpu=1.00ms elapsed=2.0s tid=0x1 nid=2 runnable  [0x3]"
            })
    void oneThread(String line) {
        assertEquals(Map.of("main", 1L), read(line).names(ThreadKind.JAVA));
        assertEquals(2, read(line).document().threads().get(0).tid());
    }

    /** A name with a line feed leaves its beginning in the line before, and the thread is still counted. */
    @Test
    void aNameOverTwoLines() {
        Reading reading = read("\"evil\nname\" #5 prio=5 os_prio=0 tid=0x1 nid=0x2 runnable [0x3]\n");
        assertEquals(Map.of("name", 1L), reading.names(ThreadKind.JAVA));
        assertEquals(List.of("\"evil"), reading.left());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\"",
                "\"main\"",
                "he said \"id=5\" #1",
                "  0x00007f0000000010 JavaThread \"main\" [_thread_in_vm, id=101, stack(0x1,0x2) (1024K)]",
                "Full thread dump ",
                "JNI global refs: 4, weak refs: 0",
                "\tat a.B.c(D.java:1)"
            })
    void otherLinesAreLeft(String line) {
        assertEquals(List.of(), read(line).documents());
    }
}
