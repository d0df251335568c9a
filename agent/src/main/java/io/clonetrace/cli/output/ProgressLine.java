package io.clonetrace.cli.output;

import io.clonetrace.linux.file.Terminal;
import io.clonetrace.report.read.Progress;
import io.clonetrace.report.text.PlainText;
import java.io.PrintWriter;
import java.util.Locale;

/** A line on a terminal with the progress of a long reading; it disappears at the end. */
public final class ProgressLine implements Progress, AutoCloseable {
    private static final long PATIENCE_NANOS = 1_000_000_000;
    private static final int WIDTH = 79;
    private static final int MEGA_BITS = 20;

    private final PrintWriter terminal;
    private final long began = System.nanoTime();
    private boolean shown;

    private ProgressLine(PrintWriter terminal) {
        this.terminal = terminal;
    }

    /** On stderr if that is a terminal; otherwise nothing is printed. */
    public static ProgressLine onTerminal(PrintWriter err) {
        return new ProgressLine(Terminal.STDERR.isThere() ? err : null);
    }

    @Override
    public void at(String file, int number, int of, long events) {
        show("reading %d of %d, %,d events: %s", number, of, events, file);
    }

    /** How far a text has been read. */
    public void at(String file, long bytes, long lines) {
        show("reading %,d MiB, %,d lines: %s", bytes >> MEGA_BITS, lines, file);
    }

    private void show(String format, Object... values) {
        if (terminal == null || System.nanoTime() - began < PATIENCE_NANOS) {
            return;
        }
        String line = PlainText.clean(String.format(Locale.ROOT, format, values));
        terminal.print("\r" + pad(line.substring(0, Math.min(WIDTH, line.length()))));
        terminal.flush();
        shown = true;
    }

    @Override
    public void close() {
        if (shown) {
            terminal.print("\r" + pad("") + "\r");
            terminal.flush();
        }
    }

    private static String pad(String line) {
        return line + " ".repeat(WIDTH - line.length());
    }
}
