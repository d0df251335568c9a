package io.clonetrace.report.chunk;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A type of a chunk, as its metadata has it: of an event, of a constant, or of a field. */
final class ChunkType {
    private static final String EVENT = "jdk.jfr.Event";
    private static final String DURATION = "duration";
    private static final String JDK = "jdk.";

    /** JDK 9's types, and those of later JDKs (JDK: {@code ObjectFactory.java}). */
    private static final List<String> PREFIXES = List.of("jdk.types.", "com.oracle.jfr.types.");

    private final long id;
    private final String name;
    private final Form form;
    private final Role role;
    private final boolean event;
    private final boolean simple;
    private final List<ChunkField> fields = new ArrayList<>();
    private ChunkField[] array;
    private ConstantPool pool;
    private EventType eventType;
    private boolean duration;
    private long least = -1;
    private boolean fixed = true;
    private String damage;

    /** What a type's value is made of. */
    enum Form {
        LONG,
        INT,
        SHORT,
        CHAR,
        BYTE,
        BOOLEAN,
        FLOAT,
        DOUBLE,
        TEXT,
        FIELDS
    }

    /** What the values of a type are, if the model asks for such. */
    enum Role {
        THREAD("java.lang.Thread"),
        CLASS("java.lang.Class"),
        TEXT("java.lang.String"),
        THREAD_GROUP("ThreadGroup"),
        STACK_TRACE("StackTrace"),
        METHOD("Method"),
        CLASS_LOADER("ClassLoader"),
        OTHER("");

        private final String type;

        Role(String type) {
            this.type = type;
        }

        static Role of(String name) {
            for (Role role : values()) {
                if (role.type.indexOf('.') >= 0
                        ? role.type.equals(name)
                        : name.endsWith(role.type)
                                && PREFIXES.contains(name.substring(0, name.length() - role.type.length()))) {
                    return role;
                }
            }
            return OTHER;
        }
    }

    /** @param attributes of its element */
    ChunkType(long id, Map<String, String> attributes) {
        this.id = id;
        name = String.valueOf(attributes.get("name"));
        role = Role.of(name);
        event = EVENT.equals(attributes.get("superType"));
        simple = "true".equals(attributes.get("simpleType"));
        form = switch (name) {
            case "long" -> Form.LONG;
            case "int" -> Form.INT;
            case "short" -> Form.SHORT;
            case "char" -> Form.CHAR;
            case "boolean" -> Form.BOOLEAN;
            case "byte" -> Form.BYTE;
            case "float" -> Form.FLOAT;
            case "double" -> Form.DOUBLE;
            case "java.lang.String" -> Form.TEXT;
            default -> Form.FIELDS;
        };
    }

    void add(ChunkField field) {
        fields.add(field);
        array = null;
        duration |= field.name().equals(DURATION);
    }

    /** How few bytes a value takes, and whether it has neither a text nor an array. */
    void measured(long bytes, boolean withoutTexts) {
        least = bytes;
        fixed = withoutTexts;
    }

    /** Why its values can't be read; null if they can, or before that is known. */
    String damage() {
        return damage;
    }

    void damaged(String why) {
        damage = why;
    }

    long id() {
        return id;
    }

    String name() {
        return name;
    }

    Form form() {
        return form;
    }

    /** Whether it is an event's. */
    boolean isEvent() {
        return event;
    }

    /** Whether it is an event with such a name as the JDK's own have since JDK 10. */
    boolean isJdkEvent() {
        return event && name.startsWith(JDK);
    }

    /** Whether it stands for the value of its first field. */
    boolean isSimple() {
        return simple;
    }

    /** What its values stand for. */
    Role role() {
        return role;
    }

    /** Not to be changed. */
    ChunkField[] fields() {
        if (array == null) {
            array = fields.toArray(new ChunkField[0]);
        }
        return array;
    }

    /** Its constants; null if there are none, or none that the model asks for. */
    ConstantPool pool() {
        return pool;
    }

    void pool(ConstantPool constants) {
        pool = constants;
    }

    /** Its events, as they are delivered; null until one is. */
    EventType eventType() {
        return eventType;
    }

    void eventType(EventType events) {
        eventType = events;
    }

    /** Whether its second value is how long the event took. */
    boolean hasDuration() {
        return duration;
    }

    /** How few bytes a value takes; -1 while that is not known. */
    long least() {
        return least;
    }

    /** Whether it has neither a text nor an array. */
    boolean isFixed() {
        return fixed;
    }
}
