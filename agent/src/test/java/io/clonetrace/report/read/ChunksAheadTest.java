package io.clonetrace.report.read;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.report.chunk.Chunk;
import io.clonetrace.report.chunk.ChunkSink;
import io.clonetrace.report.chunk.SyntheticChunk;
import io.clonetrace.report.chunk.SyntheticChunk.Bytes;
import io.clonetrace.report.model.Event;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 2, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ChunksAheadTest {
    private static final int CHUNKS = 101;
    private static final int TYPE = 101;

    @TempDir
    private Path folder;

    private final List<Chunk> chunks = new ArrayList<>();
    /** Each chunk is asked once whether it has wanted events. */
    private final AtomicInteger begun = new AtomicInteger();

    private final Set<Thread> parsers = ConcurrentHashMap.newKeySet();
    private final List<Long> numbers = new ArrayList<>();

    private final ChunkSink sink = new ChunkSink() {
        @Override
        public boolean wants(String type) {
            return true;
        }

        @Override
        public void event(Event event, long end) {
            numbers.add(event.number("number"));
        }

        @Override
        public void other(String type, long end) {
            throw new AssertionError(type);
        }
    };

    @BeforeEach
    void writeChunks() throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int index = 0; index < CHUNKS; index++) {
            byte[] chunk = new SyntheticChunk()
                    .eventType(TYPE, "test.Number", SyntheticChunk.field("number", SyntheticChunk.LONG))
                    .event(TYPE, new Bytes().number(index))
                    .checkpoint()
                    .metadata()
                    .bytes();
            chunks.add(new Chunk(all.size(), chunk.length, true, index, index));
            all.write(chunk);
        }
        Files.write(folder.resolve("chunks.jfr"), all.toByteArray());
    }

    private ChunksAhead ahead(FileChannel file) {
        return new ChunksAhead(file, chunks, type -> {
            begun.incrementAndGet();
            parsers.add(Thread.currentThread());
            return true;
        });
    }

    private FileChannel open() throws IOException {
        return FileChannel.open(folder.resolve("chunks.jfr"));
    }

    private void assertNoneIsLeft() {
        parsers.remove(Thread.currentThread());
        assertTrue(parsers.stream().noneMatch(Thread::isAlive), parsers::toString);
    }

    @Test
    void chunksAreReadInTheirOrder() throws IOException {
        try (FileChannel file = open();
                ChunksAhead ahead = ahead(file)) {
            for (int index = 0; index < CHUNKS; index++) {
                ahead.read(sink);
            }
        }
        assertEquals(CHUNKS, numbers.size());
        for (int index = 0; index < CHUNKS; index++) {
            assertEquals(index, numbers.get(index));
        }
        assertNoneIsLeft();
    }

    /** Each that is parsed keeps its constants until it is read. */
    @Test
    void fewChunksAreParsedAhead() throws IOException, InterruptedException {
        try (FileChannel file = open();
                ChunksAhead ahead = ahead(file)) {
            ahead.read(sink);
            while (parsers.stream()
                    .anyMatch(thread -> thread != Thread.currentThread()
                            && thread.isAlive()
                            && thread.getState() != Thread.State.WAITING)) {
                Thread.sleep(1);
            }
            assertTrue(begun.get() <= 4, begun::toString);
        }
        assertNoneIsLeft();
    }

    @Test
    void threadsEndWhenTheReadingIsGivenUp() throws IOException {
        try (FileChannel file = open();
                ChunksAhead ahead = ahead(file)) {
            ahead.read(sink);
        }
        assertNoneIsLeft();
    }

    @Test
    void failureOfAParserIsThrownWhereItsEventsAreRead() throws IOException {
        try (FileChannel file = open();
                ChunksAhead ahead = new ChunksAhead(file, chunks, type -> {
                    throw new OutOfMemoryError("of a test");
                })) {
            assertThrows(OutOfMemoryError.class, () -> ahead.read(sink));
        }
    }
}
