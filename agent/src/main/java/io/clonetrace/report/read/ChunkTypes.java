package io.clonetrace.report.read;

import io.clonetrace.report.read.Chunk.EventHeader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The types of a chunk, by its metadata event: enough of them to pass over a value and see that it ends where it should
 * (JDK: {@code jdk/jfr/internal/MetadataReader.java}, {@code consumer/ParserFactory.java}, {@code StringParser.java}).
 * Each value takes a byte at least: one that takes none could be repeated without end.
 */
final class ChunkTypes {
    /** How a text is written, by its first byte. */
    static final int NULL_TEXT = 0;

    static final int EMPTY_TEXT = 1;
    static final int POOLED_TEXT = 2;
    static final int UTF8_TEXT = 3;
    static final int CHARS_TEXT = 4;
    static final int LATIN1_TEXT = 5;

    private static final String EVENT = "jdk.jfr.Event";
    private static final String JDK = "jdk.";

    /** Real ones are five deep, and have some ten attributes; JFR's parser looks through all for each. */
    private static final int DEEPEST = 32;

    private static final int MOST_ATTRIBUTES = 10_000;

    private final Map<Long, Type> types = new HashMap<>();
    /** Events of one type often follow each other. */
    private long lastId = -1;

    private Type last;
    private boolean jdkEvents;

    /** What a type's value is made of. */
    private enum Form {
        VARINT,
        BYTE,
        FLOAT,
        DOUBLE,
        TEXT,
        FIELDS
    }

    private static final class Field {
        private final long id;
        private final boolean pooled;
        private final boolean array;
        private Type type;

        Field(long id, boolean pooled, boolean array) {
            this.id = id;
            this.pooled = pooled;
            this.array = array;
        }
    }

    private static final class Type {
        private final String name;
        private final Form form;
        private final boolean event;
        private final List<Field> fields = new ArrayList<>();
        private long least = -1;
        private boolean fixed = true;

        Type(String name, boolean event) {
            this.name = name;
            this.event = event;
            form = switch (name) {
                case "long", "int", "short", "char" -> Form.VARINT;
                case "boolean", "byte" -> Form.BYTE;
                case "float" -> Form.FLOAT;
                case "double" -> Form.DOUBLE;
                case "java.lang.String" -> Form.TEXT;
                default -> Form.FIELDS;
            };
        }
    }

    /**
     * Reads a metadata event.
     *
     * @param at where it begins
     * @throws DamagedChunkException if it is none, or does not say what JFR's parser needs
     */
    static ChunkTypes read(ChunkInput input, long at) throws IOException {
        EventHeader header = EventHeader.at(input, at);
        if (header.type() != EventHeader.METADATA) {
            throw new DamagedChunkException("there is no metadata at the byte that the header names");
        }
        input.seek(header.content(), header.end());
        // Start, duration, number.
        for (int index = 0; index < 3; index++) {
            input.varint();
        }
        String[] texts = new String[input.count("a table of texts")];
        for (int index = 0; index < texts.length; index++) {
            texts[index] = input.text();
        }
        ChunkTypes types = new ChunkTypes();
        types.element(input, texts, null, 0);
        return types;
    }

    /** An element and those within it. */
    private void element(ChunkInput input, String[] texts, Type owner, int depth) throws IOException {
        if (depth > DEEPEST) {
            throw new DamagedChunkException("metadata that is nested too deeply");
        }
        String kind = text(input, texts);
        Map<String, String> attributes = new HashMap<>();
        int count = input.count("a list of attributes");
        if (count > MOST_ATTRIBUTES) {
            throw new DamagedChunkException("metadata with " + count + " attributes of one element");
        }
        for (int index = 0; index < count; index++) {
            attributes.put(text(input, texts), text(input, texts));
        }
        Type type = owner;
        if ("class".equals(kind)) {
            type = new Type(String.valueOf(attributes.get("name")), EVENT.equals(attributes.get("superType")));
            types.put(number(attributes, "id", null), type);
        } else if ("field".equals(kind) && owner != null) {
            owner.fields.add(new Field(
                    number(attributes, "class", null),
                    attributes.containsKey("constantPool"),
                    number(attributes, "dimension", "0") > 0));
        }
        int children = input.count("a list of elements");
        for (int index = 0; index < children; index++) {
            element(input, texts, type, depth + 1);
        }
    }

    private static String text(ChunkInput input, String[] texts) throws IOException {
        long index = input.varint();
        if (index < 0 || index >= texts.length) {
            throw new DamagedChunkException("metadata with a text that it has not");
        }
        return texts[(int) index];
    }

    private static long number(Map<String, String> attributes, String name, String usual) throws IOException {
        String text = attributes.getOrDefault(name, usual);
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException none) {
            throw new DamagedChunkException("metadata in which " + name + " is no number");
        }
    }

    /**
     * Passes over the fields of an event; those of a type that JFR's parser passes over as a whole are not looked at.
     *
     * @param input is at the event's content, and limited by its end
     * @throws DamagedChunkException if a value doesn't end within it
     */
    void passEvent(long id, ChunkInput input) throws IOException {
        if (id != lastId) {
            last = types.get(id);
            lastId = id;
            jdkEvents |= last != null && last.name.startsWith(JDK);
        }
        Type type = last;
        if (type == null || !type.event) {
            return;
        }
        measure(type, 0);
        if (type.least > input.left()) {
            throw new DamagedChunkException("an event that is shorter than its type");
        }
        // Without a text or an array it can't reach far, whatever its bytes are.
        if (!type.fixed) {
            passFields(type, input);
        }
    }

    /** Whether an event was passed over that has a name as the JDK's own have since JDK 10. */
    boolean hasJdkEvents() {
        return jdkEvents;
    }

    /**
     * Passes over a value of that type.
     *
     * @throws DamagedChunkException if there is no such type, or the value doesn't end before the limit
     */
    void pass(long id, ChunkInput input) throws IOException {
        pass(known(id), input);
    }

    private Type known(long id) throws DamagedChunkException {
        Type type = types.get(id);
        if (type == null) {
            throw new DamagedChunkException("the type " + id + ", which its metadata doesn't have");
        }
        measure(type, 0);
        return type;
    }

    private void pass(Type type, ChunkInput input) throws IOException {
        switch (type.form) {
            case VARINT -> input.varint();
            case BYTE -> input.skip(1);
            case FLOAT -> input.skip(Float.BYTES);
            case DOUBLE -> input.skip(Double.BYTES);
            case TEXT -> passText(input);
            case FIELDS -> passFields(type, input);
        }
    }

    private void passFields(Type type, ChunkInput input) throws IOException {
        for (Field field : type.fields) {
            int count = field.array ? input.count("an array") : 1;
            for (int index = 0; index < count; index++) {
                if (field.pooled) {
                    input.varint();
                } else {
                    pass(field.type, input);
                }
            }
        }
    }

    private static void passText(ChunkInput input) throws IOException {
        int encoding = input.unsignedByte();
        switch (encoding) {
            case NULL_TEXT, EMPTY_TEXT -> {}
            case POOLED_TEXT -> input.varint();
            case UTF8_TEXT, LATIN1_TEXT -> input.skip(input.count("a text"));
            case CHARS_TEXT -> {
                int count = input.count("a text");
                for (int index = 0; index < count; index++) {
                    input.varint();
                }
            }
            default -> throw new DamagedChunkException("a text of the unknown encoding " + encoding);
        }
    }

    /** Finds out how few bytes a value of that type takes, and whether it has a text or an array. */
    private void measure(Type type, int depth) throws DamagedChunkException {
        if (type.least >= 0) {
            return;
        }
        if (depth > DEEPEST) {
            throw new DamagedChunkException("the type " + type.name + ", which holds itself or is nested too deeply");
        }
        long least = 0;
        for (Field field : type.fields) {
            Type of = types.get(field.id);
            if (of == null) {
                throw new DamagedChunkException("the type " + field.id + ", which its metadata doesn't have");
            }
            field.type = of;
            if (!field.pooled) {
                measure(of, depth + 1);
                type.fixed &= of.fixed;
            }
            type.fixed &= !field.array;
            // Of an array, its count.
            least = Math.min(Integer.MAX_VALUE, least + (field.pooled || field.array ? 1 : of.least));
        }
        switch (type.form) {
            case VARINT, BYTE -> least = 1;
            case FLOAT -> least = Float.BYTES;
            case DOUBLE -> least = Double.BYTES;
            case TEXT -> {
                least = 1;
                type.fixed = false;
            }
            case FIELDS -> {
                if (least == 0) {
                    throw new DamagedChunkException("the type " + type.name + ", whose values have nothing in them");
                }
            }
        }
        type.least = least;
    }
}
