package io.clonetrace.cli.output;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutputFileTest {
    @TempDir
    private Path folder;

    @Test
    void anOpenedFileIsItsUsersAlone() throws IOException {
        Path file = folder.resolve("trace");
        try (OutputStream out = OutputFile.open(file)) {
            out.write('x');
        }
        assertEquals("x", Files.readString(file));
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    }

    @Test
    void whyItCannotBeWritten() {
        Path file = folder.resolve("none/trace");
        IOException refused = assertThrows(IOException.class, () -> OutputFile.open(file));
        assertEquals(file + " can't be written: its folder does not exist", refused.getMessage());
    }
}
