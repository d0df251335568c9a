package io.clonetrace.report.chunk;

import java.io.IOException;

/** A type of event of a chunk, ready to read. */
final class EventType {
    /** JDK 9 called {@code jdk.ThreadStart} {@code com.oracle.jdk.ThreadStart}. */
    private static final String OLD_NAMES = "com.oracle.jdk.";

    private static final String NAMES = "jdk.";

    /** Of so many fields, a search by name is fast; a real event has a few dozen. */
    private static final int MOST_BY_NAME = 1 << 12;

    private final ChunkType type;
    private final String name;
    private final ChunkField[] fields;
    private final boolean wanted;
    /** From each field on, how many that follow each other are numbers: see {@link ChunkField#isNumber}. */
    private final int[] numbers;

    /** For each field how many high bits of its noted value are none of its number; -1 if it is no whole number. */
    private final int[] unused;

    /** For each field the one that was asked for after it: the model asks for them in one order. */
    private final int[] following;

    private int last;
    /** The index of each of the first fields, plus one, at its name's hash or at the next free place; 0 for none. */
    private final int[] byName;

    /**
     * That type.
     *
     * @param wanted whether values of such events are asked for
     */
    EventType(ChunkType type, String name, boolean wanted) {
        this.type = type;
        this.name = name;
        this.wanted = wanted;
        fields = type.fields();
        numbers = new int[fields.length];
        unused = new int[fields.length];
        for (int index = fields.length - 1; index >= 0; index--) {
            int behind = index + 1 < fields.length ? numbers[index + 1] : 0;
            numbers[index] = fields[index].isNumber() ? 1 + behind : 0;
            unused[index] = unused(fields[index]);
        }
        following = new int[fields.length];
        byName = byName(wanted ? Math.min(fields.length, MOST_BY_NAME) : 0);
    }

    private int[] byName(int count) {
        int[] table = new int[4 * Integer.highestOneBit(Math.max(1, count))];
        for (int index = 0; index < count; index++) {
            int place = fields[index].name().hashCode() & table.length - 1;
            while (table[place] != 0) {
                place = place + 1 & table.length - 1;
            }
            table[place] = index + 1;
        }
        return table;
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

    /** The index of the field with that name; -1 if there is none. Is called in one thread. */
    @SuppressWarnings("StringEquality")
    int find(String name) {
        int likely = following[last];
        // Names of fields and the compiler's constants are interned.
        if (fields[likely].name() != name) {
            int found = search(name);
            if (found < 0) {
                return -1;
            }
            following[last] = found;
            likely = found;
        }
        last = likely;
        return likely;
    }

    private int search(String name) {
        int place = name.hashCode() & byName.length - 1;
        while (byName[place] != 0) {
            if (fields[byName[place] - 1].name().equals(name)) {
                return byName[place] - 1;
            }
            place = place + 1 & byName.length - 1;
        }
        for (int index = MOST_BY_NAME; index < fields.length; index++) {
            if (fields[index].name().equals(name)) {
                return index;
            }
        }
        return -1;
    }

    private static int unused(ChunkField field) {
        if (field.isArray() || field.isPooled()) {
            return -1;
        }
        return switch (field.type().form()) {
            case LONG -> 0;
            case INT -> Long.SIZE - Integer.SIZE;
            case SHORT -> Long.SIZE - Short.SIZE;
            default -> -1;
        };
    }

    /** Whether that field is a whole number of more than a byte, of which {@link #number} makes a noted value. */
    boolean isWhole(int index) {
        return unused[index] >= 0;
    }

    /** The number of that field whose value was noted: it has a sign. */
    long number(int index, long noted) {
        return noted << unused[index] >> unused[index];
    }

    /** Whether that field is one, see {@link ChunkField#isNumber}. */
    boolean isNumber(int index) {
        return numbers[index] > 0;
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
     * Passes over the values, and notes each that {@link ChunkField#isNumber}, and of the others where they begin.
     *
     * @param content where the first begins, from which the others' places are counted
     * @param first where the first is noted
     */
    void pass(ChunkInput input, long content, long[] noted, int first) throws IOException {
        for (int index = 0; index < fields.length; ) {
            if (numbers[index] > 0) {
                input.varints(noted, first + index, numbers[index]);
                index += numbers[index];
            } else {
                noted[first + index] = input.position() - content;
                ChunkTypes.pass(fields[index], input);
                index++;
            }
        }
    }

    /** Passes over the values. */
    void pass(ChunkInput input) throws IOException {
        for (ChunkField field : fields) {
            ChunkTypes.pass(field, input);
        }
    }
}
