package io.clonetrace.fleet.extract;

import io.clonetrace.report.model.ChunkKey;
import io.clonetrace.report.read.RecordingChunks.HeldChunk;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What is exported as one: chunks of one file, 64 MiB of them or a single larger one. Its rows fit into memory, however
 * large the file is.
 *
 * @param file the file's name in the tables
 * @param number its number in the file, from 1
 * @param of how many the file has
 * @param chunks at least one
 */
public record Part(String file, int number, int of, List<HeldChunk> chunks) {
    public Part {
        chunks = List.copyOf(chunks);
    }

    /** A hash of its chunks: the same in whatever file copies of them lie. */
    public String id() {
        return new Keys()
                .of(chunks.stream()
                        .map(chunk -> chunk.key().startNanos() + " "
                                + chunk.key().startTicks() + " "
                                + (chunk.whole() ? "" : chunk.bytes()))
                        .toArray());
    }

    /** What the file of a recording's problems is named by. */
    public static String fileId(String file) {
        return new Keys().of(file);
    }

    /** Bytes of its chunks, unpacked. */
    public long bytes() {
        return chunks.stream().mapToLong(HeldChunk::bytes).sum();
    }

    /** Which chunks these are. */
    public Set<ChunkKey> keys() {
        return chunks.stream().map(HeldChunk::key).collect(Collectors.toUnmodifiableSet());
    }
}
