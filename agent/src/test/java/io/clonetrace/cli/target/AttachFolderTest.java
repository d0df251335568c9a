package io.clonetrace.cli.target;

import static io.clonetrace.linux.OtherUser.DAEMON;
import static io.clonetrace.linux.OtherUser.NOBODY;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.agent.attach.AttachReply;
import io.clonetrace.linux.OtherUser;
import io.clonetrace.linux.file.Folder;
import io.clonetrace.run.RunUser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a JVM to which root attaches, and other users, can make of what root gives it: an answer, and nothing else. */
class AttachFolderTest {
    private static final String TEXT = "failed\n-1\nwhat it says\n";

    @TempDir
    private Path path;

    private Path victim;
    private Path place;
    private AttachFolder folder;

    @BeforeEach
    void make() throws Exception {
        OtherUser.assumeRoot();
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-xr-x"));
        victim = Files.createDirectory(path.resolve("victim"));
        for (String name : List.of("answer", "clonetrace.jar")) {
            Files.writeString(victim.resolve(name), "done\n1\n");
        }
        Path jar = Files.writeString(path.resolve("a.jar"), "a jar");
        // Without the sticky bit: who may write there may rename what is root's.
        Path parent = Files.createDirectory(path.resolve("tmp"));
        OtherUser.give(parent, NOBODY);
        folder = AttachFolder.make(Folder.open(parent), new RunUser(NOBODY, NOBODY), jar, true);
        place = parent.resolve(folder.jar().getParent().getFileName());
    }

    @AfterEach
    void nothingHappenedToTheVictim() throws Exception {
        if (folder == null) {
            return;
        }
        folder.close();
        for (String name : List.of("answer", "clonetrace.jar")) {
            assertEquals("done\n1\n", Files.readString(victim.resolve(name)));
            assertEquals(0, Files.getAttribute(victim.resolve(name), "unix:uid"));
        }
    }

    private void answered() throws IOException {
        assertEquals(new AttachReply(false, -1, "what it says\n"), folder.answer());
    }

    @Test
    void theJvmReadsTheJarAndWritesTheAnswer() throws Exception {
        assertThrows(IOException.class, folder::answer);
        assertTrue(folder.request("wait=1s").endsWith(",answer=/tmp/" + place.getFileName() + "/answer,wait=1s"));
        assertTrue(OtherUser.can(NOBODY, "test \"$(cat $1/clonetrace.jar)\" = 'a jar'", place));
        assertTrue(OtherUser.can(NOBODY, "printf '%s' \"$2\" > $1/answer", place, TEXT));
        answered();
        folder.close();
        assertFalse(Files.exists(place));
    }

    @Test
    void theJvmPutsNothingInTheirPlace() throws Exception {
        for (String attempt : List.of(
                "echo evil > $1/clonetrace.jar",
                "chmod u+w $1/clonetrace.jar",
                "ln -sf $2/answer $1/answer",
                "rm -f $1/answer",
                "mv $1/answer $1/clonetrace.jar",
                "mkfifo $1/fifo",
                "ls $1")) {
            assertFalse(OtherUser.can(NOBODY, attempt, place, victim), attempt);
        }
    }

    @Test
    void whatTheJvmPutsInPlaceOfTheFolderIsNotRead() throws Exception {
        assertTrue(OtherUser.can(NOBODY, "printf '%s' \"$2\" > $1/answer", place, TEXT));
        assertTrue(OtherUser.can(
                NOBODY, "mv $1 $1.away && mkdir $1 && mkfifo $1/answer && ln -s $2 $1/clonetrace.jar", place, victim));
        assertTimeoutPreemptively(Duration.ofSeconds(10), this::answered);
        folder.close();
        assertTrue(Files.exists(place.resolve("answer")));
    }

    @Test
    void aLinkInPlaceOfTheFolder() throws Exception {
        assertTrue(OtherUser.can(NOBODY, "mv $1 $1.away && ln -s $2 $1", place, victim));
        assertThrows(IOException.class, folder::answer);
        folder.remove();
        assertFalse(Files.exists(place.resolveSibling(place.getFileName() + ".away/answer")));
    }

    @Test
    void ofALongAnswerTheRestIsNotRead() throws Exception {
        assertTrue(OtherUser.can(
                NOBODY,
                "{ printf 'done\\n1\\n\\n\\n'; head -c 3000000 /dev/zero; } > $1/answer && truncate -s 1T $1/answer",
                place));
        assertTrue(folder.answer().text().length() <= AttachReply.LONGEST);
    }

    @Test
    void anotherLocalUserReadsAndChangesNothing() throws Exception {
        for (String attempt : List.of(
                "cat $1/answer", "echo > $1/answer", "ls $1", "echo > $1/clonetrace.jar", "exec 3<$1; flock -n 3")) {
            assertFalse(OtherUser.can(DAEMON, attempt, place), attempt);
        }
    }
}
