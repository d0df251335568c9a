package io.clonetrace.unwind;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.unwind.Libraries.UnreadableException;
import io.clonetrace.unwind.elf.ElfFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LibrariesTest {
    private static final int PID = (int) ProcessHandle.current().pid();

    @TempDir
    private Path folder;

    private final Libraries libraries = new Unmapped();

    /** For mappings that no process has. */
    private static final class Unmapped extends Libraries {
        @Override
        boolean isStillMapped(int pid, Mapping mapping) {
            return true;
        }
    }

    @AfterEach
    void close() {
        libraries.close();
    }

    private static Mapping mapping(String name) throws IOException {
        return Mappings.of(PID).all().stream()
                .filter(mapping -> mapping.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    /** One that /proc/PID/map_files has no entry for. */
    private static Mapping changed(Mapping mapping, String path, long inode) {
        return new Mapping(
                mapping.start(), mapping.end() + 4096, mapping.offset(), mapping.device(), inode, path, mapping.base());
    }

    @Test
    void aFileIsOpenedOnce() throws IOException {
        Library library = libraries.of(PID, mapping("libjvm.so"));
        assertSame(library, libraries.of(PID, mapping("libjvm.so")));
        assertNotNull(library.file().buildId());
    }

    @Test
    void theVdsoIsReadFromMemory() throws IOException {
        ElfFile vdso = libraries.of(PID, mapping("[vdso]")).file();
        assertNotNull(vdso.buildId());
        assertTrue(vdso.symbol("__vdso_gettimeofday").isPresent()
                || vdso.symbol("__kernel_gettimeofday").isPresent());
    }

    @Test
    void aDeletedFileIsReadFromMemory() throws IOException {
        Mapping mapping = mapping("libc.so.6");
        ElfFile there = libraries.of(PID, mapping).file();
        Mapping deleted = changed(mapping, "/nowhere/libc.so.6 (deleted)", 1);
        try (Libraries others = new Unmapped()) {
            ElfFile memory = others.of(PID, deleted).file();
            assertEquals(there.buildId(), memory.buildId());
            assertEquals(there.symbol("pthread_create"), memory.symbol("pthread_create"));
            long function = there.symbol("qsort_r").orElseThrow();
            assertEquals(there.function(function + 3), memory.function(function + 3));
            assertEquals(
                    there.callFrames().row(function + 3).frameOffset(),
                    memory.callFrames().row(function + 3).frameOffset());
        }
    }

    /** overlayfs: maps has another device and inode than stat(2). */
    @Test
    void aFileWithAnotherInodeIsKnownByItsBuildId() throws IOException {
        Mapping mapping = mapping("libc.so.6");
        ElfFile file = libraries.of(PID, changed(mapping, mapping.path(), 1)).file();
        assertNotNull(file.callFrames());
        assertTrue(file.symbol("pthread_create").isPresent());
    }

    @Test
    void aReplacedFileOfAProcessThatIsGoneIsNotUsed() throws Exception {
        Path file = folder.resolve("libreplaced.so");
        Files.copy(Path.of(mapping("libc.so.6").path()), file);
        Process gone = new ProcessBuilder("true").start();
        gone.waitFor();
        Mapping mapping = changed(mapping("libc.so.6"), file.toString(), 1);
        UnreadableException replaced =
                assertThrows(UnreadableException.class, () -> libraries.of((int) gone.pid(), mapping));
        assertTrue(replaced.getMessage().startsWith("libreplaced.so was replaced, and "), replaced::getMessage);
        Files.delete(file);
        UnreadableException deleted =
                assertThrows(UnreadableException.class, () -> libraries.of((int) gone.pid(), mapping));
        assertTrue(
                deleted.getMessage().startsWith("libreplaced.so can't be read: there is no such file, and "),
                deleted::getMessage);
    }

    @Test
    void aFifoInPlaceOfALibraryDoesNotBlock() throws Exception {
        Path fifo = folder.resolve("libfifo.so");
        assertEquals(0, new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor());
        Mapping mapping = changed(mapping("libc.so.6"), fifo.toString(), 1);
        assertNotNull(libraries.of(PID, mapping).file().buildId());
    }

    /** A file that is cut off while it is open is an exception, not a SIGBUS. */
    @Test
    void aTruncatedFileIsAnException() throws Exception {
        Path file = folder.resolve("libshort.so");
        Files.copy(Path.of(mapping("libc.so.6").path()), file, StandardCopyOption.REPLACE_EXISTING);
        try (ElfFile open = ElfFile.open(file)) {
            Files.write(file, new byte[100]);
            assertThrows(IOException.class, () -> open.symbol("pthread_create"));
            assertThrows(IOException.class, () -> open.callFrames().row(0x27000));
        }
    }

    @Test
    void whatIsNotMappedAnyMoreIsNotReadInItsPlace() throws Exception {
        Mapping mapping = mapping("libc.so.6");
        try (Libraries strict = new Libraries()) {
            UnreadableException unmapped = assertThrows(
                    UnreadableException.class, () -> strict.of(PID, changed(mapping, "/nowhere/other.so", 1)));
            assertEquals("other.so was unmapped before it was read", unmapped.getMessage());
        }
    }

    @ParameterizedTest
    @CsvSource({"128, 4", "0, 4", "160, 5", "1024, 32", "2048, 64", "1048576, 64", "unlimited, 64", "?, 4"})
    void atMostAThirtySecondOfTheSoftLimitIsOpen(String soft, int most) {
        String limits = "Limit                     Soft Limit           Hard Limit           Units\n"
                + "Max processes             30                   30                   processes\n"
                + "Max open files            " + soft + "                 1048576              files\n";
        assertEquals(most, Libraries.mostOpen(limits));
    }

    @Test
    void filesBeyondTheMostAreClosed() throws IOException {
        try (Libraries two = new Libraries(2)) {
            Library jvm = two.of(PID, mapping("libjvm.so"));
            Library libc = two.of(PID, mapping("libc.so.6"));
            two.of(PID, mapping("libjvm.so"));
            Library java = two.of(PID, mapping("libjava.so"));
            assertTrue(libc.isClosed());
            assertTrue(!jvm.isClosed() && !java.isClosed());
        }
    }

    @Test
    void devicesAreWrittenAsInMaps() {
        assertEquals("fe:01", Libraries.device(0xfe01));
        assertEquals("08:100", Libraries.device(0x100800));
        assertEquals("1000:00", Libraries.device(0x1000L << 32));
    }
}
