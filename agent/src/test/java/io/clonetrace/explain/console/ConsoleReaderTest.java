package io.clonetrace.explain.console;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.explain.evidence.Documents;
import io.clonetrace.explain.evidence.Failure;
import io.clonetrace.explain.evidence.LimitName;
import io.clonetrace.explain.evidence.Operation;
import io.clonetrace.explain.evidence.SeenLimit;
import io.clonetrace.explain.evidence.TextLine;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConsoleReaderTest {
    private final Documents documents = new Documents();
    private final ConsoleReader reader = new ConsoleReader(documents);

    private List<Failure> failures(String... lines) {
        for (int i = 0; i < lines.length; i++) {
            reader.read(new TextLine("log", i + 1, lines[i]));
        }
        reader.end();
        return List.copyOf(documents.all().get(0).failures());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[12.1s][warning][os,thread] Failed to start thread - pthread_create failed (EAGAIN) for attributes:"
                        + " stacksize: 1024k, guardsize: 0k, detached.",
                "[0.612s][warning][os,thread] Failed to start thread \"Unknown thread\" - pthread_create failed (EAGAIN)"
                        + " for attributes: stacksize: 1024k, guardsize: 0k, detached.",
                "OpenJDK 64-Bit Server VM warning: Failed to start thread \"GC Thread#1\" - pthread_create failed"
                        + " (EAGAIN) for attributes: stacksize: 1024k, guardsize: 0k, detached."
            })
    void hotSpotsWarningHasErrnoAndSizes(String line) {
        Failure failure = failures(line).get(0);

        assertEquals(Operation.PTHREAD_CREATE, failure.operation());
        assertEquals("EAGAIN", failure.errno());
        assertEquals(1 << 20, failure.bytes());
        assertEquals(0, failure.guard());
        assertEquals("log:1", failure.place().toString());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "OpenBLAS blas_thread_init: pthread_create failed for thread 13 of 64: Resource temporarily unavailable"
                        + "|PTHREAD_CREATE|EAGAIN|OpenBLAS",
                "OpenBLAS blas_thread_init: pthread_create: Resource temporarily unavailable|PTHREAD_CREATE|EAGAIN|OpenBLAS",
                "OpenBLAS blas_thread_init: pthread_create failed for thread 1 of 6: Operation not permitted"
                        + "|PTHREAD_CREATE|EPERM|OpenBLAS",
                "libgomp: Thread creation failed: Resource temporarily unavailable|PTHREAD_CREATE|EAGAIN|libgomp",
                "OMP: System error #11: Resource temporarily unavailable|PTHREAD_CREATE|EAGAIN|libomp",
                "runtime/cgo: pthread_create failed: Operation not permitted|PTHREAD_CREATE|EPERM|Go",
                "runtime/cgo: pthread_create failed: Resource temporarily unavailable|PTHREAD_CREATE|EAGAIN|Go",
                "runtime: failed to create new OS thread (have 5 already; errno=11)|CLONE|EAGAIN|Go",
                "java.io.IOException: Cannot run program \"ls\": error=11, Resource temporarily unavailable|FORK|EAGAIN|-",
                "java.io.IOException: Cannot run program \"/bin/true\": posix_spawn failed, error: 11 (Resource temporarily"
                        + " unavailable) |FORK|EAGAIN|-",
                "bash: fork: retry: Resource temporarily unavailable|FORK|EAGAIN|-",
                "posix_spawn: Resource temporarily unavailable|FORK|EAGAIN|-",
                "make: vfork: Resource temporarily unavailable|FORK|EAGAIN|-",
                "RuntimeError: can't start new thread|THREAD_START|-|Python",
                "x.rb:3:in `new': can't create Thread: Resource temporarily unavailable (ThreadError)"
                        + "|PTHREAD_CREATE|EAGAIN|Ruby",
                "failed to spawn thread: Os { code: 11, kind: WouldBlock, message: \"Resource temporarily unavailable\" }"
                        + "|PTHREAD_CREATE|EAGAIN|Rust",
                "-bash: fork: Cannot allocate memory|FORK|ENOMEM|-",
                "worker: pthread_create: Cannot allocate memory|PTHREAD_CREATE|ENOMEM|-",
                "[1s][warning][os,thread] Failed to start the native thread for java.lang.Thread \"a \"b\"\""
                        + "|THREAD_START|-|a \"b\"",
                "java.lang.OutOfMemoryError: unable to create new native thread|OUT_OF_MEMORY_ERROR|-|-",
                "2026-11-29 ERROR [main] Caused by: java.lang.OutOfMemoryError: unable to create native thread: possibly out"
                        + " of memory or process/resource limits reached|OUT_OF_MEMORY_ERROR|-|-",
                "java.lang.OutOfMemoryError: Failed to create a thread: retVal -1073741830, errno 11"
                        + "|OUT_OF_MEMORY_ERROR|EAGAIN|-",
                "[1s][warning][os,thread] Attempt to protect stack guard pages failed (0x00007fe9227ca000-0x00007fe9227ce000)."
                        + "|GUARD_ZONE|-|-",
                "OpenJDK 64-Bit Server VM warning: INFO: os::commit_memory(0x00007f, 12288, 0) failed; error='Cannot"
                        + " allocate memory' (errno=12)|MMAP|ENOMEM|-",
            })
    void messages(String line, Operation operation, String errno, String subject) {
        Failure failure = failures(line).get(0);

        assertEquals(operation, failure.operation());
        assertEquals(errno, failure.errno());
        assertEquals(subject, failure.subject());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "java.lang.OutOfMemoryError: Java heap space",
                "java.io.IOException: Cannot run program \"nosuch\": error=2, No such file or directory",
                "java.io.IOException: Cannot run program \"nosuch\": Exec failed, error: 2 (No such file or directory) ",
                "I will use pthread_create here",
                "fork: Me On GitHub",
                "Failed to start thread pool",
                ""
            })
    void otherLinesAreNotTaken(String line) {
        assertFalse(reader.read(new TextLine("log", 1, line)));
        assertEquals(List.of(), documents.all());
    }

    @Test
    void theFirstFrameOutsideOfTheJdkWantedTheThread() {
        List<Failure> failures = failures(
                "Exception in thread \"main\" java.lang.OutOfMemoryError: unable to create native thread: possibly out of"
                        + " memory or process/resource limits reached",
                "\tat java.base/java.lang.Thread.start0(Native Method)",
                "\tat java.base/java.lang.Thread.start(Thread.java:809)",
                "\tat java.base/java.util.concurrent.ThreadPoolExecutor.addWorker(ThreadPoolExecutor.java:945)",
                "\tat com.example.Pool.grow(Pool.java:71)",
                "\tat com.example.Main.main(Main.java:7)",
                "and more");

        assertEquals(1, failures.size());
        assertEquals("at com.example.Pool.grow(Pool.java:71)", failures.get(0).detail());
        assertEquals("log:1-6", documents.all().get(0).place().toString());
    }

    @Test
    void openBlasPrintsTheLimit() {
        assertTrue(reader.read(new TextLine("log", 7, "OpenBLAS blas_thread_init: RLIMIT_NPROC 4096 current, -1 max")));

        SeenLimit limit = documents.all().get(0).limits().get(0);
        assertEquals(LimitName.RLIMIT_NPROC, limit.name());
        assertEquals(4_096, limit.soft());
        assertEquals(SeenLimit.UNLIMITED, limit.hard());
    }

    @Test
    void theSameFailureOfThreadsOfOnePatternIsCounted() {
        List<Failure> failures = failures(
                "Failed to start the native thread for java.lang.Thread \"pool-1-thread-1\"",
                "Failed to start the native thread for java.lang.Thread \"pool-1-thread-2\"",
                "Failed to start the native thread for java.lang.Thread \"pool-3-thread-1\"");

        assertEquals(1, failures.size());
        assertEquals(3, failures.get(0).count());
    }
}
