package io.clonetrace.trace.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.clonetrace.clone.CloneCall;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A file is read in whatever pieces it grows. */
class CutTest {
    @ParameterizedTest
    @ValueSource(strings = {"forks/f-n-Y-stderr.strace", "odd/names.f-tt-Y-T.strace", "odd/execve_thread.f-ttt.strace"})
    void splitAtAnyByteChangesNothing(String file) {
        byte[] trace = Fixtures.read(file).getBytes(ISO_8859_1);
        Told whole = Told.of(trace, 1, trace.length);
        for (int cut = 0; cut <= trace.length; cut++) {
            Told told = new Told();
            StraceParser parser = new StraceParser(told, 1, () -> Told.REFERENCE);
            parser.feed(trace, 0, cut);
            parser.feed(trace, cut, 0);
            parser.feed(trace, cut, trace.length - cut);
            parser.end();
            assertEquals(whole.all, told.all);
            assertEquals(whole.counts, parser.counts());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 100, 4096})
    void piecesOfAnySizeChangeNothing(int piece) {
        byte[] trace = Fixtures.read("jvm/jdk17.f-ttt.strace").getBytes(ISO_8859_1);
        Told whole = Told.of(trace, CloneCall.UNKNOWN, trace.length);
        Told told = Told.of(trace, CloneCall.UNKNOWN, piece);
        assertEquals(whole.all, told.all);
        assertEquals(whole.counts, told.counts);
    }
}
