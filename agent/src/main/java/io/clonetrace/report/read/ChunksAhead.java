package io.clonetrace.report.read;

import io.clonetrace.report.chunk.Chunk;
import io.clonetrace.report.chunk.ChunkParser;
import io.clonetrace.report.chunk.ChunkSink;
import io.clonetrace.report.chunk.EventBlock;
import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.FileChannel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Predicate;

/**
 * Parses the chunks of a file in other threads, while the events of an earlier one are taken in. Few chunks are begun
 * ahead, and few blocks of each wait, so that the memory does not grow with the file, be its chunks large or many.
 */
final class ChunksAhead implements Closeable {
    /** Events are not taken in faster than they are parsed by so many. */
    private static final int MOST_THREADS = 2;

    /** The one that is taken in, and one for each thread. */
    private static final int MOST_CHUNKS = 1 + MOST_THREADS;

    private static final int MOST_BLOCKS = 4;
    private static final EventBlock END = new EventBlock();

    private final FileChannel file;
    private final Predicate<String> wants;
    private final Iterator<Chunk> left;
    private final Queue<Parsing> ahead = new ArrayDeque<>();
    private final Queue<EventBlock> spare = new ConcurrentLinkedQueue<>();
    private final BlockingQueue<Parsing> toParse = new ArrayBlockingQueue<>(MOST_CHUNKS);
    private final List<Thread> threads = new ArrayList<>();
    private Parsing current;

    /**
     * Begins to parse.
     *
     * @param wants whether the values of events of a type are wanted; is asked in several threads
     */
    ChunksAhead(FileChannel file, List<Chunk> chunks, Predicate<String> wants) {
        this.file = file;
        this.wants = wants;
        left = chunks.iterator();
        int processors = Runtime.getRuntime().availableProcessors();
        int most = processors == 1 ? 0 : Math.min(chunks.size(), MOST_THREADS);
        try {
            while (threads.size() < most) {
                Thread thread = new Thread(this::parse, "chunks-" + threads.size());
                thread.setDaemon(true);
                thread.start();
                threads.add(thread);
            }
        } catch (OutOfMemoryError noThread) {
            // At a limit on threads: then by fewer, or by this one alone.
        }
    }

    private void parse() {
        try {
            while (toParse.take().parse()) {
                // The next one.
            }
        } catch (InterruptedException closed) {
            // There is none.
        }
    }

    /**
     * Reads the events of the next chunk.
     *
     * @throws IOException if it is damaged or can't be read; the events before have been delivered
     */
    void read(ChunkSink sink) throws IOException {
        // Keeps no memory of the one before.
        current = null;
        if (threads.isEmpty()) {
            current = new Parsing(left.next());
            current.parser = ChunkParser.of(file, current.chunk);
            current.parser.read(sink);
            return;
        }
        while (ahead.size() < MOST_CHUNKS && left.hasNext()) {
            Parsing next = new Parsing(left.next());
            ahead.add(next);
            toParse.add(next);
        }
        current = ahead.remove();
        try {
            current.read(sink);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException();
        }
    }

    /** What is known of the chunk that is or was read; null if nothing of it can be read. */
    ChunkParser parser() {
        return current.parser;
    }

    /** Ends the threads: none reads the file any more. */
    @Override
    public void close() {
        threads.forEach(Thread::interrupt);
        try {
            for (Thread thread : threads) {
                thread.join();
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** One chunk. */
    private final class Parsing implements EventBlock.Exchange {
        private final Chunk chunk;
        private final BlockingQueue<EventBlock> filled = new ArrayBlockingQueue<>(MOST_BLOCKS + 1);
        private final BlockingQueue<EventBlock> free = new ArrayBlockingQueue<>(MOST_BLOCKS);
        private int blocks = 1;
        private volatile ChunkParser parser;
        private volatile Throwable failure;

        Parsing(Chunk chunk) {
            this.chunk = chunk;
        }

        /** @return whether to go on with the next */
        boolean parse() {
            try {
                parser = ChunkParser.of(file, chunk);
                parser.parse(wants, block(), this);
            } catch (Throwable failed) {
                // Is thrown where the events are taken in.
                failure = failed;
            }
            filled.add(END);
            return !Thread.currentThread().isInterrupted();
        }

        private EventBlock block() {
            EventBlock used = spare.poll();
            return used == null ? new EventBlock() : used;
        }

        @Override
        public EventBlock exchange(EventBlock block) throws IOException {
            try {
                filled.put(block);
                return blocks++ < MOST_BLOCKS ? block() : free.take();
            } catch (InterruptedException closed) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException();
            }
        }

        void read(ChunkSink sink) throws IOException, InterruptedException {
            for (EventBlock block = filled.take(); block != END; block = filled.take()) {
                parser.deliver(block, sink);
                free.add(block.emptied());
            }
            // Of a chunk that is read no further.
            free.drainTo(spare);
            if (failure instanceof IOException unreadable) {
                throw unreadable;
            }
            if (failure instanceof Error error) {
                throw error;
            }
            if (failure instanceof RuntimeException unexpected) {
                throw unexpected;
            }
        }
    }
}
