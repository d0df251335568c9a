package io.clonetrace.cli.output;

import io.clonetrace.linux.file.Terminal;
import io.clonetrace.report.text.PlainText;
import java.io.PrintWriter;

/** A line on a terminal that shows how far something is that takes long; it disappears at the end. Thread-safe. */
public final class TerminalLine implements AutoCloseable {
    private static final long PATIENCE_NANOS = 1_000_000_000;
    private static final int WIDTH = 79;

    private final PrintWriter terminal;
    private final long began = System.nanoTime();
    private boolean shown;

    /** @param terminal null to show nothing */
    TerminalLine(PrintWriter terminal) {
        this.terminal = terminal;
    }

    /** On stderr if that is a terminal; otherwise nothing is printed. */
    public static TerminalLine onTerminal(PrintWriter err) {
        return new TerminalLine(Terminal.STDERR.isThere() ? err : null);
    }

    /** One that is never shown. */
    public static TerminalLine none() {
        return new TerminalLine(null);
    }

    /** Whether a line would be shown: it appears after a second. */
    boolean isDue() {
        return terminal != null && System.nanoTime() - began >= PATIENCE_NANOS;
    }

    /** Replaces the line. */
    public synchronized void show(String text) {
        if (isDue()) {
            String line = PlainText.clean(text);
            terminal.print("\r" + pad(line.substring(0, Math.min(WIDTH, line.length()))));
            terminal.flush();
            shown = true;
        }
    }

    /** Removes the line; it may appear again. */
    @Override
    public synchronized void close() {
        if (shown) {
            terminal.print("\r" + pad("") + "\r");
            terminal.flush();
            shown = false;
        }
    }

    private static String pad(String line) {
        return line + " ".repeat(WIDTH - line.length());
    }
}
