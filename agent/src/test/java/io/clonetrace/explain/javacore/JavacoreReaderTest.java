package io.clonetrace.explain.javacore;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.clonetrace.explain.Explained;
import io.clonetrace.explain.evidence.Document;
import io.clonetrace.explain.evidence.DocumentKind;
import io.clonetrace.explain.evidence.Fact;
import io.clonetrace.explain.evidence.Failure;
import io.clonetrace.explain.evidence.LimitName;
import io.clonetrace.explain.evidence.SeenLimit;
import io.clonetrace.explain.evidence.SeenThread;
import io.clonetrace.explain.evidence.ThreadKind;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The layout is that of OpenJ9's documentation, "Java dump". */
class JavacoreReaderTest {
    private static final String TEXT = """
            0SECTION       TITLE subcomponent dump routine
            NULL           ===============================
            1TISIGINFO     Dump Event "systhrow" (00040000) Detail "java/lang/OutOfMemoryError" "Failed to create a thread: retVal -1073741830, errno 11" received
            1TIDATETIME    Date: 2026/11/29 at 08:00:00:123
            NULL           ------------------------------------------------------------------------
            0SECTION       ENVINFO subcomponent dump routine
            1CIJAVAVERSION JRE 17 Linux amd64-64 (build 17.0.1+12)
            1CIPROCESSID   Process ID: 30276 (0x7644)
            1CIUSERLIMITS  User Limits (in bytes except for NOFILE and NPROC)
            NULL           type                            soft limit           hard limit
            2CIUSERLIMIT   RLIMIT_AS                        unlimited            unlimited
            2CIUSERLIMIT   RLIMIT_NPROC                          4096                30592
            2CIUSERLIMIT   RLIMIT_STACK                       8388608            unlimited
            0SECTION       THREADS subcomponent dump routine
            1XMPOOLINFO    JVM Thread pool info:
            2XMPOOLTOTAL       Current total number of pooled threads: 18
            2XMPOOLLIVE        Current total number of live threads: 3
            2XMPOOLDAEMON      Current total number of live daemon threads: 2
            1XMCURTHDINFO  Current thread
            3XMTHREADINFO      "main" J9VMThread:0x0000000000FD0100, omrthread_t:0x00007FF4F0, java/lang/Thread:0x00000000FF, state:R, prio=5
            1XMTHDINFO     Thread Details
            3XMTHREADINFO      "main" J9VMThread:0x0000000000FD0100, omrthread_t:0x00007FF4F0, java/lang/Thread:0x00000000FF, state:R, prio=5
            3XMJAVALTHREAD            (java/lang/Thread getId:0x1, isDaemon:false)
            3XMTHREADINFO1            (native thread ID:0x7646, native priority:0x5, native policy:UNKNOWN, vmstate:R, vm thread flags:0x00000020)
            3XMTHREADINFO2            (native stack address range from:0x00007FF4CCC36000, to:0x00007FF4CCD36000, size:0x100000)
            3XMTHREADINFO3           Java callstack:
            4XESTACKTRACE                at java/lang/Thread.startImpl(Native Method)
            3XMTHREADINFO      "pool-1-thread-1" J9VMThread:0x0000000000EFC500, omrthread_t:0x00007FF4F1, java/lang/Thread:0x00000000FE, state:P, prio=5
            3XMTHREADINFO1            (native thread ID:0x7657, native priority:0x5)
            3XMTHREADINFO      Anonymous native thread
            3XMTHREADINFO1            (native thread ID:0x7645, native priority: 0x0)
            NULL
            0SECTION       CLASSES subcomponent dump routine
            """;

    private static Document document() {
        List<Document> documents =
                new Explained().text("javacore", TEXT).incident().documents();
        assertEquals(1, documents.size());
        return documents.get(0);
    }

    @Test
    void limitsAndWhatFailed() {
        Document document = document();

        assertEquals(DocumentKind.JAVACORE, document.kind());
        Failure failure = document.failures().iterator().next();
        assertEquals("EAGAIN", failure.errno());
        assertEquals(3, failure.place().first());
        assertEquals("30276", document.fact(Fact.Name.PID).orElseThrow().value());
        SeenLimit nproc = document.limits().get(1);
        assertEquals(LimitName.RLIMIT_NPROC, nproc.name());
        assertEquals(4_096, nproc.soft());
        assertEquals(30_592, nproc.hard());
        assertEquals(SeenLimit.UNLIMITED, document.limits().get(0).soft());
    }

    @Test
    void threadsAreListedOnce() {
        Document document = document();

        assertEquals(2, document.listed(ThreadKind.JAVA));
        assertEquals(1, document.listed(ThreadKind.NATIVE));
        SeenThread main = document.threads().get(0);
        assertEquals("main", main.name());
        assertEquals(0x7646, main.tid());
        assertEquals(1, main.javaId());
        assertEquals(1 << 20, main.stackSize());
        assertEquals("R", main.state());
        assertEquals(
                "The list of threads is shortened: 3 by its own count, 2 listed.",
                document.gaps().get(0).sentence());
    }
}
