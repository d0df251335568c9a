package io.clonetrace.agent.recording;

import static org.junit.jupiter.api.Assertions.assertNull;

import java.nio.file.Path;
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
}
