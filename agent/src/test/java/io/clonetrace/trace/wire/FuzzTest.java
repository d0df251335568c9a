package io.clonetrace.trace.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.clone.CloneCall;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Real traces, damaged at random, always the same way: no exception, and every line is accounted for. */
class FuzzTest {
    private static final int ROUNDS = 400;
    private static final String MARKS = "{[(<\"/*\\\n\0)]}>*/=,|";

    @Test
    void damagedTraceNeverThrows() {
        Random random = new Random(20261123);
        List<Path> files = Fixtures.all();
        for (int round = 0; round < ROUNDS; round++) {
            byte[] trace = damaged(Fixtures.read(files.get(random.nextInt(files.size()))), random);
            Told told = Told.of(trace, random.nextBoolean() ? 1 : CloneCall.UNKNOWN, 1 + random.nextInt(5000));
            LineCounts counts = told.counts;
            boolean rest = trace.length > 0 && trace[trace.length - 1] != '\n';
            long newlines =
                    new String(trace, ISO_8859_1).chars().filter(c -> c == '\n').count();
            assertEquals(newlines + (rest ? 1 : 0), counts.lines(), "round " + round);
            assertEquals(told.calls().size(), counts.clones() + counts.failures(), "round " + round);
            long ended = counts.clones() + counts.failures() + counts.ignored() + counts.lost();
            assertTrue(ended <= counts.lines(), "round " + round + ": " + counts);
            for (CloneCall call : told.calls()) {
                assertTrue(call.failed() == (call.childTid() == CloneCall.UNKNOWN), "round " + round + ": " + call);
            }
        }
    }

    @Test
    void noiseNeverThrows() {
        Random random = new Random(1);
        byte[] noise = new byte[1 << 20];
        random.nextBytes(noise);
        assertEquals(List.of(), Told.of(noise, 1, 4096).calls());
        String alphabet = "clone3(){}[]<>=,\"\\/*|+ 0x1?\n.:-fvrkunished";
        for (int i = 0; i < noise.length; i++) {
            noise[i] = (byte) alphabet.charAt(random.nextInt(alphabet.length()));
        }
        LineCounts counts = Told.of(noise, 1, 4096).counts;
        assertEquals(counts.lines(), counts.ignored() + counts.truncated() + counts.unresumed());
    }

    private static byte[] damaged(String trace, Random random) {
        StringBuilder text = new StringBuilder(trace);
        for (int i = 1 + random.nextInt(40); i > 0 && text.length() > 1; i--) {
            int from = random.nextInt(text.length());
            int to = Math.min(text.length(), from + random.nextInt(120));
            switch (random.nextInt(5)) {
                case 0 -> text.setCharAt(from, (char) random.nextInt(256));
                case 1 -> text.delete(from, to);
                case 2 -> text.insert(random.nextInt(text.length()), text.substring(from, to));
                case 3 -> text.insert(from, MARKS.charAt(random.nextInt(MARKS.length())));
                default -> text.insert(from, Long.toUnsignedString(random.nextLong(), random.nextBoolean() ? 10 : 16));
            }
        }
        return text.toString().getBytes(ISO_8859_1);
    }
}
