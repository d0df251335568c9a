package io.clonetrace.cli.target;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.clonetrace.linux.file.ForeignFile.Limit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** This JVM, as its process's mappings tell it. */
class LoadedJvmTest {
    private static final Path SELF = Path.of("/proc/self");

    /** It is tried in two ways, and a file system that does not answer the first answers no other. */
    @Test
    void aLibraryThatDoesNotComeIsTriedOnce() throws Exception {
        LoadedJvm jvm = LoadedJvm.of(SELF).orElseThrow();
        assumeTrue(
                Files.isReadable(SELF.resolve("map_files").resolve(jvm.range())),
                "only who has CAP_SYS_ADMIN may follow the links of /proc/PID/map_files");
        AtomicInteger tries = new AtomicInteger();
        CountDownLatch never = new CountDownLatch(1);
        assertThrows(
                IOException.class,
                () -> jvm.readLibrary(Limit.of(Duration.ofSeconds(2)), content -> {
                    tries.incrementAndGet();
                    return await(never);
                }));
        // None where the machine was so busy that the time was over before.
        assertTrue(tries.get() <= 1, () -> tries + " tries");
        never.countDown();
    }

    private static boolean await(CountDownLatch latch) {
        try {
            latch.await();
            return true;
        } catch (InterruptedException stopped) {
            throw new AssertionError(stopped);
        }
    }
}
