package io.clonetrace.cli.output;

import io.clonetrace.report.read.Progress;
import java.io.PrintWriter;
import java.util.Locale;

/** The progress of a long reading, on a terminal. */
public final class ProgressLine implements Progress, AutoCloseable {
    private static final int MEGA_BITS = 20;

    private final TerminalLine line;

    private ProgressLine(TerminalLine line) {
        this.line = line;
    }

    /** On stderr if that is a terminal; otherwise nothing is printed. */
    public static ProgressLine onTerminal(PrintWriter err) {
        return new ProgressLine(TerminalLine.onTerminal(err));
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
        if (line.isDue()) {
            line.show(String.format(Locale.ROOT, format, values));
        }
    }

    @Override
    public void close() {
        line.close();
    }
}
