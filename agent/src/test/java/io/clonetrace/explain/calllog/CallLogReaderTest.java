package io.clonetrace.explain.calllog;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.explain.Explained;
import io.clonetrace.explain.evidence.Document;
import io.clonetrace.explain.evidence.DocumentKind;
import io.clonetrace.explain.evidence.Failure;
import io.clonetrace.explain.evidence.Operation;
import io.clonetrace.explain.evidence.SeenCalls;
import java.util.List;
import org.junit.jupiter.api.Test;

class CallLogReaderTest {
    private static final String THREAD = "clone3({flags=CLONE_VM|CLONE_FS|CLONE_FILES|CLONE_SIGHAND|CLONE_THREAD"
            + "|CLONE_SYSVSEM|CLONE_SETTLS|CLONE_PARENT_SETTID|CLONE_CHILD_CLEARTID, child_tid=0x7f0000202910,"
            + " parent_tid=0x7f0000202910, exit_signal=0, stack=0x7f0000101000, stack_size=0xfff00, tls=0x7f0000202640}";

    private static Explained explained(String... lines) {
        return new Explained().text("log", String.join("\n", lines) + "\n");
    }

    private static Document only(Explained explained) {
        List<Document> documents = explained.incident().documents();
        assertEquals(1, documents.size());
        assertEquals(DocumentKind.CALL_LOG, documents.get(0).kind());
        return documents.get(0);
    }

    @Test
    void callsAreCountedByFormWithTheirLines() {
        Explained explained = explained(
                "7 mmap(NULL, 8192, PROT_READ, MAP_PRIVATE, 3, 0) = 0x7f00",
                "7 " + THREAD + ", 88) = 8",
                "7 " + THREAD + ", 88) = 9",
                "7 clone(child_stack=NULL, flags=CLONE_CHILD_CLEARTID|CLONE_CHILD_SETTID|SIGCHLD,"
                        + " child_tidptr=0x7f0000000001) = 10",
                "7 " + THREAD + ", 88) = -1 EAGAIN (Resource temporarily unavailable)");

        Document log = only(explained);
        List<SeenCalls> calls = List.copyOf(log.calls());
        assertEquals(
                List.of(
                        "2 clone3 pthread_create of glibc 2",
                        "1 clone fork of glibc 4",
                        "1 clone3 pthread_create of glibc 5"),
                calls.stream()
                        .map(one -> one.count() + " " + one.syscall() + " " + one.profile() + " "
                                + one.place().first())
                        .toList());
        assertEquals("EAGAIN", calls.get(2).errno());
        assertTrue(
                explained
                        .sentences()
                        .contains("problem: Threads could not be started: EAGAIN, a limit; which one is not"
                                + " stated. clone failed with EAGAIN, pthread_create of glibc (log:5). EAGAIN of the call itself is a"
                                + " limit on threads: pids.max, RLIMIT_NPROC, kernel.threads-max or kernel.pid_max."),
                explained::printed);
    }

    @Test
    void epermIsSeccomp() {
        Explained explained = explained("7 " + THREAD + ", 88) = -1 EPERM (Operation not permitted)");

        assertTrue(
                explained.sentences().contains("A filter of system calls (seccomp) forbids threads"),
                explained::printed);
    }

    @Test
    void clone3ThatTheKernelLacksIsNoFailure() {
        Document log = only(explained("7 " + THREAD + ", 88) = -1 ENOSYS (Function not implemented)"));

        assertEquals(List.of(), List.copyOf(log.failures()));
    }

    @Test
    void invalidFlagsAreNoLack() {
        Explained explained =
                explained("7 clone(child_stack=NULL, flags=CLONE_THREAD|SIGCHLD) = -1 EINVAL (Invalid argument)");

        assertTrue(explained.sentences().contains("were rejected, not for a lack of anything."), explained::printed);
    }

    @Test
    void aStackThatCantBeMappedPointsToMemory() {
        Explained explained = explained(
                "7 " + THREAD + ", 88) = 8",
                "7 mmap(NULL, 1052672, PROT_NONE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_NORESERVE|MAP_STACK, -1, 0) = -1 ENOMEM"
                        + " (Cannot allocate memory)");

        Failure failure = only(explained).failures().iterator().next();
        assertEquals(Operation.MMAP, failure.operation());
        assertEquals(1_052_672, failure.bytes());
        assertTrue(
                explained
                        .sentences()
                        .contains("mmap failed with ENOMEM, 1 MiB, for a thread's stack (MAP_STACK) (log:2)."
                                + " ENOMEM is a lack of memory or address space"),
                explained::printed);
    }
}
