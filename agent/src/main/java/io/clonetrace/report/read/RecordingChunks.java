package io.clonetrace.report.read;

import io.clonetrace.report.chunk.Chunk;
import io.clonetrace.report.model.ChunkKey;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Which chunks a recording holds, by their headers alone. */
public final class RecordingChunks {
    private RecordingChunks() {}

    /**
     * A chunk of a file.
     *
     * @param bytes how much of it the file holds, unpacked
     * @param whole whether that is all of it
     */
    public record HeldChunk(ChunkKey key, long bytes, boolean whole) {
        static HeldChunk of(Chunk chunk) {
            return new HeldChunk(chunk.key(), chunk.length(), chunk.whole());
        }

        /** Whether this copy holds more of the chunk than another. */
        public boolean isMoreThan(HeldChunk other) {
            return whole == other.whole ? bytes > other.bytes : whole;
        }
    }

    /**
     * The chunks that may hold an event, in the file's order.
     *
     * @param temporary where a compressed recording may lie unpacked for a moment
     * @throws IOException if it is no recording, or can't be read
     */
    public static List<HeldChunk> of(Path file, Path temporary) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new NoRecordingException(Files.exists(file) ? "it is no file" : "there is no such file");
        }
        try (FileChannel content = FileChannel.open(file)) {
            if (content.size() == 0) {
                throw NoRecordingException.empty();
            }
            if (FileForm.of(content) != FileForm.GZIP) {
                return of(content);
            }
            try (Gunzipped unpacked = Gunzipped.of(content, temporary)) {
                return of(unpacked.content());
            }
        }
    }

    private static List<HeldChunk> of(FileChannel content) throws IOException {
        return FileChunks.of(content).chunks().stream().map(HeldChunk::of).toList();
    }
}
