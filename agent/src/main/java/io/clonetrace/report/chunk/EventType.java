package io.clonetrace.report.chunk;

import java.io.IOException;

/** A type of event of a chunk, ready to read. */
final class EventType {
    /** JDK 9 called {@code jdk.ThreadStart} {@code com.oracle.jdk.ThreadStart}. */
    private static final String OLD_NAMES = "com.oracle.jdk.";

    private static final String NAMES = "jdk.";

    private final ChunkType type;
    private final String name;
    private final ChunkField[] fields;
    private final boolean wanted;

    /**
     * That type.
     *
     * @param wanted whether values of such events are asked for
     */
    EventType(ChunkType type, String name, boolean wanted) {
        this.type = type;
        this.name = name;
        this.wanted = wanted;
        fields = type.fields().toArray(new ChunkField[0]);
    }

    /** Whether an event of the JDK has that name in JDK 9. */
    static boolean isOldName(String name) {
        return name.startsWith(OLD_NAMES);
    }

    /** @param oldNames whether the JDK's events may have the names that they had in JDK 9 */
    static String name(ChunkType type, boolean oldNames) {
        String name = type.name();
        return oldNames && isOldName(name) ? NAMES + name.substring(OLD_NAMES.length()) : name;
    }

    String name() {
        return name;
    }

    ChunkField[] fields() {
        return fields;
    }

    boolean isWanted() {
        return wanted;
    }

    /** Whether its second value is how long the event took. */
    boolean hasDuration() {
        return type.hasDuration();
    }

    /** How few bytes its values take. */
    long least() {
        return type.least();
    }

    /** Whether it has neither a text nor an array. */
    boolean isFixed() {
        return type.isFixed();
    }

    /**
     * Passes over the values, and notes where each begins.
     *
     * @param content where the first begins, from which the others' places are counted
     * @param first where among the places that of the first is noted
     */
    void pass(ChunkInput input, long content, int[] places, int first) throws IOException {
        for (int index = 0; index < fields.length; index++) {
            places[first + index] = Math.toIntExact(input.position() - content);
            ChunkTypes.pass(fields[index], input);
        }
    }

    /** Passes over the values. */
    void pass(ChunkInput input) throws IOException {
        for (ChunkField field : fields) {
            ChunkTypes.pass(field, input);
        }
    }
}
