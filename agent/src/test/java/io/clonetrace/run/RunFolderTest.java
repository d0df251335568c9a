package io.clonetrace.run;

import static io.clonetrace.linux.OtherUser.DAEMON;
import static io.clonetrace.linux.OtherUser.NOBODY;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.linux.OtherUser;
import io.clonetrace.linux.file.Fifo;
import io.clonetrace.linux.file.Folder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the user of the command, and other users, can make of root's pipes: nothing but reading one's own. */
class RunFolderTest {
    private static final String PROCESS = "4026531836-4711";
    private static final byte[] PRECIOUS = {1, 2, 3};

    @TempDir
    private Path path;

    private Path parent;
    private Path victim;
    private RunFolder folder;

    @BeforeEach
    void make() throws Exception {
        OtherUser.assumeRoot();
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-xr-x"));
        victim = Files.createDirectory(path.resolve("victim"));
        for (String name : List.of(PROCESS, "." + PROCESS, "precious")) {
            Files.write(victim.resolve(name), PRECIOUS);
        }
        // Without the sticky bit: who may write there may rename what is root's.
        parent = Files.createDirectory(path.resolve("tmp"));
        OtherUser.give(parent, NOBODY);
        folder = RunFolder.make(Optional.of(new RunUser(NOBODY, NOBODY)), Folder.open(parent));
    }

    @AfterEach
    void nothingHappenedToTheVictim() throws Exception {
        if (folder == null) {
            return;
        }
        folder.close();
        for (String name : List.of(PROCESS, "." + PROCESS, "precious")) {
            assertArrayEquals(PRECIOUS, Files.readAllBytes(victim.resolve(name)));
            assertEquals(0, Files.getAttribute(victim.resolve(name), "unix:uid"));
        }
    }

    private Path pipe() {
        return folder.path().resolve(PROCESS);
    }

    private void open() throws Exception {
        try (Fifo pipe = folder.pipe(PROCESS)) {
            assertEquals(1, pipe.write(new byte[1], 0, 1));
            folder.ready(PROCESS);
        }
    }

    @Test
    void readerCanReadThePipeButChangeNothing() throws Exception {
        open();
        assertEquals(0, Files.getAttribute(folder.path(), "unix:uid"));
        assertEquals(NOBODY, Files.getAttribute(pipe(), "unix:uid"));
        assertTrue(OtherUser.can(NOBODY, "exec 3<>$1", pipe()));
        for (String attempt : List.of(
                "ln -s $2/precious $1/.5",
                "mkfifo $1/5",
                "mv $1/" + PROCESS + " $1/5",
                "rm -f $1/" + PROCESS,
                "ln -sf $2/precious $1/" + PROCESS,
                "chmod 0777 $1",
                "ls $1")) {
            assertFalse(OtherUser.can(NOBODY, attempt, folder.path(), victim), attempt);
        }
    }

    @Test
    void otherLocalUserCanReadNothing() throws Exception {
        open();
        for (String attempt :
                List.of("exec 3<>$1/" + PROCESS, "exec 3<$1/" + PROCESS, "ls $1", "exec 3<$1; flock -n 3")) {
            assertFalse(OtherUser.can(DAEMON, attempt, folder.path()), attempt);
        }
    }

    @Test
    void movingTheFolderAwayExposesNoFileOfRoot() throws Exception {
        assertTrue(OtherUser.can(NOBODY, "mv $1 $1.away && ln -s $2 $1", folder.path(), victim));
        open();
        Path away = folder.path().resolveSibling(folder.path().getFileName() + ".away");
        assertTrue(Files.exists(away.resolve(PROCESS)));
        folder.remove(PROCESS);
        assertFalse(Files.exists(away.resolve(PROCESS)));
    }

    @Test
    void folderSubstitutedByAnotherUserIsLeftAlone() throws Exception {
        Path place = folder.path();
        assertTrue(OtherUser.can(
                NOBODY,
                "mv $1 $1.away && mkdir $1 && ln -s $2/precious $1/." + PROCESS + " && mkfifo $1/" + PROCESS,
                place,
                victim));
        open();
        folder.close();
        assertTrue(Files.isSymbolicLink(place.resolve("." + PROCESS)));
        assertTrue(Files.exists(place.resolve(PROCESS)));
    }
}
