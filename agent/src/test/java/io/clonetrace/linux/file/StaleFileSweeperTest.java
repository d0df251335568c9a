package io.clonetrace.linux.file;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nothing goes but what is ours, old, and of a process that is gone; no link is followed. */
class StaleFileSweeperTest {
    @TempDir
    private Path folder;

    private long dead;
    private long living;

    @BeforeEach
    void processes() throws IOException, InterruptedException {
        Process process = new ProcessBuilder("true").start();
        process.waitFor();
        dead = process.pid();
        living = ProcessHandle.current().pid();
    }

    @Test
    void whatADeadProcessLeft() throws IOException {
        Path messages = old(Files.createFile(of("clonetrace-%d-1.messages", dead)));
        Path trace = old(Files.createFile(of("clonetrace-%d-18446744073709551615.strace", dead)));
        Path library = Files.createDirectory(of("clonetrace-jna-%d-1", dead));
        Files.createFile(library.resolve("libjnidispatch.so"));
        old(library);
        Path empty = old(Files.createDirectory(of("clonetrace-jna-%d-2", dead)));
        StaleFileSweeper.sweep(folder);
        for (Path gone : new Path[] {messages, trace, library, empty}) {
            assertTrue(Files.notExists(gone), gone::toString);
        }
    }

    /** Each tid has its folder in /proc, as a pid has. */
    @Test
    void whatADeadProcessLeftWhosePidIsATidNow() throws IOException {
        long tid;
        try (Stream<Path> tasks = Files.list(Path.of("/proc/self/task"))) {
            tid = tasks.mapToLong(task -> Long.parseLong(task.getFileName().toString()))
                    .filter(other -> other != living)
                    .min()
                    .orElseThrow();
        }
        assertTrue(Files.exists(Path.of("/proc/" + tid)));
        Path messages = old(Files.createFile(of("clonetrace-%d-1.messages", tid)));
        StaleFileSweeper.sweep(folder);
        assertTrue(Files.notExists(messages));
    }

    @Test
    void whatIsInUseOrAnothers() throws IOException {
        Path[] stay = {
            old(Files.createFile(of("clonetrace-%d-1.messages", living))),
            Files.createFile(of("clonetrace-%d-2.messages", dead)),
            old(Files.createDirectory(of("clonetrace-attach-%d-3", dead))),
            old(Files.createDirectory(of("clonetrace-run-%d-4", dead))),
            old(Files.createFile(of("clonetrace-%d-5.jfr", dead))),
            old(Files.createFile(of("clonetrace-notes-%d.messages", dead))),
        };
        StaleFileSweeper.sweep(folder);
        for (Path one : stay) {
            assertTrue(Files.exists(one), one::toString);
        }
    }

    @Test
    void links() throws IOException {
        Path victim = Files.createDirectory(folder.resolve("victim"));
        Path precious = Files.createFile(victim.resolve("precious"));
        Path toFolder = Files.createSymbolicLink(of("clonetrace-jna-%d-1", dead), victim);
        Path toFile = Files.createSymbolicLink(of("clonetrace-%d-1.messages", dead), precious);
        old(precious);
        Path library = Files.createDirectory(of("clonetrace-jna-%d-2", dead));
        Files.createSymbolicLink(library.resolve("libjnidispatch.so"), precious);
        old(library);
        StaleFileSweeper.sweep(folder);
        assertTrue(Files.exists(precious));
        assertTrue(Files.exists(toFolder, LinkOption.NOFOLLOW_LINKS));
        assertTrue(Files.exists(toFile, LinkOption.NOFOLLOW_LINKS));
        assertTrue(Files.notExists(library));
    }

    /** As a user can who may rename what is root's, in a folder of his own. */
    @Test
    void aFolderThatWasGivenTheNameOfOurs() throws IOException {
        Path renamed = Files.createDirectory(of("clonetrace-jna-%d-1", dead));
        Path precious = Files.createFile(renamed.resolve("precious"));
        old(renamed);
        StaleFileSweeper.sweep(folder);
        assertTrue(Files.exists(precious));
    }

    @Test
    void aFolderThatIsNotThere() {
        StaleFileSweeper.sweep(folder.resolve("none"));
    }

    private Path of(String name, long pid) {
        return folder.resolve(String.format(name, pid));
    }

    private static Path old(Path file) throws IOException {
        return Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(Duration.ofHours(1))));
    }
}
