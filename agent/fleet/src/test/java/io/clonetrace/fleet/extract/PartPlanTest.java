package io.clonetrace.fleet.extract;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.clonetrace.fleet.extract.PartPlan.Exported;
import io.clonetrace.fleet.extract.PartPlan.Recording;
import io.clonetrace.report.model.ChunkKey;
import io.clonetrace.report.read.RecordingChunks.HeldChunk;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PartPlanTest {
    private static final long MEGA = 1 << 20;

    private static HeldChunk chunk(long start) {
        return new HeldChunk(new ChunkKey(start, start), MEGA, true);
    }

    private static HeldChunk begun(long start, long bytes) {
        return new HeldChunk(new ChunkKey(start, start), bytes, false);
    }

    private static Recording recording(String file, HeldChunk... chunks) {
        return new Recording(file, List.of(chunks));
    }

    private static List<Exported> exported(PartPlan plan) {
        return plan.parts().stream()
                .map(part -> new Exported(part.id(), part.chunks()))
                .toList();
    }

    private static List<Long> starts(Part part) {
        return part.chunks().stream().map(chunk -> chunk.key().startNanos()).toList();
    }

    @Test
    void aRecordingIsOnePart() {
        PartPlan plan = PartPlan.of(List.of(recording("a", chunk(1), chunk(2))), List.of());
        assertEquals(List.of(new Part("a", 1, 1, List.of(chunk(1), chunk(2)))), plan.parts());
    }

    @Test
    void aLongRecordingIsCutWhereChunksEnd() {
        HeldChunk half = new HeldChunk(new ChunkKey(1, 1), PartPlan.MOST_BYTES / 2, true);
        HeldChunk other = new HeldChunk(new ChunkKey(2, 2), PartPlan.MOST_BYTES / 2, true);
        PartPlan plan = PartPlan.of(List.of(recording("a", half, other, chunk(3))), List.of());
        assertEquals(
                List.of(new Part("a", 1, 2, List.of(half, other)), new Part("a", 2, 2, List.of(chunk(3)))),
                plan.parts());
    }

    @Test
    void theSameAgainIsPresentAndNotExported() {
        List<Recording> all = List.of(recording("a", chunk(1)), recording("b", chunk(2)));
        PartPlan first = PartPlan.of(all, List.of());
        PartPlan second = PartPlan.of(all, exported(first));
        assertEquals(List.of(), second.parts());
        assertEquals(2, second.present().size());
        assertEquals(Set.of(), second.superseded());
    }

    @Test
    void aCopyIsADuplicate() {
        PartPlan plan = PartPlan.of(List.of(recording("a", chunk(1)), recording("b", chunk(1))), List.of());
        assertEquals(List.of("a"), plan.parts().stream().map(Part::file).toList());
        assertEquals(Map.of("b", "a"), plan.duplicates());
    }

    @Test
    void aCumulativeDumpReplacesAShorterOneOfAnEarlierExport() {
        PartPlan noon = PartPlan.of(List.of(recording("noon", chunk(1), chunk(2))), List.of());
        PartPlan end = PartPlan.of(List.of(recording("end", chunk(1), chunk(2), chunk(3))), exported(noon));
        assertEquals(1, end.parts().size());
        assertEquals(List.of(1L, 2L, 3L), starts(end.parts().get(0)));
        assertEquals(Set.of(noon.parts().get(0).id()), end.superseded());
    }

    @Test
    void whatAnInterruptedExportDidNotRemoveTheNextRemoves() {
        List<Recording> all = List.of(recording("end", chunk(1), chunk(2), chunk(3)));
        PartPlan noon = PartPlan.of(List.of(recording("noon", chunk(1), chunk(2))), List.of());
        List<Exported> both = new ArrayList<>(exported(noon));
        both.addAll(exported(PartPlan.of(all, exported(noon))));
        PartPlan again = PartPlan.of(all, both);
        assertEquals(List.of(), again.parts());
        assertEquals(Set.of(noon.parts().get(0).id()), again.superseded());
    }

    @Test
    void theShorterDumpIsADuplicateOnceTheLongerIsExported() {
        PartPlan end = PartPlan.of(List.of(recording("end", chunk(1), chunk(2))), List.of());
        PartPlan noon = PartPlan.of(List.of(recording("noon", chunk(1))), exported(end));
        assertEquals(List.of(), noon.parts());
        assertEquals(Set.of(), noon.superseded());
        assertEquals(Set.of("noon"), noon.duplicates().keySet());
    }

    @Test
    void ofRecordingsThatOverlapInPartEachChunkIsExportedOnce() {
        PartPlan first = PartPlan.of(List.of(recording("a", chunk(1), chunk(2))), List.of());
        PartPlan second = PartPlan.of(List.of(recording("b", chunk(2), chunk(3))), exported(first));
        assertEquals(List.of(3L), starts(second.parts().get(0)));
        assertEquals(Set.of(), second.superseded());
    }

    @Test
    void aChunkThatWasBegunGivesWayToAllOfIt() {
        PartPlan killed = PartPlan.of(List.of(recording("a", chunk(1), begun(2, 100))), List.of());
        PartPlan whole = PartPlan.of(List.of(recording("b", chunk(1), chunk(2))), exported(killed));
        assertEquals(List.of(1L, 2L), starts(whole.parts().get(0)));
        assertEquals(Set.of(killed.parts().get(0).id()), whole.superseded());
        PartPlan back = PartPlan.of(List.of(recording("a", chunk(1), begun(2, 100))), exported(whole));
        assertEquals(List.of(), back.parts());
        assertEquals(Set.of(), back.superseded());
    }

    @Test
    void theOrderOfFilesDoesNotMatter() {
        List<Recording> all = new ArrayList<>(Arrays.asList(
                recording("a", chunk(1), chunk(2)),
                recording("b", chunk(1), chunk(2), chunk(3)),
                recording("c", chunk(4)),
                recording("d", chunk(3), chunk(5))));
        PartPlan plan = PartPlan.of(all, List.of());
        Collections.reverse(all);
        assertEquals(plan, PartPlan.of(all, List.of()));
        assertEquals(
                List.of(1L, 2L, 3L, 4L, 5L),
                plan.parts().stream()
                        .flatMap(part -> starts(part).stream())
                        .sorted()
                        .toList());
    }
}
