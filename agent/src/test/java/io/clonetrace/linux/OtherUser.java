package io.clonetrace.linux;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What another user can do to root's files; skips the test where it is not root that runs it. */
public final class OtherUser {
    /** The uid of the user {@code nobody}. */
    public static final int NOBODY = 65_534;

    /** That of daemon, the first that distributions have beside root. */
    public static final int DAEMON = 1;

    private OtherUser() {}

    /** Skips the test where files can't be given away. */
    public static void assumeRoot() throws IOException {
        assumeTrue(Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0), "the tests do not run as root");
    }

    /** Makes a file that user's. */
    public static void give(Path file, int user) throws IOException {
        Files.setAttribute(file, "unix:uid", user);
    }

    /** Whether a shell of that user can do this. */
    public static boolean can(int user, String script, Object... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("setpriv", "--reuid=" + user, "--regid=" + user));
        command.addAll(List.of("--clear-groups", "timeout", "5", "sh", "-c", script, "sh"));
        for (Object argument : arguments) {
            command.add(argument.toString());
        }
        return new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start()
                        .waitFor()
                == 0;
    }
}
