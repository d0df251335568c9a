package io.clonetrace.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.clonetrace.linux.file.Folder;
import io.clonetrace.linux.file.LockedFolder;
import java.io.BufferedReader;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Root's steps in the /tmp of a container whose own root is hostile: it mounts, links and renames whatever it likes.
 * The container is a mount namespace (unshare(1)).
 */
class ContainerFoldersTest {
    private static final String NAME = "clonetrace-run-1-0123abcd";

    /** The files of the host that it gets at are the victim's, which is its working directory. */
    private static final String SCRIPT = String.join(
            "\n",
            // Elsewhere first: its own path may lie in /tmp.
            "mount --bind . /mnt",
            "mount -t tmpfs none /tmp",
            "mkdir /tmp/" + NAME + " /tmp/inside",
            "echo x > /tmp/inside/1",
            "mount --bind /mnt /tmp/" + NAME,
            "ln -s \"$PWD\" /tmp/link",
            "ln -s /proc/1/root /tmp/root",
            "ln -s /etc/hostname /tmp/answer",
            "echo ready",
            "read end");

    @TempDir
    private Path victim;

    private Process container;
    private Path root;

    @BeforeEach
    void start() throws Exception {
        OtherUser.assumeRoot();
        Files.writeString(victim.resolve("1"), "precious");
        container = new ProcessBuilder("unshare", "-m", "--propagation", "private", "sh", "-ec", SCRIPT)
                .directory(victim.toFile())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        BufferedReader out = container.inputReader();
        assumeTrue("ready".equals(out.readLine()), "no mount namespace can be made here");
        root = Path.of("/proc/" + container.pid() + "/root");
    }

    @AfterEach
    void end() throws Exception {
        if (container != null) {
            container.destroyForcibly().waitFor();
            assertEquals("precious", Files.readString(victim.resolve("1")));
        }
    }

    @Test
    void whatItMountsIsNotEntered() throws Exception {
        try (Folder temporary = Folder.inRoot(root, "tmp")) {
            assertTrue(temporary.names(9).contains(NAME));
            LinuxException mounted = assertThrows(LinuxException.class, () -> temporary.folder(NAME));
            assertTrue(mounted.getMessage().contains("something is mounted at"), mounted::getMessage);
            assertThrows(LinuxException.class, () -> temporary.takeFolder(NAME, 0711));
            LockedFolder.make(Folder.inRoot(root, "tmp"), "run", true).close();
        }
    }

    @Test
    void itsLinksLeadNowhere() throws Exception {
        try (Folder temporary = Folder.inRoot(root, "tmp")) {
            for (String link : new String[] {"link", "root"}) {
                assertThrows(LinuxException.class, () -> temporary.folder(link));
            }
            assertEquals(
                    Errno.EEXIST.value(),
                    assertThrows(LinuxException.class, () -> temporary.makeFile("answer", 0600))
                            .errno());
        }
    }
}
