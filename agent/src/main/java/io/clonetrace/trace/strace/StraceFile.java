package io.clonetrace.trace.strace;

import io.clonetrace.trace.CloneSink;
import io.clonetrace.trace.CloneSource;
import io.clonetrace.trace.SourceRefusedException;
import io.clonetrace.trace.Tracer;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.ZonedDateTime;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * {@code source=strace:FILE}: the trace that someone else's strace, or a tracer that writes strace's lines, writes of
 * this process.
 */
public final class StraceFile implements CloneSource {
    private static final int BUFFER = 1 << 16;
    private static final long TRACER_CHECK_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    private final Path path;
    private final byte[] buffer = new byte[BUFFER];
    private TraceInput input;
    private StraceParser parser;
    private Optional<Tracer> tracer = Optional.empty();
    private long nextCheck = System.nanoTime();
    private String lost;

    public StraceFile(Path path) {
        this.path = path;
    }

    @Override
    public String name() {
        return "strace";
    }

    @Override
    public void start() throws SourceRefusedException {
        try {
            input = TraceInput.open(path);
        } catch (NoSuchFileException absent) {
            throw new SourceRefusedException(
                    path + " does not exist; start the JVM with: strace -f -ttt -o " + path + " java ...", absent);
        } catch (AccessDeniedException denied) {
            throw new SourceRefusedException(path + " may not be read by this user", denied);
        } catch (IOException unreadable) {
            throw new SourceRefusedException(path + " can't be read: " + unreadable.getMessage(), unreadable);
        }
        tracer = Tracer.ofThisProcess();
    }

    @Override
    public boolean poll(CloneSink sink) {
        if (parser == null) {
            // -ff, one file a task, is not followed here: a line without a tid belongs to nobody that is known.
            parser = new StraceParser(sink, (int) ProcessHandle.current().pid(), ZonedDateTime::now);
        }
        if (lost != null) {
            return false;
        }
        // Before reading: what the tracer wrote before it ended is read.
        boolean ended = tracerEnded();
        boolean any = readAll();
        if (ended && lost == null) {
            lost = tracer.get().name() + " (pid " + tracer.get().pid() + ") ended while the JVM runs";
            parser.end();
        }
        return any;
    }

    @Override
    public long damaged() {
        return parser == null ? 0 : parser.counts().lost();
    }

    @Override
    public String lost() {
        return lost;
    }

    @Override
    public void stop() {
        try {
            if (input != null) {
                input.close();
            }
        } catch (IOException alreadyGone) {
            lost = alreadyGone.getMessage();
        }
    }

    /**
     * Reads to where the file ends now. A trace of all system calls grows by each read of ours: reading on until there
     * is nothing more would never end, and what holds no clone is no reason to come again at once.
     */
    private boolean readAll() {
        long before = parser.counts().clones();
        try {
            int length;
            do {
                length = input.read(buffer);
                parser.feed(buffer, 0, length);
            } while (length == buffer.length);
        } catch (IOException unreadable) {
            lost = path + " can't be read any more: " + unreadable.getMessage();
        }
        return parser.counts().clones() > before;
    }

    private boolean tracerEnded() {
        long now = System.nanoTime();
        if (tracer.isEmpty() || now - nextCheck < 0) {
            return false;
        }
        nextCheck = now + TRACER_CHECK_NANOS;
        return Tracer.ofThisProcess().isEmpty();
    }
}
