package io.clonetrace.agent.recording;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Disks that are full, which need root: FullDiskIT. */
class DiskSpaceGuardTest {
    private static final String REPOSITORY = "jdk.jfr.repository";

    @TempDir
    private Path folder;

    private final String before = System.getProperty(REPOSITORY);

    @AfterEach
    void restore() {
        if (before == null) {
            System.clearProperty(REPOSITORY);
        } else {
            System.setProperty(REPOSITORY, before);
        }
    }

    @Test
    void missingFolderIsNotReportedAsFull() {
        System.setProperty(REPOSITORY, folder.resolve("gone").toString());
        assertNull(DiskSpaceGuard.shortage(folder.resolve("app.jfr")));
        System.setProperty(REPOSITORY, folder.toString());
        assertNull(DiskSpaceGuard.shortage(folder.resolve("gone").resolve("app.jfr")));
    }

    @Test
    void roomyDiskIsCheckedOnceASecondAndAnAlmostFullOneFourTimes() {
        long margin = 16L << 20;
        assertEquals(250, millis(-margin));
        assertEquals(250, millis(0));
        assertEquals(250, millis(margin - 1));
        assertEquals(500, millis(margin));
        assertEquals(1000, millis(3 * margin));
        assertEquals(1000, millis(Long.MAX_VALUE));
    }

    private static long millis(long spare) {
        return TimeUnit.NANOSECONDS.toMillis(DiskSpaceGuard.checkNanos(spare));
    }
}
