package io.clonetrace.report.chunk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ConstantPoolTest {
    private final ConstantPool pool = new ConstantPool(new ChunkType(7, Map.of("name", "java.lang.Thread")));

    @Test
    void laterPlaceOfAKeyCounts() {
        pool.put(0, 101);
        pool.put(-1, 103);
        pool.put(0, 107);
        assertEquals(107, pool.place(pool.find(0)));
        assertEquals(103, pool.place(pool.find(-1)));
        assertEquals(-1, pool.find(1));
    }

    @Test
    void findsWhatAMapFinds() {
        Map<Long, Long> map = new HashMap<>();
        Random random = new Random(7);
        for (long place = 68; place < 10_007; place++) {
            // Some follow each other, some are addresses, some are there already.
            long key = random.nextBoolean() ? place % 997 : random.nextLong() & ~0xfff;
            pool.put(key, place);
            map.put(key, place);
        }
        map.forEach((key, place) -> assertEquals(place, pool.place(pool.find(key))));
        for (long key = 997; key < 2_003; key++) {
            assertEquals(-1, pool.find(key));
        }
    }

    @Test
    void moreValuesThanAreKeptAreReadAgain() {
        int keys = 200_003;
        for (int key = 0; key < keys; key++) {
            pool.put(key, 68 + key);
        }
        for (int key = 0; key < keys; key++) {
            pool.keep(pool.find(key), key);
        }
        assertNull(pool.value(pool.find(0)));
        assertEquals(keys - 1, pool.value(pool.find(keys - 1)));
    }
}
