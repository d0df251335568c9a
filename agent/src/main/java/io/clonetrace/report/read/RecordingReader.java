package io.clonetrace.report.read;

import io.clonetrace.linux.FileFailure;
import io.clonetrace.report.chunk.Chunk;
import io.clonetrace.report.model.ChunkKey;
import io.clonetrace.report.model.RecordingSink;
import io.clonetrace.report.read.RecordingChunks.HeldChunk;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongConsumer;

/**
 * Reads flight recordings into a {@link RecordingSink}: of each as much as can be read, and what can't be is noted. A
 * chunk that lies in several files, as in two dumps of one recording, counts once; a part of it hides no larger one.
 */
public final class RecordingReader {
    private final RecordingSink sink;
    private final Progress progress;
    private final Path temporary;
    /** Of each chunk that lies in several files, the copy that holds most of it. */
    private final Map<ChunkKey, HeldChunk> most = new HashMap<>();

    private final Set<ChunkKey> known = new HashSet<>();
    private long events;

    public RecordingReader(RecordingSink sink, Progress progress) {
        this(sink, progress, Path.of(System.getProperty("java.io.tmpdir")));
    }

    /** @param temporary where a compressed one may lie for a moment */
    public RecordingReader(RecordingSink sink, Progress progress, Path temporary) {
        this.sink = sink;
        this.progress = progress;
        this.temporary = temporary;
    }

    /** Reads all of these files. */
    public void read(List<Path> files) {
        if (files.size() > 1) {
            files.forEach(this::note);
        }
        for (int index = 0; index < files.size(); index++) {
            Path file = files.get(index);
            int number = index + 1;
            progress.at(file.toString(), number, files.size(), events);
            try {
                read(file, count -> {
                    events += count;
                    progress.at(file.toString(), number, files.size(), events);
                });
            } catch (IOException unreadable) {
                sink.problem(file.toString(), "can't be read as a recording: " + FileFailure.reading(unreadable));
            }
        }
    }

    /** How many events have been read. */
    public long events() {
        return events;
    }

    /** Which chunks it holds, and how much of each. */
    private void note(Path file) {
        try {
            for (HeldChunk chunk : RecordingChunks.of(file, temporary)) {
                most.merge(chunk.key(), chunk, (one, other) -> other.isMoreThan(one) ? other : one);
            }
        } catch (IOException unreadable) {
            // Reported when it is read.
        }
    }

    /** Whether it is the first of the copies that hold most of it. */
    private boolean wanted(Chunk chunk) {
        ChunkKey key = chunk.key();
        HeldChunk largest = most.get(key);
        return sink.wants(key) && (largest == null || !largest.isMoreThan(HeldChunk.of(chunk))) && known.add(key);
    }

    private void read(Path file, LongConsumer further) throws IOException {
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            throw new NoRecordingException("it is no file");
        }
        try (FileChannel content = FileChannel.open(file)) {
            if (content.size() == 0) {
                throw NoRecordingException.empty();
            }
            if (FileForm.of(content) != FileForm.GZIP) {
                read(file, content, further);
                return;
            }
            try (Gunzipped unpacked = Gunzipped.of(content, temporary)) {
                read(file, unpacked.content(), further);
                unpacked.problem().ifPresent(problem -> sink.problem(file.toString(), problem));
            }
        }
    }

    private void read(Path file, FileChannel content, LongConsumer further) throws IOException {
        FileChunks chunks = FileChunks.of(content);
        new ChunkedFile(file.toString(), content, sink, further).read(chunks, this::wanted);
    }
}
