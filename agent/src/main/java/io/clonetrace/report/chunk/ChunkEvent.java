package io.clonetrace.report.chunk;

import io.clonetrace.report.chunk.ChunkField.Timestamp;
import io.clonetrace.report.chunk.ChunkType.Role;
import io.clonetrace.report.model.Event;
import io.clonetrace.report.model.StackTrace;
import java.io.IOException;

/**
 * An event of a chunk, whose values are read when they are asked for. Methods throw {@link UnreadableValueException} if
 * a value refers to what is damaged.
 */
final class ChunkEvent implements Event {
    private static final String EVENT_THREAD = "eventThread";
    private static final String STACK_TRACE = "stackTrace";
    private static final long MILLIS_IN_A_SECOND = 1000;
    private static final long NANOS_IN_A_MILLI = 1_000_000;

    /** A later time would not fit nanoseconds since the epoch; seconds. */
    private static final long LATEST = Integer.MAX_VALUE * 4L;

    private static final long NANOS = 1_000_000_000;

    private final Constants constants;
    private final ChunkClock clock;
    private ChunkInput input;
    private EventType type;
    private long content;
    private long end;
    private long start;
    /** Where the value of each field begins, counted from the first one's. */
    private int[] places;

    /** Where among them that of the first one is; -1 if they are not known. */
    private int first;

    /** The field that was found last: they are asked for in about their order. */
    private int last;

    ChunkEvent(Constants constants, ChunkClock clock) {
        this.constants = constants;
        this.clock = clock;
    }

    /**
     * Moves to another event.
     *
     * @param in has its bytes
     * @param values where its fields begin
     * @param next where the next event begins
     * @param ticks when it began
     * @param at where each field begins, counted from the first
     * @param firstAt where among these that of the first one is; -1 if they are not known
     */
    void moveTo(ChunkInput in, EventType of, long values, long next, long ticks, int[] at, int firstAt) {
        input = in;
        type = of;
        content = values;
        end = next;
        start = clock.nanos(ticks);
        places = at;
        first = firstAt;
        last = 0;
    }

    @Override
    public Event kept() {
        ChunkEvent kept = new ChunkEvent(constants, clock);
        try {
            kept.input = input.part(content, end);
        } catch (IOException gone) {
            throw new UnreadableValueException(gone);
        }
        kept.type = type;
        kept.content = content;
        kept.end = end;
        kept.start = start;
        kept.first = -1;
        return kept;
    }

    @Override
    public String type() {
        return type.name();
    }

    @Override
    public long start() {
        return start;
    }

    /** The index of a field; -1 if there is none. */
    @SuppressWarnings("StringEquality")
    private int find(String name) {
        ChunkField[] fields = type.fields();
        int at = last;
        for (int index = 0; index < fields.length; index++) {
            // Names of fields and the compiler's constants are interned.
            if (fields[at].name() == name) {
                last = at;
                return at;
            }
            at = at + 1 == fields.length ? 0 : at + 1;
        }
        for (int index = 0; index < fields.length; index++) {
            if (fields[index].name().equals(name)) {
                return index;
            }
        }
        return -1;
    }

    /** Moves the input to the value of a field. */
    private ChunkField seek(int index) throws IOException {
        if (first < 0) {
            int[] found = new int[type.fields().length];
            input.seek(content, end);
            type.pass(input, content, found, 0);
            places = found;
            first = 0;
        }
        input.seek(content + places[first + index], end);
        return type.fields()[index];
    }

    @Override
    public String text(String field) {
        int index = find(field);
        try {
            return index < 0 ? null : constants.text(seek(index), input);
        } catch (IOException damaged) {
            throw new UnreadableValueException(damaged);
        }
    }

    @Override
    public long number(String field) {
        int index = find(field);
        try {
            return index < 0 ? ABSENT : number(seek(index));
        } catch (IOException damaged) {
            throw new UnreadableValueException(damaged);
        }
    }

    private long number(ChunkField field) throws IOException {
        if (field.isArray() || field.isPooled()) {
            return ABSENT;
        }
        return switch (field.type().form()) {
            case LONG -> input.varint();
            case INT -> (int) input.varint();
            case SHORT -> (short) input.varint();
            case BYTE -> (byte) input.unsignedByte();
            case FLOAT -> (long) Float.intBitsToFloat((int) input.bigEndian(Float.BYTES));
            case DOUBLE -> (long) Double.longBitsToDouble(input.bigEndian(Double.BYTES));
            case CHAR, BOOLEAN, TEXT, FIELDS -> ABSENT;
        };
    }

    @Override
    public long time(String field) {
        long number = number(field);
        if (number == ABSENT) {
            return ABSENT;
        }
        ChunkField known = type.fields()[find(field)];
        switch (known.type().form()) {
            case LONG, INT, SHORT, BYTE -> {}
            default -> throw new UnreadableValueException("a time that is no whole number");
        }
        if (known.timestamp() == Timestamp.TICKS) {
            long nanos = clock.nanos(number);
            return Math.abs(Math.floorDiv(nanos, NANOS)) > LATEST ? ABSENT : nanos;
        }
        if (known.timestamp() == Timestamp.MILLISECONDS_SINCE_EPOCH) {
            boolean fits = Math.abs(Math.floorDiv(number, MILLIS_IN_A_SECOND)) <= LATEST;
            return fits ? number * NANOS_IN_A_MILLI : ABSENT;
        }
        throw new UnreadableValueException("a time of an unknown unit");
    }

    @Override
    public String className(String field) {
        int index = find(field);
        try {
            return index < 0 || !Constants.is(type.fields()[index], Role.CLASS)
                    ? null
                    : constants.className(type.fields()[index].type(), key(index));
        } catch (IOException damaged) {
            throw new UnreadableValueException(damaged);
        }
    }

    private long key(int index) throws IOException {
        seek(index);
        return input.varint();
    }

    @Override
    public ThreadRef thread(String field) {
        return thread(find(field));
    }

    private ThreadRef thread(int index) {
        try {
            return index < 0 || !Constants.is(type.fields()[index], Role.THREAD)
                    ? null
                    : constants.thread(type.fields()[index].type(), key(index));
        } catch (IOException damaged) {
            throw new UnreadableValueException(damaged);
        }
    }

    @Override
    public ThreadRef eventThread() {
        return thread(find(EVENT_THREAD));
    }

    @Override
    public StackTrace stackTrace() {
        int index = find(STACK_TRACE);
        try {
            return index < 0 || !Constants.is(type.fields()[index], Role.STACK_TRACE)
                    ? null
                    : constants.stackTrace(type.fields()[index].type(), key(index));
        } catch (IOException damaged) {
            throw new UnreadableValueException(damaged);
        }
    }
}
