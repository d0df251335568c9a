package io.clonetrace.report.chunk;

import static io.clonetrace.report.chunk.SyntheticChunk.array;
import static io.clonetrace.report.chunk.SyntheticChunk.field;
import static io.clonetrace.report.chunk.SyntheticChunk.pooled;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.report.Recordings;
import io.clonetrace.report.chunk.SyntheticChunk.Bytes;
import io.clonetrace.report.chunk.SyntheticChunk.Pool;
import io.clonetrace.report.model.Fleet;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Chunks made to exhaust their reader: each ends in a message of one line, and hides no other chunk. */
@Timeout(value = 2, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class HostileChunkTest {
    private static final int TYPE = 101;
    private static final int OTHER = 103;

    @TempDir
    private Path folder;

    /** Reads a chunk and a sound one behind it. */
    private String problem(byte[] hostile) throws IOException {
        SyntheticChunk sound = new SyntheticChunk();
        sound.eventType(
                TYPE,
                "clonetrace.ThreadStart",
                field("childName", SyntheticChunk.STRING),
                field("childId", SyntheticChunk.LONG));
        sound.event(TYPE, new Bytes().utf8("sound").number(7)).checkpoint().metadata();
        byte[] second = sound.bytes();
        // Another chunk began at another time.
        second[39]++;
        ByteArrayOutputStream both = new ByteArrayOutputStream();
        both.write(hostile);
        both.write(second);
        Fleet fleet = Recordings.read(Files.write(folder.resolve("hostile.jfr"), both.toByteArray()));
        assertEquals(
                1,
                fleet.jvms().stream()
                        .flatMap(jvm -> jvm.threads().stream())
                        .filter(row -> "sound".equals(row.name()))
                        .count(),
                fleet.problems()::toString);
        assertTrue(fleet.problems().size() <= 1, fleet.problems()::toString);
        String problem =
                fleet.problems().isEmpty() ? "none" : fleet.problems().get(0).problem();
        assertTrue(problem.lines().count() == 1 && problem.length() < 1_000, problem);
        return problem;
    }

    private void assertReported(String expected, SyntheticChunk hostile) throws IOException {
        String problem = problem(hostile.bytes());
        assertTrue(problem.contains(expected), problem);
    }

    /** A wanted event with a text. */
    private static SyntheticChunk withText() {
        return new SyntheticChunk().eventType(TYPE, "clonetrace.SourceStatus", field("source", SyntheticChunk.STRING));
    }

    @Test
    void constantThatIsItselfIsNoText() throws IOException {
        SyntheticChunk chunk = withText();
        chunk.event(TYPE, new Bytes().constant(7));
        chunk.checkpoint(new Pool(SyntheticChunk.STRING, new Bytes().number(7).constant(7)));
        assertReported("none", chunk.metadata());
    }

    @Test
    void arrayOfTwoBillionIsReported() throws IOException {
        for (long length : new long[] {Integer.MAX_VALUE, 1L << 31, Long.MAX_VALUE, -1}) {
            SyntheticChunk chunk = new SyntheticChunk();
            chunk.eventType(TYPE, "clonetrace.SourceStatus", array("many", SyntheticChunk.LONG));
            chunk.event(TYPE, new Bytes().number(length).number(7));
            assertReported("an array of the size " + length, chunk.checkpoint().metadata());
        }
    }

    @Test
    void typeThatHoldsItselfIsReported() throws IOException {
        SyntheticChunk chunk = new SyntheticChunk();
        chunk.type(OTHER, "test.One", null, field("other", OTHER + 1));
        chunk.type(OTHER + 1, "test.Other", null, field("one", OTHER), field("two", OTHER));
        chunk.eventType(TYPE, "clonetrace.SourceStatus", field("one", OTHER));
        chunk.event(TYPE, new Bytes().number(7)).event(TYPE, new Bytes().number(7));
        assertReported(
                "the type test.One, which holds itself", chunk.checkpoint().metadata());
    }

    /** Two to the power of 30 values of a byte. */
    @Test
    void typeOfABillionValuesIsReported() throws IOException {
        SyntheticChunk chunk = new SyntheticChunk();
        chunk.type(OTHER, "test.T0", null, field("one", SyntheticChunk.BYTE));
        for (int depth = 1; depth <= 30; depth++) {
            int below = OTHER + depth - 1;
            chunk.type(OTHER + depth, "test.T" + depth, null, field("one", below), field("two", below));
        }
        chunk.eventType(TYPE, "clonetrace.SourceStatus", field("all", OTHER + 30));
        chunk.event(TYPE, new Bytes().number(7));
        assertReported(
                "an event that is shorter than its type", chunk.checkpoint().metadata());
    }

    @Test
    void typeWithoutValuesIsReported() throws IOException {
        SyntheticChunk chunk = new SyntheticChunk();
        chunk.type(OTHER, "test.Nothing", null);
        chunk.eventType(TYPE, "clonetrace.SourceStatus", array("all", OTHER));
        chunk.event(TYPE, new Bytes().number(Integer.MAX_VALUE));
        assertReported(
                "the type test.Nothing, whose values have nothing in them",
                chunk.checkpoint().metadata());
    }

    @Test
    void eventOfNoBytesIsReported() throws IOException {
        SyntheticChunk chunk = withText();
        chunk.event(TYPE, new Bytes().utf8("before")).raw((byte) 0);
        chunk.event(TYPE, new Bytes().utf8("behind")).checkpoint().metadata();
        assertReported("an event of the size 0", chunk);
        assertReported("1 of its 1 event could be read", chunk);
    }

    @Test
    void metadataOfAMillionTextsAreRead() throws IOException {
        Bytes content = new Bytes().number(0).number(0).number(0).number(1).number(1_000_003);
        for (int index = 0; index < 1_000_003; index++) {
            content.utf8("text-" + index);
        }
        // An element without attributes and children.
        content.number(0).number(0).number(0);
        assertReported("none", new SyntheticChunk().checkpoint().metadata(content));
    }

    @Test
    void elementsWithinElementsAreReported() throws IOException {
        Bytes content =
                new Bytes().number(0).number(0).number(0).number(1).number(1).utf8("root");
        for (int depth = 0; depth < 1_000_003; depth++) {
            content.number(0).number(0).number(1);
        }
        assertReported(
                "metadata that is nested too deeply",
                new SyntheticChunk().checkpoint().metadata(content));
    }

    /** Each would be compared with each. */
    @Test
    void manyAnnotationsOfManyTypesAreRead() throws IOException {
        int many = 100_003;
        Bytes content = new Bytes().number(0).number(0).number(0).number(1).number(many + 7);
        for (String text : new String[] {"class", "id", "name", "jdk.jfr.Timestamp", "field", "annotation", "value"}) {
            content.utf8(text);
        }
        for (int index = 0; index < many; index++) {
            content.utf8(String.valueOf(index));
        }
        content.number(0).number(2).number(1).number(7).number(2).number(3).number(2 * many);
        for (int index = 0; index < many; index++) {
            content.number(0)
                    .number(2)
                    .number(1)
                    .number(7 + index)
                    .number(2)
                    .number(3)
                    .number(0);
            content.number(4).number(2).number(2).number(6).number(0).number(7).number(1);
            content.number(5).number(2).number(0).number(7).number(6).number(6).number(0);
        }
        assertReported("none", new SyntheticChunk().checkpoint().metadata(content));
    }

    /** Each event would have its type measured again. */
    @Test
    void manyEventsOfAnUnreadableTypeAreReported() throws IOException {
        int fields = 30_011;
        Bytes content = new Bytes().number(0).number(0).number(0).number(1);
        String[] texts = {"class", "id", "name", "superType", SyntheticChunk.EVENT, "field", "long", "4", "101", "999"};
        content.number(texts.length);
        for (String text : texts) {
            content.utf8(text);
        }
        content.number(0).number(2).number(1).number(7).number(2).number(6).number(1);
        content.number(0)
                .number(3)
                .number(1)
                .number(8)
                .number(2)
                .number(0)
                .number(3)
                .number(4);
        content.number(fields + 1);
        for (int index = 0; index <= fields; index++) {
            // The last is of a type that there is not.
            content.number(5)
                    .number(2)
                    .number(2)
                    .number(2)
                    .number(0)
                    .number(index == fields ? 9 : 7)
                    .number(0);
        }
        SyntheticChunk chunk = new SyntheticChunk();
        for (int index = 0; index < 500_009; index++) {
            chunk.event(TYPE, new Bytes());
        }
        assertReported(
                "the type 999, which its metadata doesn't have",
                chunk.checkpoint().metadata(content));
    }

    /** A chain of such could have the same constants read again and again. */
    @Test
    void checkpointWithinACheckpointIsReported() throws IOException {
        Bytes inner = new Bytes()
                .number(15)
                .number(1)
                .number(0)
                .number(0)
                .number(-12)
                .raw(1)
                .number(0);
        SyntheticChunk chunk = withText().event(TYPE, new Bytes().utf8("read"));
        chunk.checkpoint(
                0, new Pool(SyntheticChunk.STRING, new Bytes().number(7).latin1(inner.text())));
        chunk.checkpointAt(chunk.at() - inner.size());
        assertReported("a checkpoint reaches into the next", chunk.metadata());
        assertReported("1 of its 1 event could be read", chunk);
    }

    @Test
    void sizesOfNoChunkAreReported() throws IOException {
        byte[] chunk = withText()
                .event(TYPE, new Bytes().utf8("read"))
                .checkpoint()
                .metadata()
                .bytes();
        for (long size : new long[] {0, -1, Long.MIN_VALUE, Long.MAX_VALUE, 67}) {
            byte[] wrong = chunk.clone();
            for (int index = 0; index < Long.BYTES; index++) {
                wrong[Chunk.SIZE_AT + index] = (byte) (size >> Long.SIZE - Byte.SIZE * (index + 1));
            }
            String problem = problem(wrong);
            assertTrue(problem.contains("1 of its 1 event could be read"), problem);
        }
    }

    @Test
    void longNameOfATypeIsCut() throws IOException {
        SyntheticChunk chunk = new SyntheticChunk();
        chunk.type(OTHER, "n".repeat(1 << 20), null, pooled("none", 999));
        chunk.eventType(TYPE, "clonetrace.SourceStatus", field("one", OTHER));
        assertReported(
                "doesn't have",
                chunk.event(TYPE, new Bytes().number(7)).checkpoint().metadata());
        SyntheticChunk cycle = new SyntheticChunk();
        cycle.type(OTHER, "n".repeat(1 << 20), null, field("self", OTHER));
        cycle.eventType(TYPE, "clonetrace.SourceStatus", field("one", OTHER));
        assertReported(
                "nnn, which holds itself",
                cycle.event(TYPE, new Bytes().number(7)).checkpoint().metadata());
    }

    /** The same of Java ids that a table would keep in one place. */
    @Test
    void idsThatCollideAreRead() throws IOException {
        int many = 300_007;
        SyntheticChunk chunk = new SyntheticChunk();
        chunk.eventType(TYPE, "clonetrace.ThreadStart", field("childId", SyntheticChunk.LONG));
        for (long id = 1; id <= many; id++) {
            chunk.event(TYPE, new Bytes().number(id << Integer.SIZE | id));
        }
        assertReported("none", chunk.checkpoint().metadata());
    }

    @Test
    void manySmallChunksAreReadInOrder() throws IOException {
        byte[] chunk = withText()
                .event(TYPE, new Bytes().utf8("read"))
                .checkpoint()
                .metadata()
                .bytes();
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int index = 1; index <= 1_009; index++) {
            byte[] copy = Arrays.copyOf(chunk, chunk.length);
            copy[37] = (byte) (index >> 8);
            copy[38] = (byte) index;
            all.write(copy);
        }
        assertEquals("none", problem(all.toByteArray()));
    }
}
