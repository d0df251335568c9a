package io.clonetrace.trace.strace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StraceProgramTest {
    @TempDir
    private Path folder;

    private StraceProgram program(String says) throws IOException {
        Path file = Files.writeString(folder.resolve("strace"), "#!/bin/sh\necho '" + says + "'\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
        return StraceProgram.find("/nowhere:" + folder).orElseThrow();
    }

    @Test
    void programMissingFromThePathIsNotFound() throws IOException {
        assertEquals(Optional.empty(), StraceProgram.find("/nowhere:" + folder));
        Files.createDirectory(folder.resolve("strace"));
        assertEquals(Optional.empty(), StraceProgram.find(folder.toString()));
    }

    @Test
    void versionIsReadFromTheProgramsOutput() throws IOException {
        StraceProgram program = program("strace -- version 6.1");
        assertEquals(folder.resolve("strace"), program.file());
        assertEquals("6.1", program.version());
    }

    @Test
    void otherOutputIsRefusedAsVersion() throws IOException {
        StraceProgram program = program("busy");
        String why = assertThrows(IOException.class, program::version).getMessage();
        assertTrue(why.endsWith("strace -V says \"busy\""), why);
    }
}
