package io.clonetrace.fleet.generator.jfr;

/** An event, whose fields can be changed. */
public final class EventRow {
    private final Type type;
    private final Object[] values;

    EventRow(Type type, Object[] values) {
        this.type = type;
        this.values = values;
    }

    /** One with zeros, and with null for each text. */
    public static EventRow of(Type type) {
        Object[] values = new Object[type.fields().size()];
        for (int index = 0; index < values.length; index++) {
            values[index] = type.fields().get(index).type().name().equals("java.lang.String") ? null : (Object) 0L;
        }
        return new EventRow(type, values);
    }

    public EventRow copy() {
        return new EventRow(type, values.clone());
    }

    public Type type() {
        return type;
    }

    public boolean is(String name) {
        return type.name().equals(name);
    }

    Object[] values() {
        return values;
    }

    /** The value of a field by its place; as {@link Type#read} says. */
    public Object value(int field) {
        return values[field];
    }

    public void set(int field, Object value) {
        values[field] = value;
    }

    public long number(String field) {
        int index = type.index(field);
        return index < 0 ? -1 : (Long) values[index];
    }

    public String text(String field) {
        int index = type.index(field);
        return index < 0 ? null : (String) values[index];
    }

    /** Sets a field, if the type has it: older JDKs lack some. */
    public EventRow with(String field, Object value) {
        int index = type.index(field);
        if (index >= 0) {
            values[index] = value;
        }
        return this;
    }
}
