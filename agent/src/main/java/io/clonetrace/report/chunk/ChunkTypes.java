package io.clonetrace.report.chunk;

import io.clonetrace.report.chunk.Chunk.EventHeader;
import io.clonetrace.report.chunk.ChunkField.Timestamp;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The types of a chunk, by its metadata event: enough of them to read a value, and to pass over one and see that it
 * ends where it should (JDK: {@code jdk/jfr/internal/MetadataReader.java}, {@code consumer/ParserFactory.java},
 * {@code StringParser.java}). Each value takes a byte at least: one that takes none could be repeated without end.
 */
final class ChunkTypes {
    /** How a text is written, by its first byte. */
    static final int NULL_TEXT = 0;

    static final int EMPTY_TEXT = 1;
    static final int POOLED_TEXT = 2;
    static final int UTF8_TEXT = 3;
    static final int CHARS_TEXT = 4;
    static final int LATIN1_TEXT = 5;

    private static final String TIMESTAMP = "jdk.jfr.Timestamp";

    /** The attributes of elements that reading needs. */
    private static final Set<String> ATTRIBUTES =
            Set.of("name", "id", "superType", "simpleType", "class", "constantPool", "dimension", "value");

    /** Real ones are five deep. */
    private static final int DEEPEST = 32;

    /** Characters of a name in a message. */
    private static final int LONGEST_NAME = 100;

    /** Digits of a number, with its sign. */
    private static final int LONGEST_NUMBER = 20;

    /** Above the ids of a real recording's types. */
    private static final int SMALL_IDS = 1 << 14;

    private final Map<Long, ChunkType> types = new HashMap<>();
    /** Those with small ids, by id: they are looked for at each event. */
    private ChunkType[] byId = {};

    /** The annotations of fields, whose types may follow. */
    private final Map<ChunkField, Map<Long, String>> annotations = new HashMap<>();

    private boolean jdkEvents;
    private boolean oldEvents;

    /**
     * Reads a metadata event.
     *
     * @param at where it begins
     * @throws DamagedChunkException if it is none, or does not say what reading needs
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
            String text = input.text();
            // Equal ones are one object, so that attributes and fields are compared fast; see ChunkEvent, too.
            texts[index] = text == null ? null : text.intern();
        }
        ChunkTypes types = new ChunkTypes();
        types.element(input, texts, null, null, 0);
        types.annotate();
        types.index();
        return types;
    }

    /** An element and those within it. */
    private void element(ChunkInput input, String[] texts, ChunkType owner, ChunkField annotated, int depth)
            throws IOException {
        if (depth > DEEPEST) {
            throw new DamagedChunkException("metadata that is nested too deeply");
        }
        String kind = text(input, texts);
        Map<String, String> attributes = new HashMap<>();
        int count = input.count("a list of attributes");
        for (int index = 0; index < count; index++) {
            String name = text(input, texts);
            String value = text(input, texts);
            if (name != null && ATTRIBUTES.contains(name)) {
                attributes.put(name, value);
            }
        }
        ChunkType type = owner;
        ChunkField field = annotated;
        if ("class".equals(kind)) {
            long id = number(attributes, "id", null);
            type = new ChunkType(id, attributes);
            types.put(id, type);
            jdkEvents |= type.isJdkEvent();
            oldEvents |= type.isEvent() && EventType.isOldName(type.name());
        } else if ("field".equals(kind) && owner != null) {
            field = new ChunkField(
                    String.valueOf(attributes.get("name")),
                    number(attributes, "class", null),
                    attributes.containsKey("constantPool"),
                    number(attributes, "dimension", "0") > 0);
            owner.add(field);
        } else if ("annotation".equals(kind) && field != null) {
            annotations
                    .computeIfAbsent(field, one -> new HashMap<>())
                    .put(number(attributes, "class", null), attributes.get("value"));
        }
        int children = input.count("a list of elements");
        for (int index = 0; index < children; index++) {
            element(input, texts, type, field, depth + 1);
        }
    }

    private void annotate() {
        Set<Long> timestamps = types.values().stream()
                .filter(type -> type.name().equals(TIMESTAMP))
                .map(ChunkType::id)
                .collect(Collectors.toSet());
        annotations.forEach((field, all) -> all.forEach((id, unit) -> {
            if (timestamps.contains(id)) {
                field.timestamp(Timestamp.of(unit));
            }
        }));
        annotations.clear();
    }

    private void index() {
        byId = new ChunkType[SMALL_IDS];
        types.forEach((id, type) -> {
            if (id >= 0 && id < SMALL_IDS) {
                byId[(int) (long) id] = type;
            }
        });
    }

    private static String text(ChunkInput input, String[] texts) throws IOException {
        long index = input.varint();
        if (index < 0 || index >= texts.length) {
            throw new DamagedChunkException("metadata that refer to a text that they don't have");
        }
        return texts[(int) index];
    }

    private static long number(Map<String, String> attributes, String name, String usual) throws IOException {
        String text = attributes.getOrDefault(name, usual);
        try {
            if (text != null && text.length() <= LONGEST_NUMBER) {
                return Long.parseLong(text);
            }
        } catch (NumberFormatException none) {
            // As one that is missing.
        }
        throw new DamagedChunkException("metadata in which " + name + " is no number");
    }

    /** Whether the metadata has an event with such a name as the JDK's own have since JDK 10. */
    boolean hasJdkEvents() {
        return jdkEvents;
    }

    /** Whether the metadata has an event with such a name as the JDK's own had in JDK 9. */
    boolean hasOldEvents() {
        return oldEvents;
    }

    /** The type with that id; null if there is none. */
    ChunkType find(long id) {
        return id >= 0 && id < byId.length ? byId[(int) id] : types.get(id);
    }

    /**
     * The type with that id, ready to read its values.
     *
     * @throws DamagedChunkException if there is no such type, or one within it
     */
    ChunkType known(long id) throws DamagedChunkException {
        ChunkType type = find(id);
        if (type == null) {
            throw new DamagedChunkException("the type " + id + ", which its metadata doesn't have");
        }
        measure(type, 0);
        return type;
    }

    /**
     * Passes over a value of that type.
     *
     * @throws DamagedChunkException if the value doesn't end before the limit
     */
    static void pass(ChunkType type, ChunkInput input) throws IOException {
        switch (type.form()) {
            case LONG, INT, SHORT, CHAR -> input.varint();
            case BYTE, BOOLEAN -> input.skip(1);
            case FLOAT -> input.skip(Float.BYTES);
            case DOUBLE -> input.skip(Double.BYTES);
            case TEXT -> passText(input);
            case FIELDS -> {
                for (ChunkField field : type.fields()) {
                    pass(field, input);
                }
            }
        }
    }

    /** Passes over the value of a field. */
    static void pass(ChunkField field, ChunkInput input) throws IOException {
        int count = field.isArray() ? input.count("an array") : 1;
        for (int index = 0; index < count; index++) {
            if (field.isPooled()) {
                input.varint();
            } else {
                pass(field.type(), input);
            }
        }
    }

    private static void passText(ChunkInput input) throws IOException {
        int encoding = input.unsignedByte();
        switch (encoding) {
            case NULL_TEXT, EMPTY_TEXT -> {}
            case POOLED_TEXT -> input.varint();
            case UTF8_TEXT, LATIN1_TEXT -> input.skip(input.count("a text"));
            case CHARS_TEXT -> input.skipVarints(input.count("a text"));
            default -> throw new DamagedChunkException("a text of the unknown encoding " + encoding);
        }
    }

    /** Finds out how few bytes a value of that type takes, and whether it has a text or an array; once. */
    private void measure(ChunkType type, int depth) throws DamagedChunkException {
        if (type.least() >= 0) {
            return;
        }
        if (type.damage() != null) {
            throw new DamagedChunkException(type.damage());
        }
        // Until it is measured.
        type.damaged(named(type) + ", which holds itself");
        try {
            measureFields(type, depth);
        } catch (DamagedChunkException wrong) {
            type.damaged(wrong.getMessage());
            throw wrong;
        }
    }

    private void measureFields(ChunkType type, int depth) throws DamagedChunkException {
        if (depth > DEEPEST) {
            throw new DamagedChunkException(named(type) + ", which is nested too deeply");
        }
        long least = 0;
        boolean fixed = true;
        for (ChunkField field : type.fields()) {
            ChunkType of = types.get(field.typeId());
            if (of == null) {
                throw new DamagedChunkException("the type " + field.typeId() + ", which its metadata doesn't have");
            }
            field.resolve(of);
            if (!field.isPooled()) {
                measure(of, depth + 1);
                fixed &= of.isFixed();
            }
            fixed &= !field.isArray();
            // Of an array, its count.
            least = Math.min(Integer.MAX_VALUE, least + (field.isPooled() || field.isArray() ? 1 : of.least()));
        }
        switch (type.form()) {
            case LONG, INT, SHORT, CHAR, BYTE, BOOLEAN -> least = 1;
            case FLOAT -> least = Float.BYTES;
            case DOUBLE -> least = Double.BYTES;
            case TEXT -> {
                least = 1;
                fixed = false;
            }
            case FIELDS -> {
                if (least == 0) {
                    throw new DamagedChunkException(named(type) + ", whose values have nothing in them");
                }
            }
        }
        type.measured(least, fixed);
    }

    private static String named(ChunkType type) {
        return "the type " + type.name().substring(0, Math.min(type.name().length(), LONGEST_NAME));
    }
}
