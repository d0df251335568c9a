package io.clonetrace.fleet.spark;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.fleet.SampleRecordings;
import io.clonetrace.fleet.spark.RemoteRecording.Start;
import io.clonetrace.report.read.RecordingChunks;
import io.clonetrace.report.read.RecordingChunks.HeldChunk;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RemoteRecordingTest {
    private final Configuration hadoop = RemoteFiles.configuration();

    @TempDir
    Path folder;

    private Path local;
    private Path chunks;
    private long first;

    @BeforeEach
    void record() throws IOException {
        local = Files.createDirectory(folder.resolve("local"));
        Path one = SampleRecordings.agents(folder.resolve("one.jfr"));
        Path other = SampleRecordings.plain(folder.resolve("other.jfr"), 3);
        first = Files.size(one);
        chunks = folder.resolve("chunks.jfr");
        try (OutputStream out = Files.newOutputStream(chunks)) {
            Files.copy(one, out);
            Files.copy(other, out);
        }
    }

    private static String remote(Path file) {
        return RemoteFiles.SCHEME + ":" + file;
    }

    @Test
    void theHeadersAloneShowTheSameChunks() throws IOException {
        List<HeldChunk> all = RecordingChunks.of(chunks, folder);
        assertEquals(2, all.size());
        try (RemoteRecording headers = RemoteRecording.headers(remote(chunks), hadoop, local)) {
            assertEquals(all, RecordingChunks.of(headers.path(), local));
            byte[] fetched = Files.readAllBytes(headers.path());
            assertEquals(Files.size(chunks), fetched.length);
            // Behind its header, nothing of a chunk.
            assertTrue(Arrays.equals(fetched, 68, (int) first, new byte[(int) first - 68], 0, (int) first - 68));
        }
        assertNothingIsLeft();
    }

    @Test
    void onlyTheWantedChunkIsFetchedAndAtItsPlace() throws IOException {
        HeldChunk wanted = RecordingChunks.of(chunks, folder).get(1);
        Start start = new Start(wanted.key().startNanos(), wanted.key().startTicks());
        byte[] whole = Files.readAllBytes(chunks);
        try (RemoteRecording part = RemoteRecording.chunks(remote(chunks), hadoop, local, Set.of(start))) {
            byte[] fetched = Files.readAllBytes(part.path());
            assertTrue(Arrays.equals(fetched, (int) first, whole.length, whole, (int) first, whole.length));
            assertFalse(Arrays.equals(fetched, 0, (int) first, whole, 0, (int) first));
        }
        assertNothingIsLeft();
    }

    @Test
    void damagedAndCompressedRecordingsAreFetchedAsAWhole() throws IOException {
        Path cut = SampleRecordings.cut(chunks, folder.resolve("cut.jfr"));
        Path packed = SampleRecordings.compressed(chunks, folder.resolve("packed.jfr.gz"));
        Path text = SampleRecordings.text(folder.resolve("text.jfr"));
        Path empty = Files.createFile(folder.resolve("empty.jfr"));
        for (Path file : List.of(cut, packed, text, empty)) {
            try (RemoteRecording copy = RemoteRecording.headers(remote(file), hadoop, local)) {
                assertArrayEquals(Files.readAllBytes(file), Files.readAllBytes(copy.path()), file.toString());
            }
        }
        assertNothingIsLeft();
    }

    @Test
    void aLocalFileIsReadWhereItIs() throws IOException {
        try (RemoteRecording same = RemoteRecording.headers(chunks.toUri().toString(), hadoop, local)) {
            assertEquals(chunks, same.path());
        }
        assertTrue(Files.exists(chunks));
    }

    private void assertNothingIsLeft() throws IOException {
        try (Stream<Path> left = Files.list(local)) {
            assertEquals(List.of(), left.toList());
        }
    }
}
