package io.clonetrace.agent.attach;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whose file ends the agent. */
class DetachFileTest {
    private static final int OTHERS = 47_113;

    @TempDir
    private Path folder;

    private Path file;
    private Object user;

    @BeforeEach
    void make() throws IOException {
        file = folder.resolve(DetachFile.name("7"));
        user = Files.getAttribute(folder, "unix:uid");
    }

    private boolean isThere(Object whose) {
        return new DetachFile(file, whose).isThere();
    }

    private void write(long from) throws IOException {
        Files.writeString(file, "");
        Files.setLastModifiedTime(file, FileTime.fromMillis(System.currentTimeMillis() + from));
    }

    @Test
    void fileOfTheUserDetaches() throws IOException {
        assertFalse(isThere(user));
        write(10_000);
        assertTrue(isThere(user));
    }

    @Test
    void fileOlderThanTheAgentIsIgnored() throws IOException {
        write(-10_000);
        assertFalse(isThere(user));
    }

    @Test
    void fileOfAnotherUserIsIgnored() throws IOException {
        write(10_000);
        assumeTrue(user.equals(0), "only root can give a file away");
        assertTrue(isThere(OTHERS), "root's is listened to by any JVM");
        Files.setAttribute(file, "unix:uid", OTHERS);
        assertFalse(isThere(user));
        assertTrue(isThere(OTHERS));
    }
}
