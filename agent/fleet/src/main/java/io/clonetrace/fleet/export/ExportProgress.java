package io.clonetrace.fleet.export;

import java.io.PrintStream;
import java.util.Locale;

/** How far an export is: on a terminal in one line that changes, elsewhere not at all. Thread-safe. */
final class ExportProgress {
    private static final long EVERY = 200_000_000;
    private static final double SECOND = 1e9;
    private static final double MEGA = 1e6;

    private final PrintStream terminal;
    private final long started = System.nanoTime();
    private final int parts;
    private final long bytes;
    private int done;
    private long bytesDone;
    private long printed;
    private int width;

    /** @param terminal null if there is none */
    ExportProgress(PrintStream terminal, int parts, long bytes) {
        this.terminal = terminal;
        this.parts = parts;
        this.bytes = bytes;
    }

    synchronized void done(long partBytes) {
        done++;
        bytesDone += partBytes;
        long now = System.nanoTime();
        if (terminal != null && now - printed > EVERY) {
            printed = now;
            double seconds = (now - started) / SECOND;
            double left = bytesDone == 0 ? 0 : seconds * (bytes - bytesDone) / bytesDone;
            line(String.format(
                    Locale.ROOT,
                    "%,d of %,d parts, %.1f/s, %.1f MB/s, %d:%02d left",
                    done,
                    parts,
                    done / seconds,
                    bytesDone / MEGA / seconds,
                    (long) left / 60,
                    (long) left % 60));
        }
    }

    private void line(String text) {
        terminal.print("\r" + text + " ".repeat(Math.max(0, width - text.length())));
        terminal.flush();
        width = text.length();
    }

    /** The line is cleared. */
    synchronized void end() {
        if (width > 0) {
            line("");
            terminal.print("\r");
            terminal.flush();
        }
    }

    double seconds() {
        return (System.nanoTime() - started) / SECOND;
    }
}
