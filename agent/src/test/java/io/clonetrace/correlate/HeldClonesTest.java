package io.clonetrace.correlate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.clone.CloneCall;
import io.clonetrace.clone.NativeOrigin;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class HeldClonesTest {
    private static final long PATIENCE = 1_000;

    private final List<Integer> released = new ArrayList<>();
    private final HeldClones held =
            new HeldClones(3, PATIENCE, clone -> released.add(clone.call().childTid()));

    private static DecidedClone clone(int tid, NativeOrigin origin) {
        CloneCall call = Calls.thread(1, tid, tid, Calls.UNKNOWN).from(origin);
        return new DecidedClone(call, null, null, null, null);
    }

    private static NativeOrigin known() {
        return NativeOrigin.of("libfoo.so!work+0x0", null);
    }

    @Test
    void cloneWithoutNativeFramesDoesNotWait() {
        held.add(clone(1, new NativeOrigin()), 0);
        held.add(clone(2, null), 0);
        held.add(clone(3, known()), 0);
        assertEquals(List.of(2, 3), released);
        assertEquals(0, held.impatient());
    }

    @Test
    void cloneLeavesOnceItsFramesAreKnownWhateverTheOrder() {
        NativeOrigin first = new NativeOrigin();
        NativeOrigin second = new NativeOrigin();
        held.add(clone(1, first), 0);
        held.add(clone(2, second), 0);
        second.fail(null, "full");
        held.releaseKnown(1);
        assertEquals(List.of(2), released);
        first.complete("libfoo.so!work+0x0", null, CloneCall.UNKNOWN);
        held.releaseKnown(2);
        held.releaseKnown(PATIENCE + 2);
        held.releaseAll();
        assertEquals(List.of(2, 1), released);
        assertEquals(0, held.impatient());
    }

    @Test
    void cloneWaitsNoLongerThanAllowed() {
        held.add(clone(1, new NativeOrigin()), 0);
        held.add(clone(2, new NativeOrigin()), 1);
        held.releaseKnown(PATIENCE - 1);
        assertTrue(released.isEmpty());
        held.releaseKnown(PATIENCE);
        assertEquals(List.of(1), released);
        held.releaseKnown(PATIENCE + 1);
        assertEquals(List.of(1, 2), released);
        assertEquals(2, held.impatient());
    }

    @Test
    void oldestLeavesIfThereAreTooMany() {
        for (int tid = 1; tid <= 5; tid++) {
            held.add(clone(tid, new NativeOrigin()), 0);
        }
        assertEquals(List.of(1, 2), released);
        assertEquals(2, held.impatient());
        held.releaseAll();
        held.releaseAll();
        assertEquals(List.of(1, 2, 3, 4, 5), released);
    }
}
