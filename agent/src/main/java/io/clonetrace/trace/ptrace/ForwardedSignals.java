package io.clonetrace.trace.ptrace;

import io.clonetrace.linux.process.PidFd;
import io.clonetrace.linux.process.Signals;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Forwards the signals that ask this process to end to the command that it started, so that the command decides. */
public final class ForwardedSignals {
    private static final int SIGNALLED = 128; // as a shell reports it

    private ForwardedSignals() {}

    /**
     * Forwards SIGHUP, SIGINT and SIGTERM to {@code command}; they have no other effect unless it has ended. A signal
     * that this process inherited as ignored stays ignored. The terminal's quit key is left alone: the command gets it
     * directly.
     *
     * @param noticed called at each signal, before it is forwarded, on a thread of the JVM
     * @return false if this JVM can't handle signals
     */
    public static boolean to(PidFd command, Runnable noticed) {
        boolean handled = EndSignals.handle((name, number) -> {
            noticed.run();
            if (!cameFromTheTerminal(name) && !command.send(number)) {
                // The command has ended, and its remaining descendants are waited for.
                Runtime.getRuntime().exit(SIGNALLED + number);
            }
        });
        if (handled) {
            Signals.ignoreQuit();
        }
        return handled;
    }

    /** Restores the signals' previous effect once the command has ended. */
    public static void end() {
        EndSignals.restore();
    }

    /** The terminal signals every process of the foreground group: the command already has the signal. */
    private static boolean cameFromTheTerminal(String name) {
        return name.equals("INT") && inForeground();
    }

    private static boolean inForeground() {
        try {
            String stat = Files.readString(Path.of("/proc/self/stat"), StandardCharsets.ISO_8859_1);
            // After the name, which may contain anything: state ppid pgrp session tty_nr tpgid (proc(5)).
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            return fields[2].equals(fields[5]);
        } catch (IOException noProc) {
            return false;
        }
    }
}
