package io.clonetrace.linux.jna;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.linux.Processor;
import io.clonetrace.linux.file.StaleFileSweeper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JnaLibraryTest {
    private static final Processor PROCESSOR = Processor.current().orElseThrow();

    @TempDir
    private Path parent;

    @Test
    void liesInAFolderOfItsOwnUntilItIsClosed() throws IOException {
        JnaLibrary library = JnaLibrary.in(parent, PROCESSOR);
        Path folder = Path.of(library.path());
        assertEquals(List.of(folder), inside());
        assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)));
        byte[] elf = Files.readAllBytes(folder.resolve("libjnidispatch.so"));
        assertEquals("\177ELF", new String(elf, 0, 4, StandardCharsets.ISO_8859_1));
        library.close();
        assertEquals(List.of(), inside());
    }

    /** What can't be loaded from there, JNA loads from a file of its own, which it removes when the JVM ends. */
    @Test
    void whatJnaLeavesThereGoesWithIt() throws IOException {
        JnaLibrary library = JnaLibrary.in(parent, PROCESSOR);
        Files.createFile(Path.of(library.path()).resolve("jna1.tmp"));
        library.close();
        assertEquals(List.of(), inside());
    }

    @Test
    void whatKilledJvmsLeaveIsFound() throws IOException, InterruptedException {
        Path folder = Path.of(JnaLibrary.in(parent, PROCESSOR).path());
        Process process = new ProcessBuilder("true").start();
        process.waitFor();
        String name = folder.getFileName()
                .toString()
                .replace("-" + ProcessHandle.current().pid() + "-", "-" + process.pid() + "-");
        Path left = Files.move(folder, parent.resolve(name));
        Files.setLastModifiedTime(left, FileTime.fromMillis(0));
        StaleFileSweeper.sweep(parent);
        assertEquals(List.of(), inside());
    }

    @Test
    void noFolder() {
        assertThrows(IOException.class, () -> JnaLibrary.in(parent.resolve("gone"), PROCESSOR));
    }

    @Test
    void aListOfFolders() {
        assertTrue(JnaLibrary.canBeIn(parent));
        assertFalse(JnaLibrary.canBeIn(Path.of("/tmp/a:b")));
    }

    private List<Path> inside() throws IOException {
        try (Stream<Path> all = Files.list(parent)) {
            return all.toList();
        }
    }
}
