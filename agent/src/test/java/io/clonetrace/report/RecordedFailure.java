package io.clonetrace.report;

import jdk.jfr.Event;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** A {@code clonetrace.ThreadStartFailed} with numbers that a test wants. */
@Name("clonetrace.ThreadStartFailed")
@StackTrace(true)
public final class RecordedFailure extends Event {
    String childName;
    long childId;
    String error;
    String limit;
    long used;
    long max;
    String location;

    public static void commit(String error, String limit, long used, long max, String location) {
        RecordedFailure event = new RecordedFailure();
        event.childName = "child";
        event.childId = 7;
        event.error = error;
        event.limit = limit;
        event.used = used;
        event.max = max;
        event.location = location;
        event.commit();
    }
}
