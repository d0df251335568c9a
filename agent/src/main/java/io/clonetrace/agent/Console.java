package io.clonetrace.agent;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/**
 * One-line messages on the process's standard error: not on System.err, which the application may have made its own.
 */
final class Console {
    private static final PrintStream ERROR =
            new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8);

    private Console() {}

    /** Prints the line; control characters in it, which may come from names, are replaced. */
    static void say(String line) {
        say(line, ERROR);
    }

    /** Does all that printing the line takes, but prints nothing: what must work at a bad moment has run before. */
    static void rehearse(String line) {
        say(line, new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8));
    }

    private static void say(String line, PrintStream to) {
        StringBuilder safe = new StringBuilder("clonetrace: ");
        line.codePoints().map(c -> Character.isISOControl(c) ? ' ' : c).forEach(safe::appendCodePoint);
        to.println(safe);
    }

    /** Prints text of ours that has several lines. */
    static void print(String text) {
        ERROR.print(text);
        ERROR.flush();
    }
}
