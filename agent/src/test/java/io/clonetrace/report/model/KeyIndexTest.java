package io.clonetrace.report.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.function.LongUnaryOperator;
import org.junit.jupiter.api.Test;

class KeyIndexTest {
    private static final int KEYS = 10_007;

    private static void numbersThem(LongUnaryOperator key) {
        KeyIndex index = new KeyIndex();
        Map<Long, Integer> numbers = new HashMap<>();
        for (int turn = 0; turn < KEYS; turn++) {
            long one = key.applyAsLong(turn);
            assertEquals(numbers.getOrDefault(one, -1), index.find(one));
            int expected = numbers.computeIfAbsent(one, absent -> numbers.size());
            assertEquals(expected, index.add(one));
            assertEquals(expected, index.add(one));
            assertEquals(numbers.size(), index.size());
        }
        numbers.forEach((one, number) -> {
            assertEquals(number, index.find(one));
            assertEquals(one, index.key(number));
        });
        for (long absent : new long[] {-KEYS, Long.MIN_VALUE, Long.MAX_VALUE, 1L << 40}) {
            assertEquals(numbers.getOrDefault(absent, -1), index.find(absent));
        }
    }

    @Test
    void keysThatFollowEachOther() {
        numbersThem(turn -> turn);
        numbersThem(turn -> turn - KEYS / 2);
        numbersThem(turn -> KEYS - turn);
        numbersThem(turn -> 1_000_003 + turn);
    }

    @Test
    void keysThatAreFarApart() {
        numbersThem(turn -> turn * 3L);
        numbersThem(turn -> turn * 5L);
        numbersThem(turn -> turn << 20);
        numbersThem(turn -> turn << 40);
        numbersThem(turn -> Integer.MAX_VALUE - turn);
    }

    @Test
    void anyKeys() {
        Random random = new Random(24);
        numbersThem(turn -> random.nextLong());
        numbersThem(turn -> random.nextInt(KEYS));
        numbersThem(turn -> random.nextLong() >>> random.nextInt(Long.SIZE));
    }
}
