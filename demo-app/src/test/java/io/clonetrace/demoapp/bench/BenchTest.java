package io.clonetrace.demoapp.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertLinesMatch;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BenchTest {
    @ParameterizedTest
    @CsvSource({
        "start-join, 1",
        "start-join-1000, 1",
        "burst-1, 1000",
        "burst-8, 1000",
        "spin, 0",
        "reads, 0",
        "null-pointers, 0",
        "http-pool, 0",
        "http-threads, 1"
    })
    void eachWorkStartsAsManyThreadsAsItSays(String name, int threads) throws Exception {
        try (Work work = Bench.work(name)) {
            long before = Threads.started();
            work.once();
            assertEquals(threads, Threads.started() - before);
        }
    }

    @Test
    void medianIsPerOperation() throws Exception {
        Measured measured = Measured.of(new Pauses(), 0.1);
        assertTrue(measured.median() >= 1e6 && measured.perSecond() <= 1e3, measured::toString);
        assertTrue(measured.p99() >= measured.median(), measured::toString);
    }

    @Test
    void jobAndAnswerAreOneLineEach() throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        BufferedReader jobs = new BufferedReader(new StringReader("0.01 spin\n0.02 start-join\n"));
        Bench.doAsAsked(jobs, new PrintStream(out, true, StandardCharsets.UTF_8));
        String number = "\t[0-9]+\\.[0-9]";
        assertLinesMatch(
                List.of("spin" + number.repeat(4), "start-join" + number.repeat(4)),
                out.toString(StandardCharsets.UTF_8).lines().toList());
    }

    @Test
    void unknownWorkIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> Bench.work("idle"));
    }

    /** An operation is a millisecond, of which it does ten at once. */
    private static final class Pauses implements Work {
        @Override
        public void once() throws InterruptedException {
            Thread.sleep(operations());
        }

        @Override
        public int operations() {
            return 10;
        }
    }
}
