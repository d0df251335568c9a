package io.clonetrace.clone;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NativeOriginTest {
    private static final NativeStack STACK = new NativeStack(
            List.of(new NativeFrame("/usr/lib/libfoo.so", "ab12", "spawn", 0x1d)), NativeStack.End.JAVA, null);

    @Test
    void nothingIsKnownOfANewOne() {
        NativeOrigin origin = new NativeOrigin();
        assertFalse(origin.isDone());
        assertEquals(CloneCall.UNKNOWN, origin.startRoutineAddress());
        assertEquals(Optional.empty(), origin.madeByHotSpot());
        assertEquals(Optional.empty(), origin.stack());
    }

    @Test
    void addressIsKnownBeforeTheRest() {
        NativeOrigin origin = new NativeOrigin(0x7f00_0000_1000L);
        assertEquals(0x7f00_0000_1000L, origin.startRoutineAddress());
        assertFalse(origin.isDone());
        origin.complete("libfoo.so!work+0x0", STACK, 0x7ffe_0000L);
        assertTrue(origin.isDone());
        assertEquals(Optional.of(STACK), origin.stack());
        assertEquals(0x7ffe_0000L, origin.javaStackPointer());
    }

    @ParameterizedTest
    @CsvSource({
        "libjvm.so!thread_native_entry(Thread*)+0x0, true",
        "libjvm.so+0xd4d2a0, true",
        "libfoo.so!worker+0x0, false",
        "libjvm.so.1+0x10, false",
        "notlibjvm.so!x+0x0, false",
    })
    void libraryOfTheStartRoutineTellsWhetherHotSpotMadeTheThread(String routine, boolean hotSpot) {
        assertEquals(Optional.of(hotSpot), NativeOrigin.of(routine, null).madeByHotSpot());
    }
}
