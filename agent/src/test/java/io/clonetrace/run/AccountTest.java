package io.clonetrace.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the command of another user gets of its caller's environment, and may read. */
class AccountTest {
    private static final String ENTRY = "app:x:1001:1002:An application,,,:/srv/app:";

    @Test
    void passwdEntryIsReadAsAccount() {
        assertEquals(new Account("app", new RunUser(1001, 1002), "/srv/app", "/bin/sh"), Account.of(ENTRY));
        assertEquals("/bin/zsh", Account.of(ENTRY + "/bin/zsh").shell());
    }

    @Test
    void commandGetsTheUsersEnvironmentAndNotTheCallers() {
        Map<String, String> callers = Map.of(
                "HOME", "/root",
                "USER", "root",
                "PATH", "/opt/jdk/bin:/bin",
                "LC_ALL", "C.UTF-8",
                "JAVA_TOOL_OPTIONS", "-Dsecret=1",
                "XDG_CACHE_HOME", "/root/.cache",
                "LD_PRELOAD", "/root/x.so");
        assertEquals(
                List.of(
                        "env",
                        "-i",
                        "HOME=/srv/app",
                        "LC_ALL=C.UTF-8",
                        "LOGNAME=app",
                        "PATH=/opt/jdk/bin:/bin",
                        "SHELL=/bin/sh",
                        "USER=app",
                        "setpriv",
                        "--reuid=1001",
                        "--regid=1002",
                        "--init-groups",
                        "--"),
                Account.of(ENTRY).command(callers, 0));
    }

    @Test
    void inheritableCapabilitiesAreDropped() {
        List<String> command = Account.of(ENTRY).command(Map.of(), 1L << 13 | 1);
        assertEquals("--inh-caps=-cap_0,-cap_13", command.get(command.size() - 2));
    }

    @Test
    void aFileInAFolderThatTheUserMayNotEnterIsUnreadable(@TempDir Path folder) throws Exception {
        assumeTrue(Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0), "the tests do not run as root");
        Path file = Files.createFile(folder.resolve("file with a space"));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        Account nobody = Account.named("nobody");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        assertTrue(nobody.canRead(file));
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
        assertFalse(nobody.canRead(file));
    }
}
