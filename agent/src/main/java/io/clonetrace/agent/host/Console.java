package io.clonetrace.agent.host;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/**
 * One-line messages on the process's standard error: not on System.err, which the application may have made its own.
 * While a command attaches the agent they are kept for the command, whose console they are for. Never throws: there may
 * be no memory or no right to print, and nothing depends on it.
 */
public final class Console {
    private static final PrintStream ERROR = open();

    private static StringBuilder kept;

    private Console() {}

    /** Prints the line; control characters in it, which may come from names, are replaced. */
    public static void say(String line) {
        try {
            print(safe(line));
        } catch (Throwable unsaid) {
            return;
        }
    }

    /** Does all that printing the line takes, but prints nothing: what must work at a bad moment has run before. */
    public static void rehearse(String line) {
        new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8).print(safe(line));
    }

    private static String safe(String line) {
        StringBuilder safe = new StringBuilder("clonetrace: ");
        line.codePoints().map(c -> Character.isISOControl(c) ? ' ' : c).forEach(safe::appendCodePoint);
        return safe.append(System.lineSeparator()).toString();
    }

    /** Says what became of a failure of ours, which may be that there is no memory left. */
    public static void failed(String what, Throwable failure) {
        try {
            say(what + ": " + failure);
        } catch (Throwable unsaid) {
            return;
        }
    }

    /** Prints text of ours that has several lines. */
    public static synchronized void print(String text) {
        if (kept != null) {
            kept.append(text);
            return;
        }
        ERROR.print(text);
        ERROR.flush();
    }

    /** From now on nothing is printed: {@link #kept} tells what would have been. */
    public static synchronized void keep() {
        kept = new StringBuilder();
    }

    /** What was not printed since {@link #keep}; from now on all is printed again. */
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
