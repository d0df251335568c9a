package io.clonetrace.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.jna.NativeLibrary;
import io.clonetrace.linux.process.SessionKeyring;
import io.clonetrace.trace.SourceKind;
import io.clonetrace.trace.StackCapture;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the command of another user gets of root's keys (session-keyring(7)). */
class ObservedRunTest {
    private static final String KEY =
            "clonetrace-test-" + ProcessHandle.current().pid();
    private static final long SESSION = -3; // linux/keyctl.h, KEY_SPEC_SESSION_KEYRING
    private static final int ADD_KEY = System.getProperty("os.arch").equals("aarch64") ? 217 : 248;

    /** Adds a key to a session of this thread's own. */
    private static void addKey() throws Exception {
        SessionKeyring.renew();
        long key = NativeLibrary.getInstance("libc.so.6")
                .getFunction("syscall")
                .invokeLong(new Object[] {(long) ADD_KEY, "user", KEY, "secret", 6L, SESSION});
        assumeTrue(key > 0, "the kernel has no keys, or this process may not use them");
    }

    /**
     * With what status a command of that user ends that looks for the key: its own /proc/keys lists what it may see.
     */
    private static int lookedForBy(String user, SourceKind source) throws Exception {
        FutureTask<Integer> task = new FutureTask<>(() -> {
            addKey();
            List<String> problems = new ArrayList<>();
            try (ObservedRun run = new ObservedRun(
                    user == null ? Optional.empty() : Optional.of(Account.named(user)),
                    StackCapture.Mode.OFF,
                    problems::add)) {
                return run.run(any -> List.of("grep", "-q", KEY, "/proc/keys"), List.of(source));
            } finally {
                assertEquals(List.of(), problems);
            }
        });
        // Its keyring ends with it.
        new Thread(task).start();
        return task.get();
    }

    @ParameterizedTest
    @EnumSource(names = {"NONE", "PTRACE"})
    void commandOfAnotherUserHasNoKeysOfRoot(SourceKind source) throws Exception {
        assumeTrue(Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0), "the tests do not run as root");
        assumeTrue(Files.isReadable(Path.of("/proc/keys")), "there is no /proc/keys");
        assertEquals(1, lookedForBy("nobody", source));
    }

    @Test
    void commandOfTheCallerHasItsKeys() throws Exception {
        assumeTrue(Files.isReadable(Path.of("/proc/keys")), "there is no /proc/keys");
        assertEquals(0, lookedForBy(null, SourceKind.NONE));
    }
}
