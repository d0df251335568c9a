package io.clonetrace.report.read;

import static io.clonetrace.report.chunk.SyntheticChunk.array;
import static io.clonetrace.report.chunk.SyntheticChunk.field;
import static io.clonetrace.report.chunk.SyntheticChunk.pooled;
import static io.clonetrace.report.chunk.SyntheticChunk.time;

import io.clonetrace.report.chunk.SyntheticChunk;
import io.clonetrace.report.chunk.SyntheticChunk.Bytes;
import io.clonetrace.report.chunk.SyntheticChunk.Pool;
import java.util.HashMap;
import java.util.Map;

/**
 * A chunk with all that a report reads, in which some numbers are changed: sizes, keys, ids of types and places, which
 * changed bytes hardly ever make.
 */
final class ChangedChunk {
    private static final int START = 101;
    private static final int STATUS = 102;
    private static final int INNER = 103;
    private static final int OUTER = 104;
    private static final int EVENTS = 7;
    /** How a changed number is made of a byte: it itself, near the usual one, or all bits up to one. */
    private static final int NEAR = 0xa0;

    private static final int BITS = 0xc0;

    private final Map<Integer, Integer> changes = new HashMap<>();
    private final SyntheticChunk chunk = new SyntheticChunk();
    private int numbers;
    private long checkpoint;

    /** Changes the number with that index, if there are so many. */
    void change(int index, int value) {
        changes.put(index, value);
    }

    /** The next number of the chunk. */
    private long number(long usual) {
        Integer change = changes.get(numbers++);
        if (change == null) {
            return usual;
        }
        if (change < NEAR) {
            return change;
        }
        if (change < BITS) {
            return usual + change - (NEAR + BITS) / 2;
        }
        long bits = (1L << change - BITS) - 1;
        return change % 2 == 0 ? bits : ~bits;
    }

    private int encoding(int usual) {
        return (int) number(usual) & 0xff;
    }

    /** How many numbers it has. */
    int count() {
        return numbers;
    }

    byte[] bytes() {
        types();
        for (int index = 0; index < EVENTS; index++) {
            start(index);
            if (index % 2 == 0) {
                constants();
            }
        }
        chunk.event(number(STATUS), new Bytes().and(text("ebpf")).number(number(3)));
        chunk.checkpointAt(number(checkpoint)).metadata();
        return chunk.bytes();
    }

    private void types() {
        chunk.type(
                number(INNER),
                "test.Inner",
                null,
                field("number", number(SyntheticChunk.LONG)),
                array("texts", number(SyntheticChunk.STRING)),
                pooled("thread", number(SyntheticChunk.THREAD)));
        chunk.type(number(OUTER), "test.Outer", null, field("one", number(INNER)), array("others", number(INNER)));
        chunk.eventType(
                number(START),
                "clonetrace.ThreadStart",
                field("childId", number(SyntheticChunk.LONG)),
                field("childName", number(SyntheticChunk.STRING)),
                field("outer", number(OUTER)),
                time("began", "TICKS"),
                pooled("eventThread", number(SyntheticChunk.THREAD)),
                pooled("stackTrace", number(SyntheticChunk.STACK_TRACE)),
                pooled("type", number(SyntheticChunk.CLASS)));
        chunk.eventType(
                number(STATUS),
                "clonetrace.SourceStatus",
                field("source", number(SyntheticChunk.STRING)),
                field("seen", number(SyntheticChunk.LONG)));
    }

    private void start(int index) {
        Bytes values = new Bytes().number(number(11 + index)).and(text("child"));
        inner(values);
        values.number(number(2));
        inner(values);
        inner(values);
        values.number(number(1_000)).number(number(1)).number(number(2)).number(number(3));
        chunk.event(number(START), values);
    }

    private void inner(Bytes values) {
        values.number(number(13));
        values.number(number(2)).and(text("a")).raw(encoding(2)).number(number(6));
        values.number(number(1));
    }

    private Bytes text(String text) {
        Bytes bytes = new Bytes().raw(encoding(3)).number(number(text.length()));
        text.chars().forEach(bytes::raw);
        return bytes;
    }

    private void constants() {
        long at = chunk.at();
        chunk.checkpoint(
                number(checkpoint == 0 ? 0 : checkpoint - at),
                new Pool(
                        number(SyntheticChunk.THREAD),
                        new Bytes()
                                .number(number(1))
                                .and(text("os"))
                                .number(number(11))
                                .and(text("main"))
                                .number(number(1))),
                new Pool(
                        number(SyntheticChunk.STACK_TRACE),
                        new Bytes()
                                .number(number(2))
                                .raw(encoding(0))
                                .number(number(2))
                                .number(number(4))
                                .number(number(17))
                                .number(number(4))
                                .number(number(19))),
                new Pool(
                        number(SyntheticChunk.CLASS),
                        new Bytes().number(number(3)).number(number(5))),
                new Pool(
                        number(SyntheticChunk.METHOD),
                        new Bytes().number(number(4)).number(number(3)).number(number(6))),
                new Pool(
                        number(SyntheticChunk.SYMBOL),
                        new Bytes().number(number(5)).and(text("org/example/One")),
                        new Bytes().number(number(6)).and(text("run"))),
                new Pool(
                        number(SyntheticChunk.STRING),
                        new Bytes().number(number(6)).and(text("constant"))));
        checkpoint = at;
    }
}
