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
    /** What was noted of the value of each field: see {@link EventType#pass}. */
    private long[] noted;

    /** Where that of the first field is; -1 if nothing was noted. */
    private int first;

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
     * @param notes what was noted of the value of each field
     * @param firstAt where that of the first field is; -1 if nothing was noted
     */
    void moveTo(ChunkInput in, EventType of, long values, long next, long ticks, long[] notes, int firstAt) {
        input = in;
        type = of;
        content = values;
        end = next;
        start = clock.nanos(ticks);
        noted = notes;
        first = firstAt;
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

    /** What was noted of the value of a field. */
    private long noted(int index) throws IOException {
        if (first < 0) {
            long[] found = new long[type.fields().length];
            input.seek(content, end);
            type.pass(input, content, found, 0);
            noted = found;
            first = 0;
        }
        return noted[first + index];
    }

    /** Moves the input to the value of a field that is no number. */
    private void seek(int index) throws IOException {
        input.seek(content + noted(index), end);
    }

    @Override
    public String text(String name) {
        int index = type.find(name);
        if (index < 0) {
            return null;
        }
        ChunkField field = type.fields()[index];
        try {
            if (!type.isNumber(index)) {
                seek(index);
                return constants.text(field, input);
            }
            return field.isPooled() ? constants.pooledText(field.type(), noted(index)) : null;
        } catch (IOException damaged) {
            throw new UnreadableValueException(damaged);
        }
    }

    @Override
    public long number(String name) {
        int index = type.find(name);
        return index < 0 ? ABSENT : number(index);
    }

    private long number(int index) {
        try {
            if (type.isWhole(index)) {
                return type.number(index, noted(index));
            }
            ChunkField field = type.fields()[index];
            if (field.isArray() || field.isPooled()) {
                return ABSENT;
            }
            return switch (field.type().form()) {
                case BYTE -> {
                    seek(index);
                    yield (byte) input.unsignedByte();
                }
                case FLOAT -> {
                    seek(index);
                    yield (long) Float.intBitsToFloat((int) input.bigEndian(Float.BYTES));
                }
                case DOUBLE -> {
                    seek(index);
                    yield (long) Double.longBitsToDouble(input.bigEndian(Double.BYTES));
                }
                default -> ABSENT;
            };
        } catch (IOException damaged) {
            throw new UnreadableValueException(damaged);
        }
    }

    @Override
    public long time(String name) {
        int index = type.find(name);
        long number = index < 0 ? ABSENT : number(index);
        if (number == ABSENT) {
            return ABSENT;
        }
        ChunkField known = type.fields()[index];
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
        int index = type.find(field);
        try {
            return index < 0 || !Constants.is(type.fields()[index], Role.CLASS)
                    ? null
                    : constants.className(type.fields()[index].type(), noted(index));
        } catch (IOException damaged) {
            throw new UnreadableValueException(damaged);
        }
    }

    @Override
    public ThreadRef thread(String field) {
        return thread(type.find(field));
    }

    private ThreadRef thread(int index) {
        try {
            return index < 0 || !Constants.is(type.fields()[index], Role.THREAD)
                    ? null
                    : constants.thread(type.fields()[index].type(), noted(index));
        } catch (IOException damaged) {
            throw new UnreadableValueException(damaged);
        }
    }

    @Override
    public ThreadRef eventThread() {
        return thread(type.find(EVENT_THREAD));
    }

    @Override
    public StackTrace stackTrace() {
        int index = type.find(STACK_TRACE);
        try {
            return index < 0 || !Constants.is(type.fields()[index], Role.STACK_TRACE)
                    ? null
                    : constants.stackTrace(type.fields()[index].type(), noted(index));
        } catch (IOException damaged) {
            throw new UnreadableValueException(damaged);
        }
    }
}
