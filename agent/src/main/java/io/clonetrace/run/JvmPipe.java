package io.clonetrace.run;

import io.clonetrace.linux.Fifo;
import io.clonetrace.linux.LinuxException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The lines for one JVM, on their way into the named pipe that its agent reads. What the pipe has no room for waits
 * here, up to a limit: a JVM without the agent never reads.
 */
final class JvmPipe {
    /** Some 60,000 clones. */
    private static final int LIMIT = 8 << 20;

    private final RunFolder folder;
    private final int process;
    private final Fifo fifo;
    private byte[] waiting = new byte[1 << 12];
    private int from;
    private int to;
    private long lost;

    JvmPipe(RunFolder folder, int process, Fifo fifo) {
        this.folder = folder;
        this.process = process;
        this.fifo = fifo;
    }

    /** A line that may not be left out. */
    void comment(String text) {
        append(("# " + text + "\n").getBytes(StandardCharsets.US_ASCII));
    }

    /** The line of a clone; counted as lost if there is no room for it. */
    void clone(String line) {
        if (!offer(line)) {
            lost++;
        }
    }

    /** The line of a task's end; left out if there is no room for it. */
    boolean offer(String line) {
        byte[] bytes = (line + "\n").getBytes(StandardCharsets.US_ASCII);
        if (to - from + bytes.length > LIMIT) {
            return false;
        }
        append(bytes);
        return true;
    }

    /** How many clones of this JVM had no room until now. */
    long lost() {
        return lost;
    }

    /** Writes what the pipe has room for. */
    void flush() throws LinuxException {
        int written = 1;
        while (from < to && written > 0) {
            written = fifo.write(waiting, from, Math.min(to - from, 1 << 16));
            from += written;
        }
    }

    void close() {
        fifo.close();
        folder.remove(process);
    }

    private void append(byte[] bytes) {
        if (to + bytes.length > waiting.length) {
            byte[] larger = to - from + bytes.length > waiting.length / 2
                    ? Arrays.copyOf(waiting, 2 * (waiting.length + bytes.length))
                    : waiting;
            System.arraycopy(waiting, from, larger, 0, to - from);
            waiting = larger;
            to -= from;
            from = 0;
        }
        System.arraycopy(bytes, 0, waiting, to, bytes.length);
        to += bytes.length;
    }
}
