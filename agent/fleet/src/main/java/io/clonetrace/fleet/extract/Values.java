package io.clonetrace.fleet.extract;

import io.clonetrace.fleet.table.Texts;
import io.clonetrace.report.model.Event;
import io.clonetrace.report.model.StackTrace;
import io.clonetrace.report.model.StackTrace.Frame;
import java.util.Optional;
import java.util.stream.Collectors;

/** Values of the model and of events as columns have them: what was not observed is null. */
final class Values {
    private static final long MICRO = 1_000;

    private Values() {}

    static Long known(long number) {
        return number < 0 ? null : (Long) number;
    }

    /** A field of an event. */
    static Long known(Event event, String field) {
        return known(event.number(field));
    }

    /** @param nanos since the epoch */
    static Long time(long nanos) {
        return nanos <= 0 ? null : (Long) Math.floorDiv(nanos, MICRO);
    }

    /** Our own events have an empty text where nothing was observed. */
    static String text(String text) {
        return text == null || text.isEmpty() ? null : Texts.valid(text);
    }

    /** A field of an event. */
    static String text(Event event, String field) {
        return text(event.text(field));
    }

    static String text(Optional<?> value) {
        return value.map(Object::toString).map(Values::text).orElse(null);
    }

    /** A line a frame, without clonetrace's own. */
    static String text(StackTrace trace) {
        return text(trace.frames().stream()
                .filter(frame -> !frame.isOurs())
                .map(Frame::toString)
                .collect(Collectors.joining("\n")));
    }
}
