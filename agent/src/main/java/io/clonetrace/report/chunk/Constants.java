package io.clonetrace.report.chunk;

import io.clonetrace.report.chunk.ChunkType.Role;
import io.clonetrace.report.model.Event;
import io.clonetrace.report.model.Event.ThreadRef;
import io.clonetrace.report.model.StackTrace;
import java.io.IOException;

/**
 * The constants that the events of a chunk refer to: threads, stack traces, classes, texts. Each is read when it is
 * first asked for. One that is missing is null.
 */
final class Constants {
    /** A type may stand for a value of a type that stands for another. */
    private static final int DEEPEST = 8;

    /** Stands for null among the values that were read. */
    private static final Object NULL = new Object();

    private final ChunkInput input;
    private final StackFrames frames;
    /** Made once: without the JVM's second compiler each costs a call into the VM. */
    private final Reading<ThreadRef> readingThread = this::readThread;

    private final Reading<String> readingName = type -> text(type, "name");
    private final Reading<String> readingText = type -> text(type, input(), 1);

    Constants(ChunkInput input) {
        this.input = input;
        frames = new StackFrames(this);
    }

    /** The pool for constants of that type; null if the model asks for none such. */
    ConstantPool pool(ChunkType type) {
        if (type.pool() == null && (type.role() != Role.OTHER || type.isSimple())) {
            type.pool(new ConstantPool(type));
        }
        return type.pool();
    }

    ChunkInput input() {
        return input;
    }

    /** Reads a value of a constant, at which the input is. */
    interface Reading<T> {
        T read(ChunkType type) throws IOException;
    }

    /** The constant with that key; null if there is none. */
    @SuppressWarnings("unchecked")
    <T> T value(ChunkType type, long key, Reading<T> reading) throws IOException {
        ConstantPool pool = type.pool();
        int index = pool == null ? -1 : pool.find(key);
        if (index < 0) {
            return null;
        }
        Object known = pool.value(index);
        if (known == null) {
            input.seek(pool.place(index), input.length());
            known = reading.read(pool.type());
            pool.keep(index, known == null ? NULL : known);
        }
        return known == NULL ? null : (T) known;
    }

    /** Whether there is a constant with that key. */
    boolean has(ChunkType type, long key) {
        return type.pool() != null && type.pool().find(key) >= 0;
    }

    /** Whether a field is the key of such a constant. */
    static boolean is(ChunkField field, Role role) {
        return field.isPooled() && !field.isArray() && field.type().role() == role;
    }

    ThreadRef thread(ChunkType type, long key) throws IOException {
        return value(type, key, readingThread);
    }

    private ThreadRef readThread(ChunkType type) throws IOException {
        long javaId = Event.ABSENT;
        long tid = Event.ABSENT;
        String osName = null;
        String javaName = null;
        ChunkType groupType = null;
        long groupKey = 0;
        for (ChunkField field : type.fields()) {
            switch (field.name()) {
                case "osName" -> osName = text(field, input, 0);
                case "javaName" -> {
                    // Most threads have one name.
                    field.lastText(osName);
                    javaName = text(field, input, 0);
                }
                case "osThreadId" -> tid = longNumber(field);
                case "javaThreadId" -> javaId = longNumber(field);
                case "group" -> {
                    if (is(field, Role.THREAD_GROUP)) {
                        groupType = field.type();
                        groupKey = input.varint();
                    } else {
                        ChunkTypes.pass(field, input);
                    }
                }
                default -> ChunkTypes.pass(field, input);
            }
        }
        String group = groupType == null ? null : value(groupType, groupKey, readingName);
        return new ThreadRef(javaId, tid, javaName == null ? osName : javaName, group);
    }

    private long longNumber(ChunkField field) throws IOException {
        if (field.isPooled() || field.isArray() || field.type().form() != ChunkType.Form.LONG) {
            ChunkTypes.pass(field, input);
            return Event.ABSENT;
        }
        return input.varint();
    }

    /** The text of a field of the value at which the input is. */
    private String text(ChunkType type, String name) throws IOException {
        String text = null;
        for (ChunkField field : type.fields()) {
            if (field.name().equals(name)) {
                text = text(field, input, 0);
            } else {
                ChunkTypes.pass(field, input);
            }
        }
        return text;
    }

    /** The text of a field, at whose value that input is; null if it is none. */
    String text(ChunkField field, ChunkInput in) throws IOException {
        return text(field, in, 0);
    }

    private String text(ChunkField field, ChunkInput in, int depth) throws IOException {
        if (field.isArray() || depth > DEEPEST) {
            ChunkTypes.pass(field, in);
            return null;
        }
        if (!field.isPooled() && field.type().form() == ChunkType.Form.TEXT) {
            int encoding = in.unsignedByte();
            if (encoding == ChunkTypes.POOLED_TEXT) {
                return pooledText(field.type(), in.varint(), depth);
            }
            String text = in.text(encoding, field.lastText());
            field.lastText(text);
            return text;
        }
        return field.isPooled() ? pooledText(field.type(), in.varint(), depth) : text(field.type(), in, depth);
    }

    private String text(ChunkType type, ChunkInput in, int depth) throws IOException {
        if (type.form() == ChunkType.Form.TEXT) {
            int encoding = in.unsignedByte();
            return encoding == ChunkTypes.POOLED_TEXT ? pooledText(type, in.varint(), depth) : in.text(encoding);
        }
        if (type.isSimple() && type.fields().length > 0) {
            return text(type.fields()[0], in, depth + 1);
        }
        ChunkTypes.pass(type, in);
        return null;
    }

    /** The text with that key; null if there is none. */
    String pooledText(ChunkType type, long key) throws IOException {
        return pooledText(type, key, 0);
    }

    private String pooledText(ChunkType type, long key, int depth) throws IOException {
        boolean isText = type.form() == ChunkType.Form.TEXT || type.isSimple();
        if (!isText || depth > DEEPEST) {
            return null;
        }
        long back = input.position();
        String text = value(type, key, depth == 0 ? readingText : one -> text(one, input, depth + 1));
        input.seek(back, input.length());
        return text;
    }

    /** The name of a class, as Java has it; null if there is no such constant. */
    String className(ChunkType type, long key) throws IOException {
        return frames.className(type, key);
    }

    StackTrace stackTrace(ChunkType type, long key) throws IOException {
        return frames.trace(type, key);
    }
}
