package io.clonetrace.fleet.export;

import io.clonetrace.cli.output.TerminalLine;
import java.util.Locale;

/** How far an export is: its rate, and the time that it will still take. Thread-safe. */
final class ExportProgress implements AutoCloseable {
    private static final double SECOND = 1e9;
    private static final double MEGA = 1e6;
    private static final int MINUTE = 60;

    private final TerminalLine line;
    private final long started = System.nanoTime();
    private final int parts;
    private final long bytes;
    private int done;
    private long bytesDone;

    ExportProgress(TerminalLine line, int parts, long bytes) {
        this.line = line;
        this.parts = parts;
        this.bytes = bytes;
    }

    synchronized void done(long partBytes) {
        done++;
        bytesDone += partBytes;
        double seconds = seconds();
        long left = bytesDone == 0 ? 0 : (long) (seconds * (bytes - bytesDone) / bytesDone);
        line.show(String.format(
                Locale.ROOT,
                "%,d of %,d parts, %.1f/s, %.1f MB/s, %d:%02d left",
                done,
                parts,
                done / seconds,
                bytesDone / MEGA / seconds,
                left / MINUTE,
                left % MINUTE));
    }

    double seconds() {
        return (System.nanoTime() - started) / SECOND;
    }

    @Override
    public void close() {
        line.close();
    }
}
