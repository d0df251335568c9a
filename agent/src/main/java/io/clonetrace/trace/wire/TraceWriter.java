package io.clonetrace.trace.wire;

import io.clonetrace.clone.CloneCall;
import io.clonetrace.linux.process.Clocks;
import io.clonetrace.trace.StackCapture;
import io.clonetrace.trace.wire.TaskEvent.Cloned;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Writes a tracer's events as lines in strace's format, on its own thread. The tracer's thread never waits for the
 * reader, which may itself wait for a task that the tracer has stopped: when {@value #QUEUE} events are queued, the
 * next is lost and counted. The first line, a header, names the source; {@code # lost: N} reports how many clones have
 * been lost since the beginning. Where the calls have origins, the lines of their frames follow each call's line; the
 * next lines wait for them.
 */
public final class TraceWriter implements Consumer<TaskEvent>, AutoCloseable {
    private static final int QUEUE = 1 << 15;
    private static final long PERIOD_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    /** While many tasks are made: the reader takes a processor from them at each piece that it finds. */
    private static final long BUSY_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    /** So many events since the last time are many. */
    private static final int MANY = 64;

    /** After this many idle periods it sleeps until an event arrives. */
    private static final int PERIODS_AWAKE = 5;

    /** How late it may tell what the tracer itself could not read. */
    private static final long SLEEP_NANOS = TimeUnit.SECONDS.toNanos(5);

    /** A pipe takes this much whole or not at all (pipe(7), PIPE_BUF), so what it did not take is known. */
    private static final int PIECE = 4096;

    private static final int MOST_PIECES = 64;

    /** For the first chain, the files of the process have to be read. */
    private static final long ORIGIN_NANOS = TimeUnit.SECONDS.toNanos(5);

    /** How long a call's line may wait so that its chain is in the same piece. */
    private static final long SOON_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    private static final long ORIGIN_CHECK_NANOS = TimeUnit.MICROSECONDS.toNanos(200);
    private static final String LATE = "its frames were not found in time";

    private static final long JOIN_MILLIS = 20;
    private static final int JOINS_IN_A_HURRY = 50;

    private final OutputStream out;
    private final WireHeader source;
    private final Times times;
    private final ChainWriter chains;
    private final Consumer<IOException> broken;
    private final BlockingQueue<TaskEvent> queue = new ArrayBlockingQueue<>(QUEUE);
    private final Thread thread = new Thread(this::write, "clonetrace-writer");
    private final List<TaskEvent> batch = new ArrayList<>();
    private final StringBuilder piece = new StringBuilder();

    /** Written together: the reader would take them one by one, and look each time for what else there is to do. */
    private final Deque<Piece> pieces = new ArrayDeque<>();

    private final AtomicLong taken = new AtomicLong();
    private final AtomicLong written = new AtomicLong();
    private final AtomicLong dropped = new AtomicLong();
    private volatile boolean closing;
    private volatile boolean hurried;
    private volatile boolean asleep;
    private volatile LongSupplier lostByTracer = () -> 0;
    private final GivingWay givingWay = new GivingWay();
    private long inPiece;
    private long toldLost;
    private boolean late;

    /**
     * Whole lines.
     *
     * @param clones how many of them are clones
     */
    private record Piece(byte[] bytes, long clones) {}

    /** How to write the times of clones. */
    public enum Times {
        /** In microseconds, as strace's -ttt. */
        MICROSECONDS,
        /** In nanoseconds, after a header that says how the clocks relate. */
        NANOSECONDS
    }

    /**
     * Starts writing.
     *
     * @param source the source's name
     * @param broken called once, on the writer's thread, if writing fails; what follows is lost and counted
     */
    public TraceWriter(OutputStream out, String source, Times times, Consumer<IOException> broken) {
        this(out, source, times, new ChainWriter(StackCapture.OFF, false), broken);
    }

    /**
     * Starts writing.
     *
     * @param source as for the other constructor
     * @param chains writes the native call chains; confined to the writer's thread
     * @param broken as for the other constructor
     */
    public TraceWriter(OutputStream out, String source, Times times, ChainWriter chains, Consumer<IOException> broken) {
        this.out = out;
        this.source = new WireHeader.Source(source);
        this.times = times;
        this.chains = chains;
        this.broken = broken;
        thread.setDaemon(true);
        thread.start();
    }

    /** Called by one thread. */
    @Override
    public void accept(TaskEvent event) {
        // A task's end that is not written is not a lost clone.
        boolean clone = event instanceof Cloned;
        if (queue.offer(event)) {
            if (clone) {
                taken.lazySet(taken.get() + 1);
            }
            if (asleep || clone && chains.isUrgent(((Cloned) event).call())) {
                LockSupport.unpark(thread);
            }
        } else if (clone) {
            dropped.lazySet(dropped.get() + 1);
        }
    }

    /** Also reports as lost, from this call on, what the tracer itself could not read. */
    public void tellLossesOf(LongSupplier tracer) {
        lostByTracer = tracer;
    }

    /** How many clones were not written; final once {@link #close} has returned. */
    public long lost() {
        return dropped.get() + taken.get() - written.get();
    }

    /** Makes {@link #close} wait only a second for the reader. Called by any thread. */
    public void hurry() {
        hurried = true;
    }

    /** Writes what is queued and returns once it is written; the stream stays open. */
    @Override
    public void close() {
        closing = true;
        LockSupport.unpark(thread);
        boolean interrupted = false;
        int inAHurry = 0;
        while (thread.isAlive() && inAHurry < JOINS_IN_A_HURRY) {
            inAHurry += hurried ? 1 : 0;
            try {
                thread.join(JOIN_MILLIS);
            } catch (InterruptedException later) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void write() {
        try {
            writeAll();
        } catch (IOException | RuntimeException | OutOfMemoryError failed) {
            broken.accept(failed instanceof IOException io ? io : new IOException(failed));
            boolean last = false;
            while (!last) {
                last = closing;
                queue.clear();
                LockSupport.parkNanos(PERIOD_NANOS);
            }
        }
    }

    private void writeAll() throws IOException {
        add(source.line());
        if (times == Times.NANOSECONDS) {
            add(clock().line());
        }
        if (chains.hasHeader()) {
            add(chains.header().line());
        }
        writeAllPieces();
        boolean last = false;
        int quiet = 0;
        while (!last) {
            last = closing;
            quiet++;
            int events = 0;
            if (!last) {
                givingWay.begin();
            }
            while (queue.drainTo(batch, 1024) > 0 || toldLost != allLost()) {
                quiet = 0;
                events += batch.size();
                for (TaskEvent event : batch) {
                    addLine(event);
                    if (event instanceof Cloned cloned) {
                        Optional<WireHeader.Inside> inside = WireHeader.Inside.of(cloned.call());
                        if (inside.isPresent()) {
                            add(inside.get().line());
                        }
                        inPiece++;
                        addChain(cloned.call());
                    }
                    if (pieces.size() >= MOST_PIECES) {
                        writeAllPieces();
                    }
                }
                batch.clear();
                tellLost();
                writeAllPieces();
            }
            if (!last) {
                rest(quiet, events);
            }
        }
    }

    private void addLine(TaskEvent event) {
        int whole = piece.length();
        StraceLine.append(piece, event, times == Times.NANOSECONDS);
        end(whole);
    }

    private void add(String line) {
        int whole = piece.length();
        piece.append(line);
        end(whole);
    }

    /** Ends the line that begins there; if it makes the piece too long, it begins the next one. */
    private void end(int start) {
        piece.append('\n');
        if (piece.length() > PIECE && start > 0) {
            finishPiece(start);
        }
    }

    private void addChain(CloneCall call) throws IOException {
        if (!chains.cover(call)) {
            return;
        }
        if (!ChainWriter.isKnown(call)) {
            // Without a stack, all those of a batch are found together, at once.
            boolean soon = !late && call.origin().stackPointer() == CloneCall.UNKNOWN;
            chains.hurry(soon ? SOON_NANOS : 0);
        }
        if (!ChainWriter.isKnown(call)) {
            // The reader need not wait for the call, too.
            writeAllPieces();
            await(call);
        }
        late = !ChainWriter.isKnown(call);
        for (String line : chains.lines(call, LATE)) {
            add(line);
        }
    }

    /** If one chain is late, those behind it are not waited for: an unwinder that hangs must not hold up each call. */
    private void await(CloneCall call) {
        long began = System.nanoTime();
        while (!late && !ChainWriter.isKnown(call)) {
            LockSupport.parkNanos(ORIGIN_CHECK_NANOS);
            late = hurried || System.nanoTime() - began > ORIGIN_NANOS;
        }
    }

    private void writeAllPieces() throws IOException {
        finishPiece(piece.length());
        for (Piece next = pieces.poll(); next != null; next = pieces.poll()) {
            out.write(next.bytes());
            written.addAndGet(next.clones());
        }
        out.flush();
    }

    private void finishPiece(int length) {
        if (length == 0) {
            return;
        }
        pieces.add(new Piece(piece.substring(0, length).getBytes(StandardCharsets.US_ASCII), inPiece));
        piece.delete(0, length);
        inPiece = 0;
        givingWay.giveWay();
    }

    /**
     * Woken only by the first event after an idle time, and by what can't wait, not by each: the tracer's thread has no
     * time to wake other threads.
     */
    private void rest(int quiet, int events) {
        asleep = quiet > PERIODS_AWAKE;
        long period = events < MANY ? PERIOD_NANOS : BUSY_NANOS;
        // In this order: an event that arrived before the tracer's thread could see this one asleep is in the queue.
        LockSupport.parkNanos(asleep && queue.isEmpty() ? SLEEP_NANOS : period);
        asleep = false;
    }

    private static WireHeader clock() {
        Clocks clocks = new Clocks();
        try {
            return new WireHeader.Clock(clocks.realtime() - clocks.monotonic());
        } finally {
            clocks.close();
        }
    }

    private long allLost() {
        return dropped.get() + lostByTracer.getAsLong();
    }

    private void tellLost() {
        long now = allLost();
        if (now != toldLost) {
            toldLost = now;
            add(new WireHeader.Lost(now).line());
        }
    }
}
