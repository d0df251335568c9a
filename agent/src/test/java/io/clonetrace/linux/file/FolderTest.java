package io.clonetrace.linux.file;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.linux.Errno;
import io.clonetrace.linux.LinuxException;
import io.clonetrace.linux.OtherUser;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** What another user puts in place of a file, in a folder of his own, is refused and stays as it was. */
class FolderTest {
    private static final int ENTER = 0711;
    private static final byte[] PRECIOUS = "precious".getBytes(StandardCharsets.US_ASCII);

    @TempDir
    private Path path;

    private Path victim;
    private Folder folder;

    @BeforeEach
    void open() throws Exception {
        Path parent = Files.createDirectory(path.resolve("parent"));
        victim = Files.createDirectory(path.resolve("victim"));
        Files.write(victim.resolve("file"), PRECIOUS);
        folder = Folder.open(parent);
    }

    @AfterEach
    void victimIsAsItWas() throws Exception {
        folder.close();
        assertArrayEquals(PRECIOUS, Files.readAllBytes(victim.resolve("file")));
        assertEquals(Files.getOwner(Path.of("/proc/self")), Files.getOwner(victim.resolve("file")));
    }

    private Path at(String name) {
        return path.resolve("parent").resolve(name);
    }

    private static LinuxException refused(Executable call) {
        return assertThrows(LinuxException.class, call);
    }

    @Test
    void makesAFolderFilesAndPipes() throws Exception {
        try (Folder made = folder.makeFolder("made", ENTER);
                OpenFile file = made.makeFile("file", 0444);
                OpenFile pipe = made.makePipe("pipe")) {
            assertEquals("rwx--x--x", PosixFilePermissions.toString(Files.getPosixFilePermissions(at("made"))));
            assertEquals("r--r--r--", PosixFilePermissions.toString(Files.getPosixFilePermissions(at("made/file"))));
            assertTrue(file.status().isRegular());
            assertTrue(pipe.status().isPipe());
            assertTrue(made.status().isFolder());
            byte[] large = new byte[200_003];
            large[200_002] = 5;
            file.write(large);
            assertArrayEquals(large, Files.readAllBytes(at("made/file")));
            assertArrayEquals(large, file.read(1 << 20));
            assertEquals(53, file.read(53).length);
            assertEquals(
                    List.of("file", "pipe"), made.names(9).stream().sorted().toList());
            made.rename("pipe", "other");
            assertTrue(made.remove("other"));
            assertFalse(made.remove("other"));
            assertFalse(folder.removeFolder("made"));
            assertTrue(made.remove("file"));
            assertTrue(folder.removeFolder("made"));
            assertEquals(0, made.status().links());
        }
        assertEquals(List.of(), folder.names(1));
    }

    @Test
    void whatIsThereAlreadyIsNotUsed() throws Exception {
        Files.createSymbolicLink(at("file"), victim.resolve("file"));
        Files.createSymbolicLink(at("folder"), victim);
        Files.createSymbolicLink(at("dangling"), victim.resolve("new"));
        for (String name : List.of("file", "folder", "dangling")) {
            assertEquals(
                    Errno.EEXIST.value(),
                    refused(() -> folder.makeFile(name, 0600)).errno());
            assertEquals(
                    Errno.EEXIST.value(), refused(() -> folder.makePipe(name)).errno());
            assertEquals(
                    Errno.EEXIST.value(),
                    refused(() -> folder.makeFolder(name, ENTER)).errno());
        }
        assertFalse(Files.exists(victim.resolve("new")));
    }

    @Test
    void aLinkInPlaceOfAFolder() throws Exception {
        Files.createSymbolicLink(at("folder"), victim);
        refused(() -> folder.folder("folder"));
        refused(() -> folder.takeFolder("folder", ENTER));
        assertFalse(folder.removeFolder("folder"));
    }

    @Test
    void anotherFolderInPlaceOfTheOneThatWasMade() throws Exception {
        Files.createDirectory(
                at("full"), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Files.createFile(at("full/file"));
        assertTrue(refused(() -> folder.takeFolder("full", ENTER)).getMessage().contains("another user has replaced"));
        assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(at("full"))));
        Files.createDirectory(at("open"));
        Files.setPosixFilePermissions(at("open"), PosixFilePermissions.fromString("rwxrwxrwx"));
        refused(() -> folder.takeFolder("open", ENTER));
    }

    @Test
    void anotherUsersFolderOrPipeInPlaceOfTheOneThatWasMade() throws Exception {
        OtherUser.assumeRoot();
        folder.makeFolder("folder", ENTER).close();
        folder.makePipe("pipe").close();
        for (String name : List.of("folder", "pipe")) {
            OtherUser.give(at(name), OtherUser.NOBODY);
        }
        refused(() -> folder.takeFolder("folder", ENTER));
        refused(() -> folder.takePipe("pipe"));
    }

    @Test
    void anotherFileInPlaceOfAPipe() throws Exception {
        Files.createSymbolicLink(at("link"), victim.resolve("file"));
        Files.createLink(at("hard"), victim.resolve("file"));
        folder.makePipe("pipe").close();
        Files.createLink(at("twice"), at("pipe"));
        for (String name : List.of("link", "hard", "twice")) {
            refused(() -> folder.takePipe(name));
        }
    }

    /** The name may be another's by then: what is given away is what was opened. */
    @Test
    void whatIsGivenAwayIsWhatWasMade() throws Exception {
        OtherUser.assumeRoot();
        try (OpenFile made = folder.makeFile("answer", 0600)) {
            Files.delete(at("answer"));
            Files.createSymbolicLink(at("answer"), victim.resolve("file"));
            made.give(OtherUser.NOBODY, OtherUser.NOBODY);
            made.permit(0666);
            made.write(new byte[3]);
            assertEquals(OtherUser.NOBODY, made.status().user());
            assertEquals(3, made.status().size());
            assertTrue(folder.remove("answer"));
        }
    }

    @Test
    void aFolderStaysTheSameWhoeverMovesIt() throws Exception {
        try (Folder made = folder.makeFolder("made", ENTER)) {
            Files.move(at("made"), at("away"));
            Files.createSymbolicLink(at("made"), victim);
            made.makeFile("file", 0600).close();
            assertTrue(Files.exists(at("away/file")));
            assertTrue(made.remove("file"));
            assertFalse(folder.removeFolder("made"));
        }
    }

    @Test
    void noMountPointIsCrossed() throws Exception {
        try (Folder root = Folder.open(Path.of("/"))) {
            assertTrue(refused(() -> root.folder("proc")).getMessage().contains("something is mounted at"));
            refused(() -> root.pin("proc"));
        }
    }

    @Test
    void anotherProcessesLinksLeadIntoItsOwnRoot() throws Exception {
        Path root = Files.createDirectories(path.resolve("root"));
        Files.createDirectories(root.resolve("private/tmp/seen"));
        Files.createSymbolicLink(root.resolve("tmp"), Path.of("/private/tmp"));
        Files.createSymbolicLink(root.resolve("up"), Path.of("../../../../../../private"));
        Files.createSymbolicLink(root.resolve("out"), victim.toAbsolutePath());
        Files.createSymbolicLink(root.resolve("magic"), Path.of("/proc/self/root"));
        try (Folder temporary = Folder.inRoot(root, "tmp");
                Folder up = Folder.inRoot(root, "up")) {
            assertEquals(List.of("seen"), temporary.names(2));
            assertEquals(List.of("tmp"), up.names(2));
        }
        refused(() -> Folder.inRoot(root, "out"));
        refused(() -> Folder.inRoot(root, "magic"));
        refused(() -> Folder.inRoot(root, "nothing"));
        try (Folder own = Folder.inRoot(Path.of("/proc/self/root"), "proc")) {
            assertTrue(own.names(1000).contains("self"));
        }
    }

    /** What kernels before 5.6 and 5.8 have in place of openat2 and of the mount in statx. */
    @Test
    void olderKernels() throws Exception {
        Files.createSymbolicLink(at("link"), victim);
        refused(() -> folder.withoutLinks("link"));
        try (Folder root = Folder.open(Path.of("/"));
                Folder proc = root.withoutLinks("proc");
                OpenFile file = folder.makeFile("file", 0600)) {
            assertTrue(proc.names(1000).contains("self"));
            assertEquals(file.status().mount(), file.mount());
        }
    }

    @Test
    void pinsWhateverIsThere() throws Exception {
        Files.createSymbolicLink(at("link"), victim.resolve("file"));
        folder.makePipe("pipe").close();
        try (OpenFile link = folder.pin("link");
                OpenFile pipe = folder.pin("pipe")) {
            FileStatus status = link.status();
            assertFalse(status.isRegular() || status.isFolder() || status.isPipe() || status.isSocket());
            assertTrue(pipe.status().isPipe());
            Files.move(at("pipe"), at("moved"));
            assertEquals(at("moved").toRealPath(), pipe.link().toRealPath());
            assertTrue(Files.isSymbolicLink(at("link")));
        }
        assertEquals(Errno.ENOENT.value(), refused(() -> folder.pin("nothing")).errno());
        assertTrue(Files.exists(at("link"), LinkOption.NOFOLLOW_LINKS));
    }

    @Test
    void oneHoldsTheLock() throws Exception {
        Folder first = folder.makeFolder("locked", ENTER);
        try (Folder second = folder.folder("locked")) {
            assertTrue(first.lock());
            assertFalse(second.lock());
            first.close();
            assertTrue(second.lock());
        }
    }

    /** The kernel gives its descriptor to whatever is opened next. */
    @Test
    void nothingIsDoneWhenItIsClosed() throws Exception {
        Files.createFile(at("file"));
        Folder closed = folder.makeFolder("made", ENTER);
        closed.close();
        try (Folder next = Folder.open(at("."))) {
            assertFalse(closed.remove("file"));
            assertFalse(closed.removeFolder("made"));
            for (Executable call : List.<Executable>of(
                    () -> closed.makeFile("other", 0600),
                    () -> closed.makeFolder("other", ENTER),
                    () -> closed.rename("file", "other"),
                    () -> closed.pin("file"),
                    () -> closed.names(1))) {
                assertEquals(Errno.EBADF.value(), refused(call).errno());
            }
            closed.close();
            assertEquals(
                    List.of("file", "made"), next.names(9).stream().sorted().toList());
        }
    }
}
