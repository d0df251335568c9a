package io.clonetrace.report.read;

import io.clonetrace.report.model.FileEvents;
import io.clonetrace.report.model.FleetBuilder;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.LongConsumer;
import java.util.function.Predicate;

/** Reads one recording, chunk after chunk, so that a damaged one doesn't hide those behind it. */
final class ChunkedFile {
    private static final int BUFFER = 1 << 16;

    private final Path file;
    private final RandomAccessFile content;
    private final FleetBuilder fleet;
    private final Path temporary;
    private final FileEvents into;
    private final LongConsumer further;

    ChunkedFile(Path file, RandomAccessFile content, FleetBuilder fleet, Path temporary, LongConsumer further) {
        this.file = file;
        this.content = content;
        this.fleet = fleet;
        this.temporary = temporary;
        this.further = further;
        into = fleet.file();
    }

    /** Reads those that are wanted. */
    void read(List<Chunk> chunks, Predicate<Chunk> wanted) throws IOException {
        for (int index = 0; index < chunks.size(); index++) {
            Chunk chunk = chunks.get(index);
            if (!wanted.test(chunk)) {
                continue;
            }
            into.beginChunk();
            String which = chunks.size() == 1 ? "" : "chunk " + (index + 1) + " of " + chunks.size() + ", ";
            ChunkReader reader = new ChunkReader(into, further);
            try {
                read(chunk, reader, which);
            } catch (IOException damaged) {
                String why = RecordingReader.why(damaged);
                problem(
                        reader.count() == 0
                                ? "can't be read as a recording: " + where(which, chunk.offset()) + why
                                : where(which, chunk.offset()) + why + "; " + reader.count()
                                        + " of its events could be read");
            }
        }
        into.end();
        Chunk last = chunks.get(chunks.size() - 1);
        if (last.isWhole(content.length()) && last.end() < content.length()) {
            problem(where("", last.end()) + "what follows is no part of a recording");
        }
    }

    private void read(Chunk chunk, ChunkReader reader, String which) throws IOException {
        if (chunk.isWhole(content.length())) {
            if (chunk.offset() == 0 && chunk.size() == content.length()) {
                reader.read(file);
            } else {
                onCopy(chunk, chunk.size(), reader::read);
            }
            return;
        }
        onCopy(chunk, content.length() - chunk.offset(), copy -> {
            long readable = CutChunk.mend(copy);
            reader.read(copy);
            problem(where(which, chunk.offset() + readable)
                    + "it ends unfinished: cut off, or its JVM was killed or still runs; " + reader.count()
                    + " events before that could be read");
        });
    }

    private interface Reading {
        void of(Path copy) throws IOException;
    }

    /** The JDK's parser wants a file, and begins with its first chunk. */
    private void onCopy(Chunk chunk, long size, Reading reading) throws IOException {
        Path copy = Files.createTempFile(temporary, "clonetrace-chunk-", ".jfr");
        try {
            content.seek(chunk.offset());
            try (OutputStream to = Files.newOutputStream(copy)) {
                byte[] buffer = new byte[BUFFER];
                long left = size;
                while (left > 0) {
                    int length = content.read(buffer, 0, (int) Math.min(left, BUFFER));
                    if (length < 0) {
                        break;
                    }
                    to.write(buffer, 0, length);
                    left -= length;
                }
            }
            reading.of(copy);
        } finally {
            Files.deleteIfExists(copy);
        }
    }

    private void problem(String what) {
        fleet.problem(file.toString(), what);
    }

    private static String where(String which, long offset) {
        return which + (offset == 0 ? "" : String.format(Locale.ROOT, "at byte %,d: ", offset));
    }
}
