package io.clonetrace.it.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** A terminal of tmux(1) in which a command runs: keys are pressed, and the screen is read. */
public final class Tmux implements AutoCloseable {
    private static final long CHECK_NANOS = 50_000_000;
    private static final String SESSION = "test";

    private final Path folder;
    private final List<String> tmux;

    private Tmux(Path folder) {
        this.folder = folder;
        // A socket's path may have 107 bytes at most (unix(7)).
        this.tmux =
                List.of("tmux", "-L", "clonetrace-" + ProcessHandle.current().pid() + "-" + folder.hashCode());
    }

    /**
     * A shell in a terminal of that size; skips the test where there is no tmux.
     *
     * @param columns its width
     * @param rows its height
     */
    public static Tmux shell(Path folder, int columns, int rows) throws IOException, InterruptedException {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/tmux")), "no tmux here");
        Tmux terminal = new Tmux(folder);
        terminal.run(
                "new-session",
                "-d",
                "-s",
                SESSION,
                "-x",
                "" + columns,
                "-y",
                "" + rows,
                "env",
                "-i",
                "LANG=C.UTF-8",
                "TERM=screen",
                "PATH=/usr/bin:/bin",
                "PS1=prompt:",
                "sh");
        terminal.await("prompt:");
        return terminal;
    }

    /** Types a command line, and presses Enter. */
    public void enter(List<String> command) throws IOException, InterruptedException {
        run("send-keys", "-t", SESSION, "-l", String.join(" ", command));
        press("Enter");
    }

    /** Presses keys, by tmux's names for them. */
    public void press(String... keys) throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(List.of("send-keys", "-t", SESSION));
        all.addAll(List.of(keys));
        run(all.toArray(String[]::new));
    }

    /** The screen as it is now. */
    public String screen() throws IOException, InterruptedException {
        return run("capture-pane", "-p", "-t", SESSION);
    }

    /** Changes its size; the command in it gets SIGWINCH. */
    public void resize(int columns, int rows) throws IOException, InterruptedException {
        run("resize-window", "-t", SESSION, "-x", "" + columns, "-y", "" + rows);
    }

    /** Waits until the screen has that text; the screen then. */
    public String await(String text) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + Run.DEADLINE_NANOS;
        String screen = screen();
        while (!screen.contains(text)) {
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError("no \"" + text + "\" on the screen:\n" + screen);
            }
            LockSupport.parkNanos(CHECK_NANOS);
            screen = screen();
        }
        return screen;
    }

    private String run(String... words) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(tmux);
        command.addAll(List.of(words));
        Run run = Run.toEnd(folder, "tmux", command);
        assertEquals(0, run.exitStatus(), run.stderr());
        return run.stdout();
    }

    @Override
    public void close() throws IOException {
        try {
            run("kill-server");
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
