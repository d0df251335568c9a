package io.clonetrace.report.read;

import static io.clonetrace.report.model.Amounts.count;

import io.clonetrace.report.chunk.Chunk;
import io.clonetrace.report.chunk.ChunkParser;
import io.clonetrace.report.chunk.DamagedChunkException;
import io.clonetrace.report.model.Amounts;
import io.clonetrace.report.model.RecordingSink;
import io.clonetrace.report.model.RecordingSink.EventSink;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/** Reads one recording, chunk after chunk, so that a damaged one doesn't hide those behind it. */
final class ChunkedFile {
    /** Up to this many damaged chunks of a file are reported one by one. */
    private static final int MOST_REPORTED = 5;

    private final String file;
    private final FileChannel content;
    private final RecordingSink sink;
    private final EventSink into;
    private final LongConsumer further;
    private int reported;
    private long unreported;
    private long unreportedBytes;

    /**
     * A recording.
     *
     * @param file its name in messages
     */
    ChunkedFile(String file, FileChannel content, RecordingSink sink, LongConsumer further) {
        this.file = file;
        this.content = content;
        this.sink = sink;
        this.further = further;
        into = sink.file();
    }

    /** Reads those that are wanted. */
    void read(FileChunks all, Predicate<Chunk> wanted) throws IOException {
        List<Chunk> chunks = all.chunks();
        List<Integer> toRead = IntStream.range(0, chunks.size())
                .filter(index -> wanted.test(chunks.get(index)))
                .boxed()
                .toList();
        try (ChunksAhead ahead =
                new ChunksAhead(content, toRead.stream().map(chunks::get).toList(), ChunkReader::isWanted)) {
            for (int index : toRead) {
                Chunk chunk = chunks.get(index);
                String which = chunks.size() == 1 ? "" : "chunk " + (index + 1) + " of " + chunks.size() + ", ";
                read(ahead, chunk, which + (chunk.offset() == 0 ? "" : at(chunk.offset())));
            }
        }
        if (unreported > 0) {
            sink.problem(
                    file,
                    count(unreported) + " more chunks of " + count(unreportedBytes)
                            + " bytes are damaged or unfinished");
        }
        if (all.empty() > 0) {
            sink.problem(file, count(all.empty()) + " of " + count(all.count()) + " chunks hold nothing but a header");
        }
        if (all.foreignBytes() > 0) {
            sink.problem(file, at(all.foreignAt()) + count(all.foreignBytes()) + " bytes are no part of a recording");
        }
        if (all.cutAt() >= 0) {
            sink.problem(file, at(all.cutAt()) + "a chunk is cut off within its header");
        }
    }

    private void read(ChunksAhead ahead, Chunk chunk, String where) throws IOException {
        into.beginChunk(chunk.key());
        ChunkReader reader = new ChunkReader(into, further);
        String why = null;
        try {
            reader.read(ahead);
        } catch (DamagedChunkException damaged) {
            why = damaged.getMessage();
        }
        reader.addUnreadable(into.endChunk());
        ChunkParser parser = ahead.parser();
        if (parser == null || !parser.isSound() || why != null || reader.unreadable() > 0) {
            report(chunk, problem(chunk, where, parser, reader, why));
        }
    }

    private static String problem(Chunk chunk, String where, ChunkParser checked, ChunkReader reader, String why) {
        if (checked == null || why != null && reader.count() == 0) {
            return "can't be read as a recording: " + where + why + "; " + count(chunk.length()) + " bytes are lost";
        }
        List<String> problems = new ArrayList<>();
        if (!chunk.whole()) {
            problems.add("it ends unfinished: cut off, or its JVM was killed or still runs"
                    + lost(chunk.length() - checked.end()));
        }
        if (checked.damage() != null) {
            problems.add("it is damaged (" + checked.damage() + ")" + lost(checked.damagedBytes()));
        }
        if (why != null) {
            problems.add("it is damaged (" + why + ")");
        }
        if (reader.unreadable() > 0) {
            problems.add(Amounts.counted(reader.unreadable(), "event")
                    + (reader.unreadable() == 1 ? " refers" : " refer") + " to what is damaged");
        }
        long read = reader.count() - reader.unreadable();
        return where + String.join("; ", problems) + "; " + count(read) + " of its "
                + Amounts.counted(checked.events(), "event") + " could be read";
    }

    private static String lost(long bytes) {
        return bytes == 0 ? "" : ", so that " + count(bytes) + " bytes can't be read";
    }

    private void report(Chunk chunk, String problem) {
        if (reported == MOST_REPORTED) {
            unreported++;
            unreportedBytes += chunk.length();
        } else {
            reported++;
            sink.problem(file, problem);
        }
    }

    private static String at(long offset) {
        return "at byte " + count(offset) + ": ";
    }
}
