package io.clonetrace.fleet.extract;

import io.clonetrace.report.model.ChunkKey;
import io.clonetrace.report.read.RecordingChunks.HeldChunk;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which parts of recordings are exported, so that no chunk counts twice: dumps of one JVM overlap, and files are
 * copied. Depends on the chunks and the names of the files, and not on their order.
 *
 * @param parts to export
 * @param present parts that have been exported and stay, as they are
 * @param superseded ids of exported parts that are to be removed when {@code parts} are in place: a longer recording
 *     holds all of their chunks
 * @param duplicates files without any chunk of their own, each with the file that holds them, or null for one of an
 *     earlier export
 */
public record PartPlan(List<Part> parts, Set<String> present, Set<String> superseded, Map<String, String> duplicates) {
    /** With more of them in a part, its rows would need more memory than a usual JVM has by default. */
    static final long MOST_BYTES = 64L << 20;

    /**
     * A recording to export.
     *
     * @param file its name in the tables
     */
    public record Recording(String file, List<HeldChunk> chunks) {}

    /**
     * A part that was exported before.
     *
     * @param id its id
     */
    public record Exported(String id, List<HeldChunk> chunks) {}

    /** The files that these parts are of. */
    public Set<String> files() {
        return parts.stream().map(Part::file).collect(Collectors.toSet());
    }

    /** A plan for all of these. */
    public static PartPlan of(Collection<Recording> recordings, Collection<Exported> exported) {
        List<Recording> longestFirst = new ArrayList<>(recordings);
        // A cumulative dump comes before those whose chunks it holds too.
        longestFirst.sort(Comparator.comparingInt((Recording one) -> one.chunks.size())
                .reversed()
                .thenComparing(one -> -bytes(one.chunks))
                .thenComparing(Recording::file));
        Map<ChunkKey, HeldChunk> best = new HashMap<>();
        for (Recording recording : longestFirst) {
            recording.chunks.forEach(
                    chunk -> best.merge(chunk.key(), chunk, (one, other) -> other.isMoreThan(one) ? other : one));
        }
        Map<String, Exported> byId = new LinkedHashMap<>();
        exported.forEach(part -> byId.put(part.id, part));
        Building plan = new Building(byId, best);
        longestFirst.forEach(plan::add);
        return plan.done();
    }

    private static long bytes(List<HeldChunk> chunks) {
        return chunks.stream().mapToLong(HeldChunk::bytes).sum();
    }

    /** The plan so far. */
    private static final class Building {
        private final Map<String, Exported> exported;
        private final Map<ChunkKey, HeldChunk> best;
        private final Map<ChunkKey, List<Exported>> holders = new HashMap<>();
        private final Map<ChunkKey, String> taken = new HashMap<>();
        private final List<Part> parts = new ArrayList<>();
        private final Set<String> present = new HashSet<>();
        private final Set<String> superseded = new HashSet<>();
        private final Map<String, String> duplicates = new LinkedHashMap<>();

        Building(Map<String, Exported> exported, Map<ChunkKey, HeldChunk> best) {
            this.exported = exported;
            this.best = best;
            exported.values()
                    .forEach(part ->
                            part.chunks.forEach(chunk -> holders.computeIfAbsent(chunk.key(), key -> new ArrayList<>(1))
                                    .add(part)));
        }

        void add(Recording recording) {
            List<HeldChunk> own = recording.chunks.stream()
                    .filter(chunk -> !best.get(chunk.key()).isMoreThan(chunk)
                            && taken.putIfAbsent(chunk.key(), recording.file) == null)
                    .toList();
            if (own.isEmpty()) {
                if (!recording.chunks.isEmpty()) {
                    duplicates.put(
                            recording.file, taken.get(recording.chunks.get(0).key()));
                }
                return;
            }
            Set<ChunkKey> keys = new HashSet<>();
            own.forEach(chunk -> keys.add(chunk.key()));
            Map<String, Exported> sharing = new LinkedHashMap<>();
            keys.forEach(key -> holders.getOrDefault(key, List.of()).forEach(part -> sharing.put(part.id, part)));
            Set<String> replaced = new HashSet<>();
            // What stays in parts of earlier exports, because they hold other chunks or more of these, is not exported
            // again.
            Set<ChunkKey> staying = new HashSet<>();
            for (Exported part : sharing.values()) {
                if (part.chunks.stream().allMatch(chunk -> keys.contains(chunk.key()))
                        && part.chunks.stream().noneMatch(this::isMoreThanBest)) {
                    replaced.add(part.id);
                } else {
                    part.chunks.forEach(chunk -> staying.add(chunk.key()));
                }
            }
            List<String> whole = cut(recording.file, own).stream().map(Part::id).toList();
            if (exported.keySet().containsAll(whole)) {
                present.addAll(whole);
                // Of an export that ended before it removed them.
                whole.forEach(replaced::remove);
                superseded.addAll(replaced);
                return;
            }
            List<HeldChunk> further =
                    own.stream().filter(chunk -> !staying.contains(chunk.key())).toList();
            if (further.isEmpty()) {
                duplicates.put(recording.file, null);
                return;
            }
            for (Part part : cut(recording.file, further)) {
                if (exported.containsKey(part.id())) {
                    present.add(part.id());
                    replaced.remove(part.id());
                } else {
                    parts.add(part);
                }
            }
            superseded.addAll(replaced);
        }

        private boolean isMoreThanBest(HeldChunk chunk) {
            HeldChunk other = best.get(chunk.key());
            return other != null && chunk.isMoreThan(other);
        }

        /** The same for the same chunks, so that the parts of a file that did not change have the same ids. */
        private static List<Part> cut(String file, List<HeldChunk> chunks) {
            List<List<HeldChunk>> cut = new ArrayList<>();
            long bytes = MOST_BYTES;
            for (HeldChunk chunk : chunks) {
                if (bytes + chunk.bytes() > MOST_BYTES) {
                    cut.add(new ArrayList<>());
                    bytes = 0;
                }
                cut.get(cut.size() - 1).add(chunk);
                bytes += chunk.bytes();
            }
            List<Part> parts = new ArrayList<>();
            cut.forEach(part -> parts.add(new Part(file, parts.size() + 1, cut.size(), part)));
            return parts;
        }

        PartPlan done() {
            parts.sort(Comparator.comparing(Part::file).thenComparing(Part::number));
            return new PartPlan(List.copyOf(parts), Set.copyOf(present), Set.copyOf(superseded), duplicates);
        }
    }
}
