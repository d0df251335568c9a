package io.clonetrace.cli.target;

import io.clonetrace.linux.LinuxException;
import io.clonetrace.linux.file.UnixSocket;
import io.clonetrace.linux.proc.Patience;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * A JVM's reply to a request: a status, and text. The JVM may be hostile, so its silence, its total time and its length
 * are bounded. Closing the reply closes the connection.
 */
final class JvmReply extends InputStream {
    private static final int PIECE = 1 << 16;
    private static final long CHECK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    /** An int and a line end. */
    private static final int LONGEST_STATUS = 12;

    private final long pid;
    private final UnixSocket socket;
    private final Bounds bounds;
    private final LongSupplier progress;
    private final Waiting waiting;
    private final long begin = System.nanoTime();
    private final byte[] piece = new byte[PIECE];
    private int next;
    private int end;
    private long received;
    private boolean ended;

    /**
     * The bounds of a reply.
     *
     * @param silence how long it may pause while the JVM makes no progress; longer while it does ({@link Patience})
     * @param total how long the whole reply may take
     * @param bytes its largest length
     */
    record Bounds(Duration silence, Duration total, long bytes) {
        static Bounds of(int silence, int total, int megabytes) {
            return new Bounds(Duration.ofSeconds(silence), Duration.ofSeconds(total), (long) megabytes << 20);
        }
    }

    /**
     * @param pid the JVM, for messages
     * @param progress the processor time that it has used
     */
    JvmReply(long pid, UnixSocket socket, Bounds bounds, LongSupplier progress, Waiting waiting) {
        this.pid = pid;
        this.socket = socket;
        this.bounds = bounds;
        this.progress = progress;
        this.waiting = waiting;
    }

    /**
     * The status, which is the first line: 0 if the command was executed.
     *
     * @throws IOException if there is none, saying why in a sentence
     */
    int status() throws IOException {
        StringBuilder digits = new StringBuilder();
        for (int c = read(); c != '\n'; c = read()) {
            if (c < 0 && digits.isEmpty()) {
                throw new ConnectionLostException(
                        "JVM " + pid + " closed the connection without an answer; it takes requests from"
                                + " its own user and group, and from root");
            }
            if (c < 0 || digits.length() == LONGEST_STATUS) {
                throw noProtocol();
            }
            digits.append((char) c);
        }
        try {
            return Integer.parseInt(digits.toString());
        } catch (NumberFormatException other) {
            throw noProtocol();
        }
    }

    /** The first bytes of the text. */
    String text(int most) throws IOException {
        return new String(readNBytes(most), StandardCharsets.UTF_8);
    }

    private IOException noProtocol() {
        return new IOException("process " + pid + " does not answer as a JVM does");
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (next == end && !receive()) {
            return -1;
        }
        int count = Math.min(length, end - next);
        System.arraycopy(piece, next, bytes, offset, count);
        next += count;
        return count;
    }

    private boolean receive() throws IOException {
        if (ended) {
            return false;
        }
        try {
            int count = await();
            received += count;
            if (received > bounds.bytes()) {
                throw new IOException("JVM " + pid + " answers with more than " + bounds.bytes() + " bytes");
            }
            ended = count == 0;
            next = 0;
            end = count;
            return !ended;
        } catch (LinuxException broken) {
            throw new ConnectionLostException(
                    "JVM " + pid + " broke the connection off: " + broken.getMessage(), broken);
        }
    }

    /** Bytes that are available could be received without an end, so the total is checked first. */
    private int await() throws IOException, LinuxException {
        Patience patience = new Patience(bounds.silence().toNanos(), CHECK_NANOS, progress);
        while (waited() < bounds.total().toNanos()) {
            int count = socket.receive(piece, System.nanoTime() + CHECK_NANOS);
            if (count >= 0) {
                return count;
            }
            waiting.at(TimeUnit.NANOSECONDS.toSeconds(waited()));
            if (patience.isOver()) {
                break;
            }
        }
        throw new IOException("JVM " + pid + " did not answer within " + TimeUnit.NANOSECONDS.toSeconds(waited()) + " s"
                + (patience.isIdle() ? "; it may be stopped" : ", though it uses processor time"));
    }

    private long waited() {
        return System.nanoTime() - begin;
    }

    @Override
    public void close() {
        socket.close();
    }
}
