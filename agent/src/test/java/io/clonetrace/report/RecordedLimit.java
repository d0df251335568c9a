package io.clonetrace.report;

import jdk.jfr.Event;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** A {@code clonetrace.ThreadLimit} with numbers that a test wants. */
@Name("clonetrace.ThreadLimit")
@StackTrace(false)
public final class RecordedLimit extends Event {
    String limit;
    long used;
    long max;
    String location;

    public static void commit(String limit, long used, long max, String location) {
        RecordedLimit event = new RecordedLimit();
        event.limit = limit;
        event.used = used;
        event.max = max;
        event.location = location;
        event.commit();
    }
}
