package io.clonetrace.report.chunk;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A chunk, written as JFR does (JDK: {@code jfrChunkWriter.cpp}, {@code MetadataWriter.java}), for what a JVM does not
 * write on demand.
 */
public final class SyntheticChunk {
    /** When it began, in nanoseconds since the epoch; a tick is a nanosecond. */
    public static final long BEGAN = 1_700_000_000_000_000_000L;

    public static final int LONG = 4;
    public static final int INT = 5;
    public static final int SHORT = 6;
    public static final int CHAR = 7;
    public static final int BYTE = 8;
    public static final int BOOLEAN = 9;
    public static final int FLOAT = 10;
    public static final int DOUBLE = 11;
    public static final int STRING = 12;
    public static final int THREAD = 13;
    public static final int CLASS = 14;
    public static final int STACK_TRACE = 15;
    public static final int FRAME = 16;
    public static final int METHOD = 17;
    public static final int SYMBOL = 18;
    public static final int TIMESTAMP = 19;
    public static final String EVENT = "jdk.jfr.Event";

    private static final String POOL = "constantPool";

    private final Bytes body = new Bytes();
    private final List<Element> types = new ArrayList<>();
    private long metadata;
    private long checkpoint;
    private byte state;

    /** An element of the metadata. */
    public record Element(String kind, Map<String, String> attributes, List<Element> children) {
        public static Element of(String kind, Map<String, String> attributes, Element... children) {
            return new Element(kind, attributes, List.of(children));
        }
    }

    /** Bytes as JFR writes values. */
    public static final class Bytes {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        /** Of as few bytes as possible; up to nine, of which the last has eight bits. */
        public Bytes number(long value) {
            long left = value;
            for (int index = 0; index < 8; index++) {
                if ((left & ~0x7fL) == 0) {
                    bytes.write((int) left);
                    return this;
                }
                bytes.write((int) (left & 0x7f | 0x80));
                left >>>= 7;
            }
            bytes.write((int) left);
            return this;
        }

        public Bytes raw(byte... all) {
            bytes.writeBytes(all);
            return this;
        }

        public Bytes raw(int... all) {
            for (int one : all) {
                bytes.write(one);
            }
            return this;
        }

        /** A text in the form that metadata have it. */
        public Bytes utf8(String text) {
            byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
            return raw(3).number(encoded.length).raw(encoded);
        }

        public Bytes latin1(String text) {
            byte[] encoded = text.getBytes(StandardCharsets.ISO_8859_1);
            return raw(5).number(encoded.length).raw(encoded);
        }

        public Bytes chars(String text) {
            raw(4).number(text.length());
            text.chars().forEach(this::number);
            return this;
        }

        /** The text that is the constant with that key. */
        public Bytes constant(long key) {
            return raw(2).number(key);
        }

        public Bytes floating(float value) {
            return raw(ByteBuffer.allocate(Float.BYTES).putFloat(value).array());
        }

        public Bytes floating(double value) {
            return raw(ByteBuffer.allocate(Double.BYTES).putDouble(value).array());
        }

        public Bytes and(Bytes more) {
            return raw(more.array());
        }

        /** A character for each byte. */
        public String text() {
            return bytes.toString(StandardCharsets.ISO_8859_1);
        }

        public int size() {
            return bytes.size();
        }

        public byte[] array() {
            return bytes.toByteArray();
        }
    }

    /** Constants of a type, each of which is a key and a value. */
    public record Pool(long type, Bytes... constants) {}

    /** With the types that each chunk has. */
    public SyntheticChunk() {
        List<String> primitives =
                List.of("long", "int", "short", "char", "byte", "boolean", "float", "double", "java.lang.String");
        for (int index = 0; index < primitives.size(); index++) {
            type(LONG + index, primitives.get(index), null);
        }
        type(
                THREAD,
                "java.lang.Thread",
                null,
                field("osName", STRING),
                field("osThreadId", LONG),
                field("javaName", STRING),
                field("javaThreadId", LONG));
        type(CLASS, "java.lang.Class", null, pooled("name", SYMBOL));
        type(STACK_TRACE, "jdk.types.StackTrace", null, field("truncated", BOOLEAN), array("frames", FRAME));
        type(FRAME, "jdk.types.StackFrame", null, pooled("method", METHOD), field("lineNumber", INT));
        type(METHOD, "jdk.types.Method", null, pooled("type", CLASS), pooled("name", SYMBOL));
        types.add(Element.of(
                "class",
                Map.of("id", String.valueOf(SYMBOL), "name", "jdk.types.Symbol", "simpleType", "true"),
                field("string", STRING)));
        type(TIMESTAMP, "jdk.jfr.Timestamp", "java.lang.annotation.Annotation", field("value", STRING));
    }

    public static Element field(String name, long type) {
        return field(name, type, Map.of());
    }

    /** The key of a constant. */
    public static Element pooled(String name, long type) {
        return field(name, type, Map.of(POOL, "true"));
    }

    public static Element array(String name, long type) {
        return field(name, type, Map.of("dimension", "1"));
    }

    /** A time of that unit. */
    public static Element time(String name, String unit) {
        return Element.of(
                "field",
                Map.of("name", name, "class", String.valueOf(LONG)),
                Element.of("annotation", Map.of("class", String.valueOf(TIMESTAMP), "value", unit)));
    }

    private static Element field(String name, long type, Map<String, String> more) {
        Map<String, String> attributes = new LinkedHashMap<>(more);
        attributes.put("name", name);
        attributes.put("class", String.valueOf(type));
        return Element.of("field", attributes);
    }

    /** Adds a type to the metadata that are written next. */
    public SyntheticChunk type(long id, String name, String superType, Element... fields) {
        Map<String, String> attributes = new LinkedHashMap<>();
        attributes.put("id", String.valueOf(id));
        attributes.put("name", name);
        if (superType != null) {
            attributes.put("superType", superType);
        }
        types.add(Element.of("class", attributes, fields));
        return this;
    }

    /** A type of event, which begins with its time. */
    public SyntheticChunk eventType(long id, String name, Element... fields) {
        List<Element> all = new ArrayList<>(List.of(time("startTime", "TICKS")));
        all.addAll(List.of(fields));
        return type(id, name, EVENT, all.toArray(new Element[0]));
    }

    /** Where the next event begins. */
    public long at() {
        return Chunk.HEADER + body.size();
    }

    /** An event with these values; its time is that of the chunk. */
    public SyntheticChunk event(long type, Bytes values) {
        return sized(new Bytes().number(type).number(0).and(values));
    }

    /** Any bytes. */
    public SyntheticChunk raw(byte... bytes) {
        body.raw(bytes);
        return this;
    }

    private SyntheticChunk sized(Bytes content) {
        int sizeBytes = 1;
        while (new Bytes().number(sizeBytes + content.size()).size() > sizeBytes) {
            sizeBytes++;
        }
        body.number(sizeBytes + content.size()).and(content);
        return this;
    }

    /** A checkpoint, which refers to the one before it. */
    public SyntheticChunk checkpoint(Pool... pools) {
        return checkpoint(checkpoint == 0 ? 0 : checkpoint - at(), pools);
    }

    /** @param delta to which other one it refers, by the difference of their places */
    public SyntheticChunk checkpoint(long delta, Pool... pools) {
        Bytes content = new Bytes().number(1).number(0).number(0).number(delta).raw(1);
        content.number(pools.length);
        for (Pool pool : pools) {
            content.number(pool.type).number(pool.constants.length);
            for (Bytes constant : pool.constants) {
                content.and(constant);
            }
        }
        checkpoint = at();
        return sized(content);
    }

    /** Where the header says that the last checkpoint is. */
    public SyntheticChunk checkpointAt(long place) {
        checkpoint = place;
        return this;
    }

    /** Metadata with the types so far. */
    public SyntheticChunk metadata() {
        Element region = Element.of("region", Map.of("gmtOffset", "0", "locale", "en"));
        Element root = Element.of("root", Map.of(), new Element("metadata", Map.of(), List.copyOf(types)), region);
        Set<String> texts = new LinkedHashSet<>();
        texts(root, texts);
        List<String> table = List.copyOf(texts);
        Map<String, Integer> indexes = new LinkedHashMap<>();
        table.forEach(text -> indexes.put(text, indexes.size()));
        Bytes content = new Bytes().number(0).number(0).number(0).number(1).number(table.size());
        table.forEach(content::utf8);
        write(root, indexes, content);
        return metadata(content);
    }

    /** Metadata of these bytes, behind their size. */
    public SyntheticChunk metadata(Bytes content) {
        metadata = at();
        return sized(content);
    }

    private static void texts(Element element, Set<String> texts) {
        texts.add(element.kind);
        texts.addAll(element.attributes.keySet());
        texts.addAll(element.attributes.values());
        element.children.forEach(child -> texts(child, texts));
    }

    private static void write(Element element, Map<String, Integer> indexes, Bytes into) {
        into.number(indexes.get(element.kind)).number(element.attributes.size());
        element.attributes.forEach(
                (name, value) -> into.number(indexes.get(name)).number(indexes.get(value)));
        into.number(element.children.size());
        element.children.forEach(child -> write(child, indexes, into));
    }

    /** Its JVM still writes it. */
    public SyntheticChunk unfinished() {
        state = 1;
        return this;
    }

    /** All of it. */
    public byte[] bytes() {
        ByteBuffer all = ByteBuffer.allocate((int) at());
        all.put(new byte[] {'F', 'L', 'R', 0, 0, 2, 0, 1});
        all.putLong(all.capacity()).putLong(checkpoint).putLong(metadata);
        // Ticks count from 0.
        all.putLong(BEGAN).putLong(1_000_000_000).putLong(0).putLong(1_000_000_000);
        all.put(Chunk.STATE_AT, state);
        all.position(Chunk.HEADER);
        return all.put(body.array()).array();
    }
}
