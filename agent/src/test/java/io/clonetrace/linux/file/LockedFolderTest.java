package io.clonetrace.linux.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.linux.Errno;
import io.clonetrace.linux.LinuxException;
import io.clonetrace.linux.OtherUser;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Removed is what is ours and what no process holds, whatever its pid. */
class LockedFolderTest {
    private static final int MADE = 307;

    @TempDir
    private Path path;

    private long dead;

    @BeforeEach
    void process() throws Exception {
        Process process = new ProcessBuilder("true").start();
        process.waitFor();
        dead = process.pid();
    }

    private Folder parent() throws LinuxException {
        return Folder.open(path);
    }

    /** What a process leaves that is killed: the kernel gives its locks back. */
    private Path left(String purpose, long pid, String... files) throws Exception {
        Path left = Files.createDirectory(path.resolve("clonetrace-" + purpose + "-" + pid + "-0123abcd"));
        for (String file : files) {
            Files.createFile(left.resolve(file));
        }
        return left;
    }

    private void sweep() throws LinuxException {
        try (Folder parent = parent()) {
            LockedFolder.sweep(parent);
        }
    }

    @Test
    void isThisUsersAloneAndGoesWithWhatIsInIt() throws Exception {
        LockedFolder folder = LockedFolder.make(parent(), "attach", false);
        assertTrue(folder.name()
                .startsWith("clonetrace-attach-" + ProcessHandle.current().pid() + "-"));
        assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.path())));
        folder.folder().makeFile("answer", 0600).close();
        folder.close();
        assertFalse(Files.exists(folder.path()));
    }

    @Test
    void othersMayEnterIt() throws Exception {
        try (LockedFolder folder = LockedFolder.make(parent(), "run", true)) {
            assertEquals("rwx--x--x", PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.path())));
        }
    }

    /** No process here has its pid, as if a process in a container, which shares the folder with the host, held it. */
    @Test
    void oneThatIsHeldStaysWhateverItsPid() throws Exception {
        Path held = left("run", dead, "1234");
        try (Folder parent = parent();
                Folder other = parent.folder(held.getFileName().toString())) {
            assertTrue(other.lock());
            sweep();
            assertTrue(Files.exists(held.resolve("1234")));
        }
        sweep();
        assertFalse(Files.exists(held));
    }

    @Test
    void oneThatIsNotHeldGoesWhateverItsPidAndAge() throws Exception {
        Path run = left("run", 1, "1234", ".1235");
        Path attach = left("attach", dead, "answer", "clonetrace.jar");
        LockedFolder.make(parent(), "attach", false).close();
        assertFalse(Files.exists(run));
        assertFalse(Files.exists(attach));
    }

    @Test
    void whatIsNotOurs() throws Exception {
        Path precious = left("run", dead, "precious").resolve("precious");
        Path victim = Files.createDirectory(path.resolve("victim"));
        Files.createFile(victim.resolve("1234"));
        Path link = Files.createSymbolicLink(path.resolve("clonetrace-run-1-0123abcd"), victim);
        Path file = Files.createFile(path.resolve("clonetrace-attach-1-0123abcd"));
        // Of version 0.1, without a lock.
        Path older = Files.createDirectory(path.resolve("clonetrace-run-" + dead + "-6376372005057768861"));
        Files.setLastModifiedTime(older, FileTime.fromMillis(0));
        sweep();
        for (Path stays : new Path[] {precious, link, file, older, victim.resolve("1234")}) {
            assertTrue(Files.exists(stays, LinkOption.NOFOLLOW_LINKS), stays::toString);
        }
    }

    @Test
    void anotherUsers() throws Exception {
        OtherUser.assumeRoot();
        Path others = left("run", dead, "1234");
        OtherUser.give(others, OtherUser.NOBODY);
        sweep();
        assertTrue(Files.exists(others.resolve("1234")));
    }

    /** Of two that start together each sweeps what the other has made and not locked yet. */
    @Test
    void twoThatStartTogetherGetOneEach() throws Exception {
        CompletableFuture<Void> other = CompletableFuture.runAsync(this::makeMany);
        makeMany();
        other.get();
    }

    private void makeMany() {
        try {
            for (int i = 0; i < MADE; i++) {
                LockedFolder folder = LockedFolder.make(parent(), "run", false);
                folder.folder().makeFile("answer", 0600).close();
                assertTrue(Files.exists(folder.path().resolve("answer")));
                folder.close();
            }
        } catch (LinuxException failed) {
            throw new AssertionError(failed);
        }
    }

    @Test
    void aFolderForTemporaryFilesThatIsGone() throws Exception {
        Path gone = Files.createDirectory(path.resolve("gone"));
        try (Folder parent = Folder.open(gone)) {
            Files.delete(gone);
            LinuxException failed = assertThrows(LinuxException.class, () -> LockedFolder.make(parent, "run", false));
            assertEquals(Errno.ENOENT.value(), failed.errno());
        }
    }
}
