package io.clonetrace.unwind.elf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExpressionTest {
    /** Register n holds 1000 n, memory holds twice its address. */
    private static final class Recorded implements Expression.State {
        private boolean used;

        @Override
        public long register(int number) {
            return 1000L * number;
        }

        @Override
        public long word(long address) {
            return 2 * address;
        }

        @Override
        public void used(long value) {
            used = true;
        }
    }

    private static long evaluate(String hex, Long first) throws IOException {
        return Expression.evaluate(HexFormat.of().parseHex(hex), first, new Recorded());
    }

    /** Operations of DWARF 5, table 7.9. */
    @ParameterizedTest
    @CsvSource({
        "770880003f1a3b2a332422, 7008", // a PLT's: breg7 8, breg16 0, lit15, and, lit11, ge, lit3, shl, plus
        "7678 06, 11984", // breg6 -8, deref
        "92 06 10, 6016", // bregx
        "0a3412, 4660",
        "0bffff, -1",
        "0cffffffff, 4294967295",
        "0dffffffff, -1",
        "09ff, -1",
        "08ff, 255",
        "0e0100000000000000, 1",
        "10 8101, 129",
        "11 7f, -1",
        "35331c, 2",
        "35331e, 15",
        "35331d, 2",
        "35331b, 1",
        "353316 1c, -2", // swap
        "3533 14 22 22, 13", // over
        "3533 1500 22 22, 11", // pick
        "313233 17 13 13, 3", // rot
    })
    void operations(String hex, long expected) throws IOException {
        assertEquals(expected, evaluate(hex.replace(" ", ""), null));
    }

    @Test
    void theStackBeginsWithTheFrameAddress() throws IOException {
        assertEquals(1016, evaluate("2310", 1000L));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "06", "1c", "13", "ff", "2ffdff", "08", "e0", "94 03", "30301b"})
    void damagedOnesEnd(String hex) {
        assertThrows(DamagedElfException.class, () -> evaluate(hex.replace(" ", ""), null));
    }

    @Test
    void addingConstantsDoesNotDependOnWhereTheStackLies() throws IOException {
        Recorded state = new Recorded();
        Expression.evaluate(HexFormat.of().parseHex("77082310"), null, state);
        assertFalse(state.used);
        Expression.evaluate(HexFormat.of().parseHex("77083f1a"), null, state);
        assertTrue(state.used);
    }
}
