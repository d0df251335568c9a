package io.clonetrace.fleet.generator.jfr;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A type of a recording's metadata. */
public final class Type {
    private static final String EVENT = "jdk.jfr.Event";

    private final long id;
    private final String name;
    private final boolean event;
    private final Form form;
    private final List<Field> fields = new ArrayList<>();
    private final Map<String, Integer> indexes = new HashMap<>();

    /**
     * A field of a type.
     *
     * @param pooled whether the value is the key of a constant
     */
    public record Field(String name, Type type, boolean pooled, boolean array, Time time) {}

    private enum Form {
        LONG,
        INT,
        SHORT,
        CHAR,
        BYTE,
        FLOAT,
        DOUBLE,
        TEXT,
        FIELDS
    }

    /** Whether a number is a time, and by which clock. */
    public enum Time {
        NONE,
        /** The clock of the events. */
        TICKS,
        /** Milliseconds since the epoch. */
        MILLIS
    }

    Type(long id, String name, String superType) {
        this.id = id;
        this.name = name;
        event = EVENT.equals(superType);
        form = switch (name) {
            case "long" -> Form.LONG;
            case "int" -> Form.INT;
            case "short" -> Form.SHORT;
            case "char" -> Form.CHAR;
            case "boolean", "byte" -> Form.BYTE;
            case "float" -> Form.FLOAT;
            case "double" -> Form.DOUBLE;
            case "java.lang.String" -> Form.TEXT;
            default -> Form.FIELDS;
        };
    }

    void add(Field field) {
        indexes.put(field.name(), fields.size());
        fields.add(field);
    }

    public long id() {
        return id;
    }

    public String name() {
        return name;
    }

    public boolean isEvent() {
        return event;
    }

    public List<Field> fields() {
        return fields;
    }

    /** The place of a field in values of this type; -1 if it has none of that name. */
    public int index(String field) {
        return indexes.getOrDefault(field, -1);
    }

    /**
     * Reads a value: a Long for any whole number and for a boolean, a Float, a Double, a String or null, an Object[]
     * with the value of each field. A pooled field's is the key, an array's a List.
     *
     * @param texts the constants of the type String
     */
    Object read(Input input, Map<Long, Object> texts) {
        return switch (form) {
            case LONG -> input.varint();
            case INT -> (long) (int) input.varint();
            case SHORT -> (long) (short) input.varint();
            case CHAR -> input.varint();
            case BYTE -> (long) (byte) input.unsignedByte();
            case FLOAT -> Float.intBitsToFloat((int) input.fixed(Float.BYTES));
            case DOUBLE -> Double.longBitsToDouble(input.fixed(Double.BYTES));
            case TEXT -> {
                int encoding = input.unsignedByte();
                yield encoding == Text.POOLED ? texts.get(input.varint()) : input.text(encoding);
            }
            case FIELDS -> {
                Object[] values = new Object[fields.size()];
                for (int index = 0; index < values.length; index++) {
                    values[index] = readField(fields.get(index), input, texts);
                }
                yield values;
            }
        };
    }

    private static Object readField(Field field, Input input, Map<Long, Object> texts) {
        if (!field.array()) {
            return field.pooled() ? (Object) input.varint() : field.type().read(input, texts);
        }
        int count = input.count();
        List<Object> values = new ArrayList<>(count);
        for (int index = 0; index < count; index++) {
            values.add(field.pooled() ? (Object) input.varint() : field.type().read(input, texts));
        }
        return values;
    }

    /** Writes such a value. */
    void write(Object value, Output output) {
        switch (form) {
            case LONG -> output.varint((Long) value);
            case INT -> output.varint((Long) value & 0xffffffffL);
            case SHORT, CHAR -> output.varint((Long) value & 0xffffL);
            case BYTE -> output.oneByte(((Long) value).intValue());
            case FLOAT -> output.fixed(Float.floatToRawIntBits((Float) value) & 0xffffffffL, Float.BYTES);
            case DOUBLE -> output.fixed(Double.doubleToRawLongBits((Double) value), Double.BYTES);
            case TEXT -> output.text((String) value);
            case FIELDS -> {
                Object[] values = (Object[]) value;
                for (int index = 0; index < values.length; index++) {
                    writeField(fields.get(index), values[index], output);
                }
            }
        }
    }

    private static void writeField(Field field, Object value, Output output) {
        if (field.array()) {
            List<?> values = (List<?>) value;
            output.varint(values.size());
            values.forEach(each -> writeOne(field, each, output));
        } else {
            writeOne(field, value, output);
        }
    }

    private static void writeOne(Field field, Object value, Output output) {
        if (field.pooled()) {
            output.varint((Long) value);
        } else {
            field.type().write(value, output);
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
