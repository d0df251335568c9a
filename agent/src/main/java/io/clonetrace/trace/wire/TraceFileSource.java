package io.clonetrace.trace.wire;

import io.clonetrace.trace.CloneSink;
import io.clonetrace.trace.CloneSource;
import io.clonetrace.trace.SourceKind;
import io.clonetrace.trace.SourceRefusedException;
import io.clonetrace.trace.Tracer;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * {@code source=strace:FILE}: the trace of this process by an strace started elsewhere, or by a tracer that writes
 * strace's lines.
 */
public final class TraceFileSource implements CloneSource {
    private static final int BUFFER = 1 << 16;
    private static final int PIECE = 1 << 12;
    private static final long MOMENT_NANOS = TimeUnit.MILLISECONDS.toNanos(2);
    private static final long TRACER_CHECK_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    private final Path path;
    private final Duration patience;
    private final byte[] buffer = new byte[BUFFER];
    private TraceInput input;
    private StraceParser parser;
    private Optional<Tracer> tracer = Optional.empty();
    private Optional<ProcessHandle> writer = Optional.empty();
    private long nextCheck = System.nanoTime();
    private final GivingWay givingWay = new GivingWay();
    private volatile boolean hurried;
    private boolean quiet;
    private volatile long bytes;
    private String lost;

    public TraceFileSource(Path path) {
        this(path, Duration.ZERO);
    }

    /** @param patience how long to wait for a file that the observing process is about to create */
    public TraceFileSource(Path path, Duration patience) {
        this.path = path;
        this.patience = patience;
    }

    @Override
    public SourceKind kind() {
        return SourceKind.STRACE;
    }

    @Override
    public void start() throws SourceRefusedException {
        awaitFile();
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
            // -ff, with one file per task, is not followed here: a line without a tid can't be attributed to a task.
            parser = new StraceParser(sink, (int) ProcessHandle.current().pid(), ZonedDateTime::now);
        }
        if (lost != null) {
            return false;
        }
        // Check before reading, so that everything the tracer wrote before it ended is read.
        Optional<String> ended = ended();
        boolean any = readAll();
        if (writer.isEmpty() && parser.writer().isPresent()) {
            // At once: the writer lives at least until this source is active, and might later end unexamined.
            writer = ProcessHandle.of(parser.writer().getAsLong());
        }
        if (ended.isPresent() && lost == null) {
            lost = ended.get() + " ended while the JVM runs";
            parser.end();
        }
        return any;
    }

    @Override
    public boolean isQuiet() {
        return quiet;
    }

    @Override
    public long lostRecords() {
        return parser == null ? 0 : parser.counts().lost();
    }

    /** What its writer does beside that is not known: an strace works for each call that the waiting thread makes. */
    @Override
    public long progress() {
        return bytes;
    }

    @Override
    public String lossReason() {
        return lost;
    }

    /** The process ends: reads without giving way. */
    @Override
    public void processEnds() {
        hurried = true;
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
     * Reads to the file's current end. A trace of all system calls grows with each of our reads: reading until nothing
     * is left would never end, and data without a clone is no reason to poll again at once.
     */
    private boolean readAll() {
        long before = parser.counts().clones();
        quiet = true;
        if (!hurried) {
            givingWay.begin();
        }
        try {
            int length;
            do {
                length = input.read(buffer);
                quiet &= length == 0;
                bytes += length;
                for (int at = 0; at < length; at += PIECE) {
                    parser.feed(buffer, at, Math.min(PIECE, length - at));
                    givingWay.giveWay();
                }
            } while (length == buffer.length);
        } catch (IOException unreadable) {
            lost = path + " can't be read any more: " + unreadable.getMessage();
        }
        return parser.counts().clones() > before;
    }

    private void awaitFile() {
        // Counts pauses, not time: the observing process may share a used up quota with this one.
        for (long left = patience.toNanos() / MOMENT_NANOS; left > 0 && !Files.exists(path); left--) {
            Thread.interrupted();
            LockSupport.parkNanos(MOMENT_NANOS);
        }
    }

    private boolean isUnlocked() {
        try {
            return input.isUnlocked();
        } catch (IOException untold) {
            return false;
        }
    }

    /** Which of the processes that the trace comes from has ended. */
    private Optional<String> ended() {
        long now = System.nanoTime();
        if (now - nextCheck < 0) {
            return Optional.empty();
        }
        nextCheck = now + TRACER_CHECK_NANOS;
        if (tracer.isPresent() && Tracer.ofThisProcess().isEmpty()) {
            return tracer.map(gone -> gone.name() + " (pid " + gone.pid() + ")");
        }
        if (parser.writerLocks() && isUnlocked()) {
            return Optional.of("the process that observed this JVM, in another pid namespace,");
        }
        // The handle also compares start times: another process of that pid does not count as alive.
        return writer.filter(process -> !process.isAlive())
                .map(gone -> "the process that observed this JVM (pid " + gone.pid() + ")");
    }
}
