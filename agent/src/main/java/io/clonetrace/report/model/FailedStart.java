package io.clonetrace.report.model;

import io.clonetrace.report.model.StackTrace.Frame;
import java.util.Optional;

/**
 * Calls of {@code Thread.start} that threw, from one call site, for one reason.
 *
 * @param error what was thrown
 * @param limit the limit that was hit; null if none was found
 * @param used how much of it was in use, at the last of them
 * @param location where it was read, at the last of them
 * @param trace the stack trace of the last
 * @param site the code to which the calls belong; empty if that was not recorded
 * @param at when the last was, in the events' time
 */
public record FailedStart(
        String error,
        String limit,
        long used,
        long max,
        String location,
        Optional<StackTrace> trace,
        Optional<Frame> site,
        long count,
        long at) {
    static FailedStart of(Event event, StackTrace trace) {
        return new FailedStart(
                String.valueOf(event.text("error")),
                event.text("limit"),
                event.number("used"),
                event.number("max"),
                event.text("location"),
                Optional.ofNullable(trace),
                Optional.empty(),
                1,
                event.start());
    }

    /** A number of the limit for people, as {@link LimitUse#amount} has it; for what could not be read, words. */
    public String amount(long number) {
        return number < 0 ? "an unknown number" : LimitUse.amount(limit, number);
    }

    /** What makes two of them the same. */
    record Key(String error, String limit, Object place) {}

    /** By the stack trace while it is read, when what is the application's is not known yet. */
    Key keyByTrace() {
        return new Key(error, limit, trace);
    }

    Key keyBySite() {
        return new Key(error, limit, site);
    }

    FailedStart within(Application application) {
        return new FailedStart(error, limit, used, max, location, trace, trace.flatMap(application::site), count, at);
    }

    /** A recording's events are not in the order of their times. */
    FailedStart and(FailedStart other) {
        FailedStart last = at > other.at ? this : other;
        return new FailedStart(
                error, limit, last.used, last.max, last.location, last.trace, last.site, count + other.count, last.at);
    }
}
