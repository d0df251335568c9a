package io.clonetrace.report.chunk;

import static io.clonetrace.report.chunk.SyntheticChunk.field;
import static io.clonetrace.report.chunk.SyntheticChunk.pooled;
import static io.clonetrace.report.chunk.SyntheticChunk.time;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.report.chunk.SyntheticChunk.Bytes;
import io.clonetrace.report.chunk.SyntheticChunk.Pool;
import io.clonetrace.report.model.Event;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a JVM writes rarely, or only if it is killed: the values are those of the JDK's parser. */
class ChunkFormatTest {
    private static final int TYPE = 101;
    private static final int LATER = 103;

    @TempDir
    private Path folder;

    private ChunkParser read(byte[] chunk, boolean whole, ChunkSink sink) throws IOException {
        Path file = Files.write(folder.resolve("chunk.jfr"), chunk);
        try (FileChannel content = FileChannel.open(file)) {
            ChunkParser parser = ChunkParser.of(content, Chunk.of(0, ByteBuffer.wrap(chunk), content.size(), whole));
            parser.read(sink);
            return parser;
        }
    }

    /** What the JDK's parser reads. */
    private List<RecordedEvent> truth(SyntheticChunk chunk) throws IOException {
        return RecordingFile.readAllEvents(Files.write(folder.resolve("truth.jfr"), chunk.bytes()));
    }

    private List<RecordedEvent> assertAsTheJdk(SyntheticChunk chunk, int events) throws IOException {
        List<RecordedEvent> truth = truth(chunk);
        Comparison comparison = new Comparison(truth);
        ChunkParser parser = read(chunk.bytes(), true, comparison);
        assertTrue(parser.isSound(), parser::damage);
        assertEquals(events, truth.size());
        assertEquals(events, comparison.compared());
        assertEquals(events, parser.events());
        return truth;
    }

    /** The names and texts of events. */
    private static final class Texts implements ChunkSink {
        private final List<String> all = new ArrayList<>();

        @Override
        public boolean wants(String type) {
            return true;
        }

        @Override
        public void event(Event event, long end) {
            all.add(event.type() + " " + event.text("text"));
        }

        @Override
        public void other(String type, long end) {
            throw new AssertionError(type);
        }
    }

    @Test
    void integersHaveUpToNineBytes() throws IOException {
        SyntheticChunk chunk = new SyntheticChunk();
        chunk.eventType(
                TYPE,
                "test.Integers",
                field("long", SyntheticChunk.LONG),
                field("int", SyntheticChunk.INT),
                field("short", SyntheticChunk.SHORT),
                field("byte", SyntheticChunk.BYTE),
                field("behind", SyntheticChunk.LONG));
        List<Long> values = new ArrayList<>(List.of(0L, -1L, Long.MIN_VALUE, Long.MAX_VALUE));
        for (int bits = 7; bits < Long.SIZE; bits += 7) {
            values.addAll(List.of((1L << bits) - 1, 1L << bits, -1L << bits));
        }
        for (long value : values) {
            chunk.event(
                    TYPE,
                    new Bytes()
                            .number(value)
                            .number(value)
                            .number(value)
                            .raw((byte) value)
                            .number(7));
        }
        List<RecordedEvent> truth = assertAsTheJdk(chunk.checkpoint().metadata(), values.size());
        assertEquals(values, truth.stream().map(event -> event.getLong("long")).toList());
    }

    @Test
    void fractionsHaveTheHighestByteFirst() throws IOException {
        SyntheticChunk chunk = new SyntheticChunk();
        chunk.eventType(
                TYPE, "test.Fractions", field("float", SyntheticChunk.FLOAT), field("double", SyntheticChunk.DOUBLE));
        chunk.event(TYPE, new Bytes().floating(16_777_213f).floating(-9.007199254740991e15));
        List<RecordedEvent> truth = assertAsTheJdk(chunk.checkpoint().metadata(), 1);
        assertEquals(16_777_213f, truth.get(0).getFloat("float"));
    }

    @Test
    void textsThatAreLikeTheOneBeforeAreRead() throws IOException {
        SyntheticChunk chunk = new SyntheticChunk();
        chunk.eventType(TYPE, "test.Texts", field("text", SyntheticChunk.STRING), field("behind", SyntheticChunk.LONG));
        List<String> texts =
                List.of("java", "java", "jave", "kave", "kav", "", "", "k", "\u4e2d\u00e9", "\u4e2d\u00e9");
        for (String text : texts) {
            chunk.event(TYPE, new Bytes().chars(text).number(7));
            chunk.event(TYPE, new Bytes().utf8(text).number(7));
            chunk.event(TYPE, new Bytes().chars(text).number(7));
        }
        List<RecordedEvent> truth = assertAsTheJdk(chunk.checkpoint().metadata(), 3 * texts.size());
        assertEquals(
                texts.stream().flatMap(text -> Stream.of(text, text, text)).toList(),
                truth.stream().map(event -> event.getString("text")).toList());
    }

    @Test
    void textsOfAllEncodingsAreRead() throws IOException {
        SyntheticChunk chunk = new SyntheticChunk();
        chunk.eventType(TYPE, "test.Texts", field("text", SyntheticChunk.STRING), field("behind", SyntheticChunk.LONG));
        List<Bytes> texts = List.of(
                new Bytes().raw(0),
                new Bytes().raw(1),
                new Bytes().constant(7),
                new Bytes().constant(8),
                new Bytes().utf8("\u4e2d\u00e9"),
                new Bytes().chars("\u4e2d\u00e9"),
                new Bytes().latin1("\u00e9"),
                new Bytes().latin1("\u00e9"),
                new Bytes().latin1("e"),
                new Bytes().utf8("\u00e9"));
        texts.forEach(text -> chunk.event(TYPE, new Bytes().and(text).number(7)));
        chunk.checkpoint(new Pool(SyntheticChunk.STRING, new Bytes().number(7).utf8("constant")));
        List<RecordedEvent> truth = assertAsTheJdk(chunk.metadata(), texts.size());
        assertEquals(
                Arrays.asList(
                        null, "", "constant", null, "\u4e2d\u00e9", "\u4e2d\u00e9", "\u00e9", "\u00e9", "e", "\u00e9"),
                truth.stream().map(event -> event.getString("text")).toList());
    }

    /** A thread, its stack trace, the trace's method, class and names lie in checkpoints of their own. */
    @Test
    void constantsReferToThoseOfOtherCheckpoints() throws IOException {
        SyntheticChunk chunk = new SyntheticChunk();
        chunk.eventType(
                TYPE,
                "test.Constants",
                pooled("eventThread", SyntheticChunk.THREAD),
                pooled("stackTrace", SyntheticChunk.STACK_TRACE),
                pooled("type", SyntheticChunk.CLASS));
        chunk.checkpoint(new Pool(
                SyntheticChunk.THREAD,
                new Bytes().number(1L << 40).utf8("os").number(11).utf8("one").number(13)));
        chunk.event(TYPE, new Bytes().number(1L << 40).number(2).number(3));
        chunk.checkpoint(
                new Pool(SyntheticChunk.CLASS, new Bytes().number(3).number(5)),
                new Pool(SyntheticChunk.METHOD, new Bytes().number(4).number(3).number(6)));
        chunk.checkpoint(new Pool(
                SyntheticChunk.STACK_TRACE,
                new Bytes().number(2).raw(0).number(1).number(4).number(17)));
        chunk.event(TYPE, new Bytes().number(1L << 40).number(2).number(99));
        chunk.checkpoint(new Pool(
                SyntheticChunk.SYMBOL,
                new Bytes().number(5).utf8("org/example/One"),
                new Bytes().number(6).utf8("run")));
        List<RecordedEvent> truth = assertAsTheJdk(chunk.metadata(), 2);
        assertEquals(
                "org.example.One",
                truth.get(0)
                        .getStackTrace()
                        .getFrames()
                        .get(0)
                        .getMethod()
                        .getType()
                        .getName());
    }

    @Test
    void keyOfSeveralCheckpointsHasTheValueThatTheJdkReads() throws IOException {
        SyntheticChunk chunk = new SyntheticChunk();
        chunk.eventType(TYPE, "test.Texts", field("text", SyntheticChunk.STRING));
        for (String text : List.of("first", "second", "third")) {
            chunk.checkpoint(
                    new Pool(SyntheticChunk.STRING, new Bytes().number(7).utf8(text)));
        }
        assertAsTheJdk(chunk.event(TYPE, new Bytes().constant(7)).metadata(), 1);
    }

    /**
     * JFR writes a checkpoint for each thread: more of them than a buffer holds, and the events ask for any of them.
     */
    @Test
    void constantsOfManyCheckpointsAreRead() throws IOException {
        int many = 10_007;
        SyntheticChunk chunk = new SyntheticChunk();
        chunk.eventType(TYPE, "test.Threads", pooled("eventThread", SyntheticChunk.THREAD));
        for (int key = 1; key <= many; key++) {
            chunk.checkpoint(new Pool(
                    SyntheticChunk.THREAD,
                    new Bytes()
                            .number(key)
                            .utf8("thread-" + key)
                            .number(key)
                            .utf8("thread-" + (key - key % 2))
                            .number(key)));
        }
        // Backward, forward in large steps, and at last one after another.
        for (int index = 0; index < many; index++) {
            long key = index < 1_000 ? many - index : index < 2_000 ? index * 5_003L % many + 1 : index;
            chunk.event(TYPE, new Bytes().number(key));
        }
        assertAsTheJdk(chunk.metadata(), many);
    }

    @Test
    void timesHaveTheUnitOfTheirAnnotation() throws IOException {
        SyntheticChunk chunk = new SyntheticChunk();
        chunk.eventType(TYPE, "test.Times", time("ticks", "TICKS"), time("millis", "MILLISECONDS_SINCE_EPOCH"));
        chunk.event(TYPE, new Bytes().number(1_000_003).number(1_700_000_000_007L));
        assertAsTheJdk(chunk.checkpoint().metadata(), 1);
    }

    @Test
    void typeOfLaterMetadataIsRead() throws IOException {
        SyntheticChunk chunk = new SyntheticChunk();
        chunk.eventType(TYPE, "test.Before", field("text", SyntheticChunk.STRING));
        chunk.metadata().event(TYPE, new Bytes().utf8("before")).checkpoint();
        chunk.eventType(LATER, "test.Later", field("text", SyntheticChunk.STRING));
        chunk.event(LATER, new Bytes().utf8("later")).checkpoint();
        assertAsTheJdk(chunk.metadata(), 2);
        Texts texts = new Texts();
        read(chunk.unfinished().bytes(), false, texts);
        assertEquals(List.of("test.Before before", "test.Later later"), texts.all);
    }

    /** JFR's parser gives the JDK's events of JDK 9 the names that they have since. */
    @Test
    void eventsOfJdk9HaveTodaysNames() throws IOException {
        SyntheticChunk old = new SyntheticChunk();
        old.eventType(TYPE, "com.oracle.jdk.ThreadStart", field("text", SyntheticChunk.STRING));
        old.event(TYPE, new Bytes().utf8("old")).checkpoint().metadata();
        Texts texts = new Texts();
        read(old.bytes(), true, texts);
        assertEquals(List.of("jdk.ThreadStart old"), texts.all);
    }

    /** An application may have such a name, too. */
    @Test
    void namesOfJdk9BesideTodaysStay() throws IOException {
        SyntheticChunk both = new SyntheticChunk();
        both.eventType(TYPE, "com.oracle.jdk.ThreadStart", field("text", SyntheticChunk.STRING));
        both.eventType(LATER, "jdk.ThreadStart", field("text", SyntheticChunk.STRING));
        both.event(TYPE, new Bytes().utf8("own"));
        both.event(LATER, new Bytes().utf8("jdk")).checkpoint().metadata();
        Texts texts = new Texts();
        read(both.bytes(), true, texts);
        assertEquals(List.of("com.oracle.jdk.ThreadStart own", "jdk.ThreadStart jdk"), texts.all);
    }

    /** Whatever its header says of places then: they are of an earlier flush, or none. */
    @Test
    void unfinishedChunkIsReadUpToWhereItIsCut() throws IOException {
        SyntheticChunk chunk = new SyntheticChunk();
        chunk.eventType(TYPE, "test.Texts", field("text", SyntheticChunk.STRING));
        chunk.metadata();
        chunk.checkpoint(new Pool(SyntheticChunk.STRING, new Bytes().number(7).utf8("seven")));
        List<Long> ends = new ArrayList<>();
        for (int index = 0; index < 5; index++) {
            chunk.event(TYPE, new Bytes().constant(7));
            ends.add(chunk.at());
        }
        byte[] all = chunk.unfinished().bytes();
        for (long length = ends.get(0) - 1; length <= all.length; length++) {
            Texts texts = new Texts();
            ChunkParser parser = read(Arrays.copyOf(all, (int) length), false, texts);
            long cut = length;
            long expected = ends.stream().filter(end -> end <= cut).count();
            assertEquals(expected, texts.all.size(), () -> "cut at " + cut);
            assertEquals(expected, parser.events());
            assertTrue(texts.all.stream().allMatch("test.Texts seven"::equals), texts.all::toString);
        }
    }
}
