package io.clonetrace.linux.hotspot;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.clonetrace.linux.Processor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class JavaAnchorTest {
    private static final long PC = 0x8000_1000L;

    /**
     * The interpreter's stack for a call of a native method, from which HotSpot's code was read: a fixed frame that
     * ends at a multiple of 16, one word for each parameter below it (the expression stack), and the stack pointer.
     */
    @ParameterizedTest
    @CsvSource({"0, 0", "1, 16", "2, 16", "3, 32", "4, 32", "5, 48", "254, 2032", "255, 2048"})
    void onAarch64TheInterpreterCallsWithTheExpressionStackRoundedDown(int parameters, long belowFrame) {
        long frame = 0xffff_a000_07e0L;
        long expressionStack = frame - parameters * (long) Long.BYTES;
        assertEquals(new JavaAnchor(frame - belowFrame, PC), JavaAnchor.of(expressionStack, PC, Processor.AARCH64));
    }

    @Test
    void onX8664TheStackPointerIsWhatHotSpotNoted() {
        assertEquals(new JavaAnchor(0x7f00_a000_07d8L, PC), JavaAnchor.of(0x7f00_a000_07d8L, PC, Processor.X86_64));
    }

    @ParameterizedTest
    @EnumSource
    void inJavaCodeThereIsNone(Processor processor) {
        assertEquals(0, JavaAnchor.of(0, 0, processor).stackPointer());
    }
}
