package io.clonetrace.it.process;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A user without privileges: the one that runs the tests, or the user {@code nobody} if that is root. */
public final class OrdinaryUser {
    private static final int NOBODY = 65_534;

    private OrdinaryUser() {}

    public static boolean isRoot() {
        try {
            return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
        } catch (IOException noProc) {
            throw new UncheckedIOException(noProc);
        }
    }

    /** The command, as this user runs it. */
    public static List<String> command(List<String> command) {
        List<String> all = new ArrayList<>();
        if (isRoot()) {
            all.addAll(List.of("setpriv", "--reuid=" + NOBODY, "--regid=" + NOBODY, "--clear-groups"));
        }
        all.addAll(command);
        return all;
    }

    /** A folder of that user; skips the test where the user can't read it, the jar or the JDK. */
    public static Path folder(String test, Jdk jdk) throws IOException, InterruptedException {
        Path folder = Artifacts.folder(test);
        if (isRoot()) {
            Files.setAttribute(folder, "unix:uid", NOBODY);
        }
        for (Path needed : List.of(folder, Artifacts.JAR, Artifacts.DEMO, Artifacts.TEST_CLASSES, jdk.home())) {
            Process probe = new ProcessBuilder(command(List.of("test", "-r", needed.toString())))
                    .inheritIO()
                    .start();
            assumeTrue(probe.waitFor() == 0, () -> "an ordinary user can't read " + needed);
        }
        return folder;
    }
}
