package io.clonetrace.fleet.spark;

import io.clonetrace.fleet.extract.Part;
import io.clonetrace.fleet.extract.PartPlan.Recording;
import io.clonetrace.fleet.spark.RemoteRecording.Start;
import io.clonetrace.report.model.ChunkKey;
import io.clonetrace.report.read.RecordingChunks.HeldChunk;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** What goes to an executor, and comes from it: chunks of a recording, as numbers that Java can serialize. */
final class Work implements Serializable {
    private static final long serialVersionUID = 1;
    private static final int NUMBERS = 4;

    private final String file;
    private final String path;
    private final int number;
    private final int parts;
    private final long[] chunks;
    private final LinkedHashMap<String, String> labels;
    private final String problem;

    private Work(
            String file,
            String path,
            int number,
            int parts,
            List<HeldChunk> held,
            Map<String, String> labels,
            String problem) {
        this.file = file;
        this.path = path;
        this.number = number;
        this.parts = parts;
        this.labels = new LinkedHashMap<>(labels);
        this.problem = problem;
        chunks = new long[NUMBERS * held.size()];
        int at = 0;
        for (HeldChunk chunk : held) {
            chunks[at++] = chunk.key().startNanos();
            chunks[at++] = chunk.key().startTicks();
            chunks[at++] = chunk.bytes();
            chunks[at++] = chunk.whole() ? 1 : 0;
        }
    }

    /**
     * A recording whose chunks are to be found.
     *
     * @param file its name in the tables
     * @param path its name as Hadoop has it
     */
    static Work of(String file, String path) {
        return new Work(file, path, 0, 0, List.of(), Map.of(), null);
    }

    /** The same recording with its chunks. */
    Work with(List<HeldChunk> found) {
        return new Work(file, path, 0, 0, found, Map.of(), null);
    }

    /** The same recording, which can't be read. */
    Work unreadable(String why) {
        return new Work(file, path, 0, 0, List.of(), Map.of(), why);
    }

    /** A part that is to be exported. */
    static Work of(Part part, String path, Map<String, String> labels) {
        return new Work(part.file(), path, part.number(), part.of(), part.chunks(), labels, null);
    }

    private List<HeldChunk> held() {
        List<HeldChunk> held = new ArrayList<>();
        for (int at = 0; at < chunks.length; at += NUMBERS) {
            held.add(new HeldChunk(new ChunkKey(chunks[at], chunks[at + 1]), chunks[at + 2], chunks[at + 3] == 1));
        }
        return held;
    }

    Part part() {
        return new Part(file, number, parts, held());
    }

    Recording recording() {
        return new Recording(file, held());
    }

    Set<Start> starts() {
        return held().stream()
                .map(chunk -> new Start(chunk.key().startNanos(), chunk.key().startTicks()))
                .collect(Collectors.toSet());
    }

    String file() {
        return file;
    }

    String path() {
        return path;
    }

    Map<String, String> labels() {
        return labels;
    }

    /** Why the recording can't be read; null if it can. */
    String problem() {
        return problem;
    }
}
