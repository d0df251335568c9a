package io.clonetrace.linux;

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
class LeftOversTest {
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
        Path attach = Files.createDirectory(of("clonetrace-attach-%d-1", dead));
        Files.createFile(attach.resolve("answer"));
        old(attach);
        Path library = Files.createDirectory(of("clonetrace-jna-%d-1", dead));
        Files.createFile(library.resolve("libjnidispatch.so"));
        old(library);
        Path run = Files.createDirectory(of("clonetrace-run-%d-1", dead));
        Files.createFile(run.resolve("1234"));
        LeftOvers.sweep(folder);
        assertTrue(Files.exists(run), "only the next run sweeps what a run left");
        LeftOvers.sweepRuns(folder);
        for (Path gone : new Path[] {messages, trace, attach, library, run}) {
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
        LeftOvers.sweep(folder);
        assertTrue(Files.notExists(messages));
    }

    @Test
    void whatIsInUseOrAnothers() throws IOException {
        Path[] stay = {
            old(Files.createFile(of("clonetrace-%d-1.messages", living))),
            Files.createFile(of("clonetrace-%d-2.messages", dead)),
            Files.createDirectory(of("clonetrace-attach-%d-3", dead)),
            Files.createDirectory(of("clonetrace-run-%d-4", living)),
            old(Files.createFile(of("clonetrace-%d-5.jfr", dead))),
            old(Files.createFile(of("clonetrace-notes-%d.messages", dead))),
        };
        LeftOvers.sweepRuns(folder);
        for (Path one : stay) {
            assertTrue(Files.exists(one), one::toString);
        }
    }

    @Test
    void links() throws IOException {
        Path victim = Files.createDirectory(folder.resolve("victim"));
        Path precious = Files.createFile(victim.resolve("precious"));
        Path toFolder = Files.createSymbolicLink(of("clonetrace-run-%d-1", dead), victim);
        Path toFile = Files.createSymbolicLink(of("clonetrace-%d-1.messages", dead), precious);
        old(precious);
        Path run = Files.createDirectory(of("clonetrace-run-%d-2", dead));
        Files.createSymbolicLink(run.resolve("pipe"), precious);
        LeftOvers.sweepRuns(folder);
        assertTrue(Files.exists(precious));
        assertTrue(Files.exists(toFolder, LinkOption.NOFOLLOW_LINKS));
        assertTrue(Files.exists(toFile, LinkOption.NOFOLLOW_LINKS));
        assertTrue(Files.notExists(run));
    }

    @Test
    void aFolderThatIsNotThere() {
        LeftOvers.sweep(folder.resolve("none"));
    }

    private Path of(String name, long pid) {
        return folder.resolve(String.format(name, pid));
    }

    private static Path old(Path file) throws IOException {
        return Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(Duration.ofHours(1))));
    }
}
