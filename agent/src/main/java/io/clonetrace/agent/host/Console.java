package io.clonetrace.agent.host;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/**
 * One-line messages on the process's standard error: not on System.err, which the application may have replaced. While
 * a command attaches the agent they are kept for the command, which prints them. Never throws: there may be no memory
 * or no right to print, and nothing depends on it.
 */
public final class Console {
    private static final PrintStream ERROR = open();

    private static StringBuilder kept;

    private Console() {}

    /** Prints the line. Control characters, which names may contain, are replaced. */
    public static void say(String line) {
        try {
            print(safe(line));
        } catch (Throwable unsaid) {
            return;
        }
    }

    /** Does all that printing the line takes, but prints nothing: later there may be no memory for its classes. */
    public static void rehearse(String line) {
        new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8).print(safe(line));
    }

    private static String safe(String line) {
        StringBuilder safe = new StringBuilder("clonetrace: ");
        for (int i = 0; i < line.length(); i++) {
            safe.append(Character.isISOControl(line.charAt(i)) ? ' ' : line.charAt(i));
        }
        return safe.append(System.lineSeparator()).toString();
    }

    /** Prints a failure of ours, which may be that no memory is left. */
    public static void failed(String what, Throwable failure) {
        try {
            say(what + ": " + failure);
        } catch (Throwable unsaid) {
            return;
        }
    }

    /** Prints text of several lines. */
    public static synchronized void print(String text) {
        if (kept != null) {
            kept.append(text);
            return;
        }
        ERROR.print(text);
        ERROR.flush();
    }

    /** Keeps what is printed next, until {@link #kept}. */
    public static synchronized void keep() {
        kept = new StringBuilder();
    }

    /** Returns what was kept since {@link #keep}, and prints again. */
    public static synchronized String kept() {
        String text = kept.toString();
        kept = null;
        return text;
    }

    private static PrintStream open() {
        try {
            return new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8);
        } catch (SecurityException denied) {
            return System.err;
        }
    }
}
