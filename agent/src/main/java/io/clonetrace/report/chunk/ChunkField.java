package io.clonetrace.report.chunk;

/** A field of a type, as a chunk's metadata has it. */
final class ChunkField {
    /** A longer text is hardly repeated; characters. */
    private static final int LONGEST_REPEATED = 256;

    private final String name;
    private final long typeId;
    private final boolean pooled;
    private final boolean array;
    private Timestamp timestamp = Timestamp.NONE;
    private ChunkType type;
    /** Many events in a row have the same. */
    private String lastText = "";

    /** The unit of a time, by the annotation {@code jdk.jfr.Timestamp}. */
    enum Timestamp {
        NONE,
        /** By the clock of the chunk's header. */
        TICKS,
        MILLISECONDS_SINCE_EPOCH,
        /** Of a unit that JFR does not know. */
        OTHER;

        static Timestamp of(String unit) {
            for (Timestamp one : values()) {
                if (one != NONE && one.name().equals(unit)) {
                    return one;
                }
            }
            return OTHER;
        }
    }

    /**
     * A field.
     *
     * @param pooled whether its value is the key of a constant
     */
    ChunkField(String name, long typeId, boolean pooled, boolean array) {
        this.name = name;
        this.typeId = typeId;
        this.pooled = pooled;
        this.array = array;
    }

    String name() {
        return name;
    }

    long typeId() {
        return typeId;
    }

    /** Its type, or its elements'; null until the type that it is of is measured. */
    ChunkType type() {
        return type;
    }

    void resolve(ChunkType known) {
        type = known;
    }

    /** Whether it is written as one number of varying length. */
    boolean isNumber() {
        if (pooled || array) {
            return !array;
        }
        return switch (type.form()) {
            case LONG, INT, SHORT, CHAR -> true;
            default -> false;
        };
    }

    /** The text that was read last, empty for none. */
    String lastText() {
        return lastText;
    }

    void lastText(String text) {
        lastText = text == null || text.length() > LONGEST_REPEATED ? "" : text;
    }

    boolean isPooled() {
        return pooled;
    }

    boolean isArray() {
        return array;
    }

    Timestamp timestamp() {
        return timestamp;
    }

    void timestamp(Timestamp unit) {
        timestamp = unit;
    }
}
